"""The files that a configuration names, read from where the configuration itself came from."""

import posixpath
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MOST_BYTES = 64 * 1024 * 1024  # of one file


class Beside(Protocol):
    """Reads files by their paths from the configuration's folder: a folder on disk, or a commit. Is its own key."""

    def read(self, path: str) -> bytes | None:
        """Return the content; ``None``: there is no such file. Raises ``OSError`` or a ``GhaRouterError``."""
        ...

    def __hash__(self) -> int:
        """Return what a cache finds it by."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder on disk."""

    path: Path

    def read(self, path: str) -> bytes | None:
        """Return a file's content."""
        try:
            with (self.path / path).open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            return None
        if len(content) > MOST_BYTES:
            raise OSError(0, f"it has more than {MOST_BYTES:,} bytes")
        return content


def sibling(path: str, name: str) -> str:
    """Return the path of a file that lies beside another one, or at a path from its folder: ``a/../b`` as ``b``."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
