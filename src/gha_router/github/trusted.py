"""What a pull request cannot choose for itself: configuration, tasks, checks, and what steers the agent.

The workspace holds the pull request's head, whoever wrote it. Its base commit is what a maintainer has merged; that is
where these files come from, also for a comment on the pull request. They are read from git's objects and never from
the workspace.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gha_router.errors import Position, TaskError, WorkspaceError
from gha_router.github.context import PullRequest
from gha_router.github.git import RunGit
from gha_router.github.objects import Objects
from gha_router.github.steering import is_protected, shown
from gha_router.github.trees import EXECUTABLE, LINK, SUBMODULE, Entry, find, folder, listing, parents

MAX_FILE = 8 * 1024 * 1024  # bytes of one file
MAX_ALL = 128 * 1024 * 1024  # bytes of all files that are read at once
SHORT = 12  # digits of a SHA that people are shown
_KINDS = {LINK: "a link", SUBMODULE: "a submodule"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusted:
    """The trusted commit, and the protected paths (for people) in which the checked-out commit differs from it.

    ``commit`` is ``None`` without git: then the workspace is all there is.
    """

    commit: str | None
    changed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A folder of the trusted commit, written out.

    ``digest``: SHA-256 over path, mode and content of each file, sorted by path, each part preceded by its length
    (8 bytes, big-endian).
    """

    commit: str
    path: str
    target: Path
    digest: str
    files: tuple[str, ...]  # below target
    notes: tuple[str, ...] = ()


def base_of(base_sha: str | None, event_sha: str | None) -> str | None:
    """Return the commit that is trusted: the pull request's base, otherwise the event's own; without git ``None``.

    When a pull request is behind the event its base has to be given: the event's commit then holds the request itself.
    """
    return base_sha or event_sha or None


def trust(workspace: Path, commit: str | None, *, run_git: RunGit, also: Iterable[str] = ()) -> Trusted:
    """Make sure that the trusted commit is here, and compare what is checked out with it.

    ``also`` names further protected paths: the tasks and suites of the trusted configuration. A commit that a shallow
    checkout lacks is fetched. Raises ``InfrastructureError`` when that fails.
    """
    if commit is None:
        return Trusted(commit=None, notes=("without git: configuration and checks are those of the workspace",))
    objects, places = Objects(workspace=workspace, run_git=run_git), tuple(also)
    if not objects.holds(commit):
        objects.fetch(commit)

    def wanted(path: str) -> bool:
        return is_protected(path, places)

    base = listing(objects, commit, wanted)
    notes = tuple(_left_out(entry, commit) for entry in base.values() if not entry.is_file)
    head = objects.head()
    if head is None:
        return Trusted(commit=commit, notes=(*notes, "no commit is checked out: nothing to compare with the base"))
    now = listing(objects, head, wanted) if head != commit else base
    changed = sorted(shown(path) for path in base.keys() | now.keys() if base.get(path) != now.get(path))
    return Trusted(commit=commit, changed=tuple(changed), notes=notes)


def told(trusted: Trusted, *, other: str | None = None) -> tuple[str, ...]:
    """Return what is said of the protected paths in which the checked-out commit differs, a sentence each.

    ``other`` (from ``elsewhere``): the pull request is not what is checked out, so the difference is not its doing.
    """
    if trusted.commit is None:
        return ()
    whose = "what is checked out has another" if other else "this pull request changes"
    used = f"the version of the base commit {trusted.commit[:SHORT]} was used"
    return tuple(f"{whose} {path}; {used}" for path in trusted.changed)


def elsewhere(workspace: Path, pull: PullRequest, *, run_git: RunGit) -> str | None:
    """Return a sentence when neither the pull request's head nor a merge of it is checked out, else ``None``.

    A comment's workflow checks out the default branch, unless it says otherwise. To be called once ``trust`` has found
    that the workspace is a checkout.
    """
    objects = Objects(workspace=workspace, run_git=run_git)
    found = objects.head()
    if pull.head_sha is None or found is None or pull.head_sha in {found, *parents(objects, found)}:
        return None
    fork = ", of a fork," if pull.is_fork else ""
    ref = f"refs/pull/{pull.number}/head" if pull.number else pull.head_sha
    return (
        f"the agent works on {found[:SHORT]}, which is checked out, and not on the pull request's head "
        f"{pull.head_sha[:SHORT]}{fork} nor a merge of it; for that: `with: {{ref: {ref}}}` at actions/checkout"
    )


