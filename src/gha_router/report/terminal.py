"""A view on a terminal. Colours appear only where rich sees a terminal; long names fold, none is cut.

Every string becomes a ``Text`` without markup after ``clean``: neither ANSI sequences nor rich's markup nor emoji
codes of an agent reach the terminal.
"""

from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gha_router.records import Verdict
from gha_router.report.format import MARKS
from gha_router.report.neutral import clean, shorten
from gha_router.report.view import Cell, Column, Section, View, text_of

COLOURS = {Verdict.VERIFIED: "green", Verdict.FAILED: "red", Verdict.ERROR: "yellow", Verdict.REFUSED: "yellow"}
CELL = 100  # characters of what was said; names are never shortened


def terminal(view: View, console: Console) -> None:
    """Print the essential sections of a view; the whole is in ``report.md``."""
    headline = f"{MARKS[view.verdict]} {clean(view.headline)}"
    console.print(Text(headline, style=f"bold {COLOURS.get(view.verdict, 'default')}"))
    for sentence in view.lead:
        console.print(Text(clean(sentence)))
    for section in view.sections:
        if section.essential:
            console.print()
            print_section(section.brief or section, console)
    console.print()
    for note in view.notes:
        console.print(Text(clean(note), style="dim"))


def print_section(section: Section, console: Console) -> None:
    """Print a table under its title."""
    console.print(Text(section.title, style="bold red" if section.alarm else "bold"))
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True, header_style="dim")
    for column in section.columns:
        justify: Literal["left", "right"] = "right" if column.right else "left"
        table.add_column(Text(clean(column.name)), justify=justify, overflow="fold")
    for row in section.rows:
        table.add_row(*map(_cell, section.columns, row))
    console.print(table)
    if section.caption:
        console.print(Text(clean(section.caption), style="dim"))


def _cell(column: Column, text: Cell) -> Text:
    shown = clean(text_of(text))
    return Text(shown if column.code else shorten(shown, CELL), style=_style(shown))


def _style(text: str) -> str:
    if text.startswith("✓"):
        return "green"
    return "red" if text.startswith("✗") else ""
