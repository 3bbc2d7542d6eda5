"""One table of all cases and targets, for a terminal and for a file."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.traps.case import Case
from bench.traps.runner import Outcome, Verdict

STYLES = {Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.NOT_APPLICABLE: "dim"}
REASON = 240  # characters
WIDTH = 180  # of a table that goes to a file


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What was run, and how it ended."""

    cases: Sequence[Case]
    columns: Mapping[str, Mapping[str, Outcome]]  # of a target's name and version: by a case's name
    notes: Sequence[str]
    at: str  # the day, UTC


def show(result: Result) -> None:
    """Print the table, and below it why something failed."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    table = Table("case", *result.columns, title=f"Traps, {result.at}")
    for case in result.cases:
        found = [outcomes[case.name].verdict for outcomes in result.columns.values()]
        table.add_row(case.name, *(f"[{STYLES[verdict]}]{verdict}[/]" for verdict in found))
    table.add_section()
    table.add_row("passed", *(_score(outcomes) for outcomes in result.columns.values()))
    console.print(table)
    for line in _failures(result):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    for note in result.notes:
        console.print(note, markup=False, soft_wrap=True)


def write(result: Result, folder: Path) -> None:
    """Write ``traps.md`` and ``traps.json``."""
    folder.mkdir(exist_ok=True)
    (folder / "traps.md").write_text("\n".join(_markdown(result)) + "\n")
    data = {
        "date": result.at,
        "notes": list(result.notes),
        "cases": {case.name: {"trap": case.trap, "breaks": case.title} for case in result.cases},
        "targets": {
            name: {one.case.name: {"verdict": one.verdict, "reason": _reason(one)} for one in outcomes.values()}
            for name, outcomes in result.columns.items()
        },
    }
    (folder / "traps.json").write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def _reason(outcome: Outcome) -> str:
    """Return why, in one line and without this machine's paths."""
    text = " ".join(outcome.reason.replace(str(Path.cwd()), ".").split())
    return text if len(text) <= REASON else f"{text[:REASON]}…"


def _score(outcomes: Mapping[str, Outcome]) -> str:
    count = Counter(outcome.verdict for outcome in outcomes.values())
    return f"{count[Verdict.PASS]} of {count[Verdict.PASS] + count[Verdict.FAIL]}"


def _failures(result: Result) -> Iterator[str]:
    for name, outcomes in result.columns.items():
        for outcome in outcomes.values():
            if outcome.verdict is Verdict.FAIL:
                yield f"{name}  {outcome.case.name}: {_reason(outcome)}"


def _markdown(result: Result) -> Iterator[str]:
    yield "# Traps: who passes"
    yield ""
    yield f"`make bench-traps`, {result.at}. The cases are in `bench/traps/cases`; n/a: the target has no such thing."
    yield from ("", *result.notes) if result.notes else ()
    yield ""
    yield "| case | what breaks | " + " | ".join(result.columns) + " |"
    yield "|---|---|" + "---|" * len(result.columns)
    for case in result.cases:
        found = [outcomes[case.name].verdict for outcomes in result.columns.values()]
        marks = ["**fail**" if verdict is Verdict.FAIL else str(verdict) for verdict in found]
        yield f"| {case.name} | {case.title.replace('|', chr(92) + '|')} | " + " | ".join(marks) + " |"
    yield "| passed | | " + " | ".join(_score(outcomes) for outcomes in result.columns.values()) + " |"
    yield ""
    yield "## Why"
    yield ""
    for line in _failures(result):
        yield f"- `{line.replace('`', chr(39))}`"
