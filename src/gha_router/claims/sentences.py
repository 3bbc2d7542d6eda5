"""Sentences of a reading, and what stands around a place in one."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from gha_router.claims.reading import Mention, Reading
from gha_router.records import Claim, ClaimKind

# How far a pattern looks to either side: enough for a clause, and a bound on the work for each claim.
BEFORE = 240
AFTER = 80
JUST_BEFORE = 48
NEARBY = 20  # mentions

_SOFT_WRAP_FROM = 50  # a shorter line ended because its writer ended it
_END = re.compile(r"\n|[。!?]{1,40}[)」』\"']{0,2}|\.{1,40}(?=[)\]\"' ]|\n|$)[)\"']{0,2}")
_ABBREVIATION = re.compile(r"(?:^|[^A-Za-z])(?:e\.g|i\.e|approx|ca|cf|etc|vs|min|sec|No)$", re.ASCII)
_QUESTION = re.compile(r"(?:\?[!?]{0,3}|(?:ます|です|した|せん|しょう|の)か。?)[)」』\"' \n]{0,4}$")
_UNTICKED = re.compile(r" {0,12}(?:[-+] {0,3})?\[ ?\]")
# A title holds until the next one; a line that ends with a colon, or is bold as a whole, as long as its list.
_LONGEST_HEADING = 80
_ANNOUNCES = re.compile(r"[^\n]{1,78}[::](?:\*\*)?|(?:[0-9]{1,2}\. )?\*\*[^*\n]{1,74}\*\*")
_ITEM = re.compile(r" {0,6}(?:[-+•·|✅☑✔✓→]|[0-9]{1,2}[.)] )| {2}")
_PLAN_HEADING = re.compile(
    r"\b(?:next steps?|to-?do|what'?s next|recommend\w*|suggest\w*|follow-?ups?|future|remaining|optional(?:ly)?|plan"
    r"|possible|not (?:yet )?done|out of scope|limitations?|open questions?|how (?:to|you can)|usage|to "
    r"(?:verify|test|run))\b"
    r"|今後|次のステップ|次に|残作業|残り|提案|推奨|予定|未対応|未完了|使い方|確認方法|手順|やること|課題",
    re.IGNORECASE,
)
_LEAD = re.compile(r"[^A-Za-z0-9$〜~`\"'\x00\x01ぁ-んァ-ヶ一-龠〇々「『]{0,40}")
_CLAUSE_BREAK = re.compile(
    r"[;:、。]|[,—–(](?=[ \x00\x01`]|$)|,(?=[^0-9])|\.(?= )| - "
    r"|[ ](?:but|however|yet|though|although|while|whereas|then)(?= )"
    r"|[ ]and(?= (?:i|it|the|there|all|we|this|that|`|\x01)\b)|[ ]and(?= [`\x01])",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence. ``text`` and ``original`` are equally long; offsets of mentions count from ``start``."""

    start: int  # in the message
    text: str
    original: str
    mentions: tuple[Mention, ...]
    heading: str = ""  # the line that announces what it belongs to: "Files changed:", "## Next steps"
    _clauses: dict[int, str] = field(default_factory=dict, repr=False, compare=False)  # found once a place

    @property
    def is_open(self) -> bool:
        """Return whether it states nothing: a question, a box that nobody ticked, or an entry of a plan."""
        return bool(
            _QUESTION.search(self.text[-8:]) or _UNTICKED.match(self.text) or _PLAN_HEADING.search(self.heading)
        )

    @property
    def lead(self) -> int:
        """Return where its words begin, after list marks, emoji and the like."""
        match = _LEAD.match(self.text)
        return match.end() if match else 0

    def before(self, place: int) -> str:
        """Return what stands before a place."""
        return self.text[max(0, place - BEFORE) : place]

    def just_before(self, place: int) -> str:
        """Return the few words before a place: for patterns that end there."""
        return self.text[max(0, place - JUST_BEFORE) : place]

    def clause_before(self, place: int) -> str:
        """Return what stands before a place in its own clause."""
        if place not in self._clauses:
            window = self.before(place)
            breaks = [match.end() for match in _CLAUSE_BREAK.finditer(window)]
            self._clauses[place] = window[breaks[-1] :] if breaks else window
        return self._clauses[place]

    def after(self, place: int) -> str:
        """Return what follows a place."""
        return self.text[place : place + AFTER]

    def begins_clause(self, place: int) -> bool:
        """Return whether a clause begins here: nothing that is a word stands before."""
        clause = self.clause_before(place)
        match = _LEAD.match(clause)
        return match is not None and match.end() == len(clause)

    def mentions_from(self, place: int) -> tuple[Mention, ...]:
        """Return the mentions that begin at or after a place."""
        first = bisect_left(self.mentions, place, key=lambda mention: mention.start)
        return self.mentions[first : first + NEARBY]

    def mentions_until(self, place: int) -> tuple[Mention, ...]:
        """Return the mentions that begin before a place, the nearest last."""
        last = bisect_left(self.mentions, place, key=lambda mention: mention.start)
        return self.mentions[max(0, last - NEARBY) : last]

    def cited_in(self, clause: str, end: int) -> str | None:
        """Return the command in backticks, nearest to its end, of the clause that ends at a place."""
        begin = end - len(clause)
        cited = [m for m in self.mentions_until(end) if m.start >= begin and m.mark == "`" and not m.is_path]
        return cited[-1].content if cited else None

    def claim(
        self,
        kind: ClaimKind,
        value: float | str | bool | None,  # noqa: FBT001 - a claim's value may be a bool
        span: tuple[int, int],
        *,
        unit: str | None = None,
        subject: str | None = None,
    ) -> Claim:
        """Return the claim that a span of this sentence makes."""
        begin, end = span
        return Claim(
            kind=kind,
            value=value,
            unit=unit,
            subject=subject,
            text=self.original[begin:end],
            start=self.start + begin,
        )


