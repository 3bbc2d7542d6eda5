import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gha_router.errors import LedgerBroken, Position, UsageError
from gha_router.ledger.form import GENESIS, TAIL, digest, head_file, mac
from gha_router.records import Json, Receipt, from_json

BOOKKEEPING = ("seq", "type", "prev", "hash", "mac")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerState:
    """A ledger whose chain is whole."""

    records: int
    receipts: int
    head: str
    closed: bool  # the gateway ended it; False: it was killed, or still runs
    anchored: bool  # its end was held against a head; False: a cut at the end could not be seen
    uncovered: int = 0  # records behind the head: one, where the gateway was killed just then, or somebody added it


def verify(path: Path, *, head: str | None = None, key: bytes | None = None) -> LedgerState:
    """Return the state of a ledger that is whole and, where a head is known, ends with it.

    Without ``head`` the file's own ``.head`` is used where it is there. Raises ``LedgerBroken`` with the line of
    the first fault, ``UsageError`` when there is no such file.
    """
    hashes: list[str] = []
    receipts = 0
    closed = False
    for number, line in enumerate(_lines(path), 1):
        where = Position(str(path), number)
        if closed:
            raise LedgerBroken("a record after the closing note", where=where)
        record, line_hash = _link(line, hashes[-1] if hashes else GENESIS, len(hashes), where, key)
        receipts += record["type"] == "receipt"
        closed = record["type"] == "note" and record.get("event") == "closed"
        hashes.append(line_hash)
    if not hashes:
        raise LedgerBroken("the ledger is empty", where=Position(str(path)))
    covered = _hold_against_head(path, hashes, head)
    return LedgerState(
        records=len(hashes),
        receipts=receipts,
        head=hashes[-1],
        closed=closed,
        anchored=covered is not None,
        uncovered=len(hashes) - covered if covered is not None else 0,
    )


def receipts(path: Path) -> Iterator[Receipt]:
    """Yield the receipts of a ledger in order, without verifying it."""
    for line in _lines(path):
        record = json.loads(line)
        if record["type"] == "receipt":
            yield from_json(Receipt, {name: value for name, value in record.items() if name not in BOOKKEEPING})


def notes(path: Path, event: str) -> Iterator[Json]:
    """Yield the notes of one kind of event in order, without verifying the ledger."""
    for line in _lines(path):
        record = json.loads(line)
        if record["type"] == "note" and record.get("event") == event:
            yield {name: value for name, value in record.items() if name not in BOOKKEEPING}


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", hint="Name a ledger.jsonl.") from None


def _link(line: bytes, prev: str, seq: int, where: Position, key: bytes | None) -> tuple[Json, str]:
    """Return a line's record and hash when it is the next link of the chain."""
    tail = TAIL.search(line)
    if tail is None or not line.endswith(b"\n"):
        raise LedgerBroken("the line is torn or is no ledger record", where=where)
    body, authenticated, line_hash = line[: tail.start()], line[: tail.end(1) + 1], tail[2].decode()
    if digest(authenticated) != line_hash:
        raise LedgerBroken("the record was rewritten: its hash does not fit", where=where)
    try:
        record = json.loads(body + b"}")
    except ValueError:
        raise LedgerBroken("the record is not JSON", where=where) from None
    if not isinstance(record, dict) or "type" not in record:
        raise LedgerBroken("the record has no type", where=where)
    if record.get("prev") != prev or record.get("seq") != seq:
        raise LedgerBroken("the chain is broken: a record before this one was cut or rewritten", where=where)
    if key is not None and not hmac.compare_digest(mac(key, body), tail[1].decode()):
        raise LedgerBroken("the record was not written by this gateway", where=where)
    return record, line_hash


def _hold_against_head(path: Path, hashes: list[str], head: str | None) -> int | None:
    """Return how many records the head covers, ``None`` when there is no head; raise when it does not fit."""
    where = Position(str(path))
    if head is not None:
        if hashes[-1] != head:
            raise LedgerBroken(
                f"the chain is whole but ends with {hashes[-1]}, not with the published head {head}",
                where=where,
                hint="Records were cut, added or rewritten after the head was published.",
            )
        return len(hashes)
    try:
        seq_text, recorded = head_file(path).read_text().split()
        seq = int(seq_text)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise LedgerBroken(f"{head_file(path).name} beside the ledger cannot be read", where=where) from None
    # The head is written after its line: a gateway killed between the two leaves it one behind.
    last = len(hashes) - 1
    if seq not in {last, last - 1} or hashes[seq] != recorded:
        raise LedgerBroken(
            f"the chain is whole but ends at record {last}, and {head_file(path).name} knows record {seq}",
            where=where,
            hint="Records were cut or rewritten.",
        )
    return seq + 1
