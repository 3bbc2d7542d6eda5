"""Files written, in lists of either language: entries below "Files changed:", and "`a.py`: added a flag"."""

import re
from collections.abc import Iterator

from gha_router.claims import english, japanese
from gha_router.claims.reading import Mention
from gha_router.claims.sentences import Sentence
from gha_router.records import Claim, ClaimKind

_ENTRY = re.compile(
    r"[^A-Za-zぁ-んァ-ヶ一-龠]{0,16}(?:(?:new|created|modified|updated|added|changed|edited|新規|作成|変更|更新|追加)"
    r"(?: file)? {0,2}[:|(]? {0,2})?",
    re.IGNORECASE,
)
_CHANGE = r"(?:change[ds]?|modified|created|updated|added|edited|written|generated|touched)"
_HEADING = re.compile(
    rf"\bfiles? (?:(?:i|we|that|were|was|have|been|i've) ){{0,3}}{_CHANGE}\b|\b(?:{_CHANGE}|new)"
    rf"(?: and {_CHANGE})? files?\b"
    r"|(?:変更|修正|作成|更新|追加|編集|生成)(?:・(?:変更|修正|作成|更新|追加))?(?:した|された|済み)?の?ファイル",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    r"\b(?:deleted|removed|unchanged|to be|not|pr|upstream|commit)\b|削除|未変更|予定|上流", re.IGNORECASE
)
_BECAUSE = re.compile(
    r"[)\]]?(?: ?\([^()]{0,30}\))? {0,3}(?::|[-–—→|]|->)[ |]{0,4}(?:[^\x00-\x7fぁ-んァ-ヶ一-龠] ?)?(?:(?:also"
    r"|now|newly) )?"
    r"(?:added|updated|created|new|fixed|refactored|implemented|introduced|extended|documented|changed|modified|moved"
    r"|replaced|renamed|rewrote|rewritten|improved|simplified|cleaned up|corrected|adjusted|removed|bumped|switched)\b"
    r"(?! (?:by|in) (?:the )?(?:last|previous|upstream|pr|commit|another))",
    re.IGNORECASE,
)
_DONE = r"(?:追加|修正|更新|作成|変更|実装|改善|書き換え|リファクタリング|新規作成|置き換え|対応)"
_BECAUSE_JAPANESE = re.compile(
    rf"[)\]]?(?: ?[(][^()]{{0,30}}[)])? {{0,3}}(?::|[-–—→|]|->)[^。\n]{{0,80}}?{_DONE}(?:しました|済み"
    rf"|した)?[。 )|]{{0,4}}$"
)


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield the file that an entry of a list claims to have been written: the first that it names."""
    mention = next((mention for mention in sentence.mentions if mention.is_path), None)
    if mention is None or not _ENTRY.fullmatch(sentence.text[: mention.start][:40]):
        return
    heading = _HEADING.search(sentence.heading) and not _NOT_OURS.search(sentence.heading)
    span = (mention.start, mention.end)
    if (heading or _is_explained(sentence, mention)) and _is_asserted(sentence, span):
        yield sentence.claim(ClaimKind.FILE_WRITTEN, mention.content, span, subject=mention.content)


def _is_explained(sentence: Sentence, mention: Mention) -> bool:
    rest = sentence.after(mention.end)
    return bool(_BECAUSE.match(rest) or _BECAUSE_JAPANESE.match(sentence.text[mention.end : mention.end + 120]))


def _is_asserted(sentence: Sentence, span: tuple[int, int]) -> bool:
    return english.asserted(sentence, *span) and japanese.asserted(sentence, *span)
