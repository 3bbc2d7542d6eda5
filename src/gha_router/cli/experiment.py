"""``gha-router experiment`` and ``gha-router demo``: models x tasks x epochs, and a leaderboard."""

import asyncio
import itertools
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gha_router.agent.runner import cli_version
from gha_router.cli.session import bench
from gha_router.config import Config
from gha_router.errors import UsageError
from gha_router.experiment.task import Task, load_suite, suite_folder
from gha_router.experiment.trials import Experiment, OnTrial, run_trials
from gha_router.records import Decision, ExperimentResult, Trial, Verdict
from gha_router.routing import resolve

MAX_JOBS = 8
MARKS = {Verdict.VERIFIED: "✓", Verdict.FAILED: "✗", Verdict.ERROR: "!", Verdict.REFUSED: "$"}


def default_jobs() -> int:
    """Return how many trials run at once: an agent mostly waits, so two for each core."""
    return min(MAX_JOBS, 2 * (os.cpu_count() or 1) + 1)


def experiment(
    config: Config,
    *,
    suite: str,
    models: tuple[str, ...],
    epochs: int,
    jobs: int,
    out: Path,
    environ: dict[str, str],
) -> ExperimentResult:
    """Run the trials and return them all. Raises ``UsageError`` for a suite or model that there is not."""
    folder = suite_folder(suite)
    tasks: tuple[Task, ...] = load_suite(folder)
    if not models:
        raise UsageError("no model is named", hint="Give --models a,b.")
    decisions: dict[str, Decision] = {name: resolve(config, model=name) for name in models}
    plan = Experiment(suite=folder.name, tasks=tasks, models=decisions, epochs=epochs, jobs=jobs)

    async def session() -> ExperimentResult:
        async with bench(config, decisions, out=out, environ=environ, suites=(folder,)) as made:
            with progress(plan.size) as on_trial:
                result = await run_trials(plan, made, on_trial)
            return replace(result, ledger_head=await made.gateway.close(), tools=tools())

    return asyncio.run(session())


def tools() -> Mapping[str, str]:
    """Return the versions that a result depends on."""
    return {
        "gha-router": version("gha-router"),
        "claude-code": cli_version(),
        "claude-agent-sdk": version("claude-agent-sdk"),
        "python": sys.version.split()[0],
    }


@contextmanager
def progress(total: int) -> Iterator[OnTrial]:
    """Yield what shows each ended trial: a bar on a terminal, a line a trial elsewhere, folded in a job's log."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        numbers = itertools.count(1)
        with folded("trials"):
            yield lambda trial: _tell(f"[{next(numbers):>{len(str(total))}}/{total}] {_said(trial)}")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("trials", total=total)

        def tick(trial: Trial) -> None:
            bar.console.print(_said(trial), markup=False)
            bar.advance(task)

        yield tick


@contextmanager
def folded(title: str) -> Iterator[None]:
    """Fold what is told meanwhile, where the log is GitHub's."""
    if not os.environ.get("GITHUB_ACTIONS"):
        yield
        return
    _tell(f"::group::{title}")
    try:
        yield
    finally:
        _tell("::endgroup::")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  progress, beside the result


def _said(trial: Trial) -> str:
    attempt = trial.attempt
    seconds = f"{attempt.wall_s:.1f} s" if attempt else "not begun"
    mark = MARKS.get(trial.result.verdict, "-")
    return f"{mark} {trial.model:<16} {trial.task_id:<18} {trial.result.verdict:<9} {seconds}"