def read_trusted(workspace: Path, commit: str, path: str, *, run_git: RunGit) -> bytes | None:
    """Return a file's content at the trusted commit; ``None``: there is no such file.

    Raises ``UsageError`` for a path that leaves the repository, ``WorkspaceError`` for a link or a file too large.
    """
    objects = Objects(workspace=workspace, run_git=run_git)
    entry = find(objects, commit, _normal(path))
    if entry is None:
        return None
    if not entry.is_file:
        kind = _KINDS.get(entry.mode, "a folder")
        raise WorkspaceError(f"{shown(path)} is {kind} in the base commit {commit[:SHORT]}", hint="Make it a file.")
    return contents(objects, [entry], commit)[entry.path]


def export(workspace: Path, commit: str, path: str, target: Path, *, run_git: RunGit) -> Sealed:
    """Write a folder of the trusted commit to ``target``, which must not exist yet and lie where no agent can write.

    Links and submodules in it are left out with a note. Raises ``TaskError`` when the commit has no such folder,
    ``WorkspaceError`` for what cannot be read or written.
    """
    objects = Objects(workspace=workspace, run_git=run_git)
    top = _normal(path)
    found = folder(objects, commit, top)
    if not found:
        raise TaskError(
            f"the base commit {commit[:SHORT]} has no folder {shown(path)}",
            where=Position(shown(path)),
            hint="Tasks and checks come from the base commit: merge them before a pull request can use them.",
        )
    files = [found[name] for name in sorted(found) if found[name].is_file]
    content = contents(objects, files, commit)
    digest = hashlib.sha256()
    with _writing(target):
        target.mkdir(mode=0o700)
        for above in sorted({above for entry in files for above in _folders(entry.path.removeprefix(f"{top}/"))}):
            (target / above).mkdir()
            (target / above).chmod(0o755)
        for entry in files:
            name = entry.path.removeprefix(f"{top}/")
            _write(target / name, content[entry.path], executable=entry.mode == EXECUTABLE)
            for part in (os.fsencode(name), entry.mode.encode(), content[entry.path]):
                digest.update(len(part).to_bytes(8, "big") + part)
    return Sealed(
        commit=commit,
        path=top,
        target=target,
        digest=digest.hexdigest(),
        files=tuple(shown(entry.path.removeprefix(f"{top}/")) for entry in files),
        notes=tuple(_left_out(entry, commit) for entry in found.values() if not entry.is_file),
    )


def contents(objects: Objects, entries: Iterable[Entry], commit: str) -> dict[str, bytes]:
    """Return the contents of files by path. Raises ``WorkspaceError`` before it would read too much."""
    files = {entry.path: entry.object for entry in entries}
    sizes = objects.sizes(files.values())
    for path, name in files.items():
        if (sizes[name] or 0) > MAX_FILE:
            what = f"{shown(path)} has {sizes[name]:,} bytes in the base commit {commit[:SHORT]}"
            raise WorkspaceError(what, hint=f"Files that steer or check may have {MAX_FILE:,}.")
    if (total := sum(sizes[name] or 0 for name in files.values())) > MAX_ALL:
        what = f"{len(files):,} files of the base commit {commit[:SHORT]} have {total:,} bytes together"
        raise WorkspaceError(what, hint=f"What steers or checks may have {MAX_ALL:,}.")
    found = objects.read(files.values())
    return {path: found[name].content for path, name in files.items()}


def _normal(path: str) -> str:
    """Return a path inside of the repository as trees spell it: ``./tasks//fix/`` as ``tasks/fix``."""
    names = [name for name in path.split("/") if name not in {"", "."}]
    if path.startswith("/") or ".." in names or "\0" in path or not names:
        raise TaskError(
            f"{shown(path)!r} names nothing inside of the repository",
            hint="Name a path below the repository's root, like .github/tasks/fix.",
        )
    return "/".join(names)


def _left_out(entry: Entry, commit: str) -> str:
    kind = _KINDS.get(entry.mode, f"of mode {entry.mode}")
    return f"{shown(entry.path)} is {kind} in the base commit {commit[:SHORT]} and is left out: make it a file"


def _folders(path: str) -> Iterator[str]:
    """Yield the folders above a path, the highest first."""
    return (path[:at] for at, char in enumerate(path) if char == "/")


def _write(file: Path, content: bytes, *, executable: bool) -> None:
    mode = 0o755 if executable else 0o644
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
        os.fchmod(handle, mode)


@contextlib.contextmanager
def _writing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkspaceError(
            f"{shown(str(target))} cannot be written: {error.strerror}",
            hint="The folder has to be new, in one that gha-router may write to.",
        ) from None
