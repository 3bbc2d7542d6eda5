"""A workspace as one file: ``workspace.tar.xz``, for what is too large for a review or cannot lie in a repository.

Such as a repository with its history: git does not take another's ``.git``.
"""

import atexit
import lzma
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from gha_router.errors import Position, TaskError

NAME = "workspace.tar.xz"
MOST_BYTES = 2**30  # of all files together, unpacked
MOST_FILES = 100_000


@cache
def unpacked(archive: Path) -> Path:
    """Return a folder with what the archive holds; it is made once, and gone when the process ends.

    Nothing in it leads out of it: tarfile's filter ``data`` (PEP 706). Raises ``TaskError`` for what is no archive.
    """
    folder = Path(tempfile.mkdtemp(prefix="gharouter-workspace-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    try:
        with tarfile.open(archive, "r:xz") as source:
            source.extractall(folder, members=_within_limits(source, archive), filter="data")
    except (tarfile.TarError, lzma.LZMAError, EOFError, OSError) as error:
        raise TaskError(f"it cannot be unpacked: {error}", where=Position(str(archive))) from None
    return folder


def _within_limits(source: tarfile.TarFile, archive: Path) -> Iterator[tarfile.TarInfo]:
    total = 0
    for number, member in enumerate(source, start=1):
        total += member.size
        if total > MOST_BYTES or number > MOST_FILES:
            what = f"it holds more than {MOST_BYTES:,} bytes or {MOST_FILES:,} files"
            raise TaskError(what, where=Position(str(archive)))
        yield member
