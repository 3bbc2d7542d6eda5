"""Carry what the agent changed in its own copy back into the workspace, once the step is verified.

Everything is decided before anything is written: when one path is refused, none is carried. Every path is opened
folder by folder from a descriptor of the root and without following links, so that a link that appears in between can
make carrying fail, and can never lead it elsewhere.
"""

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from gha_router.agent.snapshot import (
    BLOCK,
    FILE,
    children,
    look,
    names_of,
    open_folder,
    opened,
    quote,
    same,
)
from gha_router.errors import WorkspaceError
from gha_router.paths import STEERING, first_of
from gha_router.records import Changes, Snapshot

_CHANGED_LATER = "changed after the step ended"
_RESTORED = "protected: the agent was given the base commit's version, and the one in the workspace stays as it is"


class Refusal(NamedTuple):
    """A path that may not be carried, and why, for people."""

    path: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What is in the workspace now (``paths``: written and removed ones), or what stood against it (``refused``)."""

    paths: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """Both trees, by path and by descriptor, and what is to happen between them."""

    copy: Path
    source: int
    target: int
    written: tuple[str, ...]
    gone: frozenset[str]
    before: Snapshot
    after: Snapshot
    protected: Sequence[str]
    restored: AbstractSet[str]

    def is_folder_after(self, path: str) -> bool:
        entry = self.after.entries.get(path)
        return entry is not None and entry.kind == "dir"


def carry_back(
    copy: Path,
    workspace: Path,
    changes: Changes,
    *,
    before: Snapshot,
    after: Snapshot,
    protected: Sequence[str] = STEERING,
    restored: AbstractSet[str] = frozenset(),
) -> Carried:
    """Bring created, modified and deleted files from the agent's ``copy`` into the ``workspace``, all or none.

    ``before`` is the state that both had when the step began, ``after`` the copy's when it ended. Refused are: ``.git``
    at any depth, paths and links that leave the tree, special files, paths below a link, what ``protected`` names
    (patterns of ``gha_router.paths``), what is or lies below one of ``restored`` (paths that were another in the copy
    from the beginning), what is no longer as ``after`` says in the copy or as ``before`` says in the workspace.

    Files are replaced one by one, each in one piece; with root rights new ones belong to the owner of the workspace's
    root folder. Modes come from ``after``, without setuid and setgid. Folders that the agent removed are removed where
    they are empty. Raises ``WorkspaceError``, with what was carried already, when writing fails midway.
    """
    with _moving(copy, workspace, changes, between=(before, after), protected=protected, restored=restored) as move:
        refused = _refusals(move)
        return Carried(refused=refused) if refused else Carried(paths=_apply(move))


def standing_against(
    copy: Path,
    workspace: Path,
    changes: Changes,
    *,
    before: Snapshot,
    after: Snapshot,
    restored: AbstractSet[str] = frozenset(),
) -> tuple[Refusal, ...]:
    """Return what ``carry_back`` would refuse now; nothing is written."""
    with _moving(copy, workspace, changes, between=(before, after), protected=STEERING, restored=restored) as move:
        return _refusals(move)


@contextlib.contextmanager
def _moving(
    copy: Path,
    workspace: Path,
    changes: Changes,
    *,
    between: tuple[Snapshot, Snapshot],
    protected: Sequence[str],
    restored: AbstractSet[str],
) -> Iterator[_Move]:
    with opened(copy) as source, opened(workspace) as target:
        yield _Move(
            copy=copy,
            source=source,
            target=target,
            written=changes.written,
            gone=frozenset(changes.deleted),
            before=between[0],
            after=between[1],
            protected=protected,
            restored=restored,
        )


def _refusals(move: _Move) -> tuple[Refusal, ...]:
    paths = sorted((*move.written, *move.gone))
    return tuple(Refusal(path, why) for path in paths if (why := _why_not(move, path)))


def _why_not(move: _Move, path: str) -> str | None:
    """Return why a path may not be carried, the gravest reason first; ``None`` when it may."""
    try:
        return (
            _forbidden(path, move.protected)
            or _restored(move, path)
            or _behind_link(move, path)
            or _conflict(move, path)
            or (_reappeared(move, path) if path in move.gone else _unfit(move, path))
        )
    except OSError as error:
        return f"{_CHANGED_LATER}: {error.strerror}"


def _forbidden(path: str, protected: Sequence[str]) -> str | None:
    names = path.split("/")
    if "\0" in path or any(name in {"", ".", ".."} for name in names):
        return "leaves the workspace"
    if _names_git(names):
        return "git's own files are never carried"
    pattern = first_of(protected, path)
    return f"protected by {pattern}" if pattern else None


def _restored(move: _Move, path: str) -> str | None:
    """Return whether a path, or something that stood above it, was put back to the trusted version."""
    return _RESTORED if any(part in move.restored for part in _along(path)) else None


def _along(path: str) -> list[str]:
    """Return a path and the folders above it, the highest first."""
    names = path.split("/")
    return ["/".join(names[:end]) for end in range(1, len(names) + 1)]


def _names_git(names: Sequence[str]) -> bool:
    """Return whether one of them is ``.git``, also for a file system that ignores case."""
    return any(name.lower() == ".git" for name in names)


def _behind_link(move: _Move, path: str) -> str | None:
    """Return whether the way to a path is barred in the workspace, by something that this move does not remove."""
    names = path.split("/")
    for end in range(1, len(names)):
        parent = "/".join(names[:end])
        entry = look(move.target, parent)
        if entry is None or parent in move.gone:
            return None
        if entry.kind != "dir":
            what = "a link" if entry.kind == "link" else "no folder"
            return f"{parent} is {what} in the workspace"
    return None


def _conflict(move: _Move, path: str) -> str | None:
    """Return whether the workspace moved on since the step began."""
    was, now = move.before.entries.get(path), look(move.target, path)
    if was is None:
        return None if now is None else "made in the workspace since the step began"
    if now is None or not same(was, now):
        return "changed in the workspace since the step began"
    if was.kind == "other":
        return "a special file stands there in the workspace"
    if was.kind == "dir" and (kept := next(_kept_in(move, path), None)):
        return f"a folder stands there in the workspace, with {kept}"
    return None


def _kept_in(move: _Move, folder: str) -> Iterator[str]:
    """Yield what is in a folder of the workspace, and is not going to be deleted; empty folders do not count."""
    pending = [folder]
    while pending:
        for entry in children(move.target, pending.pop()):
            if entry.kind == "dir" and not _names_git(entry.path.split("/")):
                pending.append(entry.path)
            elif entry.path not in move.gone:
                yield entry.path


def _reappeared(move: _Move, path: str) -> str | None:
    """Return whether a path that the agent deleted is there nevertheless; a folder may stand in its place."""
    entry, found = move.after.entries.get(path), look(move.source, path)
    if any(seen is not None and seen.kind == "other" for seen in (entry, found)):
        return "a special file"
    if any(seen is not None and seen.kind != "dir" for seen in (entry, found)):
        return _CHANGED_LATER
    return None


def _unfit(move: _Move, path: str) -> str | None:
    """Return whether what the agent's copy holds now is not what was verified, or nothing that can be carried."""
    entry, found = move.after.entries.get(path), look(move.source, path)
    if entry is None or found is None:
        return _CHANGED_LATER
    if "other" in {entry.kind, found.kind}:
        return "a special file"
    if not same(entry, found):
        return _CHANGED_LATER
    match entry.kind:
        case "file":
            return _foreign(move, path)
        case "link":
            return _strays(move, path)
        case _:
            return "a folder, which is carried only with what is in it"


