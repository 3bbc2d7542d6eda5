"""Read the numbers in a text that people would call numbers: not those in paths, versions, dates, times, shares."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

# Full-width forms and the minus sign, one character for one; NFKC would also make 102 of 10².
_TO_ASCII = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0x2212: 0x2D}

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_START = "(?<![0-9.,])"  # of a run of digits: beginning inside one too would take quadratic time
# What holds digits and is no number of anything; each becomes one blank word.
_NO_NUMBER = re.compile(
    rf"""
      {_START}[0-9][0-9.,]*\s*(?:%|percent\b|パーセント)                 # shares
    | \b{_MONTH}\s+[0-9]{{1,2}}(?:st|nd|rd|th)?(?:,?\s+[0-9]{{4}})?\b  # Aug 9, 2025
    | \b[0-9]{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:\s+[0-9]{{4}})?\b    # 9 August 2025
    | {_START}(?:[0-9]+\s*年\s*)?[0-9]+\s*月\s*[0-9]+\s*日 | [0-9]{{4}}\s*年   # 2025年8月9日
    | {_START}[0-9]+\s*時(?:\s*[0-9]+\s*分)?(?:\s*[0-9]+\s*秒)?               # 12時30分
    | \b[Vv]ers?(?:ion|\.)?\s*[0-9][0-9.]*                            # version 2.1
    """,
    re.VERBOSE,
)
_LIST_MARK = re.compile(r"(?m)^([ \t]*(?:#+[ \t]*)?)[0-9]{1,3}[.)](?=[ \t]+\S)")
_FIRST_MARK = re.compile(r"(?m)^[ \t]*(?:#+[ \t]*)?1[.)][ \t]+\S")

_TOKEN = re.compile(
    r"""
      (?P<ascii>[A-Za-z0-9À-ɏ\u00b2\u00b3\u00b9\u2070-\u209f_./\\:+\-#$@%&'^,]+)
    | (?P<kanji_number>[〇一二三四五六七八九十百千]+)
    | (?P<word>[一-鿿々〆]+|[ぁ-ゟ]+|[ァ-ヿ]+|[^\W\d_]+)
    | (?P<mark>\n|[^\s\w])
    """,
    re.VERBOSE,
)
_DIGITS = r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3}){1,5}|0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?"
_NUMBER = re.compile(rf"-?{_DIGITS}")
_RANGE = re.compile(rf"({_DIGITS})-({_DIGITS})")
_KEYED = re.compile(r"([A-Za-z_]+):(-?[0-9][0-9.,]*)")

_SPELT = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_SPELT_VALUE = {word: Decimal(value) for value, word in enumerate(_SPELT.split())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, a mark or a number (``value``). ``digits``: it was written in digits, not as ``twelve`` or 十二."""

    text: str
    value: Decimal | None = None
    digits: bool = False
    mark: bool = False

    @property
    def is_word(self) -> bool:
        """Return whether it is neither a number nor a mark."""
        return self.value is None and not self.mark


def to_ascii(text: str) -> str:
    """Return ``text`` with full-width digits, letters and marks as ASCII."""
    return text.translate(_TO_ASCII)


def tokens(text: str) -> list[Token]:
    """Return the words, marks and numbers of ``text`` in order."""
    text = _NO_NUMBER.sub("_", to_ascii(text))
    if _FIRST_MARK.search(text):  # a numbered list; "12. That is all." alone is none
        text = _LIST_MARK.sub(r"\1_", text)
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        match match.lastgroup:
            case "ascii":
                found.extend(_split(token))
            case "kanji_number":
                found.append(Token(text=token, value=_kanji_value(token)))
            case "word":
                found.append(Token(text=token))
            case _:
                found.append(Token(text=token, mark=True))
    return found


def number_of(text: str) -> Decimal | None:
    """Return the number that ``text`` is, thousands separators allowed, ``None`` when it is none."""
    return Decimal(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def _split(run: str) -> Iterator[Token]:
    """Return a run of ASCII characters with the marks around it apart: ``Lines:`` or ``354.``."""
    core = run.strip(".,:'")
    start = run.find(core) if core else len(run)
    yield from (Token(text=char, mark=True) for char in run[:start])
    yield from _core(core)
    yield from (Token(text=char, mark=True) for char in run[start + len(core) :])


def _core(core: str) -> Iterator[Token]:
    if not core:
        return
    if (value := number_of(core)) is not None:
        yield Token(text=core, value=value, digits=True)
    elif (pair := _RANGE.fullmatch(core)) and _rises(*pair.groups()):
        yield from (*_core(pair[1]), Token(text="-", mark=True), *_core(pair[2]))
    elif keyed := _KEYED.fullmatch(core):
        yield from (Token(text=keyed[1]), Token(text=":", mark=True), *_core(keyed[2]))
    elif "," in core and all(map(_NUMBER.fullmatch, parts := core.split(","))):
        for place, part in enumerate(parts):
            yield from (Token(text=",", mark=True),) if place else ()
            yield from _core(part)
    elif not core.strip("-+"):
        yield from (Token(text=char, mark=True) for char in core)
    else:
        yield Token(text=core, value=_SPELT_VALUE.get(core.lower()))


def _rises(low: str, high: str) -> bool:
    """``12-13`` is a range; ``2025-12`` is a month."""
    return Decimal(low.replace(",", "")) < Decimal(high.replace(",", ""))


def _kanji_value(text: str) -> Decimal:
    """Return 354 for 三百五十四 and for 三五四."""
    if not set(text) & set("十百千"):
        return Decimal("".join(str("〇一二三四五六七八九".index(char)) for char in text))
    total = digit = 0
    for char in text:
        if char in "十百千":
            total += (digit or 1) * 10 ** ("十百千".index(char) + 1)
            digit = 0
        else:
            digit = "〇一二三四五六七八九".index(char)
    return Decimal(total + digit)
