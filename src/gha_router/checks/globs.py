"""Patterns of paths: ``tests/**``, ``*.toml``, ``conftest.py``."""

import re
from functools import lru_cache

_PART = re.compile(r"\*\*/|/\*\*\Z|\*\*|\*|\?|[^*?]+?(?=\*|\?|/\*\*\Z|\Z)")
_ANYWHERE = r"(?:[^/]+/)*"
_WORDS = {"**/": _ANYWHERE, "/**": r"(?:/.*)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@lru_cache(maxsize=256)
def pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    """Return what matches the paths that one of these patterns means.

    ``*`` and ``?`` stay within one name, ``**`` crosses folders; ``tests``, ``tests/`` and ``tests/**`` are that folder
    (or what stands in its place) and all below it. A pattern without a slash is a name, in whatever folder.
    """
    expressions = [_expression(glob) for glob in globs]
    anywhere = [rest.removeprefix(_ANYWHERE) for rest in expressions if rest.startswith(_ANYWHERE)]
    others = [rest for rest in expressions if not rest.startswith(_ANYWHERE)]
    # The folders are gone through once for all names, and not for each: a workspace has many files.
    shared = [f"{_ANYWHERE}(?:{'|'.join(anywhere)})"] if anywhere else []
    return re.compile("|".join((*shared, *others)) or r"(?!)", re.DOTALL)


def matches(path: str, globs: tuple[str, ...]) -> bool:
    """Return whether one of the patterns means this path (relative, with ``/``)."""
    return pattern(globs).fullmatch(path) is not None


def _expression(glob: str) -> str:
    glob = glob.removeprefix("./")
    whole = f"{glob}**" if glob.endswith("/") else glob
    whole = whole if "/" in whole else f"**/{whole}"
    words = "".join(_WORDS.get(part) or re.escape(part) for part in _PART.findall(whole))
    return words if whole.endswith("**") else f"{words}(?:/.*)?"
