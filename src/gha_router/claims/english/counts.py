"""What was counted: "README.md has 354 lines", "occurs twelve times", "found 3 files", "Lines: 354"."""

import re
from collections.abc import Iterator

from gha_router.claims import numbers, units
from gha_router.claims.english.context import FLAGS, asserted
from gha_router.claims.sentences import Sentence
from gha_router.claims.subjects import subject_of
from gha_router.records import Claim, ClaimKind

_NOUN = rf"(?P<noun>{units.alternatives(units.ENGLISH)})(?![A-Za-z0-9_])"
_NEUTRAL = r"(?:total|separate|different|distinct|individual|actual|text|YAML|Python|Markdown|JSON|source|workflow)"
# A qualified noun is something else that was counted: blank lines are not the file's lines.
_QUALIFIER = r"(?P<which>(?!of |and |or |to |in |is |are |the |more |less |fewer |x )[a-z][a-z\-]{1,18})"
_ABOUT = r"(?:(?:about|around|approximately|roughly|nearly|almost|some) |~ ?)?"
_COUNT = re.compile(
    rf"(?P<span>{_ABOUT}(?P<number>{numbers.ENGLISH}) {{0,4}}-?(?:{_NEUTRAL} )?(?:{_QUALIFIER} )?{_NOUN})", FLAGS
)
_LABEL = re.compile(
    rf"(?<![A-Za-z0-9\-])(?P<number_of>(?:total )?number of |total )?{_NOUN}(?P<count> count| total| found)?"
    rf"(?: {{0,3}}[:=|]|(?(number_of) (?:is|was)|(?(count) (?:is|was)"
    rf"|!))) {{0,4}}(?P<number>{numbers.APART}{numbers.DIGITS})",
    FLAGS,
)
_ONCE = re.compile(
    r"\b(?:occurs|occurred|appears|appeared|found|mentioned|shows up|present|used|is there) (?:only |just |exactly )?"
    r"(?P<number>once|twice|thrice)\b",
    FLAGS,
)
_TIMES = {"once": 1, "twice": 2, "thrice": 3}

