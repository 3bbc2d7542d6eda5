"""``gha-router checks``: the kinds of checks, their parameters and an example of each."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gha_router.checks.catalogue import CATALOGUE
from gha_router.checks.reference import COMMON, entries, entry
from gha_router.checks.spec import nearest
from gha_router.errors import UsageError
from gha_router.records import Json

SCHEMA = "gha-router/checks/1"


def listed(kind: str | None) -> list[Json]:
    """Return all kinds, or the one that is named. Raises ``UsageError``."""
    if kind is None:
        return entries()
    if kind not in CATALOGUE:
        raise UsageError(f"there is no check {kind!r}", hint=nearest(kind, [*CATALOGUE]))
    return [entry(CATALOGUE[kind])]


def as_json(found: list[Json]) -> Json:
    """Return what ``--json`` prints: ``{schema, checks, common}``."""
    return {"schema": SCHEMA, "checks": found, "common": dict(COMMON)}


def show(found: list[Json], console: Console) -> None:
    """Print the kinds for people: one in full, several as a table."""
    if len(found) == 1:
        _show_one(found[0], console)
        return
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in found:
        table.add_row(Text(one["kind"], style="bold"), Text(one["summary"]))
        table.add_row("", Text(one["example"], style="dim"))
    console.print(table)
    console.print(Text(f"\nEach also takes {', '.join(COMMON)}. Parameters: gha-router checks KIND", style="dim"))


def _show_one(one: Json, console: Console) -> None:
    console.print(Text(f"{one['kind']}: {one['summary']}\n"))
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column()
    for name, what in {**one["parameters"], **COMMON}.items():
        table.add_row(Text(name, style="bold"), Text(what))
    console.print(table)
    if one["short"]:
        console.print(Text(f"\n`{one['kind']}: X` is short for `{one['kind']}: {{{one['short']}: X}}`"))
    console.print(Text(f"\n- {one['example']}"))
