"""Reading what the agent left behind, without trusting it: links, pipes and huge files are not followed or read."""

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from gha_router.records import Evidence

LIMIT = 50_000_000  # bytes

LEAVES = "a link that leaves the workspace"
NOWHERE = "a link that leads nowhere"
MISSING = "missing"


class Unreadable(Exception):
    """Why a file is not read; the text is what a check found in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text and where it comes from. ``note`` is what a reader of the report must know of it."""

    text: str
    source: str  # "message" or "file"
    note: str = ""

    @property
    def empty(self) -> str | None:
        """Return the words for a text without content, ``None`` when there is some."""
        return None if self.text.strip() else f"nothing (empty {self.source})"

    def remark(self, found: str) -> str:
        """Return ``found`` with the note behind it."""
        return f"{found} ({self.note})" if self.note else found


def locate(root: Path, path: str) -> Path:
    """Return the real place of ``path``, which exists below ``root``. Raises ``Unreadable``, ``OSError``."""
    base = Path(os.path.realpath(root))
    named = base / path
    real = Path(os.path.realpath(named))
    if not real.is_relative_to(base):
        raise Unreadable(LEAVES)
    try:
        kind = real.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise Unreadable(MISSING if real == named else NOWHERE) from None
    except OSError as problem:
        if problem.errno == errno.ELOOP:
            raise Unreadable(NOWHERE) from None
        raise
    if stat.S_ISLNK(kind):  # realpath gives up on a circle of links
        raise Unreadable(NOWHERE)
    return real


def read_bytes(root: Path, path: str) -> bytes:
    """Return the content of a regular file below ``root``. Raises ``Unreadable``, ``OSError``."""
    real = locate(root, path)
    _refuse_unless_file(real.lstat())
    # Nothing may be swapped in between: no link is followed, no pipe is waited for.
    handle = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        _refuse_unless_file(os.fstat(handle))
        return file.read(LIMIT)


def decode(content: bytes) -> Text:
    """Return a file's bytes as text; what is no UTF-8 is replaced, and the note says so."""
    try:
        return Text(text=content.decode("utf-8-sig"), source="file")
    except UnicodeDecodeError:
        note = "not UTF-8: bytes that cannot be read are replaced"
        return Text(text=content.decode("utf-8-sig", errors="replace"), source="file", note=note)


def read_text(root: Path, path: str) -> Text:
    """Return a file below ``root`` as text. Raises ``Unreadable``, ``OSError``."""
    return decode(read_bytes(root, path))


def changed(evidence: Evidence, path: str) -> str | None:
    """Return why ``path`` is not the file that the agent found, ``None`` when it is, to the byte."""
    before, after = evidence.before.entries.get(path), evidence.after.entries.get(path)
    if before is None or after is None or (before.kind, before.digest) != (after.kind, after.digest):
        return "the file was changed by the step"
    if before.kind != "file":
        return "the file is reached through a link"
    return None


def _refuse_unless_file(info: os.stat_result) -> None:
    if stat.S_ISDIR(info.st_mode):
        raise Unreadable("a folder, not a file")
    if not stat.S_ISREG(info.st_mode):
        raise Unreadable("a pipe, socket or device: not opened")
    if info.st_size > LIMIT:
        raise Unreadable(f"{info.st_size:,} bytes: not read, the limit is 50 MB")
