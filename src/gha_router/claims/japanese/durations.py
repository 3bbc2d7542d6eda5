"""How long the work took: 「1.4秒でした」「90秒かかりました」「実行時間: 約2分30秒」「一瞬で終わりました」."""

import re
from collections.abc import Iterator

from gha_router.claims.durations import Amount, amounts
from gha_router.claims.japanese.context import asserted
from gha_router.claims.sentences import Sentence
from gha_router.records import Claim, ClaimKind

_ROUGHLY = r"(?:(?:だいたい|およそ|おおよそ|大体|わずか|たった|たったの|ほぼ|合計|全部で|約|計|~|〜|ほんの) ?){0,3}"
_SPENT = re.compile(
    r"(?:間|ほど|くらい|ぐらい|程度|弱|強|ちょっと)?"
    r" ?(?:かかりました|かかった(?!ら)|かかっています|かかってい|かかりまし|を要しました|要しました|を費やしました"
    r"|が経過しました)"
)
_STATED = re.compile(r"(?:間|ほど|くらい|ぐらい|程度|弱|強)? ?(?:でした|です(?!か)|だった|だ(?=。|$)|で、|でしたが)")
_WITHIN = re.compile(
    r"(?:間|ほど|くらい|ぐらい|程度|弱)? ?で(?:、)?[^。、!?\n]{0,16}?"
    r"(?:完了|終了|終わ|でき|処理|作成|実行|済み|済ま|仕上|解決|完成|生成|数え)[^。、!?\n]{0,6}?(?:しました|ました|した"
    r"|です|済み|!|。|$)"
)
_LABEL = re.compile(
    rf"(?:(?:実行|処理|所要|経過|作業|合計|総|総実行|総処理)時間|所要|かかった時間|時間)(?:は|:|が|\||="
    rf"| )[ |]{{0,4}}{_ROUGHLY}$"
)
_END = re.compile(r"(?:間|ほど|くらい|ぐらい|程度|弱|強)?[ )」。!.、]{0,4}$")

_OTHER_TIME = re.compile(
    r"タイムアウト|待機|待ち|待っ|間隔|ごと|毎|おき|リトライ|再試行|スリープ|sleep|timeout|過去|直近|有効期限|TTL"
    r"|キャッシュ|期限"
    r"|締め?切|1回あたり|あたり|動画|音声|時刻|設定|短縮|ポーリング",
    re.IGNORECASE,
)
_NOT_SPENT = re.compile(
    r"間?(?:以内|以上|以下|未満|ごと|毎|おき|前|後|間隔|あたり|ずつ|まで|目|待|スリープ|短縮|速|早|遅|の(?:タイムアウト"
    r"|間隔|動画|音声|待機|制限))"
    r"| ?[-〜~–]|から[0-9]|/"
)
_PART = re.compile(
    r"(テスト|ビルド|コンパイル|インストール|コマンド|スクリプト|クエリ|リクエスト|ダウンロード|サーバー|起動"
    r"|応答)[^、。]{0,16}$"
)
_WHOLE = re.compile(r"全体|合計|全部|すべて|全て|トータル|タスク")
_INSTANTLY = re.compile(
    r"(?:一瞬|瞬時|あっという間|瞬く間)(?:で|に)(?=[^。、!?\n]{0,12}?(?:完了|終|でき|処理|作成"
    r"|実行)[^。、!?\n]{0,6}?(?:した|です|!|$))"
    r"|一瞬(?=でした|です(?!か))|1秒も?(?=かかりません|かからず|かかっていません)"
)
_ENOUGH = "十分"  # ten minutes, and far more often: enough


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield the durations that the agent claims; ``subject`` names the part, ``None`` is the whole work."""
    for amount in amounts(sentence.text):
        if _speaks_of_work(sentence, amount) and asserted(sentence, amount.start, amount.end):
            span = (amount.start, amount.end)
            subject = _part(sentence, amount.start)
            yield sentence.claim(ClaimKind.DURATION, amount.seconds, span, unit="s", subject=subject)
    for match in _INSTANTLY.finditer(sentence.text):
        negated = match[0].startswith("1秒")  # 1秒もかかりません denies that it took longer
        if negated or asserted(sentence, *match.span()):
            yield sentence.claim(ClaimKind.DURATION, None, match.span(), unit="s")


def _speaks_of_work(sentence: Sentence, amount: Amount) -> bool:
    after = sentence.after(amount.end)
    if _NOT_SPENT.match(after):
        return False
    clause = sentence.clause_before(amount.start)
    if _OTHER_TIME.search(clause):
        return False
    if _SPENT.match(after) or _LABEL.search(sentence.just_before(amount.start)):
        return True
    if sentence.text[amount.start : amount.end] == _ENOUGH:
        return False
    alone = re.fullmatch(rf"[^0-9A-Za-zぁ-んァ-ヶ一-龠]{{0,20}}{_ROUGHLY}", clause)
    return bool(_STATED.match(after) or _WITHIN.match(after) or (alone and _END.fullmatch(after)))


def _part(sentence: Sentence, start: int) -> str | None:
    """Return what took that long when it was a part of the work only: a command in backticks, the tests, the build."""
    clause = sentence.clause_before(start)
    if _WHOLE.search(clause):
        return None
    cited = sentence.cited_in(clause, start)
    if cited is not None:
        return cited
    part = _PART.search(clause)
    return part[1] if part else None
