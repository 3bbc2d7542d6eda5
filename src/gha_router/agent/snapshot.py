r"""A workspace at one moment, and what differs between two moments.

Paths in a snapshot are relative, with ``/``, and always valid Unicode, so that whatever is written from them is
valid UTF-8. Names on Linux are bytes: a byte that is not UTF-8 (0xff, which Python decodes to the lone surrogate
U+DCFF) stands in a path as the six characters ``\udcff``, and a backslash that begins what looks like such a
byte as ``\udc5c``. ``quote`` and ``unquote`` are exact opposites; all other names stay as they are.

Nothing here follows a link below the root or opens anything but regular files, and nothing hangs when a file
is swapped for a FIFO between the look and the open.
"""

import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from gha_router.errors import Cancelled, Position, UsageError, WorkspaceError
from gha_router.records import Changes, FileEntry, Snapshot, dumps, from_json, stamp, to_json

SCHEMA = "gha-router/snapshot/1"
BLOCK = 1 << 20  # bytes read at once
MAX_DEPTH = 200  # folders in folders; real projects stay below 50, paths end at 4096 bytes
KINDS = frozenset({"file", "link", "dir", "other"})
# Bytes: an agent can make files of any size that hold nothing, and hashing them would not end.
MAX_FILE = 4 * 2**30
MAX_TOTAL = 8 * 2**30
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a FIFO opens at once and is then seen to be one
_SWAPPED = {errno.ELOOP, errno.ENXIO}  # what opening a link, or a socket, answers
_ODD = re.compile(r"[\udc80-\udcff]|\\(?=udc(?:[89a-f][0-9a-f]|5c))")
_QUOTED = re.compile(r"\\udc([89a-f][0-9a-f]|5c)")


def quote(name: str) -> str:
    r"""Return a name, as Python decodes it, in the form that snapshots use: b"\xff" as the text ``\udcff``."""
    return _ODD.sub(lambda odd: f"\\udc{ord(odd[0]) & 0xFF:02x}", name)


def unquote(path: str) -> str:
    """Return the name that ``quote`` was given, to be used with ``os`` functions."""
    return _QUOTED.sub(lambda byte: "\\" if byte[1] == "5c" else chr(0xDC00 + int(byte[1], 16)), path)


def names_of(path: str) -> list[str]:
    """Return the names along a snapshot's path, as ``os`` functions take them; none for ``""``, the root."""
    return unquote(path).split("/") if path else []


def take(
    root: Path,
    *,
    at: datetime,
    stopped: Callable[[], bool] = lambda: False,
    seen: Callable[[FileEntry], None] = lambda _entry: None,
) -> Snapshot:
    """Return what is below ``root`` now, sorted by path; ``.git`` is left out at any depth (submodules have one).

    ``seen`` is told each entry as it is found. What disappears meanwhile is left out. Raises ``UsageError`` when
    ``root`` is no folder, ``WorkspaceError`` for what cannot be read and for folders nested deeper than ``MAX_DEPTH``,
    ``Cancelled`` once ``stopped`` says so.
    """
    entries: dict[str, FileEntry] = {}
    total = 0
    with opened(root) as top:
        pending = [""]
        while pending:
            for entry in children(top, pending.pop()):
                if stopped():
                    raise Cancelled("interrupted while the workspace was looked at")
                if entry.path.rpartition("/")[2] == ".git":
                    continue
                entries[entry.path] = entry
                seen(entry)
                total += entry.size
                if total > MAX_TOTAL:
                    raise _unreadable(entry.path, OSError(errno.EFBIG, f"the files together pass {MAX_TOTAL:,} bytes"))
                if entry.kind == "dir":
                    pending.append(entry.path)
    return Snapshot(taken_at=stamp(at), entries=dict(sorted(entries.items())))


def same(one: FileEntry, other: FileEntry) -> bool:
    """Return whether two entries agree in kind, content and the executable bits; other bits are no change."""
    return (one.kind, one.digest, one.mode & 0o111) == (other.kind, other.digest, other.mode & 0o111)


