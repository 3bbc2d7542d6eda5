"""Whether a Japanese statement is the agent's own, about what is; most of what decides follows the statement."""

import re

from gha_router.claims.sentences import Sentence

# These reach over commas: もし…なら、… / README によると、…
_CONDITION = re.compile(
    r"もし|仮に|によると|によれば|いわく|曰く|(?:PR|プルリク(?:エスト)?|Issue|イシュー"
    r"|コミット) ?#?[0-9a-f]{1,40} ?(?:では|には|は|で|が)"
    r"|上流",
    re.IGNORECASE,
)
_UNREAL = re.compile(
    r"目標|上限|最大|最低|最小|下限|予定|以前|元々|もともと|変更前|前回|昨日|当初|期待|想定|本来|たとえば|例えば|条件"
    r"|依頼|指定|制限|要件|必要|見込|推定|平均|通常|あと|残り"
    r"|(?:ユーザー?|作者|開発者|メンテナー?|レビュアー?|レビューアー?|彼女?|あなた|CI|皆さん)(?:さん|様)?(?:が|は|も)"
)
_TAKEN_BACK = re.compile(
    r"(?:(?!ので|から、)[^。、!?\n]){0,24}?(?:予定|つもり|はず|べき|かもしれ|でしょう|だろう|ではな|ではあり|じゃな"
    r"|なら(?!び)|たら|れば|場合"
    r"|と(?:(?:は|も)?[^。、!?\n]{0,12}?(?:書か|書い|記載|記され|主張|言っ|言わ|述べ|報告し|報告され)|あり(?!まし)"
    r"|のこと|され"
    r"|見込|予想|想定)|そうです|らしい|ようにし|ように|必要|ください|下さい|ましょう|たい(?:です|と)|ますか|ですか"
    r"|でしたか|ましたか"
    r"|ませ|なく|ないで|とは限|つもり|前提|ため(?:に|の)(?!は)|まで(?:は|に)|かどうか)"
)
_CONTRAST = re.compile(r"(?:が|けど|けれど|しかし|ただし)、")


def asserted(sentence: Sentence, start: int, end: int) -> bool:
    """Return whether what stands from ``start`` to ``end`` is stated as a fact of the agent's own work."""
    if sentence.is_open:
        return False
    before = _CONTRAST.split(sentence.before(start))[-1]
    return not (
        _CONDITION.search(before)
        or _UNREAL.search(sentence.clause_before(start))
        or _TAKEN_BACK.match(sentence.after(end))
    )
