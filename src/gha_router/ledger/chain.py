import errno
import os
import secrets
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from gha_router.errors import InfrastructureError, UsageError
from gha_router.ledger.form import GENESIS, SCHEMA, digest, head_file, head_line, mac
from gha_router.ledger.read import verify
from gha_router.records import Json, Receipt, now, stamp

RECEIPT = tuple(field.name for field in fields(Receipt))


class Ledger:
    """Writes one file from its first line to its last; the key never leaves this object.

    Each record is one ``write`` to the file system: what was written when the process is killed stays readable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._key = secrets.token_bytes(32)
        self._seq = 0
        self._receipts = 0
        self.head = GENESIS
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
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
        self._append("note", {"event": "opened", "schema": SCHEMA, "at": stamp(now())})

    def receipt(self, receipt: Receipt) -> str:
        """Write a receipt; return the new head."""
        self._receipts += 1
        return self._append("receipt", {name: getattr(receipt, name) for name in RECEIPT})

    def note(self, event: str, **details: object) -> str:
        """Write that something happened; return the new head."""
        return self._append("note", {"event": event, "at": stamp(now()), **details})

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

    def _append(self, kind: str, data: Json) -> str:
        # orjson knows dataclasses and enums; what it does not know is Decimal, which stays exact as a text.
        body = orjson.dumps({"seq": self._seq, "type": kind, **data, "prev": self.head}, default=str)[:-1]
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
        self._seq += 1
        return line_hash

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
