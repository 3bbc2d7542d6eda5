"""Which numbers of a text stand beside a unit: ``354 lines``, ``Lines: 354``, 354行, 行数は354.

A text that names alternatives (``12 or 13 lines``) has both beside the unit: it did not commit itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from gha_router.checks.numerals import Token, to_ascii, tokens
from gha_router.checks.tables import unrolled

REACH_BACK = 3  # words between a number and the unit behind it: "354 plain text lines"
CHAIN = 20  # alternatives that are read, at most
REACH_AHEAD = 6  # words between a unit and its number: "the lines in the file README.md are 354"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Between a number and the unit behind it, these begin something else.
_STOPS = _words(
    "and or but with in on at of for from to per by as has have is are was were the は が を に で と "
    "hundred thousand million"
)
_NEUTRAL = _words("total text の")
_ENDS = frozenset({".", ",", ";", "!", "?", "\n", "。", "、"})
_APART = _ENDS | {":", "|", "="}
_LINKS = _words(": = | is are was were equals count counts total totals は が 数 数は")
_OR = _words("or maybe perhaps possibly probably / - ~ 〜 – か または もしくは あるいは")  # noqa: RUF001 - ranges have an en dash
_AND = _OR | {"and", "to", "through", "から"}
_SOFT = _words(", ( ) 、")

_JAPANESE = {
    "lines": ("行",),
    "occurrences": ("回", "箇所", "個", "件"),
    "files": ("ファイル",),
    "words": ("語", "単語"),
    "characters": ("文字",),
    "jobs": ("ジョブ",),
    "steps": ("ステップ",),
    "tests": ("テスト",),
}
_PLACES = re.compile("[かヶカケヵ]所")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The words that count the same thing."""

    single: frozenset[str]  # "line"
    plural: frozenset[str]  # "lines", and words without a plural: ファイル
    counters: tuple[str, ...]  # 行: right behind its number, or as 行数

    @classmethod
    def named(cls, unit: str) -> Self:
        """Return the unit that is written so, its singular, plural and Japanese forms."""
        word = _joined_up(unit)
        plural = _plural(word)
        japanese = (*_JAPANESE.get(plural, ()), *(() if word.isascii() else (word,)))
        counters = tuple(form for form in japanese if re.fullmatch("[一-鿿]+", form))
        return cls(
            single=frozenset({_singular(plural), word} - {plural}),
            plural=frozenset({plural, *japanese} - set(counters)),
            counters=counters,
        )


OCCURRENCES = Unit(
    single=_words("time occurrence match instance mention hit"),
    plural=_words("times occurrences matches instances mentions hits"),
    counters=("回", "箇所", "個", "件"),
)


def read_beside(text: str, unit: str) -> set[Decimal]:
    """Return the numbers that stand beside ``unit`` in ``text``."""
    form = Unit.named(unit)
    plain = _with_unit_apart(to_ascii(text), unit, form)
    return numbers_beside(tokens(plain), form) or numbers_beside(tokens(unrolled(plain)), form)


def read_occurrences(text: str) -> set[Decimal]:
    """Return the numbers beside times, occurrences, 回 and the like; where there are none, all numbers."""
    found = tokens(_PLACES.sub("箇所", text))
    return numbers_beside(found, OCCURRENCES) or {
        token.value for token in found if token.value is not None and token.digits
    }


def read_stated(text: str, number: Decimal) -> set[Decimal] | None:
    """Return the alternatives to ``number`` where it is stated; ``None`` when it is not stated at all."""
    found = tokens(text)
    at = [place for place, token in enumerate(found) if token.digits and token.value == number]
    if not at:
        return None
    return {value for place in at for step in (1, -1) for value in _chain(found, place, step, _OR)} - {number}


def numbers_beside(found: Sequence[Token], unit: Unit) -> set[Decimal]:
    """Return the numbers beside the unit. Where some stand right before it, those with words between do not count."""
    near: set[Decimal] = set()
    far: set[Decimal] = set()
    for at, token in enumerate(found):
        if not _names(token, unit):
            continue
        back, words = _back(found, at, unit)
        if back:
            (far if words else near).update(back)
            (far if words else near).update(_second_thought(found, at, unit))
        else:
            near.update(_ahead(found, at, unit))
    return near or far


