"""The words in ``expected`` and ``found``: plain, on one line, short. They reach reports."""

import reprlib
import unicodedata
from collections.abc import Iterable

LONGEST = 300  # characters
HUGE = 4096  # bits
NOT_SHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # control, invisible, surrogate, line and paragraph ends


class _Short(reprlib.Repr):
    """``repr`` of a few items and levels, which ends for any value, also one that holds itself."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxlist, self.maxdict, self.maxstring, self.maxother = 4, 8, 8, 120, 120

    def repr_int(self, x: int, level: int) -> str:
        """Python refuses to print huge numbers, which YAML may hold in hexadecimal."""
        return super().repr_int(x, level) if x.bit_length() < HUGE else "a huge number"


_SHORT = _Short()


def plain(text: str, longest: int = LONGEST) -> str:
    """Return ``text`` on one line, what does not show written as an escape, cut at ``longest`` characters."""
    # Cutting first bounds the work; an escape only makes text longer, so nothing that fits is lost.
    shown = "".join(_visible(char) for char in text[: longest + 1])
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def quoted(text: str, longest: int = 80) -> str:
    """Return ``text`` in quotation marks, as an excerpt."""
    return f'"{plain(text, longest)}"'


def value(thing: object) -> str:
    """Return a parsed value as a reader knows it from the file, long or deep ones shortened."""
    match thing:
        case None:
            return "null"
        case bool():
            return str(thing).lower()
        case str():
            return quoted(thing)
        case _:
            return _SHORT.repr(thing)


def some(names: Iterable[str], at_most: int = 5) -> str:
    """Return the names in a row; past ``at_most`` only how many more there are."""
    everything = list(names)
    shown = ", ".join(everything[:at_most])
    more = len(everything) - at_most
    return f"{shown} and {more} more" if more > 0 else shown


def counted(number: int, thing: str) -> str:
    """Return ``1 line`` or ``1,234 lines``."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _visible(char: str) -> str:
    if unicodedata.category(char) not in NOT_SHOWN:
        return char
    return char.encode("unicode_escape").decode("ascii")
