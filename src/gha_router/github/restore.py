"""Puts what steers the agent back to the trusted commit, in the agent's own copy of the workspace.

The copy holds what a stranger has written: links in place of files, folders in place of links, other spellings. Every
path is reached folder by folder from a descriptor of the copy and without following a link; files are always new ones.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gha_router.agent import inside
from gha_router.agent.snapshot import FILE, open_folder, opened, quote, require_shallow, unquote
from gha_router.errors import WorkspaceError
from gha_router.github.git import RunGit
from gha_router.github.objects import Objects
from gha_router.github.steering import root_of, shown, steers
from gha_router.github.trees import EXECUTABLE, listing
from gha_router.github.trusted import SHORT, contents


class Done(StrEnum):
    """What became of a path in the agent's copy."""

    REPLACED = "replaced"  # it was there, and was another
    REMOVED = "removed"  # the trusted commit does not have it
    ADDED = "added"  # it was missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A path in the agent's copy, spelled as in snapshots, that was not as the trusted commit has it."""

    path: str
    done: Done


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    content: bytes
    executable: bool


def restore(copy: Path, workspace: Path, commit: str, *, run_git: RunGit) -> tuple[Replacement, ...]:
    """Give all that steers the agent in ``copy`` the trusted commit's version; return what was another, by path.

    What that commit does not have is removed, links and submodules too. A nested file is not put back where the folder
    that it speaks of is gone. New files belong to the owner of the copy's root. To be called before an agent has run in
    ``copy``; git runs in ``workspace`` only. Raises ``WorkspaceError`` for what cannot be read or written.
    """
    objects = Objects(workspace=workspace, run_git=run_git)
    entries = {path: entry for path, entry in listing(objects, commit, steers).items() if entry.is_file}
    content = contents(objects, entries.values(), commit)
    files = {path: _File(content=content[path], executable=entries[path].mode == EXECUTABLE) for path in entries}
    with opened(copy) as top, _explained(copy):
        there = list(_found(top, ""))
        wrong = [path for path in there if not _is_as(top, path, files.get(path))]
        for path in wrong:
            inside.remove(top, path)
        _remove_empty(top, there, files)
        missing = sorted(files.keys() - (set(there) - set(wrong)))
        written = {path for path in missing if _put(top, path, files[path])}
    done = {path: Done.REPLACED if path in written else Done.REMOVED for path in wrong}
    done |= {path: Done.ADDED for path in written if path not in done}
    return tuple(Replacement(path=quote(path), done=done[path]) for path in sorted(done))


def told(replacements: tuple[Replacement, ...], commit: str) -> tuple[str, ...]:
    """Return what was done to the agent's copy, a sentence each."""
    base = f"the base commit {commit[:SHORT]}"
    words = {
        Done.REPLACED: f"the agent was given the version of {base}",
        Done.REMOVED: f"{base} does not have it; it was removed from the agent's copy",
        Done.ADDED: f"it was missing; the agent was given the version of {base}",
    }
    return tuple(f"{shown(unquote(replacement.path))}: {words[replacement.done]}" for replacement in replacements)


def _found(top: int, folder: str) -> Iterator[str]:
    """Yield the paths that steer, each folder (with a ``/`` at its end) after what is in it; git's own are left out."""
    require_shallow(folder)
    within = steers(folder)
    with inside.folder(top, folder) as handle:
        names = sorted(os.listdir(handle))  # noqa: PTH208 - a Path cannot list a descriptor
        kinds = {name: os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode for name in names}
    for name in names:
        path = f"{folder}/{name}" if folder else name
        if not stat.S_ISDIR(kinds[name]):
            if steers(path):
                yield path
        elif within or name != ".git":
            yield from _found(top, path)
            if steers(path):
                yield f"{path}/"


def _is_as(top: int, path: str, file: _File | None) -> bool:
    """Return whether a path of the copy is that very file. Folders are looked after when their files are done."""
    if path.endswith("/"):
        return True
    if file is None:
        return False
    with inside.parent(top, path) as (folder, name):
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if not stat.S_ISREG(mode) or bool(mode & stat.S_IXUSR) != file.executable:
            return False
        with os.fdopen(os.open(name, FILE, dir_fd=folder), "rb") as found:
            return found.read(len(file.content) + 1) == file.content


def _remove_empty(top: int, there: list[str], files: dict[str, _File]) -> None:
    """Remove the folders that steer and in which the trusted commit has nothing, the deepest first."""
    kept = {path[:at] for path in files for at, char in enumerate(path) if char == "/"}
    for path in there:
        name = path.removesuffix("/")
        if path.endswith("/") and name not in kept:
            with inside.parent(top, name) as (folder, last):
                os.rmdir(last, dir_fd=folder)


def _put(top: int, path: str, file: _File) -> bool:
    """Write a new file. Return whether it could be: the folder that it speaks of may be gone, or be a link."""
    root = root_of(path) or path
    above = root.rpartition("/")[0]
    owner = os.fstat(top)
    try:
        os.close(open_folder(top, above.split("/") if above else []))
    except (FileNotFoundError, NotADirectoryError):
        return False
    _make_parents(top, path, above, owner)
    with inside.parent(top, path) as (folder, name):
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
        with os.fdopen(handle, "wb") as new:
            new.write(file.content)
            inside.give(handle, owner, 0o755 if file.executable else 0o644)
    return True


def _make_parents(top: int, path: str, above: str, owner: os.stat_result) -> None:
    names = path.split("/")[:-1]
    for end in range(above.count("/") + 1 if above else 0, len(names)):
        with inside.folder(top, "/".join(names[:end])) as folder:
            try:
                os.mkdir(names[end], 0o700, dir_fd=folder)
            except FileExistsError:
                continue
            made = open_folder(folder, [names[end]])
            try:
                inside.give(made, owner, 0o755)
            finally:
                os.close(made)


@contextmanager
def _explained(copy: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkspaceError(
            f"what steers the agent cannot be restored in {shown(str(copy))}: {error.strerror}",
            hint="The copy has to be writable for gha-router, and nothing else may work in it yet.",
        ) from None
