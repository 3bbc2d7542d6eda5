"""``history.json``: what became of an experiment, in one small file that is kept run after run.

It holds sums by task and model, no texts: enough to plan the next run by, and to say what changed since.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from gha_router.errors import Position, UsageError
from gha_router.experiment.collected import Collected
from gha_router.experiment.header import Header
from gha_router.experiment.points import Point, together
from gha_router.records import from_json, to_json

NAME = "history.json"
SCHEMA = "gha-router/history/1"
HINT = f"Name a {NAME}, or the folder of `gha-router experiment` or `aggregate` that holds one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """All trials of one task on one model. Money and time are of counted trials; ``None``: some cost is unknown."""

    task: str
    model: str
    verified: int
    counted: int
    apart: int  # trials that say nothing about the model
    wall_s: float
    cost_usd: Decimal | None
    confirmed: int
    contradicted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One run. ``tasks`` and ``models``: name -> digest; ``missing``: planned trials that are not there."""

    schema: str
    suite: str
    started_at: str
    epochs: int
    tasks: Mapping[str, str]
    models: Mapping[str, str]
    cells: tuple[Cell, ...]
    missing: int = 0
    simulated: bool = False
    tools: Mapping[str, str]

    def of(self, model: str) -> dict[str, Cell]:
        """Return the cells of a model by task, of tasks that it was counted on."""
        return {cell.task: cell for cell in self.cells if cell.model == model and cell.counted}


def history_of(found: Collected, header: Header) -> History:
    """Return the history of an experiment."""
    groups: dict[tuple[str, str], list[Point]] = {}
    for point in found.points:
        groups.setdefault((point.task_id, point.model), []).append(point)
    return History(
        schema=SCHEMA,
        suite=found.suite,
        started_at=found.started_at,
        epochs=found.epochs,
        tasks=header.tasks,
        models=header.models,
        cells=tuple(_cells(groups)),
        missing=max(0, len(found.tasks) * len(found.models) * found.epochs - len(found.points)),
        simulated=found.simulated,
        tools=found.tools,
    )


def history_text(history: History) -> str:
    """Return the file: one cell a line, so that two runs differ by lines."""
    head = {name: value for name, value in to_json(history).items() if name != "cells"}
    cells = ",\n".join(json.dumps(to_json(cell), ensure_ascii=False) for cell in history.cells)
    start = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{start},\n "cells": [\n{cells}\n]}}\n'


def read_history(path: Path) -> History:
    """Return the history in a file or folder. Raises ``UsageError`` for what is none."""
    file = path / NAME if path.is_dir() else path
    where = Position(str(file))
    try:
        found = from_json(History, json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"it cannot be read: {error.strerror}", where=where, hint=HINT) from None
    except (ValidationError, ValueError, RecursionError):
        raise UsageError("it is no history of an experiment", where=where, hint=HINT) from None
    if found.schema != SCHEMA:
        raise UsageError(f"its schema is {found.schema!r}, not {SCHEMA}", where=where, hint=HINT)
    return found


def _cells(groups: Mapping[tuple[str, str], Sequence[Point]]) -> Iterator[Cell]:
    for (task, model), points in groups.items():
        counted = [point for point in points if point.counted]
        spent = together(point.spent for point in counted)
        yield Cell(
            task=task,
            model=model,
            verified=sum(point.verified for point in counted),
            counted=len(counted),
            apart=len(points) - len(counted),
            wall_s=round(spent.wall_s, 3),
            cost_usd=spent.cost_usd,
            confirmed=sum(point.claims[0] for point in counted),
            contradicted=sum(point.claims[1] for point in counted),
        )
