"""The whole work declared finished: 「完了しました」「処理完了！」「すべての作業が終わりました」「できました」."""

import re
from collections.abc import Iterator

from gha_router.claims.japanese.context import asserted
from gha_router.claims.numbers import JAPANESE
from gha_router.claims.sentences import Sentence
from gha_router.records import Claim, ClaimKind

_OPENING = (
    r"(?:(?:はい|これで|以上で|よし|では|それでは|お待たせしました|おかげさまで|無事に?|正常に|問題なく|さきほど|先ほど"
    r"|たった今|今"
    rf"|(?:約|わずか|たった|合計)?{JAPANESE} ?(?:秒|分|時間|s)(?:半|間|ほど)?で|一瞬で|瞬時に"
    rf"|あっという間に)[、, ]?){{0,3}}"
)
_WORK = (
    r"(?:(?:ご?(?:依頼|指定|指示|要望)(?:いただいた|された|の)?|与えられた|今回の|この|すべての|全ての|全|全部の|5つの"
    r"|一連の|予定の){0,2}"
    r"(?:作業|タスク|処理|課題|仕事|実験|対応|実装|実行|依頼|内容|工程|もの|こと|件)"
    r"|(?:すべての|全ての|全|全部の|ご?依頼の|一連の)(?:修正|変更|更新|追加|移行|改善|ステップ|項目)"
    r"|すべて|全て|全部|みんな|何もかも)"
)
_HOW = r"(?:(?:すべて|全て|全部|無事に?|正常に|問題なく|完全に|これで|もう|すでに|既に|ちゃんと|きちんと)[、 ]?){0,3}"
_FINISHED = (
    r"(?:(?:完了|終了|完成)(?:(?:を|いた|致)?し(?:ました|ています|ております|た(?=[。!]|$))|です|でした|済みです"
    r"|済み(?=[。!]|$)|(?=[。! ✅🎉]|$))"
    r"|(?:でき|出来)(?:ました|上がりました|あがりました|た(?=[。!]|$))|終わ(?:りました|っています|った(?=[。!]|$))"
    r"|済みました|済ませました|(?:やり)?終えました|やり遂げました)"
    r"(?!ら|か(?![らっ]))"
)
_DECLARED = re.compile(rf"{_OPENING}(?P<span>(?:{_WORK} ?(?:は|が|を|も|に)?[、 ]?)?{_HOW}{_FINISHED})")
_CLAUSE = re.compile(r"[、,:!] ?|[—–] ")


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield where the agent declares the whole work finished; a part that is done is no such claim."""
    for begin in (sentence.lead, *(match.end() for match in _CLAUSE.finditer(sentence.text))):
        match = _DECLARED.match(sentence.text, begin)
        if match and asserted(sentence, *match.span("span")):
            yield sentence.claim(ClaimKind.DONE, value=True, span=match.span("span"))
