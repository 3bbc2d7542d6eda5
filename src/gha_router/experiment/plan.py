"""``plan.json``: which shard runs which trials, made once and followed by every job."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from gha_router.errors import Position, UsageError
from gha_router.experiment.header import Header
from gha_router.experiment.shards import Part, Planned
from gha_router.records import dumps, from_json

NAME = "plan.json"
SCHEMA = "gha-router/plan/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A shard of a plan; a trial is its epoch, and the places of its task and model in the plan."""

    name: str
    seconds: float
    usd: float
    budget_usd: Decimal | None
    trials: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan. ``identity`` is the experiment's: `header.Header.identity`."""

    schema: str
    identity: str
    suite: str
    tasks: tuple[str, ...]
    models: tuple[str, ...]
    epochs: int
    shards: tuple[Share, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the shards with their trials' names."""
        return tuple(
            Part(
                name=share.name,
                trials=tuple(
                    Planned(epoch, self.tasks[task], self.models[model]) for epoch, task, model in share.trials
                ),
                seconds=share.seconds,
                usd=share.usd,
                budget_usd=share.budget_usd,
            )
            for share in self.shards
        )


def write_plan(out: Path, header: Header, parts: Sequence[Part]) -> None:
    """Write the plan of an experiment."""
    task = {name: place for place, name in enumerate(header.tasks)}
    model = {name: place for place, name in enumerate(header.models)}
    shares = tuple(
        Share(
            name=part.name,
            seconds=round(part.seconds, 3),
            usd=round(part.usd, 6),
            budget_usd=part.budget_usd,
            trials=tuple((one.epoch, task[one.task], model[one.model]) for one in part.trials),
        )
        for part in parts
    )
    plan = Plan(
        schema=SCHEMA,
        identity=header.identity,
        suite=header.suite,
        tasks=tuple(header.tasks),
        models=tuple(header.models),
        epochs=header.epochs,
        shards=shares,
    )
    (out / NAME).write_text(dumps(plan) + "\n", encoding="utf-8")


def read_plan(file: Path, identity: str) -> tuple[Part, ...]:
    """Return the shards of a plan. Raises ``UsageError`` for what is none, or is not of this experiment."""
    where = Position(str(file))
    try:
        plan = from_json(Plan, json.loads(file.read_text(encoding="utf-8")))
        parts = plan.parts
    except OSError as error:
        raise UsageError(f"it cannot be read: {error.strerror}", where=where, hint="`--plan` writes it.") from None
    except (ValidationError, ValueError, IndexError, RecursionError):
        raise UsageError("it is no plan of an experiment", where=where, hint="`--plan` writes one.") from None
    if plan.identity != identity:
        raise UsageError(
            "it plans another experiment: the suite, a task, a model or the number of epochs is not the same",
            where=where,
            hint="Plan again, with the same options and on the same commit.",
        )
    return parts
