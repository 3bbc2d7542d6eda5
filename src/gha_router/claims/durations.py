"""Amounts of time in either language: 1.4 s, 1m30s, 2 minutes and 5 seconds, 約2分30秒, 一分半."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from gha_router.claims import numbers

_FLAGS = re.IGNORECASE | re.ASCII

_LATIN_SECONDS = (("ms", 0.001), ("mil", 0.001), ("mse", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86400.0))
_LATIN_UNIT = (
    r"(?:[ -]{0,2}(?P<{0}>milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?)|(?P<{0}m>m|d))"
    r"(?![A-Za-z/%])"
)
_UNIT = _LATIN_UNIT.replace("{0}", "unit")
_LATIN = re.compile(rf"(?P<number>{numbers.ENGLISH})(?P<half> and a half)?{_UNIT}", _FLAGS)
_LATIN_NEXT = re.compile(
    rf"(?:,? and |, | {{0,2}})(?P<number>{numbers.DIGITS}|{numbers.WORDS})(?P<half>)?{_UNIT}", _FLAGS
)
_ARTICLE = re.compile(
    r"\b(?:(?P<part>half) an?|an?) (?P<unit>hour|minute|second)(?P<half> and a half)?(?![A-Za-z])", _FLAGS
)

_JAPANESE_SECONDS = {"ミリ秒": 0.001, "秒": 1.0, "分": 60.0, "時間": 3600.0}
# 分 is also a part, and begins words: 3分の2, 2分割, 5分類
_JAPANESE_UNIT = r" {0,2}(?P<unit>ミリ秒|秒(?!読)|分(?!の[0-9一-十]|[割類析岐散布担解離])|時間)(?P<half>半)?"
_JAPANESE = re.compile(rf"(?<![時分])(?P<number>{numbers.JAPANESE}){_JAPANESE_UNIT}")
_JAPANESE_NEXT = re.compile(rf"[と ]?(?P<number>[0-9〇一二三四五六七八九十.]{{1,9}}){_JAPANESE_UNIT}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A span of text that names an amount of time."""

    start: int
    end: int
    seconds: float


@lru_cache(maxsize=1)  # the finders of both languages ask for those of one sentence in turn
def amounts(text: str) -> tuple[Amount, ...]:
    """Return the amounts of time in a text, those of each language in order."""
    return tuple(_amounts(text))


def _amounts(text: str) -> Iterator[Amount]:
    yield from _joined(text, _LATIN, _LATIN_NEXT, _latin)
    yield from _joined(text, _JAPANESE, _JAPANESE_NEXT, _japanese)
    for match in _ARTICLE.finditer(text):
        factor = 0.5 if match["part"] else 1.5 if match["half"] else 1.0
        yield Amount(start=match.start(), end=match.end(), seconds=factor * _latin_unit(match["unit"]))


def _joined(
    text: str, first: re.Pattern[str], following: re.Pattern[str], read: Callable[[re.Match[str]], "_Part | None"]
) -> Iterator[Amount]:
    """Yield amounts whose parts stand side by side, the larger unit first: 2 min 5 s."""
    place = 0
    while match := first.search(text, place):
        place, start, seconds, unit = match.end(), match.start(), 0.0, None
        part = read(match)
        while part and (unit is None or part.unit < unit):
            place, seconds, unit = part.end, seconds + part.seconds, part.unit
            more = following.match(text, place)
            part = read(more) if more else None
        if unit is not None:
            yield Amount(start=start, end=place, seconds=round(seconds, 6))


@dataclass(frozen=True, slots=True)
class _Part:
    end: int
    unit: float
    seconds: float


def _latin(match: re.Match[str]) -> _Part | None:
    number, unit = numbers.english(match["number"]), _latin_unit(match["unit"] or match["unitm"])
    if number is None:
        return None
    return _Part(match.end(), unit, (number + (0.5 if match["half"] else 0)) * unit)


def _japanese(match: re.Match[str]) -> _Part | None:
    number, unit = numbers.japanese(match["number"]), _JAPANESE_SECONDS[match["unit"]]
    if number is None:
        return None
    return _Part(match.end(), unit, (number + (0.5 if match["half"] else 0)) * unit)


def _latin_unit(unit: str) -> float:
    return next(seconds for prefix, seconds in _LATIN_SECONDS if unit.lower().startswith(prefix))