def _back(found: Sequence[Token], at: int, unit: Unit) -> tuple[set[Decimal], int]:
    """Return the numbers before the unit, and how many words stand between."""
    if _is_tally(found[at], unit):
        return set(), 0
    reach, words = 0 if _is_counter(found[at], unit) else REACH_BACK, 0
    for place in range(at - 1, -1, -1):
        token = found[place]
        if token.value is not None:
            return _chain(found, place, -1, _AND), words
        if token.text in _APART or token.text.lower() in _STOPS or _names(token, unit):
            break
        words += token.is_word and token.text.lower() not in _NEUTRAL
        if words > reach:
            break
    return set(), 0


def _ahead(found: Sequence[Token], at: int, unit: Unit) -> set[Decimal]:
    """Return the numbers after the unit; ``line 12`` and ``lines 3 to 7`` are places, so a link is asked for."""
    if not _announces(found, at, unit):
        return set()
    linked, words = _is_tally(found[at], unit), 0
    for place in range(at + 1, len(found)):
        token = found[place]
        if token.value is not None:
            return _chain(found, place, 1, _AND) if linked else set()
        if token.text in _ENDS or words >= REACH_AHEAD:
            break
        linked = linked or token.text.lower() in _LINKS
        words += token.is_word
    return set()


def _second_thought(found: Sequence[Token], at: int, unit: Unit) -> set[Decimal]:
    """Return the number of ``12 lines (or 13)``; in ``12 lines or 3 pages`` it counts something else."""
    place = _next(found, at, 1, _OR)
    if place is None:
        return set()
    behind = found[place + 1 : place + 2]
    if behind and behind[0].is_word and not _names(behind[0], unit):
        return set()
    return _chain(found, place, 1, _OR)


def _chain(found: Sequence[Token], at: int, step: int, joiners: frozenset[str]) -> set[Decimal]:
    """Return the number at this place and those joined to it: ``12 or 13``, ``12-13``."""
    values: list[Decimal] = []
    place: int | None = at
    while place is not None and len(values) < CHAIN:
        value = found[place].value
        values += [] if value is None else [value]
        place = _next(found, place, step, joiners)
    return set(values)


def _next(found: Sequence[Token], at: int, step: int, joiners: frozenset[str]) -> int | None:
    """Return the place of the next number when nothing but joining words stands between."""
    joined, place = False, at + step
    while 0 <= place < len(found):
        token = found[place]
        if token.value is not None:
            return place if joined else None
        if token.text.lower() in joiners:
            joined = True
        elif token.text not in _SOFT:
            return None
        place += step
    return None


def _announces(found: Sequence[Token], at: int, unit: Unit) -> bool:
    """Return whether a number may follow: 行数, ``lines``, ``line count``."""
    word = found[at].text.lower()
    if word in unit.plural or _is_tally(found[at], unit):
        return True
    return word in unit.single and any(t.text.lower() in {"count", "total"} for t in found[at + 1 : at + 2])


def _names(token: Token, unit: Unit) -> bool:
    word = token.text.lower()
    return word in unit.single or word in unit.plural or _is_counter(token, unit) or _is_tally(token, unit)


def _is_counter(token: Token, unit: Unit) -> bool:
    """Return whether it counts the number before it: 行 and 行程度 do, 行目 is a place."""
    return any(
        token.text.startswith(form) and token.text[len(form) :][:1] not in {"目", "数"} for form in unit.counters
    )


def _is_tally(token: Token, unit: Unit) -> bool:
    """Return whether it is a count by itself: 行数, 総行数."""
    return any(token.text.endswith(f"{form}数") for form in unit.counters)


def _with_unit_apart(text: str, unit: str, form: Unit) -> str:
    """Return the text with the unit as one word by itself: ``line_count``, ``lines of code``, ``354-line``."""
    text = re.sub(r"(?<=[A-Za-z])_(?=[A-Za-z])", " ", text)
    phrase = r"\s+".join(map(re.escape, to_ascii(unit).split()))
    text = re.sub(phrase, lambda _: _joined_up(unit), text, flags=re.IGNORECASE)
    hung = "|".join(sorted(map(re.escape, form.single | form.plural)))
    return re.sub(rf"(?i)(?<=[0-9])-?(?=(?:{hung})\b)", " ", text)


def _joined_up(unit: str) -> str:
    return "_".join(to_ascii(unit).lower().split())


def _plural(word: str) -> str:
    if word.endswith(("ch", "sh", "x", "ss")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return f"{word[:-1]}ies"
    return word if word.endswith("s") else f"{word}s"


def _singular(plural: str) -> str:
    if plural.endswith("ies"):
        return f"{plural[:-3]}y"
    return plural[:-2] if plural.endswith(("ches", "shes", "xes", "sses")) else plural[:-1]
