"""Trials: each task on each model, again and again, some at a time; every one is on disk as soon as it has ended."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from gha_router.experiment.shards import Planned
from gha_router.experiment.task import Task
from gha_router.pipeline.bench import Bench
from gha_router.pipeline.handover import leave
from gha_router.pipeline.run import isolation_of, run_step
from gha_router.pipeline.seal import Folder, sealed
from gha_router.records import AgentKind, Decision, ExperimentResult, Trial, dumps, now, stamp

OnTrial = Callable[[Trial], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """What is to be tried. ``models`` maps each name, in the order of the report, to who answers for it."""

    suite: str
    tasks: tuple[Task, ...]
    models: Mapping[str, Decision]
    agent: AgentKind = AgentKind.CLAUDE
    epochs: int = 1
    jobs: int = 1
    trials: tuple[Planned, ...]  # those of this process: the whole, or a shard
    done: Mapping[str, Trial] = field(default_factory=dict)  # by an earlier life, by their ids
    started_at: str | None = None  # by an earlier life; None: now
    shard: str | None = None

    @property
    def size(self) -> int:
        """Return the number of trials."""
        return len(self.trials)


async def run_trials(experiment: Experiment, bench: Bench, on_trial: OnTrial) -> ExperimentResult:
    """Run all trials and return them in a fixed order; ``on_trial`` is told each as it ends.

    Once the bench is interrupted no further trial is begun. ``ledger_head`` is left open: the gateway still runs.
    """
    started_at, started = stamp(now()), time.monotonic()
    slots = asyncio.Semaphore(experiment.jobs)
    log = bench.out / "trials.jsonl"

    tasks = {task.id: task for task in experiment.tasks}

    async def one(planned: Planned) -> Trial | None:
        if (known := experiment.done.get(identity(experiment.suite, planned))) is not None:
            return known
        async with slots:
            if bench.interrupt.is_set():
                return None
            trial = await _trial(experiment, bench, tasks[planned.task], planned.model, planned.epoch)
        with log.open("a", encoding="utf-8") as file:
            file.write(dumps(trial) + "\n")
        on_trial(trial)
        return trial

    ended = await asyncio.gather(*(one(planned) for planned in experiment.trials))
    trials = tuple(trial for trial in ended if trial is not None)
    return ExperimentResult(
        suite=experiment.suite,
        models=tuple(experiment.models),
        epochs=experiment.epochs,
        started_at=experiment.started_at or started_at,
        wall_s=round(time.monotonic() - started, 3),
        trials=trials,
        ledger_head=None,
        tasks=tuple(task.id for task in experiment.tasks),
        isolation=isolation_of(trial.result for trial in trials),
        simulated=any(
            deployment.startswith("sim/")
            for decision in experiment.models.values()
            for deployment in decision.deployments
        ),
        shard=experiment.shard,
        shard_trials=experiment.size if experiment.shard else None,
    )


def identity(suite: str, planned: Planned) -> str:
    """Return the id of a trial: suite/task@model#epoch."""
    return f"{suite}/{planned.task}@{planned.model}#{planned.epoch}"


async def _trial(experiment: Experiment, bench: Bench, task: Task, model: str, epoch: int) -> Trial:
    name = identity(experiment.suite, Planned(epoch, task.id, model))
    plan = replace(task.plan(experiment.models[model]), agent=experiment.agent)
    result = await run_step(
        sealed(plan, Folder(root=task.workspace), workspace=task.workspace),
        bench,
        run=name,
        name=f"{task.id}@{model}@{epoch}",
        workspace=task.workspace,
        handover=leave,
    )
    return Trial(id=name, suite=experiment.suite, task_id=task.id, model=model, epoch=epoch, result=result)
