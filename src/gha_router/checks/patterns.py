"""Regular expressions on texts of others: a search that ends.

Python's ``re`` tries every way to repeat, which for ``(a+)+b`` doubles with each character, and cannot be stopped.
The ``regex`` package reads the same patterns and takes a time limit.
"""

import re
import time
import warnings

LIMIT_S = 5.0
BACKTRACKS = f"no answer within {LIMIT_S:g} s: the pattern tries too many ways; avoid repeats inside repeats"


class Backtracks(Exception):
    """A search that was given up; the text is what a check found."""

    def __init__(self) -> None:
        super().__init__(BACKTRACKS)


def mistake_in(pattern: str) -> str | None:
    """Return why this is no regular expression, ``None`` when it is one for both packages."""
    import regex  # type: ignore[import-untyped] # noqa: PLC0415 - only for those who use one

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Python warns of patterns that will mean something else one day
        try:
            re.compile(pattern)
            regex.compile(pattern)
        except re.error as mistake:
            at = "" if mistake.pos is None else f" at character {mistake.pos + 1}"
            return f"is no regular expression: {mistake.msg}{at}"
        except (Warning, OverflowError, RecursionError, regex.error) as mistake:
            return f"is no usable regular expression: {mistake}"
    return None


def search(pattern: str, text: str, limit_s: float | None = None) -> tuple[int, int] | None:
    """Return where the pattern is first found, begin and end. Raises ``Backtracks`` after the time limit."""
    import regex  # noqa: PLC0415

    try:
        match = regex.search(pattern, text, timeout=LIMIT_S if limit_s is None else limit_s)
    except TimeoutError:
        raise Backtracks from None
    return match.span() if match else None


class Watch:
    """Searches that together take no longer than one may: an agent decides how many texts there are."""

    def __init__(self) -> None:
        self._left_s = LIMIT_S

    def search(self, pattern: str, text: str) -> tuple[int, int] | None:
        """Return where the pattern is first found. Raises ``Backtracks`` once all searches took the time limit."""
        if self._left_s <= 0:
            raise Backtracks
        began = time.monotonic()
        try:
            return search(pattern, text, self._left_s)
        finally:
            self._left_s -= time.monotonic() - began
