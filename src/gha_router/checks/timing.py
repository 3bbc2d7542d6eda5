"""The check of a time that a file states: timestamp."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import ClassVar, Self

from gha_router.checks.base import PureCheck, Sight, sight
from gha_router.checks.say import quoted
from gha_router.checks.spec import Params
from gha_router.checks.workspace import read_text
from gha_router.records import Evidence

DAY = 86_400.0

# ISO 8601 extended format with seconds; a blank for the T as RFC 3339 allows it. Fractions finer than 1 us are cut.
_TIME = re.compile(
    r"(?<![0-9])([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:[.,]([0-9]{1,6})[0-9]*)?"
    r"(?![0-9])(?: ?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)(?![0-9]))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp(PureCheck):
    """The first ISO 8601 time in a file lies within the step; one without an offset is UTC."""

    kind: ClassVar = "timestamp"
    summary: ClassVar = "the first ISO 8601 time in a file lies within the step"
    parameters: ClassVar = {
        "file": "path in the workspace",
        "tolerance_s": "seconds by which it may lie before or after the step (default 1)",
    }
    example: ClassVar = "timestamp: {file: stamp.txt, tolerance_s: 1}"
    short: ClassVar = "file"

    file: str
    tolerance_s: float

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of this file."""
        tolerance = params.seconds("tolerance_s", default=1.0, largest=DAY)
        return cls(**params.common, file=params.path("file"), tolerance_s=tolerance)

    @property
    def expected(self) -> str:
        """The step."""
        return f"a time in {self.file} within the step, give or take {self.tolerance_s:g} s"

    @property
    def where(self) -> str:
        """The file."""
        return self.file

    def look(self, evidence: Evidence) -> Sight:
        """Find the time and hold it against our clock."""
        read = read_text(evidence.workspace, self.file)
        moment = next(times_in(read.text), None)
        if moment is None:
            what = read.empty or f"no ISO 8601 time with seconds in {quoted(read.text.strip())}"
            return sight(holds=False, found=read.remark(what))
        early = (evidence.started_at - moment).total_seconds()
        late = (moment - evidence.ended_at).total_seconds()
        if early > 0:
            how = f"{early:,.1f} s before the step began"
        elif late > 0:
            how = f"{late:,.1f} s after the step ended"
        else:
            how = "within the step"
        return sight(holds=max(early, late) <= self.tolerance_s, found=read.remark(f"{moment.isoformat()}, {how}"))


def times_in(text: str) -> Iterator[datetime]:
    """Return the ISO 8601 times in ``text``; those that no calendar has are passed over."""
    for match in _TIME.finditer(text):
        day, clock, fraction, offset = match.groups(default="")
        try:
            moment = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0').ljust(6, '0')}")
            zone = timezone(_offset(offset))
        except ValueError:
            continue
        yield moment.replace(tzinfo=zone)


def _offset(text: str) -> timedelta:
    """Return the distance from UTC; raises ``ValueError`` from 24 hours on."""
    if text in {"", "Z", "z"}:
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours >= 24 or minutes >= 60:  # noqa: PLR2004 - a day and an hour
        raise ValueError(text)
    return timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)
