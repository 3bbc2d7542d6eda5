"""Money and tokens: "It cost $0.42", "Total cost: 0.42 USD", "3 cents", "used 12k tokens"."""

import re
from collections.abc import Iterator

from gha_router.claims import numbers
from gha_router.claims.english.context import FLAGS, asserted
from gha_router.claims.sentences import Sentence
from gha_router.records import Claim, ClaimKind

_AMOUNT = rf"{numbers.APART}(?P<number>{numbers.DIGITS})"
_DOLLARS = (
    re.compile(rf"(?<![A-Za-z0-9$])(?:US)?\$ ?(?P<number>{numbers.DIGITS})(?: ?USD)?(?![A-Za-z0-9/%])", FLAGS),
    re.compile(rf"{_AMOUNT} ?(?:USD|US dollars?|dollars?)(?![A-Za-z/])", FLAGS),
)
_CENTS = re.compile(rf"(?P<number>{numbers.ENGLISH}) {{0,2}}(?:US )?(?:cents?|¢)(?![A-Za-z/])", FLAGS)
_TOKENS = re.compile(
    rf"{_AMOUNT} ?(?P<scale>k|thousand|m|million)? {{0,2}}(?:(?:input|output|total|prompt|completion) )?tokens\b", FLAGS
)
_TOKEN_LABEL = re.compile(
    rf"\b(?:total )?(?:tokens(?: used| total| consumed)?|token (?:usage|count|consumption)) {{0,3}}[:=|][ |]{{0,4}}"
    rf"(?:~ ?|about |approx\.? |approximately |roughly )?(?P<number>{numbers.DIGITS})(?P<scale>k|m)?"
    r"(?![A-Za-z0-9/%.])",
    FLAGS,
)
_SCALE = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}

_SPENT = re.compile(
    r"\b(?:cost|costing|spent|spend(?:ing)? (?:was|is)|used|charged|billed|came to|total(?:ed|led)?|completed|finished"
    r"|done)\b",
    FLAGS,
)
_USED = re.compile(
    r"\b(?:used|using|consumed|consuming|spent|burned|took|processed|usage|total|cost|completed|finished|done)\b", FLAGS
)
_NOT_SPENT = re.compile(
    r"\b(?:per|budget|cap|monthly|plan|price[sd]?|pricing|save[sd]?|saving|credit|subscription|context|window|worth"
    r"|up to|more than|less than|under|over|saves|support(?:s|ed)?|allow(?:s|ed)?|every|each)\b",
    FLAGS,
)
_RATE = re.compile(
    r" {0,2}(?:/|per\b|a (?:month|day|year|million|run)|each\b|(?:monthly|budget|limit|cap|credit|context|plan)\b"
    r"|[-–—~] ?\$?[0-9])",
    FLAGS,
)
_END = re.compile(r"[ )\"'.!,;]{0,6}$")


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield what the agent claims to have spent, in USD and in tokens."""
    for pattern, divisor in ((_DOLLARS[0], 1), (_DOLLARS[1], 1), (_CENTS, 100)):
        for match in pattern.finditer(sentence.text):
            value = numbers.english(match["number"])
            if value is not None and _is_spent(sentence, match, _SPENT):
                yield sentence.claim(ClaimKind.COST, round(value / divisor, 9), match.span(), unit="USD")
    for pattern in (_TOKENS, _TOKEN_LABEL):
        for match in pattern.finditer(sentence.text):
            value = (numbers.plain(match["number"]) or 0) * _SCALE.get((match["scale"] or "").lower(), 1)
            if _is_spent(sentence, match, _USED) or (pattern is _TOKEN_LABEL and _is_stated(sentence, match)):
                yield sentence.claim(ClaimKind.TOKENS, round(value), match.span(), unit="tokens")


def _is_spent(sentence: Sentence, match: re.Match[str], verb: re.Pattern[str]) -> bool:
    """Return whether an amount was spent on this work: it says so, or it stands alone."""
    alone = match.start() <= sentence.lead + 1 and bool(_END.match(sentence.after(match.end())))
    said = verb.search(sentence.before(match.start())) or verb.match(sentence.after(match.end()).strip())
    return bool(alone or said) and _is_stated(sentence, match)


def _is_stated(sentence: Sentence, match: re.Match[str]) -> bool:
    return (
        not _NOT_SPENT.search(sentence.clause_before(match.start()))
        and not _RATE.match(sentence.after(match.end()))
        and asserted(sentence, *match.span())
    )