def _foreign(move: _Move, path: str) -> str | None:
    """Return whether a file is a hard link to one of another user, which the agent could not have read itself."""
    with _parent_of(move.source, path) as (folder, name):
        info = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if info.st_nlink > 1 and info.st_uid != os.fstat(move.source).st_uid:
        return "a hard link to a file of another user"
    return None


def _strays(move: _Move, path: str) -> str | None:
    """Return whether a link leads out of the tree, now or after some folder on its way becomes a link.

    By its text it may climb only at its beginning, and not above the root: ``a/../..`` climbs
    from wherever ``a`` leads.
    By what is there today, all links on its way followed, it must end in the copy.
    """
    with _parent_of(move.source, path) as (folder, name):
        target = quote(os.readlink(name, dir_fd=folder))
    names = [part for part in target.split("/") if part not in {"", "."}]
    climbs = next((at for at, part in enumerate(names) if part != ".."), len(names))
    if target.startswith("/") or climbs > path.count("/") or ".." in names[climbs:]:
        return f"a link that leaves the workspace: {target}"
    if _names_git(names):
        return f"a link into git's own files: {target}"
    end = Path(os.path.realpath(move.copy / "/".join(names_of(path))))
    if not end.is_relative_to(os.path.realpath(move.copy)):
        return f"a link that leaves the workspace through another one: {target}"
    return None


