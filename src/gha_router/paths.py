"""Patterns of paths in a workspace, and the paths that are protected: one grammar and one list for all rooms.

The grammar is that of ``paths`` in a GitHub workflow, where it is used most: ``*`` and ``?`` stand for anything but
``/``, ``[ab]`` for one of these, ``**`` between slashes for any number of folders. A pattern that names a folder also
speaks of what is in it: ``src`` and ``src/**`` allow the same files.

It is read in three ways, each the careful one for its use:

=============  =======================================  ==============================================================
``matches``    what may be: `only`, `except`, `trust`   as written: letters count, ``x/**`` is not ``x`` itself
``guards``     what may not be: `protected`             in whatever case, and ``x/**`` is ``x`` as well
``seals``      what is put back: `seal`, what steers    as ``guards``, and a pattern without a slash in any folder
=============  =======================================  ==============================================================
"""

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from functools import lru_cache

ANY = "**"
_LETTER = re.compile(r"\[!?\]?[^\]]*\]|.", re.DOTALL)

# Refused whenever files are carried back: what runs in CI is no agent's to change.
STEERING = (".github/**",)

# What package managers write for themselves. A change by hand pulls in whatever its author likes.
LOCK_FILES = (
    *("**/package-lock.json", "**/npm-shrinkwrap.json", "**/yarn.lock", "**/pnpm-lock.yaml", "**/bun.lock"),
    *("**/bun.lockb", "**/deno.lock"),
    *("**/poetry.lock", "**/uv.lock", "**/pdm.lock", "**/Pipfile.lock", "**/requirements*.lock", "**/pylock*.toml"),
    *("**/pixi.lock", "**/conda-lock.yml"),
    *("**/Cargo.lock", "**/go.sum", "**/go.work.sum", "**/Gemfile.lock", "**/composer.lock", "**/mix.lock"),
    *("**/pubspec.lock", "**/Podfile.lock", "**/Package.resolved", "**/Cartfile.resolved"),
    *("**/packages.lock.json", "**/paket.lock", "**/gradle.lockfile", "**/verification-metadata.xml"),
    *("**/stack.yaml.lock", "**/cabal.project.freeze", "**/Manifest.toml", "**/conan.lock", "**/flake.lock"),
    *("**/.terraform.lock.hcl", "**/Chart.lock", "**/MODULE.bazel.lock", "**/rebar.lock", "**/renv.lock"),
)

PROTECTED = (*STEERING, *LOCK_FILES)  # by default, for a check that asks for it


def mistake_in(pattern: str) -> str | None:
    """Return why a pattern is none, ``None`` when it is one."""
    parts = _parts(pattern)
    if not parts:
        return "is empty"
    if pattern.startswith("/") or any(part in {".", ".."} for part in parts):
        return "must be a path inside the workspace"
    if any(ANY in part and part != ANY for part in parts):
        return f"has `**` beside other characters; write `{pattern.replace(ANY, '**/*')}`"
    return "holds a character that no path has" if "\0" in pattern else None


def matches(pattern: str, path: str) -> bool:
    """Return whether a pattern speaks of a path: of itself, or of a folder above it. Time grows with both lengths.

    Upper and lower case are as written. ``x/**`` is what is in ``x``, not ``x`` itself.
    """
    return _regex((pattern,)).match(path) is not None


def guards(pattern: str, path: str) -> bool:
    """Return whether a pattern protects a path, in whatever case, as there are such file systems.

    ``x/**`` protects ``x`` itself too: a link in its place would replace all that is in it.
    """
    # A letter may have two for its other case, so that `?` is asked for the path as written, too.
    return matches(_whole(pattern), path.casefold()) or matches(pattern, path)


def seals(patterns: tuple[str, ...], path: str) -> bool:
    """Return whether one of the patterns seals a path: as ``guards``, and a name alone does so in every folder."""
    return _regex(_sealing(patterns)).match(path.casefold()) is not None or any_matches(patterns, path)


def any_matches(patterns: tuple[str, ...], path: str) -> bool:
    """Return whether one of the patterns speaks of a path, as ``matches`` has it."""
    return _regex(patterns).match(path) is not None


def first_of(patterns: Iterable[str], path: str) -> str | None:
    """Return the first pattern that protects a path."""
    return next((pattern for pattern in patterns if guards(pattern, path)), None)


def _parts(pattern: str) -> list[str]:
    return [part for part in pattern.split("/") if part]


def _whole(pattern: str) -> str:
    return pattern.casefold().removesuffix("/**")


@lru_cache(maxsize=256)
def _sealing(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(pattern if "/" in pattern else f"{ANY}/{pattern}" for pattern in map(_whole, patterns))


@lru_cache(maxsize=1024)
def _regex(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return what matches the paths that one of these patterns speaks of."""
    chunks = [_chunks(_parts(pattern)) for pattern in patterns]
    # Most name a file in any folder: the folders are gone through once for all of these, and not for each.
    anywhere = [_last(rest[1]) for rest in chunks if len(rest) == 2 and not rest[0]]  # noqa: PLR2004 - a `**`, and the rest
    others = [_expression(rest) for rest in chunks if len(rest) != 2 or rest[0]]  # noqa: PLR2004
    shared = [f"(?:[^/]+/)*(?:{'|'.join(anywhere)})"] if anywhere else []
    return re.compile("|".join((*shared, *others)) or r"(?!)", re.DOTALL)


def _chunks(parts: Sequence[str]) -> list[list[str]]:
    """Return what stands between the ``**``; a last one stays, as ``**``: it is one name or more."""
    chunks: list[list[str]] = [[]]
    for place, part in enumerate(parts):
        if part == ANY and place < len(parts) - 1:
            chunks += [[]] if chunks[-1] or len(chunks) == 1 else []
        else:
            chunks[-1].append(part)
    return chunks


def _expression(chunks: Sequence[Sequence[str]]) -> str:
    """Return a regular expression in time that no path makes long.

    Where a chunk stands between two ``**`` its first place is as good as any later one, so that no other is tried.
    """
    first, *between = chunks
    if not between:
        return _last(first)
    *middle, last = between
    heads = "".join(f"{_name(part)}/" for part in first)
    once = "".join(f"(?>(?:[^/]+/)*?{''.join(f'{_name(part)}/' for part in chunk)})" for chunk in middle)
    return f"{heads}{once}(?:[^/]+/)*{_last(last)}"


def _last(parts: Sequence[str]) -> str:
    """Return the end of an expression: the path, or a folder above it."""
    if not parts:
        return r"(?!)"
    if parts[-1] == ANY:
        return "".join(f"{_name(part)}/" for part in parts[:-1]) + r"[^/]+(?:/.*)?\Z"
    return "/".join(map(_name, parts)) + r"(?:/.*)?\Z"


@lru_cache(maxsize=1024)
def _name(part: str) -> str:
    """Return what matches one name. Between two ``*`` the first place of a text is as good as a later one."""
    first, *between = "".join("\0" if one == "*" else one for one in _LETTER.findall(part)).split("\0")
    if not between:
        return f"{_letters(first)}(?=/|\\Z)"
    once = "".join(f"(?>[^/]*?{_letters(text)})" for text in between[:-1])
    return f"{_letters(first)}{once}[^/]*{_letters(between[-1])}(?=/|\\Z)"


def _letters(text: str) -> str:
    """Return what matches a part of a name without ``*``; its ``[...]`` are read as ``fnmatch`` reads them."""
    return "".join(f"(?!/){translate(one)[4:-3]}" for one in _LETTER.findall(text))
