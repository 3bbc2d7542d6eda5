"""What ``gha-router experiment`` and ``gha-router demo`` do: models x tasks x epochs, whole or a shard of them."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

from gha_router.agent.choice import version_of
from gha_router.cli.loudness import Loudness
from gha_router.cli.progress import progress
from gha_router.cli.session import bench
from gha_router.config import Config
from gha_router.errors import UsageError
from gha_router.experiment import header as headers
from gha_router.experiment.header import Header
from gha_router.experiment.history import read_history
from gha_router.experiment.plan import read_plan, write_plan
from gha_router.experiment.resume import alone, earlier
from gha_router.experiment.shards import Part, Planned, cut, every, matrix, of, part_named
from gha_router.experiment.task import Task, load_suite, suite_folder
from gha_router.experiment.trials import Experiment, identity, run_trials
from gha_router.pipeline.judges import judges_of
from gha_router.records import AgentKind, Decision, ExperimentResult, Trial, Verdict, now, stamp
from gha_router.routing import resolve

MAX_JOBS = 8
MARKS = {Verdict.VERIFIED: "✓", Verdict.FAILED: "✗", Verdict.ERROR: "!", Verdict.REFUSED: "$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be tried."""

    config: Config
    suite: str
    models: tuple[str, ...]
    epochs: int
    budget_usd: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """All that was asked for, looked up. Raises ``UsageError`` for a suite or model that there is not."""

    folder: Path
    tasks: tuple[Task, ...]
    models: Mapping[str, Decision]
    header: Header
    trials: tuple[Planned, ...]

    @classmethod
    def of(cls, asked: Asked) -> "_Whole":
        folder = suite_folder(asked.suite)
        tasks = load_suite(folder)
        if not asked.models:
            raise UsageError("no model is named", hint="Give --models a,b.")
        models = {name: resolve(asked.config, model=name) for name in asked.models}
        trials = every((task.id for task in tasks), models, epochs=asked.epochs)
        header = Header(
            schema=headers.SCHEMA,
            suite=folder.resolve().name,
            tasks=headers.task_digests(tasks),
            models=headers.model_digests(asked.config, models),
            epochs=asked.epochs,
            started_at=stamp(now()),
            planned=len(trials),
            budget_usd=asked.budget_usd,
            simulated=any(one.startswith("sim/") for decision in models.values() for one in decision.deployments),
        )
        return cls(folder=folder, tasks=tasks, models=models, header=header, trials=trials)


def default_jobs() -> int:
    """Return how many trials run at once: an agent mostly waits, so two for each core."""
    return min(MAX_JOBS, 2 * (os.cpu_count() or 1) + 1)


def plan(asked: Asked, *, shards: int | None, history: Path | None, out: Path) -> str:
    """Write plan.json; return the matrix as one line of JSON, as `fromJSON` of a workflow takes it."""
    whole = _Whole.of(asked)
    known = read_history(history) if history else None
    parts = cut(whole.trials, parts=shards, history=known, budget_usd=asked.budget_usd)
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_plan(out, whole.header, parts)
    except OSError as error:
        raise UsageError(f"--out {out} cannot be written: {error.strerror}") from None
    return json.dumps(matrix(parts), separators=(",", ":"))


def experiment(
    asked: Asked,
    *,
    jobs: int,
    shard: str | None,
    planned: Path | None,
    resume: bool,
    out: Path,
    loudness: Loudness = Loudness.NORMAL,
    environ: dict[str, str],
) -> ExperimentResult:
    """Run the trials, or those of a shard that are not there yet, and return all that are there."""
    whole = _Whole.of(asked)
    part = _part(asked, whole, shard, planned)
    header = replace(
        whole.header, planned=len(part.trials), shard=shard, budget_usd=part.budget_usd, tools=tools(asked.config.agent)
    )
    judges = judges_of(asked.config, (check for task in whole.tasks for check in task.checks))
    with alone(out):
        before = None
        if resume:
            known = headers.read_header(out)
            headers.refuse_other(known, header)
            before = earlier(out, {identity(header.suite, trial) for trial in part.trials})
            header = replace(header, started_at=known.started_at)
        done = before.trials if before else ()
        todo = Experiment(
            suite=header.suite,
            tasks=whole.tasks,
            models=whole.models,
            agent=asked.config.agent,
            epochs=asked.epochs,
            jobs=jobs,
            trials=part.trials,
            done={trial.id: trial for trial in done},
            started_at=header.started_at,
            shard=shard,
        )

        async def session() -> ExperimentResult:
            async with AsyncExitStack() as stack:
                made = await stack.enter_async_context(
                    bench(
                        _within(asked.config, part.budget_usd),
                        whole.models,
                        judges=judges,
                        out=out,
                        environ=environ,
                        suites=(whole.folder,),
                        resumed=before,
                        agents={asked.config.agent},
                    )
                )
                header.write(out)
                told = made.telemetry.run(f"{header.suite} {shard}" if shard else header.suite)
                with told, progress("trials", todo.size - len(done), said, loudness) as on_trial:
                    result = await run_trials(todo, made, on_trial)
                return replace(result, ledger_head=await made.gateway.close(), tools=header.tools)

        result = asyncio.run(session())
        if len(result.trials) == todo.size:
            headers.ended(header, wall_s=result.wall_s, ledger_head=result.ledger_head).write(out)
    return result


def tools(agent: AgentKind) -> Mapping[str, str]:
    """Return the versions that a result by this agent depends on."""
    names = {
        AgentKind.CLAUDE: {"claude-code": version_of(agent), "claude-agent-sdk": version("claude-agent-sdk")},
        AgentKind.CODEX: {"codex": version_of(agent)},
    }
    return {
        "gha-router": version("gha-router"),
        **{name: found or "unknown" for name, found in names[agent].items()},
        "python": sys.version.split()[0],
    }


def _part(asked: Asked, whole: _Whole, shard: str | None, planned: Path | None) -> Part:
    """Return the trials to run: a shard of the plan, one of an even cut, or the whole."""
    if shard is None:
        return cut(whole.trials, parts=1, budget_usd=asked.budget_usd)[0]
    count = of(shard)
    if planned is None:
        return part_named(shard, cut(whole.trials, parts=count, budget_usd=asked.budget_usd))
    return part_named(shard, read_plan(planned, whole.header.identity))


def _within(config: Config, budget_usd: Decimal | None) -> Config:
    """Return the configuration with a cap that is no wider than its own."""
    caps = [cap for cap in (config.budget.run_usd, budget_usd) if cap is not None]
    if not caps:
        return config
    return config.model_copy(update={"budget": config.budget.model_copy(update={"run_usd": min(caps)})})


def said(trial: Trial) -> str:
    """Return the line of a trial that has ended."""
    attempt = trial.attempt
    seconds = f"{attempt.wall_s:.1f} s" if attempt else "not begun"
    mark = MARKS.get(trial.result.verdict, "-")
    return f"{mark} {trial.model:<16} {trial.task_id:<18} {trial.result.verdict:<9} {seconds}"
