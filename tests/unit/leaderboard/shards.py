"""Shards of an experiment, written by hand."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gha_router.experiment.header import SCHEMA, Ended, Header
from gha_router.records import Trial, Usage, Verdict, dumps
from tests.unit.report import sample

PADDING = "I have read the files, changed what was asked for, and run the tests. " * 8


def header(*, models: int | Sequence[str], tasks: int | Sequence[str], epochs: int = 1) -> Header:
    names = [f"lab/model-{number}" for number in range(models)] if isinstance(models, int) else models
    ids = [f"task-{number:03}" for number in range(tasks)] if isinstance(tasks, int) else tasks
    return Header(
        schema=SCHEMA,
        suite="classic",
        tasks={name: f"digest of {name}" for name in ids},
        models={name: f"digest of {name}" for name in names},
        epochs=epochs,
        started_at=sample.AT,
        planned=len(names) * len(ids) * epochs,
        ended=Ended(wall_s=60.0, ledger_head=sample.HEAD),
    )


def synthetic(model: str, task: str, epoch: int, draw: random.Random, *, rate: float = 0.7) -> Trial:
    """A trial of the size of a real one, right at a rate."""
    wall, right = draw.lognormvariate(1.5, 0.6), draw.random() < rate
    took = sample.took(1.4 if draw.random() < 0.3 else wall, wall)
    names = ("report.md exists", "answer is right", "lines of README.md", "only what was asked for changed")
    checks = tuple(sample.check(name, passed=right or place != 2) for place, name in enumerate(names))
    made = sample.attempt(
        model,
        verdict=Verdict.VERIFIED if right else Verdict.FAILED,
        wall_s=round(wall, 3),
        cost=f"{draw.lognormvariate(-4, 0.8):.6f}",
        checks=checks,
        findings=(took, sample.done(held=right), sample.counted(354 if right else 184, 354)),
        message=PADDING,
    )
    made = replace(made, usage=Usage(input=draw.randrange(500, 5000), cache_read=10_000, output=400), transcript="t")
    return sample.trial(model, task, made, epoch=epoch)


def write(folder: Path, head: Header, trials: Sequence[Trial]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    head.write(folder)
    (folder / "trials.jsonl").write_text("".join(dumps(trial) + "\n" for trial in trials), encoding="utf-8")
    return folder


def cut(whole: Header, trials: Sequence[Trial], of: int, root: Path) -> list[Path]:
    """The trials of an experiment, in ``of`` shards."""
    found = []
    for number in range(1, of + 1):
        own = trials[number - 1 :: of]
        head = replace(whole, shard=f"{number}/{of}", planned=len(own))
        found.append(write(root / f"shard-{number}", head, own))
    return found
