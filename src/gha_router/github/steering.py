"""Which paths steer the agent or what is expected of it: a pull request does not choose them for itself.

The names are those that Claude Code 2.1 opens in its working folder and in those that it enters (seen with strace),
those that Codex 0.169 reads, and those that anthropics/claude-code-action restores. They count in every spelling that
some file system takes for the same: another case, compatibility characters, invisible characters, a trailing dot, an
NTFS stream.
"""

import unicodedata
from collections.abc import Iterable

CONFIG = ".github/gha-router.yml"
ANYWHERE = frozenset(
    {
        ".agents",  # skills
        ".claude",  # settings, hooks, skills, rules, agents, commands
        ".claude-plugin",
        ".claude.json",
        ".codex",  # skills, which Codex reads also where it does not trust the project
        ".lsp.json",
        ".mcp.json",
        ".mcpb-cache",
        "agents.md",
        "agents.override.md",  # which Codex reads in the place of the other
        "claude.local.md",
        "claude.md",
    }
)
AT_ROOT = frozenset(
    {
        ".gitmodules",
        ".husky",  # git hooks
        ".lfsconfig",
        ".ripgreprc",
        ".worktreeinclude",
        "bunfig.toml",  # Claude Code is a Bun program
    }
)


def folded(name: str) -> str:
    """Return one form for all spellings of a name that some file system takes for the same."""
    visible = "".join(char for char in name if unicodedata.category(char) != "Cf")
    same = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).upper().casefold())
    return same.partition(":")[0].rstrip(" .")


def steers(path: str) -> bool:
    """Return whether an agent that works here would obey this path, or what lies below it."""
    return root_of(path) is not None


def root_of(path: str) -> str | None:
    """Return the steering file or folder that a path is or is in: ``a/.claude`` for ``a/.claude/hooks/x.sh``."""
    names = path.split("/")
    for end, name in enumerate(map(folded, names), start=1):
        if name in ANYWHERE or (end == 1 and name in AT_ROOT):
            return "/".join(names[:end])
    return None


def is_protected(path: str, also: Iterable[str] = ()) -> bool:
    """Return whether a path steers, is the configuration, or is (in) one of ``also`` (``./tasks/``)."""
    names = [folded(name) for name in path.split("/")]
    places = ([folded(name) for name in place.split("/") if name not in {"", "."}] for place in (CONFIG, *also))
    return steers(path) or any(names[: len(place)] == place for place in places)


def shown(path: str) -> str:
    """Return a path for people: line breaks, and what else cannot be seen, as escapes."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in path)
