"""How long the work took: "took 90 seconds", "Done in 1m30s", "Execution time: 1.4 s", "finished instantly"."""

import re
from collections.abc import Iterator

from gha_router.claims.durations import Amount, amounts
from gha_router.claims.english.context import FLAGS, asserted
from gha_router.claims.sentences import BEFORE, Sentence
from gha_router.records import Claim, ClaimKind

_ROUGHLY = (
    r"(?:(?:just |only |exactly |a total of |about |around |approximately |approx\.? |roughly |nearly |almost |some "
    r"|well |~ ?){0,3})"
)
_DID = re.compile(
    r"\b(?:done|ran|wrote|found|built|made|complete|did|sent|written|(?!need|includ|relat|cach|call|expir|schedul)"
    r"[a-z]{2,14}ed)\b",
    FLAGS,
)
_MEASURED = re.compile(
    r"(?:\b(?:took|taken|taking|lasted|spent|needed)(?: me| us| it)?(?: a total of)?[: ]{1,2}"
    r"|\b(?:ran|worked|running) for "
    r"|\b(?:finished|completed|done|ended|finishing) after "
    r"|(?:^|[^a-z ] {0,3}|\b(?:total|elapsed|execution|running|run|wall|wall-clock|processing|completion|the|my|actual"
    r"|overall) )(?:time|duration|runtime|elapsed|execution)(?: taken| spent| elapsed| used| needed| \(wall\))?"
    r" {0,3}(?:[:=|]|was|is)[ |]{0,4}"
    r"|\bthe (?:task|work|job|whole thing|run|process) (?:was|ran)(?: for)? )" + _ROUGHLY + "$",
    FLAGS,
)
_WITHIN = re.compile(rf"(?:\b(?:in|within) |\(|[—–-] |, ){_ROUGHLY}$", FLAGS)
_ALONE = re.compile(rf"(?:(?:it|that|this) (?:was|only was) |(?:time|elapsed|duration): |in |after )?{_ROUGHLY}", FLAGS)
_LESS_THAN = re.compile(r"\b(?:under|less than|within|not even|below) $", FLAGS)
_AFTERWARDS = re.compile(  # "In 90 seconds, everything was done."
    r" (?:elapsed|passed in total|in total|of work)\b"
    r"|,? (?:the (?:task|work|job)|everything|it|i|we) (?:was|were|is|am|had) (?:all |now )?(?:done|completed?"
    r"|finished)\b",
    FLAGS,
)
_END = re.compile(r"[ )\"'.!,;]{0,6}$")

# A timer, a schedule, a period of the calendar, or a rate: time, but not the work's.
_OTHER_TIME = re.compile(
    r"\b(?:time-?outs?|tim(?:ed|es|ing)[ -]out|limit|retr(?:y|ies|ied)|every|each|interval|sle(?:ep|eps|eping|pt)"
    r"|wait(?:s|ed|ing)?|delay(?:s|ed)?|last|past|next|ttl|expir\w{1,5}|poll\w{0,4}|uptime|deadline|budget|cool-?down"
    r"|cache[ds]?|refresh(?:es|ed)?|old|audio|video|estimat\w{1,4}|usually|per|older|window|set to|default|threshold"
    r"|grace|lifetime|valid|scheduled?|rotat\w{1,4}|keep-?alive)\b",
    FLAGS,
)
_NOT_SPENT = re.compile(
    r"-? ?(?:ago|later|time-?out|limit|delay|interval|old|each|apart|window|period|faster|slower|longer|shorter|earlier"
    r"|sleep|wait|of (?:audio|video|logs?|sleep|history)|after|before|per|budget|deadline|more|less|left|remaining|or "
    r"(?:less|more))\b|[-–~〜/]|(?: to | or )[0-9]",
    FLAGS,
)
_PART = re.compile(
    r"\b(tests?|test suite|suite|build|compilation|install(?:ation)?|command|script|query|request|download|lint(?:er"
    r"|ing)?"
    r"|function|server|startup|start-up|clone|call|benchmark|response|checkout|migration|deployment|upload|passed"
    r"|step [0-9]{1,3})\b",
    FLAGS,
)
_TESTS = {"passed": "tests"}  # "12 passed in 0.3 s"
_WHOLE = re.compile(r"\b(?:total|overall|altogether|whole|entire|everything|all in all|task)\b", FLAGS)
_INSTANTLY = re.compile(
    r"\b(?:instantly|instantaneous(?:ly)?|in an instant|in a flash|in no time(?: at all)?|in the blink of an eye)\b",
    FLAGS,
)
_COMPLETION = re.compile(r"\b(?:done|finished|completed?|took|created|wrote|counted|ran|all|executed|solved)\b", FLAGS)


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield the durations that the agent claims; ``subject`` names the part, ``None`` is the whole work."""
    for amount in amounts(sentence.text):
        if _speaks_of_work(sentence, amount) and asserted(sentence, amount.start, amount.end):
            yield sentence.claim(
                ClaimKind.DURATION,
                amount.seconds,
                (amount.start, amount.end),
                unit="s",
                subject=_part(sentence, amount.start),
            )
        elif _is_under_a_second(sentence, amount):
            yield _instant(sentence, amount.start, amount.end)
    for match in _INSTANTLY.finditer(sentence.text):
        clause = sentence.clause_before(match.start())
        around = clause + match[0] + sentence.after(match.end())[:20]
        if _COMPLETION.search(around) and asserted(sentence, match.start(), match.end()):
            yield _instant(sentence, match.start(), match.end())


def _is_under_a_second(sentence: Sentence, amount: Amount) -> bool:
    clause = sentence.clause_before(amount.start)
    less = amount.seconds <= 1 and _LESS_THAN.search(clause) and _COMPLETION.search(clause)
    return bool(less) and asserted(sentence, amount.start, amount.end)


def _instant(sentence: Sentence, start: int, end: int) -> Claim:
    return sentence.claim(ClaimKind.DURATION, None, (start, end), unit="s")


def _speaks_of_work(sentence: Sentence, amount: Amount) -> bool:
    before, after = sentence.before(amount.start), sentence.after(amount.end)
    just_before = sentence.just_before(amount.start)
    clause = sentence.clause_before(amount.start)
    if _NOT_SPENT.match(after):
        return False
    stated = _ALONE.fullmatch(before[sentence.lead :]) if amount.start < BEFORE else None
    spent = (
        (stated is not None and (_END.match(after) or _AFTERWARDS.match(after)))
        or _MEASURED.search(just_before)
        or (_WITHIN.search(just_before) and _DID.search(before))
    )
    return bool(spent) and not _LESS_THAN.search(just_before) and not _OTHER_TIME.search(clause)


def _part(sentence: Sentence, start: int) -> str | None:
    """Return what took that long when it was a part of the work only: a command in backticks, the tests, the build."""
    clause = sentence.clause_before(start)
    if _WHOLE.search(clause):
        return None
    cited = sentence.cited_in(clause, start)
    if cited is not None:
        return cited
    part = _PART.search(clause)
    return _TESTS.get(part[1].lower(), part[1]) if part else None
