"""Trials: each task on each model, again and again, some at a time; every one is on disk as soon as it has ended."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gha_router.experiment.task import Task
from gha_router.pipeline.bench import Bench
from gha_router.pipeline.handover import leave
from gha_router.pipeline.run import isolation_of, run_step
from gha_router.pipeline.seal import Folder, sealed
from gha_router.records import Decision, ExperimentResult, Trial, dumps, now, stamp

OnTrial = Callable[[Trial], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """What is to be tried. ``models`` maps each name, in the order of the report, to who answers for it."""

    suite: str
    tasks: tuple[Task, ...]
    models: Mapping[str, Decision]
    epochs: int = 1
    jobs: int = 1

    @property
    def size(self) -> int:
        """Return the number of trials."""
        return len(self.tasks) * len(self.models) * self.epochs


async def run_trials(experiment: Experiment, bench: Bench, on_trial: OnTrial) -> ExperimentResult:
    """Run all trials and return them in a fixed order; ``on_trial`` is told each as it ends.

    Once the bench is interrupted no further trial is begun. ``ledger_head`` is left open: the gateway still runs.
    """
    started_at, started = stamp(now()), time.monotonic()
    slots = asyncio.Semaphore(experiment.jobs)
    log = bench.out / "trials.jsonl"

    async def one(task: Task, model: str, epoch: int) -> Trial | None:
        async with slots:
            if bench.interrupt.is_set():
                return None
            trial = await _trial(experiment, bench, task, model, epoch)
        with log.open("a", encoding="utf-8") as file:
            file.write(dumps(trial) + "\n")
        on_trial(trial)
        return trial

    order = [
        (task, model, epoch)
        for epoch in range(1, experiment.epochs + 1)
        for task in experiment.tasks
        for model in experiment.models
    ]
    ended = await asyncio.gather(*(one(*trial) for trial in order))
    trials = tuple(trial for trial in ended if trial is not None)
    return ExperimentResult(
        suite=experiment.suite,
        models=tuple(experiment.models),
        epochs=experiment.epochs,
        started_at=started_at,
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
    )


async def _trial(experiment: Experiment, bench: Bench, task: Task, model: str, epoch: int) -> Trial:
    identity = f"{experiment.suite}/{task.id}@{model}#{epoch}"
    result = await run_step(
        sealed(task.plan(experiment.models[model]), Folder(root=task.workspace), workspace=task.workspace),
        bench,
        run=identity,
        name=f"{task.id}@{model}@{epoch}",
        workspace=task.workspace,
        handover=leave,
    )
    return Trial(id=identity, suite=experiment.suite, task_id=task.id, model=model, epoch=epoch, result=result)
