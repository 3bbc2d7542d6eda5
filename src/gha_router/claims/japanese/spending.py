"""Money and tokens: 「コストは$0.42でした」「0.42ドルかかりました」「12,345トークンを使用しました」."""

import re
from collections.abc import Iterator

from gha_router.claims import numbers
from gha_router.claims.japanese.context import asserted
from gha_router.claims.sentences import Sentence
from gha_router.records import Claim, ClaimKind

_DOLLARS = re.compile(
    rf"(?<![A-Za-z0-9$])(?:\$ ?(?P<sign>{numbers.DIGITS})(?: ?USD)?|(?P<word>{numbers.JAPANESE}) ?(?P<unit>米?ドル|USD"
    rf"|セント))"
)
_TOKENS = re.compile(
    rf"(?P<number>{numbers.JAPANESE})(?P<scale>k|K|M)? ?(?:トークン|tokens)"
    rf"|トークン(?:数|使用量|消費量|使用数)? {{0,3}}(?:は|:|が|\||の合計は)[ |]{{0,4}}(?:約|合計"
    rf"|およそ)?(?P<label>{numbers.JAPANESE})(?P<scaled>k|K|M)?"
)
_SCALE = {"k": 1_000, "m": 1_000_000}
_SPENT_BEFORE = re.compile(r"コスト|費用|料金|金額|合計|利用額|使用額|消費|使用|課金")
_COST_LABEL = re.compile(r"(?:コスト|費用|料金|金額|利用額|使用額) {0,3}[:|][ |]{0,4}(?:約|合計|およそ)?$")
_SPENT_AFTER = re.compile(
    r" ?(?:分|ほど|くらい|程度)?(?:かかりました|かかった(?!ら)|でした|を?(?:使用|消費|使い|使っ)(?!で)|が?(?:使われ"
    r"|発生))"
)
_NOT_SPENT = re.compile(
    r"毎月|月額|月々|年間|あたり|につき|予算|上限|プラン|コンテキスト|節約|削減|単価|価格|1回|100万|最大|まで"
)
_RATE = re.compile(
    r" ?(?:/|以内|以下|以上|未満|まで|ごと|あたり|の(?:予算|上限|プラン|コンテキスト|枠|節約|削減)|節約|削減"
    r"|コンテキスト)"
)


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield what the agent claims to have spent, in USD and in tokens."""
    for match in _DOLLARS.finditer(sentence.text):
        value = numbers.japanese(match["sign"] or match["word"])
        if value is not None and _is_spent(sentence, match):
            cents = match["unit"] == "セント"
            yield sentence.claim(ClaimKind.COST, round(value / 100 if cents else value, 9), match.span(), unit="USD")
    for match in _TOKENS.finditer(sentence.text):
        value = numbers.japanese(match["number"] or match["label"])
        if value is not None and (match["label"] or _is_spent(sentence, match)) and _is_stated(sentence, match):
            scale = _SCALE.get((match["scale"] or match["scaled"] or "").lower(), 1)
            yield sentence.claim(ClaimKind.TOKENS, round(value * scale), match.span(), unit="tokens")


def _is_spent(sentence: Sentence, match: re.Match[str]) -> bool:
    before, after = sentence.clause_before(match.start()), sentence.after(match.end())
    labelled = _COST_LABEL.search(sentence.just_before(match.start()))
    return bool(labelled or _SPENT_BEFORE.search(before) or _SPENT_AFTER.match(after)) and _is_stated(sentence, match)


def _is_stated(sentence: Sentence, match: re.Match[str]) -> bool:
    before, after = sentence.clause_before(match.start()), sentence.after(match.end())
    return not _NOT_SPENT.search(before) and not _RATE.match(after) and asserted(sentence, *match.span())