def compare(before: Snapshot, after: Snapshot) -> Changes:
    """Return what became of the files and links.

    ``created`` are files and links in ``after`` only, ``modified`` in both, ``deleted`` in ``before`` only. A file
    that became a folder or a FIFO is therefore deleted, one that became a link is modified.
    """
    old, new = before.files, after.files
    return Changes(
        created=tuple(sorted(new.keys() - old.keys())),
        modified=tuple(sorted(path for path in new.keys() & old.keys() if not same(old[path], new[path]))),
        deleted=tuple(sorted(old.keys() - new.keys())),
    )


def files_digest(snapshot: Snapshot) -> str:
    """Return one SHA-256 for all files and links: of two trees it is the same where ``compare`` sees no difference."""
    entries = [[e.path, e.kind, e.mode & 0o111, e.digest] for _, e in sorted(snapshot.files.items())]
    return hashlib.sha256(json.dumps(entries).encode()).hexdigest()


def digest_of(snapshot: Snapshot) -> str:
    """Return the SHA-256 of a snapshot's entries in the order of their paths, whenever it was taken."""
    total = hashlib.sha256()
    for _, entry in sorted(snapshot.entries.items()):
        total.update(dumps(entry).encode() + b"\n")
    return total.hexdigest()


def write(snapshot: Snapshot, file: Path) -> str:
    """Write a snapshot as one line of JSON (UTF-8) and return its digest; folders on the way are made.

    Raises ``UsageError`` for a file that is there already: what was before cannot be looked at a second time.
    """
    digest = digest_of(snapshot)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            out.write(dumps({"schema": SCHEMA, "digest": digest, **to_json(snapshot)}) + "\n")
    except OSError as error:
        if error.errno == errno.EEXIST and os.path.lexists(file):
            raise UsageError(
                f"{quote(str(file))} is there already, and what it holds may be the state before a run",
                hint="Name another file with --out, or remove that one.",
            ) from error
        raise WorkspaceError(
            f"the snapshot cannot be written to {quote(str(file))}: {error.strerror}",
            hint="Name a file in a folder that can be written to, with --out.",
        ) from error
    return digest


def read(file: Path) -> Snapshot:
    """Return the snapshot that ``write`` wrote.

    Raises ``UsageError`` for a file that holds none, and for one whose entries are not those of its digest.
    """
    where = Position(quote(str(file)))
    hint = "Make a snapshot before the agent starts: gha-router snapshot --workspace DIR --out FILE"
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise UsageError(f"this is no snapshot: its `schema` is not {SCHEMA}", where=where, hint=hint)
        recorded = data.pop("digest", None)
        snapshot = from_json(Snapshot, {name: data[name] for name in data if name != "schema"})
    except OSError as error:
        raise UsageError(f"the snapshot cannot be read: {error.strerror}", where=where, hint=hint) from error
    except json.JSONDecodeError as error:
        place = Position(where.file, error.lineno, error.colno)
        raise UsageError(f"this is no snapshot, it is not JSON: {error.msg}", where=place, hint=hint) from error
    except UnicodeDecodeError as error:
        raise UsageError("this is no snapshot, it is not UTF-8 text", where=where, hint=hint) from error
    except RecursionError as error:
        raise UsageError("this is no snapshot, it is nested without end", where=where, hint=hint) from error
    except ValidationError as error:
        first = error.errors()[0]
        place_in = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise UsageError(f"this is no snapshot: {place_in}: {first['msg']}", where=where, hint=hint) from error
    for path, entry in snapshot.entries.items():
        if path != entry.path or entry.kind not in KINDS:
            what = f"this is no snapshot: the entry {path!r} has path {entry.path!r} and kind {entry.kind!r}"
            raise UsageError(what, where=where, hint=hint)
    if digest_of(snapshot) != recorded:
        raise UsageError("the snapshot was changed after it was taken: its digest does not fit", where=where)
    return snapshot


