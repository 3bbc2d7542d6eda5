"""Reads trials.jsonl by the line: of each trial only what its point needs, so that time and memory stay small.

The structures below have the fields of the records of the same name, as far as ``points`` and ``acceptance`` read them;
a test holds that both give the same point. msgspec passes over all other fields without making anything of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import cast

import msgspec

from gha_router.records import AgentEnd, CheckStatus, ClaimKind, ClaimVerdict, Source, Trial, Verdict

LONGEST = 64 * 2**20  # bytes of a line


class _Usage(msgspec.Struct, frozen=True, gc=False):
    input: int
    cache_read: int
    cache_write: int
    output: int
    cache_write_1h: int = 0

    @property
    def total(self) -> int:
        return self.input + self.cache_read + self.cache_write + self.cache_write_1h + self.output


class _Check(msgspec.Struct, frozen=True, gc=False):
    name: str
    status: CheckStatus
    required: bool = True
    weight: float = 1.0
    gate: bool = False


class _Claim(msgspec.Struct, frozen=True, gc=False):
    text: str


class _Observation(msgspec.Struct, frozen=True, gc=False):
    value: bool | int | float | str | None
    unit: str | None
    source: Source
    by: str
    detail: str = ""


class _Finding(msgspec.Struct, frozen=True, gc=False):
    verdict: ClaimVerdict
    kind: ClaimKind
    claim: _Claim | None
    observation: _Observation | None
    ratio: float | None = None


class _Attempt(msgspec.Struct, frozen=True, gc=False):
    verdict: Verdict
    end: AgentEnd
    end_detail: str
    wall_s: float
    requests: int
    usage: _Usage | None
    cost_usd: Decimal | None
    checks: tuple[_Check, ...]
    findings: tuple[_Finding, ...]
    delivered: bool
    isolation: str
    own_tests: bool | None = None


class _Result(msgspec.Struct, frozen=True, gc=False):
    verdict: Verdict
    attempts: tuple[_Attempt, ...]
    error: str | None = None


class _Trial(msgspec.Struct, frozen=True, gc=False):
    id: str
    task_id: str
    model: str
    epoch: int
    result: _Result

    @property
    def attempt(self) -> _Attempt | None:
        return self.result.attempts[-1] if self.result.attempts else None


_decode = msgspec.json.Decoder(_Trial).decode


@dataclass(slots=True)
class Line:
    """One line: the trial as far as it is read, or why it cannot be. ``start``: its first byte in the file."""

    number: int
    start: int
    raw: bytes
    trial: Trial | None
    why: str = ""


def lines_of(file: Path) -> Iterator[Line]:
    """Yield the lines of a trials.jsonl. Raises ``OSError`` for a file that cannot be read."""
    start = 0
    with file.open("rb", buffering=1 << 20) as opened:
        for number, raw in enumerate(iter(partial(opened.readline, LONGEST), b""), 1):
            if not raw.isspace():
                yield _line(number, start, raw)
            start += len(raw)


def line_at(file: Path, start: int) -> bytes:
    """Return the line that begins at a byte. Raises ``OSError``."""
    with file.open("rb") as opened:
        opened.seek(start)
        return opened.readline(LONGEST)


def _line(number: int, start: int, raw: bytes) -> Line:
    if not raw.endswith(b"\n"):
        return Line(number, start, raw, None, "the line is cut: it was being written when somebody was killed")
    try:
        return Line(number, start, raw, cast("Trial", _decode(raw)))
    except (msgspec.DecodeError, RecursionError) as error:
        return Line(number, start, raw, None, f"no trial of ours: {error}")
