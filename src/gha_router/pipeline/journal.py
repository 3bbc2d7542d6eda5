"""The journal of a run: what has happened, line by line, so that a run that was killed can be gone on with.

``journal.jsonl`` in the output folder is only ever appended to, and each line is on the disk before what follows from
it is done. Whoever writes it holds a lock on it, which ends with the process, however that ends. The lines, each with
``event`` and ``at``:

    begun      schema, run, ledger, workspace, original      the first line of a run; digests of the trees
    resumed    ledger                                        the first line of each later life
    attempt    step, number, decision                        an attempt begins
    ended      step, attempt                                 it ended and was not verified
    verified   step, plan, attempt, outputs, move            it is verified; what is going to be carried (null: nothing)
    settled    step, plan, result, outputs, workspace        the run goes on behind this step
"""

import fcntl
import json
import os
from pathlib import Path
from typing import Self

from gha_router.errors import InfrastructureError, Position, UsageError
from gha_router.records import Json, dumps, now, stamp

NAME = "journal.jsonl"
SCHEMA = "gha-router/journal/1"
EVENTS = {"begun", "resumed", "attempt", "ended", "verified", "settled"}
ANEW = "Begin anew, without --resume."


class Journal:
    """A journal that is open for writing, and locked."""

    def __init__(self, file: Path, descriptor: int, lines: tuple[Json, ...] = ()) -> None:
        """Take over a descriptor that ``created`` or ``reopened`` has locked; ``lines`` are those of earlier lives."""
        self.file, self._descriptor, self.lines = file, descriptor, lines

    @classmethod
    def created(cls, file: Path) -> Self:
        """Return a new journal. Raises ``UsageError`` where there is one already."""
        try:
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise UsageError(f"{file} cannot be written: {error.strerror}") from None
        _lock(file, descriptor)
        return cls(file, descriptor)

    @classmethod
    def reopened(cls, file: Path) -> Self:
        """Return the journal of an earlier life, without a line that was being written when that ended.

        Raises ``UsageError`` where there is none, where its run still goes on, or where it cannot be read.
        """
        try:
            descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW)
        except OSError as error:
            hint = "Without --resume a run begins; --resume goes on with one that was killed, in the same --out."
            raise UsageError(f"there is no run to go on with: {file}: {error.strerror}", hint=hint) from None
        _lock(file, descriptor)
        content = file.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        os.ftruncate(descriptor, len(whole))
        return cls(file, descriptor, tuple(_read(whole, file)))

    def write(self, event: str, **details: object) -> None:
        """Append a line; it is on the disk when this returns."""
        text = dumps({"event": event, "at": stamp(now()), **details})
        # Half a surrogate pair in an agent's words is no UTF-8, but as an escape it is JSON.
        line = text.encode("utf-8", "backslashreplace") + b"\n"
        try:
            os.write(self._descriptor, line)
            os.fsync(self._descriptor)
        except OSError as error:
            raise InfrastructureError(f"the journal {self.file} cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Give the lock back."""
        os.close(self._descriptor)


def refuse_running(folder: Path) -> None:
    """Raise ``UsageError`` when a run is going on in this folder: its results are not to be taken away."""
    try:
        descriptor = os.open(folder / NAME, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        _lock(folder / NAME, descriptor)
    finally:
        os.close(descriptor)


def _lock(file: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UsageError(
            f"a run is going on in {file.parent}", hint="Wait for its end, or name another folder with --out."
        ) from None


def _read(content: bytes, file: Path) -> list[Json]:
    lines = []
    for number, line in enumerate(content.splitlines(), 1):
        try:
            lines.append(json.loads(line))
            known = lines[-1]["event"] in EVENTS
        except (ValueError, TypeError, KeyError):
            known = False
        if not known:
            raise UsageError("this is no line of a journal", where=Position(str(file), number), hint=ANEW)
    if not lines or lines[0]["event"] != "begun" or lines[0].get("schema") != SCHEMA:
        raise UsageError(f"{file} holds no run that this version can go on with", hint=ANEW)
    return lines