@contextmanager
def opened(root: Path) -> Iterator[int]:
    """Give a descriptor of the folder ``root``; a link to a folder is followed here, and only here."""
    try:
        top = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    except (FileNotFoundError, NotADirectoryError) as error:
        what = f"the workspace {quote(str(root))} is no folder: {error.strerror}"
        raise UsageError(what, hint="Name the folder of the checked-out repository.") from error
    except OSError as error:
        raise _unreadable(str(root), error) from error
    try:
        yield top
    finally:
        os.close(top)


def open_folder(top: int, names: list[str]) -> int:
    """Return a new descriptor of the folder that ``names`` lead to below ``top``, following no link on the way.

    Raises ``FileNotFoundError``, and ``NotADirectoryError`` where a link or a file stands in the way.
    """
    folder = os.open(".", _FOLDER, dir_fd=top)
    for name in names:
        above = folder
        try:
            folder = os.open(name, _FOLDER, dir_fd=above)
        finally:
            os.close(above)
    return folder


def children(top: int, path: str) -> Iterator[FileEntry]:
    """Yield what the folder ``path`` below ``top`` holds, ``.git`` included; nothing when it is gone."""
    require_shallow(path)
    try:
        folder = open_folder(top, names_of(path))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        for name in os.listdir(folder):  # noqa: PTH208 - a Path cannot list a descriptor
            found = f"{path}/{quote(name)}" if path else quote(name)
            if entry := _describe(folder, name, found):
                yield entry
    finally:
        os.close(folder)


def require_shallow(path: str) -> None:
    """Raise ``WorkspaceError`` for a folder below more than ``MAX_DEPTH`` others."""
    if path.count("/") >= MAX_DEPTH:
        what = f"folders are nested deeper than {MAX_DEPTH} levels at {quote(path[:60])}..."
        raise WorkspaceError(what, hint="Remove that folder: nothing that deep can be copied or compared.")


def look(top: int, path: str) -> FileEntry | None:
    """Return what is at ``path`` below ``top``; ``None`` for nothing, or nothing that is reached without a link."""
    *parents, name = names_of(path)
    try:
        folder = open_folder(top, parents)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        return _describe(folder, name, path)
    finally:
        os.close(folder)


def _describe(folder: int, name: str, path: str) -> FileEntry | None:
    try:
        info = os.stat(name, dir_fd=folder, follow_symlinks=False)
        mode = stat.S_IMODE(info.st_mode)
        match stat.S_IFMT(info.st_mode):
            case stat.S_IFREG:
                return _file(folder, name, path, mode)
            case stat.S_IFLNK:
                target = os.fsencode(os.readlink(name, dir_fd=folder))
                digest = hashlib.sha256(target).hexdigest()
                return FileEntry(path=path, kind="link", mode=mode, size=len(target), digest=digest)
            case stat.S_IFDIR:
                return FileEntry(path=path, kind="dir", mode=mode, size=0, digest=None)
            case _:
                return _special(path, mode)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def _file(folder: int, name: str, path: str, mode: int) -> FileEntry:
    try:
        handle = os.open(name, FILE, dir_fd=folder)
    except OSError as error:
        if error.errno in _SWAPPED:
            return _special(path, mode)
        raise
    try:
        info = os.fstat(handle)
        if not stat.S_ISREG(info.st_mode):
            return _special(path, mode)
        if info.st_size > MAX_FILE:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        content, size = hashlib.sha256(), 0
        while block := os.read(handle, BLOCK):
            content.update(block)
            size += len(block)
    finally:
        os.close(handle)
    return FileEntry(path=path, kind="file", mode=stat.S_IMODE(info.st_mode), size=size, digest=content.hexdigest())


def _special(path: str, mode: int) -> FileEntry:
    """Return the entry of a FIFO, a socket, a device, or of a file that was swapped for one just now."""
    return FileEntry(path=path, kind="other", mode=mode, size=0, digest=None)


def _unreadable(path: str, error: OSError) -> WorkspaceError:
    return WorkspaceError(
        f"{quote(path) or 'the workspace'} cannot be read: {error.strerror}",
        hint="Make it readable for the user that runs gha-router, or remove it.",
    )
