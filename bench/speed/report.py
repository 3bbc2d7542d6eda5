"""One table, for a terminal and for files."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.speed import elsewhere
from bench.speed.book import Book, Metric
from bench.speed.rows import Mark, Shown, shown
from bench.speed.run import DIRECT

STYLES = {Mark.MET: "green", Mark.NOT_MET: "red", Mark.OPEN: "dim"}
WIDTH = 230  # of a table that goes to a file
METHOD = (
    "Proxy on core 0, load and upstream on core 1, 60 kB bodies, one worker each, targets in turn within each round,"
    " medians over the rounds. Streams: 30 chunks 5 ms apart."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What was measured, and on what."""

    book: Book
    versions: Mapping[str, str]  # of the targets, by name, in the order of the columns
    phases: Sequence[str]
    notes: Sequence[str]
    machine: Mapping[str, str]
    at: str  # the day, UTC
    recorded: Mapping[str, str]  # what other commands measured

    @property
    def heads(self) -> list[str]:
        """Return what stands above the columns."""
        return [f"{name} {version}" for name, version in self.versions.items()]

    @property
    def rows(self) -> list[Shown]:
        """Return the lines of the table."""
        own = shown(self.book, list(self.versions), self.phases)
        return [*own, *elsewhere.lines(self.recorded, len(self.versions))]


def show(result: Result) -> None:
    """Print the table, and below it what does not stand in its cells."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    table = Table("what", "target", *result.heads, "", title=f"The gateway beside its peers, {result.at}")
    for row in result.rows:
        table.add_row(row.what, row.target, *row.cells, f"[{STYLES[row.mark]}]{row.mark}[/]")
    console.print(table)
    for line in (*_ratios(result), *_below(result)):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def write(result: Result, folder: Path) -> None:
    """Write ``gateway.md`` and ``gateway.json``."""
    folder.mkdir(exist_ok=True)
    (folder / "gateway.md").write_text("\n".join(markdown(result)) + "\n")
    data = {
        "date": result.at,
        "machine": dict(result.machine),
        "versions": dict(result.versions),
        "notes": list(result.notes),
        "rows": [
            {"what": row.what, "target": row.target, "verdict": row.mark, "ratios": row.said} for row in result.rows
        ],
        "figures": {
            name: {metric: _figure(result.book, name, metric) for metric in samples}
            for name, samples in result.book.samples.items()
        },
        "failures": result.book.failures,
    }
    (folder / "gateway.json").write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def _figure(book: Book, name: str, metric: Metric) -> dict[str, object]:
    """Return the median and the samples, in seconds, requests a second or MiB."""
    median = book.figure(name, metric)
    assert median is not None
    return {"median": float(f"{median:.6g}"), "samples": [float(f"{one:.6g}") for one in book.samples[name][metric]]}


def markdown(result: Result) -> Iterator[str]:
    """Yield the lines of ``gateway.md``."""
    yield "# The gateway beside its peers"
    yield ""
    machine = ", ".join(f"{name}: {value}" for name, value in result.machine.items())
    yield f"`make bench`, {result.at}; {machine}. {METHOD}"
    yield ""
    yield "| what | target | " + " | ".join(result.heads) + " | |"
    yield "|---|---|" + "---:|" * len(result.heads) + "---|"
    for row in result.rows:
        mark = f"**{row.mark}**" if row.mark is Mark.NOT_MET else row.mark
        yield f"| {row.what} | {row.target} | " + " | ".join(row.cells) + f" | {mark} |"
    yield ""
    yield "## By which ratios"
    yield ""
    yield from (f"- {line}" for line in _ratios(result))
    yield ""
    yield "## Beside the table"
    yield ""
    yield from (f"- {line}" for line in _below(result))


def _ratios(result: Result) -> Iterator[str]:
    for row in result.rows:
        if row.said:
            yield f"{row.what}: {row.mark}: {row.said}"


def _below(result: Result) -> Iterator[str]:
    """Yield the check of the load, what was left out, who failed and why."""
    direct = result.book.figure(DIRECT, Metric.P50), result.book.figure(DIRECT, Metric.RPS)
    if direct[0] is not None:
        yield f"direct, without a proxy: p50 {direct[0] * 1e3:.3f} ms"
    if direct[1] is not None:
        yield f"direct, without a proxy: {direct[1]:,.0f} rps at c=32"
    yield from result.notes
    for name, failures in result.book.failures.items():
        for why in dict.fromkeys(failures.values()):
            metrics = ", ".join(metric for metric, other in failures.items() if other == why)
            yield f"{name} {result.versions.get(name, '')}: {metrics}: {why}"
