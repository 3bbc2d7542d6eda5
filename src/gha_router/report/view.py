"""The view model: what a report says, as plain strings in reading order.

A view is made by ``of_experiment`` or ``of_run`` and printed by ``markdown`` and ``terminal``, which compute nothing.
Any string but a section's ``title`` may hold words of an agent, an upstream or a file name: a renderer neutralises
them all and trusts none.
"""

from dataclasses import dataclass

from gha_router.records import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column. ``right``: figures. ``code``: names, which are never shortened and stand in a fixed-width font."""

    name: str
    right: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Whole numbers as bars, from 0 to ``top``. It never stands without its table."""

    title: str
    unit: str
    top: int
    bars: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table; its title's words are ours. What is not ``essential`` is folded, and left out of a terminal."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    essential: bool = True
    alarm: bool = False  # it holds what did not hold
    caption: str = ""
    chart: Chart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A whole report. ``headline``: verdict, money, time. ``lead``: the sentences that follow it."""

    verdict: Verdict
    headline: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]  # those without rows are left out by who makes the view
    notes: tuple[str, ...]
