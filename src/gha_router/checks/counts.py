"""Checks of counts: line_count, count_of, number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Self

from gha_router.checks.answer import Place
from gha_router.checks.base import PureCheck, Sight, sight
from gha_router.checks.beside import read_beside, read_occurrences, read_stated
from gha_router.checks.numerals import number_of, to_ascii
from gha_router.checks.say import counted, quoted, some
from gha_router.checks.spec import Params
from gha_router.checks.workspace import Text, Unreadable, changed, read_bytes, read_text
from gha_router.claims import extract, hold
from gha_router.claims.meters.snapshot import locate
from gha_router.records import ClaimKind, ClaimVerdict, Evidence, Finding

_UNIT = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)*")

LONGEST_MESSAGE = 40_000  # characters in which claims are looked for

ANSWER = "where the number has to be stated: `message`, or a path in the workspace"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCount(PureCheck):
    r"""The lines of a file as the agent left it. A last line without ``\n`` is a line, which ``wc -l`` leaves out."""

    kind: ClassVar = "line_count"
    summary: ClassVar = "a file has so many lines when the agent has ended, or the message states how many"
    parameters: ClassVar = {
        "file": "path in the workspace",
        "equals": "the number of lines, or",
        "min": "the least number, and",
        "max": "the largest number",
        "claimed": "`true`: the message has to state the number of its lines, and every such claim has to hold",
    }
    example: ClassVar = "line_count: {file: report.md, min: 10, max: 200, claimed: true}"

    file: str
    least: int
    most: int | None
    claimed: bool

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check; ``equals`` is a least and a most that are the same."""
        claimed = params.truth("claimed")
        equals, least, most = (params.maybe_whole(key) for key in ("equals", "min", "max"))
        bounds = params.present("min", "max")
        if (equals is not None and bounds) or not (equals is not None or bounds or claimed):
            raise params.wrong("either `equals`, or `min` and `max` or one of them, or `claimed: true`")
        if least is not None and most is not None and least > most:
            raise params.wrong(f"`min` {least} is more than `max` {most}")
        if equals is not None:
            least = most = equals
        return cls(**params.common, file=params.path("file"), least=least or 0, most=most, claimed=claimed)

    @property
    def expected(self) -> str:
        """The bounds, and the claim."""
        if self.claimed and self.most is None and not self.least:
            return f"the message states how many lines {self.file} has"
        return f"{self._bounds()} in {self.file}{', as the message states' if self.claimed else ''}"

    def _bounds(self) -> str:
        if self.least == self.most:
            return counted(self.least, "line")
        if self.most is None:
            return f"at least {counted(self.least, 'line')}"
        return f"{self.least:,} to {counted(self.most, 'line')}"

    @property
    def where(self) -> str:
        """The file."""
        return self.file

    def look(self, evidence: Evidence) -> Sight:
        """Count."""
        content = read_bytes(evidence.workspace, self.file)
        unended = bool(content) and not content.endswith(b"\n")
        lines = content.count(b"\n") + unended
        holds = self.least <= lines and (self.most is None or lines <= self.most)
        note = " (the last without a line break)" if unended else ""
        found = "nothing (empty file)" if not content else counted(lines, "line") + note
        if not self.claimed:
            return sight(holds=holds, found=found)
        findings = _line_claims(evidence, self.file)
        wrong = [f.claim for f in findings if f.claim and f.verdict is not ClaimVerdict.CONFIRMED]
        said = f"the message says {quoted(wrong[0].text)}" if wrong else "the message states it"
        said = said if findings else "the message states no number of its lines"
        return sight(holds=holds and bool(findings) and not wrong, found=f"{found}; {said}")


