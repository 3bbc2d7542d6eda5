"""Tests that passed: 「12件のテストがすべて通りました」「すべてのテストがパスしました」「テストは全件成功です」."""

import re
from collections.abc import Iterator

from gha_router.claims import numbers
from gha_router.claims.japanese.context import asserted
from gha_router.claims.sentences import Sentence
from gha_router.claims.shell import runs_tests
from gha_router.records import Claim, ClaimKind

_COUNT = rf"(?P<{{0}}>{numbers.JAPANESE})(?: ?/ ?[0-9]{{1,9}})? ?(?:件|個|つ|本|項目)?"
_WHOLE = r"(?:すべて|全て|全件|全部|みな|全|無事に?|問題なく|正常に|も| )"
_PASSED = (
    r"(?:(?:通過|パス|成功|合格|クリア|pass|PASS|グリーン)(?:し(?:ました(?!ら)|ています|た(?=[。!]|$))|です(?!か)"
    r"|でした|になりました|(?=[。!]|$))"
    r"|(?:通る|成功する|パスする)(?:こと|の)を確認(?:しました|済み)|通(?:りました(?!ら)|っています|った(?=[。!]|$))"
    r"|緑です|緑になりました|グリーンです)"
)
_TESTS = re.compile(
    rf"(?:{_COUNT.replace('{0}', 'first')}の)?(?:{_WHOLE}の?){{0,2}}"
    rf"(?:(?:単体|既存の?|ユニット|全|結合|[A-Za-z]{{1,10}}の?) ?){{0,2}}テスト(?:ケース|スイート)?(?:は|が|も|に|を"
    rf"|:)? ?"
    rf"(?:{_WHOLE}){{0,3}}(?:{_COUNT.replace('{0}', 'second')})?(?:が|に|は|とも)?(?:{_WHOLE}(?:が"
    rf"|に)?){{0,3}}{_PASSED}"
)

_EACH = re.compile(rf"(?P<number>{numbers.JAPANESE}) ?件(?:とも|が|は|{_WHOLE}){{0,3}}{_PASSED}")
_LABELLED = re.compile(  # テスト結果: 23/23 成功
    rf"テスト(?:結果|実行結果)?(?:は|:|\|)[ |]{{0,4}}[^0-9A-Za-zぁ-んァ-ヶ一-龠]{{0,3}}(?P<number>{numbers.JAPANESE})"
    rf"(?: ?/ ?[0-9]{{1,9}})? ?(?:件)?(?:が|すべて|全て|全件)? ?(?:成功|パス|合格|通過|passed)(?!率|し(?:ません|な))"
)
_PARTLY = re.compile(r"(?:一部|いくつか|ほとんど|半分|大半|大部分|多く)の? ?$")


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield what the agent claims of passing tests: a number, or True for all."""
    for match in _TESTS.finditer(sentence.text):
        number = match["first"] or match["second"]
        value = numbers.whole(numbers.japanese(number)) if number else True
        partly = _PARTLY.search(sentence.just_before(match.start()))
        if value is not None and not partly and asserted(sentence, *match.span()):
            yield sentence.claim(ClaimKind.TESTS_PASSED, value, match.span(), unit="tests")
    for match in _LABELLED.finditer(sentence.text):
        value = numbers.whole(numbers.japanese(match["number"]))
        if value is not None and asserted(sentence, *match.span()):
            yield sentence.claim(ClaimKind.TESTS_PASSED, value, match.span(), unit="tests")
    for match in _EACH.finditer(sentence.text):
        value = numbers.whole(numbers.japanese(match["number"]))
        tests = "テスト" in sentence.before(match.start()) or _ran_tests(sentence, match.start())
        if value is not None and tests and asserted(sentence, *match.span()):
            yield sentence.claim(ClaimKind.TESTS_PASSED, value, match.span(), unit="tests")


def _ran_tests(sentence: Sentence, place: int) -> bool:
    """Return whether a test command is cited before a place: 「`pytest`を実行したところ、12件すべてパスしました」."""
    return any(runs_tests(mention.content) for mention in sentence.mentions_until(place))
