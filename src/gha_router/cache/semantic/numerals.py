"""Numbers however they are written: digits, full-width, grouped, spelled in English, in kanji."""

import re
from collections.abc import Sequence

from gha_router.cache.semantic.listed import listed

_ONES = listed(
    "zero one two three four five six seven eight nine ten",
    "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
)
_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = listed("zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")
ONES = {word: number for number, word in enumerate(_ONES)}
TENS = {word: 10 * number for number, word in enumerate(_TENS, start=2)}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
ORDINALS = {word: number for number, word in enumerate(_ORDINALS) if word != "second"}  # which is a unit, too
OTHERS = {"once": 1, "twice": 2, "dozen": 12, "half": 0.5}

_DIGITS = {digit: number for number, digit in enumerate("〇一二三四五六七八九")}
_TIMES = {"十": 10, "百": 100, "千": 1_000}
_MYRIADS = {"万": 10_000, "億": 100_000_000, "兆": 1_000_000_000_000}
_KANJI = "".join((*_DIGITS, *_TIMES, *_MYRIADS))
# What is counted behind a kanji number; without one 一 may be a part of a word (一覧, 統一).
_COUNTERS = (
    "つ個件回人行番年月日時分秒列本枚倍割章歳階台文字ヶヵかヘペケ種桁点位円週語組匹社度"  # their first letter is enough
)
KANJI_NUMBER = re.compile(rf"(?<![一-龯々])(?:\d+(?:\.\d+)?(?=[{''.join(_MYRIADS)}])|)[{_KANJI}]+(?=[{_COUNTERS}])")
DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def digits(text: str) -> str:
    """Return a number written in digits, in one form: groups joined; ``3.10`` is not ``3.1``, as in a version."""
    plain = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    whole, point, rest = plain.partition(".")
    return (whole.lstrip("0") or "0") + point + rest if whole.isascii() else plain


def kanji(text: str) -> str:
    """Return a number written in kanji as digits, ``三十二`` and ``二〇二六`` and ``1万`` alike."""
    if all(letter in _DIGITS for letter in text):
        return digits("".join(str(_DIGITS[letter]) for letter in text))
    total, section, current, seen = 0, 0, 0, False
    for letter in text:
        if letter.isdecimal():
            current, seen = current * 10 + int(letter), True
        elif letter in _DIGITS:
            current, seen = _DIGITS[letter], True
        elif letter in _TIMES:
            section += (current if seen else 1) * _TIMES[letter]
            current, seen = 0, False
        elif letter in _MYRIADS:
            total += ((section + current) or 1) * _MYRIADS[letter]
            section, current, seen = 0, 0, False
    return str(total + section + current)


def spelled(words: Sequence[str]) -> tuple[str, int] | None:
    """Return the number that begins a list of small words, and how many words it takes."""
    first = words[0] if words else ""
    if first in ORDINALS:
        return str(ORDINALS[first]), 1
    if first in OTHERS:
        return str(OTHERS[first]), 1
    total, current, taken = 0, None, 0
    for word in words:
        if word in ONES:
            current = (current or 0) + ONES[word]
        elif word in TENS:
            current = (current or 0) + TENS[word]
        elif word in SCALES and current is not None:
            if SCALES[word] == SCALES["hundred"]:
                current *= SCALES[word]
            else:
                total, current = total + current * SCALES[word], 0
        else:
            break
        taken += 1
    return None if current is None else (str(total + current), taken)
