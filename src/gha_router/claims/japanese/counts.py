"""What was counted: 「README.mdは354行あります」「12回出てきます」「5個のファイル」「行数: 354」."""

import re
from collections.abc import Iterator

from gha_router.claims import numbers, units
from gha_router.claims.japanese.context import asserted
from gha_router.claims.sentences import Sentence
from gha_router.claims.subjects import subject_of
from gha_router.records import Claim, ClaimKind

_THINGS = {word: unit for word, unit in units.JAPANESE.items() if unit not in {"lines", units.OCCURRENCES}}
_THING = rf"(?P<thing>{units.alternatives(_THINGS)})"
_ABOUT = r"(?:約|およそ|だいたい|ほぼ|~)?"
_SOME = r"(?:ほど|くらい|ぐらい|程度)?"
_NUMBER = rf"(?P<number>{numbers.JAPANESE}) {{0,4}}"
_GENERIC = r"(?:個|つ|件|本|種類)"

# Some of the lines are not the file's lines.
_WHICH = {
    "の空行": "blank lines",
    "のコード": "lines of code",
    "のコメント": "comment lines",
    "の差分": "lines changed",
    "の変更": "lines changed",
}
_LINES = re.compile(rf"{_ABOUT}{_NUMBER}行{_SOME}(?P<which>{units.alternatives(_WHICH)})?")
_TIMES = re.compile(rf"{_ABOUT}{_NUMBER}(?:回|箇所|か所|カ所|ヶ所|ヵ所){_SOME}")
# 「TODO」が6件見つかりました: found of a text in quotes
_HITS = re.compile(
    rf"(?<=[」\"`])(?:が|は) ?(?:全部で|合計|計)?(?P<span>{_ABOUT}{_NUMBER}件)(?= ?(?:見つか|ヒット|マッチ"
    rf"|一致|検出|該当|出現))"
)
_THINGS_AFTER = re.compile(rf"{_ABOUT}{_NUMBER}(?:{_GENERIC}の)?{_THING}{_SOME}")  # 5個のファイル, 3ジョブ
_THINGS_BEFORE = re.compile(  # ファイルは5個, ジョブが3つ, テスト48件; but ステップ1 is one of them
    rf"{_THING}(?P<said>数?(?:は|が|を|も|:)|の数[はが])?[ |]{{0,4}}(?:全部で|全|合計|合わせて|計)?"
    rf"(?P<span>{_NUMBER}(?(said)(?:{_GENERIC}|(?=です|でした|[。!、 )|]|$))|{_GENERIC}))"
)
_LABELS = {
    "行数": "lines",
    "出現回数": units.OCCURRENCES,
    "出現数": units.OCCURRENCES,
    "回数": units.OCCURRENCES,
    "件数": units.OCCURRENCES,
    "検索結果": units.OCCURRENCES,
    "ヒット数": units.OCCURRENCES,
    "ファイル数": "files",
    "単語数": "words",
    "文字数": "characters",
    "ジョブ数": "jobs",
    "ステップ数": "steps",
    "テスト数": "tests",
    "エラー数": "errors",
    "の数": units.OCCURRENCES,  # 「Claude Code」の数は12: only behind a quoted string
}
_LABEL = re.compile(
    rf"(?P<label>(?!の数)(?:{units.alternatives(_LABELS)})|(?<=[」\"`])の数)(?:は|が|:|=|\|| )[ |]{{0,4}}"
    rf"(?:全部で|合計|約|計)?(?P<number>{numbers.JAPANESE})(?![,.][0-9])(?! ?(?:行|回|箇所|か所))"
)

