"""Changes in a folder that holds what a stranger has written: links in place of files, folders in place of links.

Every path is reached folder by folder from a descriptor of the top, without following a link; files are always new.
Paths are as ``os`` functions spell them, relative and with ``/``.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from gha_router.agent.snapshot import FILE, open_folder


@contextmanager
def folder(top: int, path: str) -> Iterator[int]:
    """Give a descriptor of a folder, ``""`` being the top. Raises ``OSError`` where a link or a file is in the way."""
    opened = open_folder(top, path.split("/") if path else [])
    try:
        yield opened
    finally:
        os.close(opened)


@contextmanager
def parent(top: int, path: str) -> Iterator[tuple[int, str]]:
    """Give a descriptor of the folder that a path is in, and its name there."""
    above, _, name = path.rpartition("/")
    with folder(top, above) as opened:
        yield opened, name


def give(handle: int, owner: os.stat_result, mode: int) -> None:
    """Give a new file or folder its owner, as far as we may, and its mode."""
    if os.geteuid() == 0:
        os.fchown(handle, owner.st_uid, owner.st_gid)
    os.fchmod(handle, mode)


def read(top: int, path: str, most: int) -> bytes | None:
    """Return the first ``most`` bytes of a regular file; ``None``: there is none that is reached without a link."""
    try:
        with parent(top, path) as (above, name), os.fdopen(os.open(name, FILE, dir_fd=above), "rb") as file:
            return file.read(most) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except OSError:
        return None


def remove(top: int, path: str) -> None:
    """Remove whatever is at a path: a file, a link, a folder with all below it. Nothing there is no error."""
    try:
        with parent(top, path) as (above, name):
            if stat.S_ISDIR(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode):
                shutil.rmtree(name, dir_fd=above)
            else:
                os.unlink(name, dir_fd=above)
    except (FileNotFoundError, NotADirectoryError):
        return


def put(top: int, path: str, content: bytes, *, mode: int) -> None:
    """Write a new file in place of what is there; what stands in the way of its folders is removed.

    All that is new belongs to the owner of the top.
    """
    owner = os.fstat(top)
    _make_way(top, path, owner)
    remove(top, path)
    with parent(top, path) as (above, name):
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=above)
        with os.fdopen(handle, "wb") as new:
            new.write(content)
            give(handle, owner, mode)


def link(top: int, path: str, target: bytes) -> None:
    """Make a link in place of what is there, as ``put`` makes a file."""
    owner = os.fstat(top)
    _make_way(top, path, owner)
    remove(top, path)
    with parent(top, path) as (above, name):
        os.symlink(target, os.fsencode(name), dir_fd=above)
        if os.geteuid() == 0:
            os.chown(name, owner.st_uid, owner.st_gid, dir_fd=above, follow_symlinks=False)


def _make_way(top: int, path: str, owner: os.stat_result) -> None:
    names = path.split("/")[:-1]
    for end in range(1, len(names) + 1):
        above = "/".join(names[:end])
        try:
            with folder(top, above):
                continue
        except FileNotFoundError:
            pass
        except OSError:  # a link or a file
            remove(top, above)
        with folder(top, "/".join(names[: end - 1])) as opened:
            os.mkdir(names[end - 1], 0o700, dir_fd=opened)
            with folder(opened, names[end - 1]) as made:
                give(made, owner, 0o755)
