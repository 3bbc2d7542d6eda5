"""Numerals as people write them: 12,345 and 1.4, twelve and twenty-one, 十二 and 3万5千.

The regular expressions find candidates; the parsers decide. Every repetition is bounded, so that a hostile message
costs no more than its length, and ``int`` never meets more digits than it converts.
"""

import re

# A number does not begin inside a word, a path, a version, a time, an issue number or a range.
APART = r"(?<![A-Za-z0-9_/#$\-+.])(?<![0-9][,:–—~〜])"
DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})(?:\.[0-9]{1,9})?(?![0-9])"

_UNDER_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL = {word: value for value, word in enumerate(_UNDER_TWENTY.split())} | {
    word: 10 * value for value, word in enumerate(_TENS.split(), start=2)
}
LARGE = {"dozen": 12, "hundred": 100, "thousand": 1000}
_WORD = rf"(?:{'|'.join(sorted((*SMALL, *LARGE), key=len, reverse=True))})"
WORDS = rf"(?<![A-Za-z\-])(?:a[ ](?=dozen|hundred|thousand))?{_WORD}(?:[ -](?:and[ ])?{_WORD}){{0,5}}(?![A-Za-z])"
ENGLISH = rf"(?:{APART}{DIGITS}|{WORDS})"

KANJI_DIGITS = {kanji: value for value, kanji in enumerate("〇一二三四五六七八九")} | {"零": 0}
KANJI_SMALL = {"十": 10, "百": 100, "千": 1000}
KANJI_LARGE = {"万": 10_000, "億": 100_000_000}
_KANJI = "".join((*KANJI_DIGITS, *KANJI_SMALL, *KANJI_LARGE))
JAPANESE = rf"{APART}(?<![第{_KANJI}])[0-9{_KANJI}][0-9,.{_KANJI}]{{0,19}}(?![0-9{_KANJI}])"

_TO_ASCII = str.maketrans({kanji: str(value) for kanji, value in KANJI_DIGITS.items()})
_PLAIN = re.compile(DIGITS, re.ASCII)
_PARTS = re.compile(rf"({DIGITS})|([十百千])|([万億])", re.ASCII)


def plain(text: str) -> float | None:
    """Return what digits with thousands separators and a decimal point mean; ``None`` when they are no number."""
    return float(text.replace(",", "")) if _PLAIN.fullmatch(text) else None


def english(text: str) -> float | None:
    """Return what an English numeral in digits or words means; ``None`` when the words do not make a number."""
    if text[:1].isdigit():
        return plain(text)
    total, group, last = 0, 0, None
    for word in re.split(r"[ -]", text.lower()):
        if word in LARGE:
            group = max(group, 1) * LARGE[word]
            if word == "thousand":
                total, group = total + group, 0
        elif word in SMALL:
            if last in SMALL and not (SMALL[last] >= 20 and SMALL[word] < 10):  # noqa: PLR2004 - "twenty one"
                return None
            group += SMALL[word]
        last = word
    return float(total + group)


def japanese(text: str) -> float | None:
    """Return what a numeral in digits, kanji or both means: 三百五十四, 三五四, 1.2万, 3万5千."""
    total, section, current, position = 0.0, 0.0, None, 0
    text = text.translate(_TO_ASCII)
    while part := _PARTS.match(text, position):
        digits, small, large = part.groups()
        if digits:
            current = plain(digits)
        elif small:
            section += (1 if current is None else current) * KANJI_SMALL[small]
            current = None
        else:
            whole = section + (current or 0)
            total, section, current = total + (whole or 1) * KANJI_LARGE[large], 0.0, None
        position = part.end()
    return total + section + (current or 0) if text and position == len(text) else None


def whole(value: float | None) -> int | None:
    """Return a number as a count; ``None`` when it is not a whole one."""
    return int(value) if value is not None and value.is_integer() else None
