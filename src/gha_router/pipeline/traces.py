"""What an agent left beside its work: processes, files elsewhere, settings of git. It is ended, removed, not carried.

None of it counts for a verdict, which is drawn from the files. It is told, since somebody ought to know.
"""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from gha_router.agent import inside
from gha_router.agent.sandbox import Sandbox
from gha_router.agent.snapshot import opened, quote
from gha_router.checks.say import counted, plain, some
from gha_router.errors import GhaRouterError
from gha_router.records import Snapshot

# Of git's own files those that name programs, or other files that it takes for the repository's.
GIT = ("config", "config.worktree", "info/attributes", "info/exclude", "objects/info/alternates", "commondir")
LARGEST = 1024 * 1024  # bytes of one of them that are looked at; none that git writes is larger
_CLI_OWN = re.compile(r"/tmp/claude-\d+")  # noqa: S108  the CLI keeps what its shells print there


def git_settings(copy: Path) -> dict[str, str]:
    """Return the digests of git's settings and hooks in a tree, by path; empty where it has none of its own.

    Nothing is read through a link: one that stands in the way is as if nothing was there. So is what cannot be read.
    """
    found = {}
    with suppress(OSError, GhaRouterError), opened(copy) as top:
        for path in (*(f".git/{name}" for name in GIT), *_hooks(top)):
            content = inside.read(top, path, LARGEST)
            if content is not None:
                found[quote(path)] = hashlib.sha256(content).hexdigest()
    return found


def traces(
    box: Sandbox, before: Snapshot, after: Snapshot, *, removed: Sequence[str], git: Mapping[str, str]
) -> Iterator[str]:
    """Yield a note on each kind of trace, once the agent has ended.

    ``removed``: what ``forget_shared`` returned. ``git``: its settings before the agent came.
    """
    special = sorted(path for path, entry in after.entries.items() if entry.kind == "other")
    if new := [path for path in special if path not in before.entries]:
        yield plain(f"left out of all copies, as pipes, sockets and devices are: {some(new)}")
    if running := _left_running(box):
        names = [f"{name} ({number})" if number > 1 else name for name, number in Counter(running).items()]
        yield plain(f"ended with the agent: {counted(len(running), 'program')} that it had left running: {some(names)}")
    if elsewhere := sorted(path for path in removed if not _CLI_OWN.fullmatch(path)):
        yield plain(f"removed: what the agent left outside of its own folders: {some(elsewhere)}")
    now = git_settings(box.work)
    if other := sorted(path for path in git.keys() | now.keys() if git.get(path) != now.get(path)):
        yield plain(f"git's own files are never carried back, and the agent changed {some(other)}")


def _left_running(box: Sandbox) -> list[str]:
    """Return the names of the processes that the launcher found; none where it was ended itself."""
    try:
        names = json.loads(box.left_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [str(name) for name in names] if isinstance(names, list) else []


def _hooks(top: int) -> list[str]:
    try:
        with inside.folder(top, ".git/hooks") as folder:
            return [f".git/hooks/{name}" for name in sorted(os.listdir(folder))]  # noqa: PTH208 - of a descriptor
    except OSError:
        return []