def _line_claims(evidence: Evidence, file: str) -> Sequence[Finding]:
    """Return the claims of the message about the lines of a file, each held against it.

    Claims that name no file speak of this one when none names it: "I wrote report.md. It has 20 lines."
    """
    said = [claim for claim in extract(evidence.final_message[:LONGEST_MESSAGE])
            if claim.kind is ClaimKind.COUNT and claim.unit == "lines"]  # fmt: skip
    named = [c for c in said if c.subject and locate(c.subject, evidence.after.entries, evidence) == file]
    meant = named or [claim for claim in said if claim.subject is None]
    return hold([replace(claim, subject=file) for claim in meant], evidence=evidence, checks=())


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOf(PureCheck):
    """How often a text occurs in a file: in the file itself, or as the answer states it."""

    kind: ClassVar = "count_of"
    summary: ClassVar = "a text occurs so often in a file, or the answer states how often"
    parameters: ClassVar = {
        "text": "what is counted, as written, without overlaps",
        "file": "path in the workspace",
        "equals": "how often; without it, what the file holds, if the step left it alone",
        "answer": f"{ANSWER}; without it the file is counted",
    }
    example: ClassVar = "count_of: {text: Claude Code, file: README.md, equals: 12, answer: message}"

    text: str
    file: str
    equals: int | None
    place: Place | None

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check; it needs ``equals``, ``answer`` or both."""
        if not params.present("equals", "answer"):
            raise params.wrong("`equals`, `answer` or both are needed: there is nothing to compare with")
        place = Place.read_from(params, "answer") if params.present("answer") else None
        equals = params.maybe_whole("equals")
        return cls(**params.common, text=params.text("text"), file=params.path("file"), equals=equals, place=place)

    @property
    def expected(self) -> str:
        """The count, and who has to have it."""
        often = "as often as it occurs" if self.equals is None else counted(self.equals, "time")
        says = f"{self.place} says: " if self.place else ""
        return f"{says}{quoted(self.text)} {often} in {self.file}"

    @property
    def where(self) -> str | None:
        """The file that is counted, or the one with the answer."""
        return self.place.file if self.place else self.file

    def look(self, evidence: Evidence) -> Sight:
        """Count in the file, or read the answer and compare."""
        if self.place is None:
            read = read_text(evidence.workspace, self.file)
            times = read.text.count(self.text)
            return sight(holds=times == self.equals, found=read.remark(read.empty or counted(times, "time")))
        if self.equals is not None:
            held = self._held(evidence)
            differs = f"; the file holds {held:,}" if held not in {None, self.equals} else ""
            return self._compare(self.place.read_start(evidence), self.equals, differs)
        if why := changed(evidence, self.file):
            return sight(holds=False, found=f"{why}, its count can't be trusted")
        times = read_text(evidence.workspace, self.file).text.count(self.text)
        return self._compare(self.place.read_start(evidence), times, f"; the file holds {times:,}")

    def _held(self, evidence: Evidence) -> int | None:
        """Return the count in the file that the agent found, ``None`` where that is not known."""
        if changed(evidence, self.file):
            return None
        try:
            return read_text(evidence.workspace, self.file).text.count(self.text)
        except Unreadable:
            return None

    def _compare(self, answer: Text, times: int, differs: str) -> Sight:
        if answer.empty:
            return sight(holds=False, found=answer.empty + differs)
        stated = read_occurrences(self._without_text(answer.text))
        return sight(holds=stated == {Decimal(times)}, found=answer.remark(_numbers(stated) + differs))

    def _without_text(self, answer: str) -> str:
        """Return the answer without what is counted, whose digits ("Python 3") are no count."""
        if number_of(to_ascii(self.text)) is not None:
            return answer
        return re.sub(rf"(?<![A-Za-z0-9_]){re.escape(self.text)}(?![A-Za-z0-9_])", " _ ", answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(PureCheck):
    """The answer states a number, and no other in its place."""

    kind: ClassVar = "number"
    summary: ClassVar = "the answer states this number, beside its unit if there is one"
    parameters: ClassVar = {
        "equals": "the number",
        "answer": f"{ANSWER} (default: the message)",
        "unit": "what is counted, as in `354 lines`; other numbers beside it fail the check",
    }
    example: ClassVar = "number: {equals: 354, unit: lines, answer: message}"

    equals: Decimal
    place: Place
    unit: str | None

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of this number."""
        equals, unit = Decimal(str(params.number("equals"))), params.maybe_text("unit")
        if unit is not None and not _UNIT.fullmatch(unit):
            raise params.wrong(f"`unit` must be a word such as lines, not {quoted(unit)}")
        return cls(**params.common, equals=equals, place=Place.read_from(params, "answer"), unit=unit)

    @property
    def expected(self) -> str:
        """The number and its unit."""
        return f"{self.place} states {self.equals:,}{f' {self.unit}' if self.unit else ''}"

    @property
    def where(self) -> str | None:
        """The file with the answer, if it is one."""
        return self.place.file

    def look(self, evidence: Evidence) -> Sight:
        """Read the numbers of the answer and compare."""
        answer = self.place.read_start(evidence)
        if answer.empty:
            return sight(holds=False, found=answer.empty)
        if self.unit is not None:
            beside = read_beside(answer.text, self.unit)
            found = f"{_numbers(beside)} beside {quoted(self.unit)}"
            return sight(holds=beside == {self.equals}, found=answer.remark(found))
        others = read_stated(answer.text, self.equals)
        if others is None:
            return sight(holds=False, found=answer.remark(f"not stated in {quoted(answer.text.strip())}"))
        found = f"{self.equals:,} is stated" if not others else _numbers(others | {self.equals})
        return sight(holds=not others, found=answer.remark(found))


def _numbers(values: set[Decimal]) -> str:
    shown = [f"{value:,}" for value in sorted(values)]
    match len(shown):
        case 0:
            return "no number"
        case 1:
            return shown[0]
        case _:
            return f"{some(shown)}: the answer does not commit itself"
