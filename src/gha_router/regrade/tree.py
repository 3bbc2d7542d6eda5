"""Brings a recorded workspace back: each file from wherever the very bytes still are, known by their digest."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from gha_router.agent import workspace
from gha_router.agent.snapshot import FILE, MAX_DEPTH, names_of, open_folder, opened, quote, unquote
from gha_router.errors import UsageError
from gha_router.pipeline.keeping import sha256_of
from gha_router.records import FileEntry, Snapshot

LARGEST = 512 * 2**20  # bytes of one file; it is held in memory while its digest is made
LONGEST = 255  # bytes of one name, on every file system that a checkout is made on


def restore(recorded: Snapshot, target: Path, *, kept: Path, bases: Sequence[Path]) -> tuple[str, ...]:
    """Make ``target`` hold what the snapshot says; return the paths whose content is nowhere.

    A file comes from ``kept`` (a folder of files named by their digest), else from the same path below one of
    ``bases``; whatever has another digest is passed over. A base's ``.git`` comes along, cleaned as for an agent.
    Raises ``UsageError`` for a snapshot that no workspace can have been, before anything is written.
    """
    require_possible(recorded)
    if git := next((base for base in bases if (base / ".git").is_dir()), None):
        workspace.copy(git, target / "base", owner=None)
        shutil.move(target / "base" / ".git", target / ".git")
        shutil.rmtree(target / "base")
    missing = []
    for path, entry in sorted(recorded.entries.items()):
        place = target.joinpath(*names_of(path))
        match entry.kind:
            case "dir":
                place.mkdir(exist_ok=True)
            case "file" | "link":
                content = content_of(path, entry, kept, bases)
                if content is None:
                    missing.append(path)
                else:
                    _put(place, entry, content)
    for path, entry in recorded.entries.items():
        if entry.kind == "dir":
            target.joinpath(*names_of(path)).chmod(entry.mode & 0o777 | 0o700)
    return tuple(missing)


def changed_files(kept: Path) -> tuple[str, ...]:
    """Return the kept files whose content is not that of their name."""
    found = sorted(kept.iterdir()) if kept.is_dir() else []
    return tuple(file.name for file in found if not file.is_file() or sha256_of(file) != file.name)


def require_possible(recorded: Snapshot) -> None:
    """Raise ``UsageError`` for paths that no workspace can have had: a snapshot may come from whom it accuses.

    Each path is below the root, the only one for its place, and every folder on its way is recorded as one: nothing is
    written through a link.
    """
    for path in recorded.entries:
        names = names_of(path)
        odd = any(name in {"", ".", "..", ".git"} or "\0" in name for name in names)
        if not names or odd or quote(unquote(path)) != path:
            raise UsageError(f"the recorded path {path!r} is none that a workspace can have")
        if len(names) > MAX_DEPTH or any(len(os.fsencode(name)) > LONGEST for name in names):
            raise UsageError(f"the recorded path {quote(path[:60])!r}... is longer than any that a workspace can have")
        above = path.rpartition("/")[0]
        parent = recorded.entries.get(above)
        if above and (parent is None or parent.kind != "dir"):
            raise UsageError(f"the recorded path {path!r} lies in something that is no folder")


def content_of(path: str, entry: FileEntry, kept: Path | None, bases: Iterable[Path]) -> bytes | None:
    """Return the bytes of a file, or a link's target, that have the recorded digest."""
    if entry.size > LARGEST or entry.digest is None:
        return None
    own = [(kept, [entry.digest])] if kept is not None else []
    for root, names in (*own, *((base, names_of(path)) for base in bases)):
        content = _read(root, names, link=entry.kind == "link" and root is not kept)
        if content is not None and hashlib.sha256(content).hexdigest() == entry.digest:
            return content
    return None


def _read(root: Path, names: list[str], *, link: bool) -> bytes | None:
    if any("/" in name for name in names):
        return None
    try:
        with opened(root) as top:
            folder = open_folder(top, names[:-1])
            try:
                if link:
                    return os.fsencode(os.readlink(names[-1], dir_fd=folder))
                with os.fdopen(os.open(names[-1], FILE, dir_fd=folder), "rb") as file:
                    return file.read(LARGEST + 1)
            finally:
                os.close(folder)
    except (OSError, ValueError, UsageError):
        return None


def _put(place: Path, entry: FileEntry, content: bytes) -> None:
    if entry.kind == "link":
        place.symlink_to(os.fsdecode(content))
        return
    with place.open("xb") as file:  # never through a link
        file.write(content)
    place.chmod(entry.mode & 0o777 | 0o600)