_OCCURS = re.compile(
    r"[^。!?\n]{0,12}?(?:出て|登場|出現|含ま|見つか|現れ|マッチ|ヒット|一致|使われて|使用されて|記述|検出|存在|あり"
    r"|書かれて)"
)
_OCCURRED = re.compile(r"出現|登場|出てくる|含まれ|検索|該当|一致")
_ENDS = re.compile(r" ?(?:です|でした|だ|$|[。!.、)」])")
_STATES = re.compile(
    r"です|でした|だ(?:った|と)?(?=。|$|わか|判)|あり|ある|あった|から(?:な|成|構)|で(?:ある|構成|あり|、|$)"
    r"|と(?:な|いう結果|[0-9〇一二三四五六七八九十])|に(?:なり|なって)|が?(?:あり|見つか|検出|存在|含ま|定義)"
    r"|を(?:数え|確認|カウント|検出|見つけ|発見|含(?!め))|[。!、.)」| ]|$|の(?:ファイル| ?[\x01`「])|分|も?含"
)
_NOT_TOTAL_AFTER = re.compile(
    r"目|以上|以下|以内|未満|ずつ|ごと|毎|おき|まで|中|のうち|程|から(?![な成構])|[-〜~–/]|に(?:まとめ|収|分|し)"
    r"|を(?:超|追い越)"
)
_NOT_TOTAL_BEFORE = re.compile(
    r"(?:最初の|最後の|先頭の?|末尾の?|冒頭の?|上位|直近|各|毎|あと|残り|第|次の|もう|他の?|別の|中|のうち|から|〜|~"
    r"|以上) ?$|[0-9][行回個]?[-〜~–] ?$"
)
_VERBS = {
    "追加": "added",
    "削除": "deleted",
    "変更": "changed",
    "修正": "fixed",
    "更新": "updated",
    "作成": "created",
    "生成": "generated",
    "挿入": "inserted",
    "編集": "edited",
    "表示": "displayed",
    "出力": "printed",
    "置換": "replaced",
    "移動": "moved",
    "実行": "executed",
    "完了": "finished",
    "スキップ": "skipped",
    "失敗": "failed",
}
_ACTED = re.compile(rf" ?(?:を|が|に|だけ|分)?[^。、!?\n]{{0,4}}?(?P<verb>{units.alternatives(_VERBS)})")


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield the counts that the agent claims."""
    for match in _LINES.finditer(sentence.text):
        if _STATES.match(sentence.after(match.end())) or match["which"] or _acted(sentence, match):
            yield from _claim(sentence, match, match.span(), _WHICH.get(match["which"] or "", "lines"))
    for match in _TIMES.finditer(sentence.text):
        after, clause = sentence.after(match.end()), sentence.clause_before(match.start())
        if _OCCURS.match(after) or (_ENDS.match(after) and (_OCCURRED.search(clause) or _is_bare(sentence, match))):
            yield from _claim(sentence, match, match.span(), units.OCCURRENCES)
    for match in _HITS.finditer(sentence.text):
        yield from _claim(sentence, match, match.span("span"), units.OCCURRENCES)
    yield from _things(sentence)
    for match in _LABEL.finditer(sentence.text):
        yield from _claim(sentence, match, match.span(), _LABELS[match["label"]])


def _things(sentence: Sentence) -> Iterator[Claim]:
    for pattern, span in ((_THINGS_AFTER, 0), (_THINGS_BEFORE, "span")):
        for match in pattern.finditer(sentence.text):
            if _STATES.match(sentence.after(match.end())) or _acted(sentence, match):
                yield from _claim(sentence, match, match.span(span), units.JAPANESE[match["thing"]])


def _is_bare(sentence: Sentence, match: re.Match[str]) -> bool:
    return sentence.begins_clause(match.start()) or sentence.text[match.start() - 1] in "はが"


def _acted(sentence: Sentence, match: re.Match[str]) -> str | None:
    """Return what was done to those that were counted; they are not all that there are."""
    acted = _ACTED.match(sentence.after(match.end()))
    return _VERBS[acted["verb"]] if acted else None


def _claim(sentence: Sentence, match: re.Match[str], span: tuple[int, int], unit: str) -> Iterator[Claim]:
    value = numbers.whole(numbers.japanese(match["number"]))
    begin, end = match.start("number"), match.end()
    partial = _NOT_TOTAL_AFTER.match(sentence.after(end)) or _NOT_TOTAL_BEFORE.search(sentence.just_before(begin))
    if value is None or partial or not asserted(sentence, begin, end):
        return
    acted = _acted(sentence, match) if unit != units.OCCURRENCES else None
    subject = subject_of(sentence, (begin, end), unit)
    yield sentence.claim(ClaimKind.COUNT, value, span, unit=f"{unit} {acted}" if acted else unit, subject=subject)
