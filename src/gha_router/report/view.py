"""The view model: what a report says, as plain strings in reading order.

A view is made by ``of_experiment`` or ``of_run`` and printed by ``markdown`` and ``terminal``, which compute nothing.
Any string but a section's ``title`` and a word's ``url`` may hold words of an agent, an upstream or a file name: a
renderer neutralises them all and trusts none.
"""

from dataclasses import dataclass
from decimal import Decimal

from gha_router.records import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A piece of a line. ``code``: a name. ``url``: an address of our own making, the only kind that is a link."""

    text: str
    code: bool = False
    strong: bool = False
    url: str | None = None
    ours: bool = False  # written by nobody but us: printed as it stands


Line = tuple[Word, ...]
Cell = str | Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column. ``right``: figures. ``code``: names, which are never shortened and stand in a fixed-width font."""

    name: str
    right: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Numbers as bars, from 0 to ``top``. It never stands without its table."""

    title: str
    unit: str
    top: int | Decimal
    bars: tuple[tuple[str, int | Decimal], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pie:
    """Shares of a whole, each above 0. It never stands without its table."""

    title: str
    slices: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table; its title's words are ours.

    What is not ``essential`` is left out of a terminal, and ``folded`` elsewhere. ``told`` says the rows of an alarm in
    words, where few enough are to be read so: a renderer that has them needs no table.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    essential: bool = True
    folded: bool | None = None  # None: where it is not essential
    alarm: bool = False  # it holds what did not hold
    told: tuple[Line, ...] = ()
    caption: str = ""
    chart: Chart | Pie | None = None
    brief: "Section | None" = None  # the same for a narrow place, such as a terminal

    @property
    def is_folded(self) -> bool:
        """Return whether it is folded where a reader can unfold it."""
        return not self.essential if self.folded is None else self.folded


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A whole report. ``headline``: verdict, money, time. ``lead``: the sentences that follow it."""

    verdict: Verdict
    headline: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]  # those without rows are left out by who makes the view
    notes: tuple[str, ...]
    notes_folded: bool = False
    footer: tuple[Line, ...] = ()  # parts of the one small line at the end


def text_of(cell: Cell) -> str:
    """Return a cell's words without their form."""
    return cell if isinstance(cell, str) else "".join(word.text for word in cell)