_FOUND = re.compile(
    r"\b(?:has|have|had|contain(?:s|ed|ing)?|is|are|was|were|found|find|counted|got|see|saw|total(?:s|ing|led|ed)?"
    r"|comes to"
    r"|consist(?:s|ed|ing)?|compris(?:es|ed|ing)|includ(?:es|ed|ing)|with|span(?:s|ned|ning)?|occur(?:s|red)?"
    r"|appear(?:s|ed)?"
    r"|show(?:s|ed)?|match(?:es|ed)|mention(?:s|ed)?|used|reports?|returned|list(?:s|ed)|defin(?:es|ed)|all|analy[sz]ed"
    r"|scanned|checked|read|processed|reviewed|inspected|holds?|exactly|only|exposes?|provides?|declares?|offers?|exports?|implements?)\b|[:=(|→]|->|'s\b",
    FLAGS,
)
_FOLLOWS = re.compile(
    r" {0,2}(?:in|inside|long|total|were|was|found|across|matched|counted|altogether|overall)\b|[)]", FLAGS
)
_OCCURS = re.compile(
    r"\b(?:occur(?:s|red|ring)?|appear(?:s|ed|ing)?|mention(?:s|ed)?|found|present|contain(?:s|ed)?|show(?:s|ed)? up"
    r"|come(?:s)? up|came up|repeated|repeats|exists?|match(?:es|ed)?|see|is used|is written|is there|counted"
    r"|includes?)\b",
    FLAGS,
)
_ACTED = re.compile(
    r"\b(?P<verb>added|removed|deleted|changed|modified|created|updated|edited|wrote|inserted|renamed|moved|fixed"
    r"|reformatted"
    r"|generated|displayed|printed|showed|skipped|failed|completed|finished|executed|ran)"
    r"(?: (?:a|an|the|about|another|over|only|a total of|in total|exactly)){0,2} $",
    FLAGS,
)
_PARTICIPLES = {"wrote": "written", "ran": "run", "showed": "shown"}
_NARROWED = re.compile(
    r" (?:of code|of comments?|containing|matching|that|which|where|with|starting|beginning|ending)\b", FLAGS
)
_PASSIVE = re.compile(
    r" (?:(?:were|was|have been|has been) )?(?P<verb>added|removed|deleted|changed|modified|created|updated|inserted"
    r"|failed|skipped)\b",
    FLAGS,
)
_NOT_TOTAL_BEFORE = re.compile(
    r"(?:\b(?:first|last|top|bottom|next|initial|every|each|per|line|lines|step|job|l|version|another|other|extra"
    r"|another"
    r"|more than|less than|fewer than|over|under|above|below|up to|at least|at most|at|by|on|in|any|page|section|issue"
    r"|pr)"
    r"|\bhere are|(?:[0-9]|one|some|none|any) of (?:the|these|those|my|your)"
    r"|[0-9] {0,2}(?:to|and|or|of|out of|-|–|—|~|/)|\bbetween [0-9]{1,9} and|\x00 of) $|[0-9]/$",
    FLAGS,
)
_NOT_TOTAL_AFTER = re.compile(
    r" {0,2}(?:(?:out )?of (?:the )?[0-9]|/ ?[0-9]|[-–—~] ?[0-9]|to [0-9]|or (?:more|less|fewer)|at a time|per|each"
    r"|faster|slower|larger|smaller|bigger|longer|shorter|more|less|higher|cheaper|as |a (?:day|week|month|minute)"
    r"|ago|in a row|before|after|apart|-)",
    FLAGS,
)
_LABEL_AFTER = re.compile(r"[-–—~/:.,]?[0-9]| {0,2}(?:[-–—~]|to|of|or|passed|failed|out of|%)", FLAGS)


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield the counts that the agent claims."""
    for match in _COUNT.finditer(sentence.text):
        value = numbers.whole(numbers.english(match["number"]))
        unit = units.ENGLISH[match["noun"].lower()]
        if value is not None and _is_total(sentence, match) and asserted(sentence, *match.span()):
            yield _claim(sentence, match.span("span"), value, _named(sentence, match, unit))
    for match in _ONCE.finditer(sentence.text):
        if asserted(sentence, *match.span()):
            yield _claim(sentence, match.span("number"), _TIMES[match["number"].lower()], units.OCCURRENCES)
    for match in _LABEL.finditer(sentence.text):
        value = numbers.whole(numbers.plain(match["number"]))
        unit = units.ENGLISH[match["noun"].lower()]
        labelled = match["noun"].lower() not in {"time", "times"} and not _LABEL_AFTER.match(
            sentence.after(match.end())
        )
        if value is not None and labelled and asserted(sentence, *match.span()):
            yield _claim(sentence, match.span(), value, unit)


def _claim(sentence: Sentence, span: tuple[int, int], value: int, unit: str) -> Claim:
    return sentence.claim(ClaimKind.COUNT, value, span, unit=unit, subject=subject_of(sentence, span, unit))


def _is_total(sentence: Sentence, match: re.Match[str]) -> bool:
    """Return whether the number says how many there are, and not which, at most, each, or how many times faster."""
    start, end = match.span()
    clause, after = sentence.clause_before(start), sentence.after(end)
    if _NOT_TOTAL_BEFORE.search(clause) or _NOT_TOTAL_AFTER.match(after):
        return False
    alone = sentence.begins_clause(start)
    if match["noun"].lower() in {"time", "times"}:
        return bool(_OCCURS.search(clause) or (alone and not after.strip(" .!,;)")))
    return bool(alone or _FOUND.search(sentence.before(start)) or _FOLLOWS.match(after) or _ACTED.search(clause))


def _named(sentence: Sentence, match: re.Match[str], unit: str) -> str:
    """Return the unit, narrowed when only some were counted: ``lines added``, ``blank lines``, ``lines of code``."""
    acted = _ACTED.search(sentence.clause_before(match.start())) or _PASSIVE.match(sentence.after(match.end()))
    if match["which"] and unit != units.OCCURRENCES:
        unit = f"{match['which'].lower()} {unit}"
    if acted:
        verb = acted["verb"].lower()
        return f"{unit} {_PARTICIPLES.get(verb, verb)}"
    narrowed = _NARROWED.match(sentence.after(match.end())) if unit != units.OCCURRENCES else None
    return f"{unit}{narrowed[0].lower()}" if narrowed else unit
