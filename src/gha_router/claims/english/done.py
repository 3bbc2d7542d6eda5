"""The whole work declared finished: "Done.", "Task completed", "I have finished", "Everything is done"."""

import re
from collections.abc import Iterator

from gha_router.claims.english.context import FLAGS, asserted
from gha_router.claims.sentences import Sentence
from gha_router.records import Claim, ClaimKind

_OPENING = (
    r"(?:(?:and|so|now|ok|okay|great|perfect|yes|that's it|finally|status|result|summary|conclusion|overall"
    r"|i (?:believe|think|can (?:now )?confirm|am happy to report|confirm)(?: that)?)[,:!]? ){0,2}"
)
_HOW = r"(?:(?:now|all|successfully|fully|been|just|already|finally|completely|also|both) ){0,3}"
_WHICH = (
    r"(?:(?:the|this|that|your|my|our|all|every|each|of|both|entire|whole|requested|assigned|given|required|above|five"
    r"|four|three|two|[0-9]{1,2}|experiment|coding) ){0,4}"
)
_EVERYTHING = r"everything(?: you asked(?: for)?)?"
_WORK = (
    r"(?:tasks?|work|jobs?|requests?|assignment|implementation|mission|processing|experiment|changes|fixes|updates"
    r"|refactor(?:ing)?|migration|feature|request(?:ed)? (?:changes|work)"
    rf"|{_EVERYTHING})"
)
_OBJECT = (
    r"(?:(?:(?:the|this|that|your|my|all|every|each|of|entire|whole|requested|assigned|[0-9]{1,2}) ){1,4}"
    rf"(?:tasks?|work|jobs?|requests?|assignment|experiment|(?<=all |ted )changes|(?<=the )changes)"
    rf"|{_EVERYTHING}|it all|it"
    r"|what you asked(?: for)?"
    r"|with (?:the|this|your|my) (?:task|work)|here)"
)
_FINISHED = r"(?:done|complete|completed|finished|accomplished|wrapped up|taken care of)"
_DECLARED = re.compile(
    rf"{_OPENING}(?P<span>"
    rf"(?:{_WHICH}{_WORK} (?:(?:is|are|was|were|has|have) |'s )?{_HOW}{_FINISHED})"
    rf"|(?:i am|i'm|we are|we're|i have|i've|we have|we've|it is|it's|that is|that's|all is|everything's) {_HOW}"
    rf"(?:done|completed|finished)(?: {_OBJECT})?"
    rf"|(?:i have|i've|we have|we've) {_HOW}(?:wrapped up|taken care of) {_OBJECT}"
    rf"|(?:i|we) (?:successfully )?(?:finished|completed|wrapped up|took care of|(?:was|were) able to "
    rf"(?:finish|complete))"
    rf" {_OBJECT}"
    rf"|(?P<terse>{_HOW}(?:(?:done|completed|finished) {_OBJECT}|{_FINISHED}|all set))"
    r")(?![A-Za-z0-9'_/\-])",
    FLAGS,
)
# What may follow; any other word makes it a part ("Done reading"), or no statement ("Completed tasks:").
_CLOSES = re.compile(
    r" {0,2}(?:$|[.!,;)\]|]|[-—–] |:\)|: ?(?![ ]?(?:step|part|phase|[0-9])|$)|\("
    r"|(?:in|within|after) (?:[0-9~]|about|just|only|under|less|around|approx|an?\b|total|the blink|no time)"
    r"|(?:and|but|as requested|as asked|successfully|now|without|correctly|instantly|too|for you|it took|with no"
    r"|with all)\b(?! (?:i|we) will)|[^\x00-\x7f])",
    FLAGS,
)
_TAKEN_BACK = re.compile(
    r"[^.;]{0,40}\b(?:except|apart from|other than|besides|so far|partially|only when|as soon as|once|if|unless|half)\b"
    r"|,? ?(?:but|though|although) (?:not|the (?:tests?|build) (?:fail|do not))",
    FLAGS,
)
_CLAUSE = re.compile(r"[,;:!—–(] {1,2}(?=[A-Za-z])|[ ](?:and|so|but) (?=[a-z])", FLAGS)


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield where the agent declares the whole work finished; a part that is done is no such claim."""
    for begin in _clauses(sentence):
        match = _DECLARED.match(sentence.text, begin)
        if match and match["terse"] and begin != sentence.lead:
            continue  # "the docs, completed in 2020, ..."
        if match and _is_whole(sentence, match.end()) and asserted(sentence, *match.span("span")):
            yield sentence.claim(ClaimKind.DONE, value=True, span=match.span("span"))


def _clauses(sentence: Sentence) -> Iterator[int]:
    """Yield where clauses begin that could declare it."""
    yield sentence.lead
    for match in _CLAUSE.finditer(sentence.text):
        yield match.end()


def _is_whole(sentence: Sentence, end: int) -> bool:
    after = sentence.after(end)
    return bool(_CLOSES.match(after)) and not _TAKEN_BACK.match(after)
