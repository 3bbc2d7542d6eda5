"""One table of all cases and targets, for a terminal and for a file."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.traps.case import Case
from bench.traps.cases import CASES
from bench.traps.retold import TELLINGS
from bench.traps.retold.telling import stem_of
from bench.traps.runner import Outcome, Verdict
from bench.traps.wire import Dialect

STYLES = {Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.NOT_APPLICABLE: "dim"}
REASON = 240  # characters
_CALLED = {
    Dialect.OPENAI: "chat completions",
    Dialect.ANTHROPIC: "Messages",
    Dialect.RESPONSES: "Responses",
    Dialect.GEMINI: "Gemini, by LiteLLM",
    Dialect.OLLAMA: "Ollama",
    Dialect.OLLAMA_CHAT: "Ollama before 0.14",
}
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
    """Write ``traps.md`` and ``traps.json``; what is known of dialects stays as it was."""
    folder.mkdir(exist_ok=True)
    data = {
        "date": result.at,
        "notes": list(result.notes),
        "cases": {case.name: {"trap": case.trap, "breaks": case.title} for case in result.cases},
        "targets": {
            name: {one.case.name: {"verdict": one.verdict, "reason": _reason(one)} for one in outcomes.values()}
            for name, outcomes in result.columns.items()
        },
    }
    _write(_read(folder) | data, folder)


def write_dialects(outcomes: Sequence[Outcome], at: str, folder: Path) -> None:
    """Write how ours does in each dialect into the same files."""
    table: dict[str, dict[str, Any]] = {dialect.value: {} for dialect in Dialect}
    broken = {(telling.dialect, stem): why for telling in TELLINGS for stem, why in telling.broken.items()}
    for one in outcomes:
        stem = stem_of(one.case)
        known = broken.get((one.case.dialect, stem)) if one.verdict is Verdict.FAIL else None
        table[one.case.dialect][stem] = {"verdict": one.verdict, "reason": known or _reason(one)}
    for telling in TELLINGS:
        for case in CASES:
            if case.dialect is telling.source and (why := telling.missing(case)):
                table[telling.dialect][stem_of(case)] = {"verdict": Verdict.NOT_APPLICABLE, "reason": why}
    _write(_read(folder) | {"dialects": {"date": at, "table": table}}, folder)


def _read(folder: Path) -> dict[str, Any]:
    file = folder / "traps.json"
    return dict(json.loads(file.read_text())) if file.exists() else {}


def _write(data: dict[str, Any], folder: Path) -> None:
    (folder / "traps.json").write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    lines = [*_markdown(data), *(_of_dialects(data["dialects"]) if "dialects" in data else ())]
    (folder / "traps.md").write_text("\n".join(lines) + "\n")


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


def _markdown(data: Mapping[str, Any]) -> Iterator[str]:
    targets = data["targets"]
    yield "# Traps: who passes"
    yield ""
    where = "The cases are in `bench/traps/cases`; n/a: the target has no such thing."
    yield f"`make bench-traps`, {data['date']}. {where}"
    yield from ("", *data["notes"]) if data["notes"] else ()
    yield ""
    yield "| case | what breaks | " + " | ".join(targets) + " |"
    yield "|---|---|" + "---|" * len(targets)
    for name, case in data["cases"].items():
        marks = [_mark(outcomes[name]) for outcomes in targets.values()]
        yield f"| {name} | {case['breaks'].replace('|', chr(92) + '|')} | " + " | ".join(marks) + " |"
    yield "| passed | | " + " | ".join(_passed(outcomes) for outcomes in targets.values()) + " |"
    yield ""
    yield "## Why"
    yield ""
    for target, outcomes in targets.items():
        yield from _told(target, outcomes, Verdict.FAIL)


def _of_dialects(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield how ours does, dialect by dialect."""
    table = data["table"]
    yield ""
    yield "## Ours in each dialect"
    yield ""
    yield f"`python -m bench.traps dialects`, {data['date']}. The upstream is imitated on the wire in each dialect's"
    yield "published format; the cases are told again (`bench/traps/retold`). Empty: of another kind of upstream."
    yield ""
    yield "| case | " + " | ".join(_CALLED[name] for name in table) + " |"
    yield "|---|" + "---|" * len(table)
    for stem in sorted({stem for found in table.values() for stem in found}):
        marks = [_mark(found[stem]) if stem in found else "" for found in table.values()]
        yield f"| {stem} | " + " | ".join(marks) + " |"
    yield "| passed | " + " | ".join(_passed(found) for found in table.values()) + " |"
    for verdict, title in ((Verdict.FAIL, "What fails"), (Verdict.NOT_APPLICABLE, "What is not told")):
        yield from ("", f"### {title}", "")
        for name, found in table.items():
            yield from _told(_CALLED[name], found, verdict)


def _told(name: str, outcomes: Mapping[str, Any], verdict: Verdict) -> Iterator[str]:
    for case, one in outcomes.items():
        if one["verdict"] == verdict:
            line = f"{name}  {case}: {one['reason']}"
            yield f"- `{line.replace('`', chr(39))}`"


def _mark(outcome: Mapping[str, Any]) -> str:
    return "**fail**" if outcome["verdict"] == Verdict.FAIL else str(outcome["verdict"])


def _passed(outcomes: Mapping[str, Any]) -> str:
    count = Counter(one["verdict"] for one in outcomes.values())
    return f"{count[Verdict.PASS]} of {count[Verdict.PASS] + count[Verdict.FAIL]}"
