"""What a text wants: to be told how, or what, or to have something made. Two kinds of wish have two answers."""

import re
from collections.abc import Iterable
from enum import StrEnum

from gha_router.cache.semantic import english
from gha_router.cache.semantic.listed import listed


class Mood(StrEnum):
    """What is wanted."""

    HOW_TO = "how to do it"
    EXPLAIN = "what it is"
    DO = "to have it done"
    CHECK = "whether it is so"
    ADVICE = "whether to do it"
    ABLE = "whether it can be done"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_WHOEVER = r"(?:i|we|you|one|people|someone)"
_HOW_TO = _any(
    rf"\bhow (?:do|can|could|should|would|might|may) {_WHOEVER}\b",
    r"\bhow to\b",
    r"\b(?:way|ways|command|steps?|procedure) (?:to|for|of)\b",
    r"\b(?:what|which) command\b",
    r"方法|手順|やり方|仕方|直し方",
    r"[一-龯][いきしちにびみりぎえけせてねめれべげ]?方(?=を|は|$)",
    r"には(?:$|[??。]|どう)",
    r"どう(?:すれば|したら|やって)",
    r"コマンド(?:は|を教)",
)
_ADVICE = _any(r"^(?:should|must|ought)\b", r"(?:べき|したほうが|した方が).*(?:か|[??])$")
_ABLE = _any(
    r"^(?:can|could|may|might) (?!you\b)", r"^is it possible\b", r"(?:できますか|可能ですか|使えますか|られますか)"
)
_CHECK = _any(r"^(?:is|are|was|were|do|does|did|has|have|had|will|would|isn't|aren't|don't|doesn't) (?!there a way to)")
_CHECK_JA = _any(r"(?:ですか|ますか|でしょうか|のか)[??。]*$")
_ASKS_JA = _any(
    r"何|なに|なぜ|どう|どこ|どれ|どの|どちら|いつ|誰|だれ|いくつ|いくら", r"教え|説明|違い|くれ|もらえ|いただけ"
)
_TELL_JA = _any(r"教え|説明し|解説し")
_DO_JA = _any(
    r"(?:書い|書き|作っ|作成し|生成し|変換し|翻訳し|要約し|して|詠ん|にして|"
    r"出力し|列挙し|一覧す|直し|修正し)"
    r"[^、。]{0,8}[。.!!]*$",
    r"してください[。.]*$",
)
_EXPLAIN = _any(
    r"^(?:what|which|who|whose|whom|why|when|where|how|explain|describe|compare|define)\b",
    r"^(?:tell me|give me an explanation|to what)\b",
    r"^give (?:me )?the\b",
)
_HAVE_MADE = _any(r"^i(?: need| want|'d like| would like|'m looking for) (?!to\b)")
_OPENER = _any(
    r"^(?:please|kindly|hi|hello|hey)[, ]+",
    r"^(?:can|could|would|will) you (?:please |kindly )?",
    r"^(?:in|for|with|using) [\w+#.]+, ",
    r"^(?!explain|describe|define|compare)[\w+#.]+(?: vs\.? [\w+#.]+)?: ",
)
# What is asked to be done with one's own hands: told to do it, a model without hands tells how.
_BY_HAND = frozenset(
    map(
        english.normal,
        listed(
            "set install configure enable disable rename delete remove undo revert exit quit make sort check find",
            "start stop restart merge rebase squash push pull clone mount export import upgrade update downgrade",
            "uninstall move copy",
        ),
    )
)
_LETTERS = {
    "japanese": re.compile(r"[ぁ-ゖァ-ヴ]"),
    "han": re.compile(r"[一-龯]"),
    "hangul": re.compile(r"[가-힣]"),
    "cyrillic": re.compile(r"[Ѐ-ӿ]"),
    "latin": re.compile(r"[A-Za-zÀ-ɏ]"),
}
_LATIN = 0.25  # of a letter's weight: a Japanese sentence is full of Latin names


def script_of(text: str) -> str:
    """Return the script that a text is written in; Japanese is one."""
    counts = {script: float(len(letters.findall(text))) for script, letters in _LETTERS.items()}
    counts["latin"] *= _LATIN
    if counts["japanese"] and counts["japanese"] + counts["han"] >= counts["latin"]:
        return "japanese"
    return max(counts, key=lambda script: counts[script])


def mood_of(text: str) -> Mood:
    """Return what a text wants."""
    low = re.sub(r"\s+", " ", text.strip().lower().replace("’", "'"))
    while opener := _OPENER.match(low):
        low = low[opener.end() :]
    return next((mood for mood, holds in _signs(low) if holds), Mood.EXPLAIN)


def _signs(low: str) -> Iterable[tuple[Mood, bool]]:
    """Return moods, the one before the other, and whether what shows it is there."""
    asked = bool(_CHECK.match(low.replace("is there a way to", "how to")))
    japanese = script_of(low) == "japanese"
    return (
        (Mood.ADVICE, bool(_ADVICE.search(low))),
        (Mood.ABLE, bool(_ABLE.search(low))),
        (Mood.HOW_TO, bool(_HOW_TO.search(low)) and not asked),
        (Mood.CHECK, asked or bool(_CHECK_JA.search(low) and not _ASKS_JA.search(low))),
        (Mood.EXPLAIN, bool(_EXPLAIN.match(low))),
        (Mood.DO, japanese and bool(_DO_JA.search(low)) and not _TELL_JA.search(low)),
        (Mood.EXPLAIN, japanese),
        (Mood.DO, bool(_HAVE_MADE.match(low))),
        (Mood.HOW_TO, english.normal(low.partition(" ")[0]) in _BY_HAND),
        (Mood.DO, True),
    )
