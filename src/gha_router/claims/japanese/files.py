"""Files written: 「report.md を作成しました」「`a.txt`に保存しました」「out.json が生成されました」."""

import re
from collections.abc import Iterator

from gha_router.claims.japanese.context import asserted
from gha_router.claims.sentences import Sentence
from gha_router.claims.words import any_of
from gha_router.records import Claim, ClaimKind

_VERB = any_of(
    "新規作成 作成 生成 保存 書き込み 書込み 書込 書き出し 出力 更新 編集 変更 修正 記録 追記 書き換え 上書き "
    "新規追加 追加 実装 改修 改善 置き換え 置換 リファクタリング 整理 反映 リネーム コピー 移動 変換"
)
_PLAIN = r"(?:書き込み|書き出し|書き|作り|残し|書き換え|追加し)"
_DID = (
    r"(?:しました|いたしました|致しました|済みです|済み(?=[。!)]|$)|しておきました|してあります|した(?=[。!]|$)"
    r"|し(?:ています|ております)(?=[。!]|$)"
    r"|完了(?:です|しました)?(?=[。!]|$)|されました|されています|が完了しました|できました"
    r"|して?、(?=[^?\n]{0,80}(?:ました|した|です)[。! ]{0,3}$))"
)
# What may stand between the particle and the verb; もとに, 参考に and 読んで make the path a source.
_BETWEEN = r"(?:(?!もと|元|参考|参照|読|基|使|確認|分析|含|数え|ついて|関|対|\x01)[^。、!?\n]){0,24}?"
_WRITTEN = re.compile(
    rf"[)]? ?(?:という|の|[0-9]{{1,3}} ?(?:つ|個|件)?の?|ファイル|レポート|[(][^()]{{0,20}}[)]| ){{0,4}}(?:を"
    rf"|に|へ|が|として|も|は) ?{_BETWEEN}"
    rf"(?:{_VERB} ?(?:を)?{_DID}|{_PLAIN}(?:ました(?!ら)|た(?=[。!]|$)|ておきました))"
    rf"| ?の?{_VERB}(?:が完了しました|を完了しました|{_DID})"
)
_ANNOUNCED = re.compile(rf"(?:{_VERB}(?:しました|済み)|{_VERB}したファイル(?:は)?): ?$")  # 保存しました: out.json
_LIST = re.compile(r" ?(?:と|、|,|および|及び|ならびに|・|や) ?")


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield the files that the agent claims to have written; in a list the verb at its end speaks of all."""
    verb: re.Match[str] | None = None
    following = len(sentence.text)
    for mention in reversed(sentence.mentions):
        if not mention.is_path:
            continue
        start, end = mention.start, mention.end
        if not (verb and _LIST.fullmatch(sentence.text[end:following])):
            verb = _WRITTEN.match(sentence.text, end)
            end = verb.end() if verb else end
        written = verb or _ANNOUNCED.search(sentence.just_before(start))
        if written and asserted(sentence, start, verb.end() if verb else end):
            yield sentence.claim(ClaimKind.FILE_WRITTEN, mention.content, (start, end), subject=mention.content)
        following = start