def _apply(move: _Move) -> tuple[str, ...]:
    """Remove, then write: what is deleted may stand in the way of what is new."""
    done: list[str] = []
    path = ""
    try:
        for path in sorted(move.gone):
            with _parent_of(move.target, path) as (folder, name):
                os.unlink(name, dir_fd=folder)
            done.append(path)
        _prune(move)
        for path in move.written:
            _put(move, path)
            done.append(path)
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be carried into the workspace: {error.strerror}; "
            f"carried already: {', '.join(done) or 'nothing'}",
            hint="Free space or mend the rights, restore the workspace (git checkout, git clean) and run again.",
        ) from error
    return tuple(sorted(done))


def _prune(move: _Move) -> None:
    """Remove the folders that the agent removed, the deepest first; one that is not empty stays."""
    for path, entry in sorted(move.before.entries.items(), reverse=True):
        if entry.kind != "dir" or move.is_folder_after(path) or _forbidden(path, move.protected):
            continue
        with contextlib.suppress(OSError), _parent_of(move.target, path) as (folder, name):
            os.rmdir(name, dir_fd=folder)


def _put(move: _Move, path: str) -> None:
    """Write one file or link under a temporary name beside its place, and move it there."""
    entry = move.after.entries[path]
    write = _copy_link if entry.kind == "link" else _copy_file
    temporary = f".gha-router-{secrets.token_hex(8)}"
    _make_parents(move, path)
    with _parent_of(move.source, path) as (origin, name), _parent_of(move.target, path) as (folder, _):
        try:
            digest = write(origin, name, folder, temporary)
            if digest != entry.digest:
                raise OSError(errno.ESTALE, _CHANGED_LATER)
            _give(folder, temporary, _owner_at(folder, name, otherwise=os.fstat(move.target)))
            if entry.kind == "file":
                os.chmod(temporary, entry.mode & 0o777, dir_fd=folder)
            os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=folder)


def _copy_link(origin: int, name: str, folder: int, temporary: str) -> str:
    """Make the same link; return the digest of its target."""
    target = os.readlink(name, dir_fd=origin)
    os.symlink(target, temporary, dir_fd=folder)
    return hashlib.sha256(os.fsencode(target)).hexdigest()


def _copy_file(origin: int, name: str, folder: int, temporary: str) -> str:
    """Copy the content, readable for nobody else yet; return the digest of what was written."""
    digest = hashlib.sha256()
    handle = os.open(name, FILE, dir_fd=origin)
    try:
        new = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
        with os.fdopen(new, "wb") as file:
            while block := os.read(handle, BLOCK):
                digest.update(block)
                file.write(block)
    finally:
        os.close(handle)
    return digest.hexdigest()


def _owner_at(folder: int, name: str, otherwise: os.stat_result) -> os.stat_result:
    """Return whose the file is that stands there now."""
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return otherwise


def _give(folder: int, name: str, owner: os.stat_result) -> None:
    """Give a new file or folder to an owner; without root rights it is of the user that made it."""
    if os.geteuid() == 0:
        os.chown(name, owner.st_uid, owner.st_gid, dir_fd=folder, follow_symlinks=False)


def _make_parents(move: _Move, path: str) -> None:
    """Make the folders above a path that the workspace lacks, with the modes that they have in the copy."""
    parts = path.split("/")
    for end in range(1, len(parts)):
        parent = "/".join(parts[:end])
        with _parent_of(move.target, parent) as (folder, name):
            try:
                os.mkdir(name, 0o700, dir_fd=folder)
            except FileExistsError:
                continue
            _give(folder, name, os.fstat(move.target))
            entry = move.after.entries.get(parent)
            os.chmod(name, (entry.mode & 0o777 if entry else 0o755) | 0o700, dir_fd=folder)


@contextlib.contextmanager
def _parent_of(top: int, path: str) -> Iterator[tuple[int, str]]:
    """Give a descriptor of the folder that a path is in, reached without following links, and its name there."""
    *parents, name = names_of(path)
    folder = open_folder(top, parents)
    try:
        yield folder, name
    finally:
        os.close(folder)
