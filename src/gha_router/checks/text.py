"""Checks of text, in a file or in the final message: contains, not_contains, regex, equals."""

from dataclasses import dataclass
from typing import ClassVar, Self

from gha_router.checks.answer import Place
from gha_router.checks.base import PureCheck, Sight, sight
from gha_router.checks.patterns import Backtracks, mistake_in, search
from gha_router.checks.say import counted, quoted
from gha_router.checks.spec import Params
from gha_router.checks.workspace import Text
from gha_router.records import Evidence

IN = "`message` (default), or a path in the workspace"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCheck(PureCheck):
    """What the four share: a text, and the place where it is looked for."""

    parameters: ClassVar = {"text": "the text, upper and lower case as written", "in": IN}
    short: ClassVar = "text"

    text: str
    place: Place

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of this text in this place."""
        return cls(**params.common, text=params.text("text"), place=Place.read_from(params, "in"))

    @property
    def where(self) -> str | None:
        """The file, if it is one."""
        return self.place.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Contains(TextCheck):
    """The text stands somewhere."""

    kind: ClassVar = "contains"
    summary: ClassVar = "a text stands in the message or in a file"
    example: ClassVar = "contains: {text: Claude Code, in: report.md}"

    @property
    def expected(self) -> str:
        """The text and the place."""
        return f"{quoted(self.text)} in {self.place}"

    def look(self, evidence: Evidence) -> Sight:
        """Search, and say where it stands or what stands there instead."""
        read = self.place.read(evidence)
        at = read.text.find(self.text)
        found = _line_at(read.text, at) if at >= 0 else _without_it(read)
        return sight(holds=at >= 0, found=read.remark(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class NotContains(TextCheck):
    """The text stands nowhere. A missing file fails: nobody looked into it."""

    kind: ClassVar = "not_contains"
    summary: ClassVar = "a text stands nowhere in the message or in a file"
    example: ClassVar = "not_contains: {text: lorem ipsum, in: report.md}"

    @property
    def expected(self) -> str:
        """The text and the place."""
        return f"no {quoted(self.text)} in {self.place}"

    def look(self, evidence: Evidence) -> Sight:
        """Search, and say where it stands."""
        read = self.place.read(evidence)
        at = read.text.find(self.text)
        found = _line_at(read.text, at) if at >= 0 else read.empty or "none"
        return sight(holds=at < 0, found=read.remark(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Equals(TextCheck):
    """The place holds this text and no other; line breaks at the very end are left out of it."""

    kind: ClassVar = "equals"
    summary: ClassVar = "the message or a file is this text, line breaks at its end apart"
    example: ClassVar = "equals: {text: hello, in: greeting.txt}"

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check; the text may be empty."""
        return cls(**params.common, text=params.any_text("text"), place=Place.read_from(params, "in"))

    @property
    def expected(self) -> str:
        """The text and the place."""
        return f"{self.place} is {quoted(self.text)}"

    def look(self, evidence: Evidence) -> Sight:
        """Compare, and show the first line that differs."""
        read = self.place.read(evidence)
        want, have = self.text.rstrip("\r\n"), read.text.rstrip("\r\n")
        if have == want:
            return sight(holds=True, found=read.remark(read.empty or quoted(have)))
        return sight(holds=False, found=read.remark(read.empty or _first_difference(want, have)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Regex(TextCheck):
    """A pattern is found in the first million characters, within five seconds: ``(a+)+`` could take for ever."""

    kind: ClassVar = "regex"
    summary: ClassVar = "a Python regular expression is found in the first 1 MB of the message or a file"
    parameters: ClassVar = {"pattern": "a pattern of Python's re, searched with re.search", "in": IN}
    example: ClassVar = "regex: {pattern: 'Total: [0-9]+', in: report.md}"
    short: ClassVar = "pattern"

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of a pattern that is one."""
        text = params.text("pattern")
        if mistake := mistake_in(text):
            raise params.wrong(f"`pattern` {mistake}")
        return cls(**params.common, text=text, place=Place.read_from(params, "in"))

    @property
    def expected(self) -> str:
        """The pattern and the place."""
        return f"a match of /{self.text}/ in {self.place}"

    def look(self, evidence: Evidence) -> Sight:
        """Search, and say where it matched or what stands there instead."""
        read = self.place.read_start(evidence)
        try:
            span = search(self.text, read.text)
        except Backtracks as mistake:
            return sight(holds=False, found=read.remark(str(mistake)))
        found = _line_at(read.text, span[0]) if span else _without_it(read)
        return sight(holds=span is not None, found=read.remark(found))


def _line_at(text: str, at: int) -> str:
    number = text.count("\n", 0, at) + 1
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    line = text[max(start, at - 40) : min(end if end >= 0 else len(text), at + 60)]
    return f"line {number}: {quoted(line.strip())}"


def _without_it(read: Text) -> str:
    return read.empty or f"not in {counted(len(read.text), 'character')}: {quoted(read.text.strip())}"


def _first_difference(want: str, have: str) -> str:
    pairs = zip(want.split("\n"), have.split("\n"), strict=False)
    for number, (wanted, found) in enumerate(pairs, start=1):
        if wanted != found:
            return f"line {number}: {quoted(found)} instead of {quoted(wanted)}"
    lines, wanted_lines = have.count("\n") + 1, want.count("\n") + 1
    return f"{counted(lines, 'line')} instead of {wanted_lines:,}"
