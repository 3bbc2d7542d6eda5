import errno
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from gha_router.errors import InfrastructureError, LedgerBroken, Position, UsageError
from gha_router.ledger.form import GENESIS, SCHEMA, TAIL, digest, head_file, head_line, mac
from gha_router.ledger.read import BOOKKEEPING, verify
from gha_router.records import Json, Receipt, now, stamp


class Ledger:
    """Writes one file from its first line to its last; the key never leaves this object.

    Each record is one ``write`` to the file system: what was written when the process is killed stays readable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._key = secrets.token_bytes(32)
        self._seq = 0
        self._receipts = 0
        self.size = 0  # bytes
        self.head = GENESIS
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(path, flags, 0o600)
            self._head_fd = os.open(head_file(path), flags & ~(os.O_EXCL | os.O_APPEND) | os.O_TRUNC, 0o600)
        except FileExistsError:
            raise UsageError(
                f"{path} is there already, and a ledger is never continued",
                hint="Name another file, or move the old one away.",
            ) from None
        except OSError as error:
            raise InfrastructureError(f"the ledger {path} cannot be written: {error.strerror}") from error
        self.note("opened", schema=SCHEMA)

    def receipt(self, receipt: Receipt) -> str:
        """Write a receipt; return the new head."""
        self._receipts += 1
        return self._append("receipt", _json(receipt))

    def read_back(self, places: Iterable[tuple[int, int]]) -> list[Json]:
        """Return the receipts that were written at these places (first byte, and the one behind the last).

        Raises ``LedgerBroken`` for a line that is not what this object wrote.
        """
        return [self._read_back(*place) for place in places]

    def _read_back(self, start: int, end: int) -> Json:
        line = os.pread(self._fd, end - start, start)
        tail = TAIL.search(line)
        if tail is None or not hmac.compare_digest(mac(self._key, line[: tail.start()]), tail[1].decode()):
            raise LedgerBroken("a receipt was changed after it was written", where=Position(str(self.path)))
        record: Json = orjson.loads(line)
        return {name: value for name, value in record.items() if name not in BOOKKEEPING}

    def note(self, event: str, **details: object) -> str:
        """Write that something happened; return the new head."""
        return self._append("note", _json({"event": event, "at": stamp(now()), **details}))

    def close(self) -> str:
        """Hold the file against the key, write the closing note, and return the head to publish.

        Raises ``LedgerBroken`` when the file is not what this object wrote.
        """
        if self._fd >= 0:
            try:
                verify(self.path, head=self.head, key=self._key)
                self.note("closed", receipts=self._receipts)
            finally:
                os.close(self._fd)
                os.close(self._head_fd)
                self._fd = self._head_fd = -1
        return self.head

    def discard(self) -> None:
        """Remove a ledger that holds nothing yet: whoever opened it did not begin."""
        os.close(self._fd)
        os.close(self._head_fd)
        self._fd = self._head_fd = -1
        self.path.unlink()
        head_file(self.path).unlink()

    def _append(self, kind: str, data: bytes) -> str:
        body = b'{"seq":%d,"type":"%b",%b,"prev":"%b"' % (self._seq, kind.encode(), data[1:-1], self.head.encode())
        authenticated = b'%b,"mac":"%b"' % (body, mac(self._key, body).encode())
        line_hash = digest(authenticated)
        line = b'%b,"hash":"%b"}\n' % (authenticated, line_hash.encode())
        try:
            written = os.write(self._fd, line)
            os.pwrite(self._head_fd, head_line(self._seq, line_hash), 0)
        except OSError as error:
            raise InfrastructureError(f"the ledger {self.path} cannot be written: {error.strerror}") from error
        if written != len(line):
            raise InfrastructureError(f"the ledger {self.path} cannot be written: {os.strerror(errno.ENOSPC)}")
        self.head = line_hash
        self.size += written
        self._seq += 1
        return line_hash

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _json(record: object) -> bytes:
    """Return a JSON object. orjson knows dataclasses and enums, and not Decimal, which stays exact as a text."""
    return orjson.dumps(record, default=str)
