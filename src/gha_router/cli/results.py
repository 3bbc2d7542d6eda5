"""Writes what a command leaves behind, and says it on the terminal."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from gha_router.experiment.collected import Collected, collected
from gha_router.experiment.details import Detail, details_of
from gha_router.experiment.header import NAME as HEADER
from gha_router.experiment.header import read_header
from gha_router.experiment.history import NAME as HISTORY
from gha_router.experiment.history import history_of, history_text
from gha_router.experiment.leaderboard import Leaderboard, leaderboard
from gha_router.records import ExperimentResult, RunResult, Verdict
from gha_router.report.document import report_json
from gha_router.report.markdown import markdown
from gha_router.report.of_experiment import experiment_view
from gha_router.report.of_run import run_view
from gha_router.report.outcomes import outcomes_csv
from gha_router.report.page import page
from gha_router.report.terminal import terminal
from gha_router.report.view import View

EXIT_CODES = {
    Verdict.VERIFIED: 0,
    Verdict.FAILED: 1,
    Verdict.SKIPPED: 1,  # nothing was checked, so nothing is verified
    Verdict.ERROR: 3,
    Verdict.REFUSED: 4,
    Verdict.CANCELLED: 130,
}


class Output(Console):
    """A console that says when nobody reads any more, where rich's own would end the program with another code."""

    def on_broken_pipe(self) -> None:
        """Raise what is being handled."""
        raise BrokenPipeError


def console() -> Output:
    """Return where results are printed: colours only on a terminal, and lines that fit a log when it is none."""
    return Output(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 120)


def show(view: View, out: Path, head: str | None, *, ledger: str = "ledger.jsonl") -> None:
    """Print a report.

    Who reads no further (``| head``) changes nothing of what the command has found.
    """
    try:
        terminal(view, console())
        _where(out, out / ledger, head)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def publish_run(result: RunResult, out: Path, *, as_json: bool) -> int:
    """Write report.json and report.md, print the report, return the exit code."""
    view = run_view(result)
    document = report_json(result)
    write_whole(out / "report.md", markdown(view))
    write_whole(out / "report.json", document)
    if as_json:
        sys.stdout.write(document)
    else:
        show(view, out, result.ledger_head, ledger=result.lives[-1].ledger if result.lives else "ledger.jsonl")
    return EXIT_CODES[result.verdict]


def render(result: RunResult | ExperimentResult, form: str) -> tuple[str, str]:
    """Return the name and the text of one form of a report: ``json`` or ``summary``."""
    if form == "json":
        return "report.json", report_json(result)
    view = run_view(result) if isinstance(result, RunResult) else experiment_view(result, leaderboard(result))
    return "report.md", markdown(view)


def publish(result: RunResult | ExperimentResult, out: Path, *, as_json: bool) -> None:
    """Write and print the report of either."""
    if isinstance(result, RunResult):
        publish_run(result, out, as_json=as_json)
    else:
        publish_experiment(result, out, as_json=as_json)


def publish_experiment(result: ExperimentResult, out: Path, *, as_json: bool) -> None:
    """Write report.json, report.md, report.html and outcomes.csv, and print the leaderboard."""
    found = collected(result)
    publish_collected(found, out, details_of(result.trials, out), as_json=as_json)
    if (out / HEADER).exists():  # not where an older version's results are shown again
        write_whole(out / HISTORY, history_text(history_of(found, read_header(out))))


def publish_collected(found: Collected, out: Path, details: Sequence[Detail], *, as_json: bool) -> Leaderboard:
    """Write and print an experiment whose trials.jsonl lies in ``out``; return its leaderboard."""
    board = leaderboard(found)
    view = experiment_view(found, board)
    document = report_json(found, board)
    write_whole(out / "report.md", markdown(view))
    write_whole(out / "report.json", document)
    write_whole(out / "report.html", page(view, board, found.points, details))
    write_whole(out / "outcomes.csv", outcomes_csv(found))
    if as_json:
        sys.stdout.write(document)
    else:
        show(view, out, found.ledger_head)
    return board


def _where(out: Path, ledger: Path, head: str | None) -> None:
    receipts = f"   receipts: {ledger}" if ledger.exists() else ""
    print(f"\nReport: {out / 'report.md'}{receipts}   head: {head or 'unknown'}")  # noqa: T201  the command's own output


def write_whole(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    temporary = file.with_name(f".{file.name}.new")
    temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
    temporary.replace(file)
