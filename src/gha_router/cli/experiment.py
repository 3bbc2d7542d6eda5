"""``gha-router experiment`` and ``gha-router demo``: models x tasks x epochs, and a leaderboard."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from gha_router.agent.runner import cli_version
from gha_router.cli.progress import progress
from gha_router.cli.session import bench
from gha_router.config import Config
from gha_router.errors import UsageError
from gha_router.experiment.task import Task, load_suite, suite_folder
from gha_router.experiment.trials import Experiment, run_trials
from gha_router.pipeline.judges import judges_of
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
    judges = judges_of(config, (check for task in tasks for check in task.checks))
    plan = Experiment(suite=folder.name, tasks=tasks, models=decisions, epochs=epochs, jobs=jobs)

    async def session() -> ExperimentResult:
        async with bench(config, decisions, judges=judges, out=out, environ=environ, suites=(folder,)) as made:
            with progress("trials", plan.size, said) as on_trial:
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


def said(trial: Trial) -> str:
    """Return the line of a trial that has ended."""
    attempt = trial.attempt
    seconds = f"{attempt.wall_s:.1f} s" if attempt else "not begun"
    mark = MARKS.get(trial.result.verdict, "-")
    return f"{mark} {trial.model:<16} {trial.task_id:<18} {trial.result.verdict:<9} {seconds}"
