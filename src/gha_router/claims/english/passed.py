"""Tests that passed: "all tests pass", "12 tests passed", "12/12 tests passed", "12 passed"."""

import re
from collections.abc import Iterator

from gha_router.claims import numbers
from gha_router.claims.english.context import FLAGS, asserted
from gha_router.claims.sentences import Sentence
from gha_router.claims.shell import runs_tests
from gha_router.records import Claim, ClaimKind

_GREEN = r"(?:pass(?:es|ed|ing)?|succeed(?:ed|s)?|green)(?![A-Za-z])"
_HELP = r"(?: (?:now|still|have|has|had|are|is|were|was|all|also|successfully|been|fully|again)){0,3}"
_OUT_OF = rf"(?:(?: ?/ ?| (?:out )?of (?:the )?){numbers.DIGITS})?"
_NUMBERED = re.compile(
    rf"(?:\ball (?:of )?(?:the )?)?(?P<number>{numbers.ENGLISH}){_OUT_OF}(?: [a-z\-]{{2,14}})? (?:tests?|specs?"
    rf"|test cases?)"
    rf"{_HELP} {_GREEN}",
    FLAGS,
)
_SHORT = re.compile(
    rf"(?<![/] )(?P<number>{numbers.APART}[0-9]{{1,9}}){_OUT_OF} (?:tests? )?(?:passed|passing)(?= ?(?:[,.!;)]|in\b"
    rf"|$))",
    FLAGS,
)
_ALL = re.compile(
    rf"\b(?:(?:all|every)(?: (?:of|the|my|your|our|existing|unit|new|other|integration|\w{{2,14}})){{0,3}} tests?"
    rf"|(?:the |both |my )?(?:existing |new |unit |whole |entire |full )?(?:tests|test suite|test cases?))"
    rf"{_HELP} {_GREEN}",
    FLAGS,
)
_LABELLED = re.compile(  # "Tests: 23/23 passing", "Tests passed: 23"
    rf"\btests?(?: (?:suite|results?|status|run))? {{0,3}}(?P<passed>pass(?:ed|ing) {{0,3}})?[:|=][ "
    rf"|]{{0,4}}[^A-Za-z0-9]{{0,3}}"
    rf"(?P<number>{numbers.DIGITS})(?: ?/ ?{numbers.DIGITS}| of {numbers.DIGITS})? ?(?(passed)|(?:tests? )?{_GREEN})",
    FLAGS,
)
_NO_FAILURES = re.compile(
    rf"(?P<number>{numbers.APART}[0-9]{{1,9}}) (?:tests?|examples|specs),? (?:and |with )?(?:0|no) failures", FLAGS
)
_COMMAND = re.compile(
    r" (?:now |also |all |still ){0,2}(?:passes|passed|succeeds|succeeded|is green)(?![A-Za-z])", FLAGS
)
_THEY = re.compile(rf"\bthey (?:all )?(?:now )?{_GREEN}", FLAGS)
_MENTIONED = re.compile(r"\btests?\b", FLAGS)
_PARTLY = re.compile(r"\b(?:some|most|few|half|many|part)\b[^,;]{0,30}$", FLAGS)


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield what the agent claims of passing tests: a number, or True for all."""
    for pattern in (_NUMBERED, _SHORT, _LABELLED, _NO_FAILURES):
        for match in pattern.finditer(sentence.text):
            value = numbers.whole(numbers.english(match["number"]))
            if value is not None and asserted(sentence, *match.span()):
                yield sentence.claim(ClaimKind.TESTS_PASSED, value, match.span(), unit="tests")
    for match in _ALL.finditer(sentence.text):
        if asserted(sentence, *match.span()) and not _PARTLY.search(sentence.clause_before(match.start())):
            yield sentence.claim(ClaimKind.TESTS_PASSED, value=True, span=match.span(), unit="tests")
    for mention in sentence.mentions:
        green = _COMMAND.match(sentence.after(mention.end)) if mention.mark and runs_tests(mention.content) else None
        if green and asserted(sentence, mention.start, mention.end + green.end()):
            span = (mention.start, mention.end + green.end())
            yield sentence.claim(ClaimKind.TESTS_PASSED, value=True, span=span, unit="tests")
    for match in _THEY.finditer(sentence.text):
        if _MENTIONED.search(sentence.before(match.start())) and asserted(sentence, *match.span()):
            yield sentence.claim(ClaimKind.TESTS_PASSED, value=True, span=match.span(), unit="tests")