def sentences(reading: Reading) -> Iterator[Sentence]:
    """Yield the sentences of a reading that hold anything, in order."""
    begin, heading, is_title = 0, "", False
    for end in _ends(reading.text):
        if reading.text[begin:end].strip():
            line = reading.original[begin:end].strip()
            title, announces = line.startswith("#"), bool(_ANNOUNCES.fullmatch(line[:_LONGEST_HEADING]))
            prose = reading.text[begin - 1 : begin] in {"", "\n"} and not _ITEM.match(reading.text[begin : begin + 8])
            if title or announces or (prose and not is_title):
                heading, is_title = (line if title or announces else ""), title
            yield _sentence(reading, begin, end, "" if title or announces else heading)
        begin = end


def _ends(text: str) -> Iterator[int]:
    """Yield where sentences end; a line that was only wrapped goes on in the next."""
    line = 0
    for match in _END.finditer(text):
        if match[0] == "\n":
            wrapped = match.start() - line >= _SOFT_WRAP_FROM and text[match.end() : match.end() + 1].islower()
            line = match.end()
            if wrapped:
                continue
        elif match[0] == "." and _ABBREVIATION.search(text[max(0, match.start() - 8) : match.start()]):
            continue
        yield match.end()
    yield len(text)


def _sentence(reading: Reading, begin: int, end: int, heading: str) -> Sentence:
    end = begin + len(reading.text[begin:end].rstrip())
    mentions = reading.mentions
    first = bisect_left(mentions, begin, key=lambda mention: mention.start)
    last = bisect_left(mentions, end, key=lambda mention: mention.start)
    return Sentence(
        start=begin,
        text=reading.text[begin:end].replace("\n", " "),
        original=reading.original[begin:end],
        mentions=tuple(
            Mention(start=m.start - begin, end=m.end - begin, content=m.content, mark=m.mark)
            for m in mentions[first:last]
        ),
        heading=heading,
    )
