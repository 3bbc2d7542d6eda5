"""What repeats tell: how often one of k tries is right, how often all are, and how models differ on the same tasks."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from gha_router.experiment.collected import Collected, collected
from gha_router.experiment.points import Point, together
from gha_router.records import ExperimentResult
from gha_router.stats import Interval, difference_interval, pass_at_k, pass_hat_k, ratio_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """A model's tasks with at least ``k`` counted trials; means over them, ``None`` without one."""

    model: str
    k: int
    tasks: int
    pass_1: float | None
    pass_at_k: float | None  # one of k is right
    pass_hat_k: float | None  # all k are right


@dataclass(frozen=True, slots=True, kw_only=True)
class Versus:
    """A model against another on the tasks that both were counted on; intervals are ``None`` of too few."""

    model: str
    other: str
    tasks: int
    success: Interval | None  # of the difference of success rates
    cost: Interval | None  # of the ratio of costs


def repeats(result: ExperimentResult | Collected, models: Sequence[str]) -> tuple[Repeats, ...]:
    """Return how models do in ``k`` tries, k being the experiment's epochs; nothing with one epoch."""
    found, k = _by_model(result), result.epochs
    return tuple(_repeats(model, found.get(model, {}), k) for model in models if k > 1)


def versus(result: ExperimentResult | Collected, others: Sequence[str], model: str) -> tuple[Versus, ...]:
    """Return how each of the others differs from a model, task by task."""
    found = _by_model(result)
    return tuple(_versus(other, model, found.get(other, {}), found.get(model, {})) for other in others)


Tasks = dict[str, list[Point]]


def _versus(model: str, other: str, own: Tasks, others: Tasks) -> Versus:
    both = [task for task in own if task in others]
    priced = [(_cost(own[task]), _cost(others[task])) for task in both]
    known = [(mine, theirs) for mine, theirs in priced if mine is not None and theirs is not None]
    return Versus(
        model=model,
        other=other,
        tasks=len(both),
        success=difference_interval([(_share(own[task]), _share(others[task])) for task in both]),
        cost=ratio_interval(known),
    )


def _by_model(result: ExperimentResult | Collected) -> dict[str, Tasks]:
    found: dict[str, Tasks] = {}
    for point in collected(result).points:
        if point.counted:
            found.setdefault(point.model, {}).setdefault(point.task_id, []).append(point)
    return found


def _repeats(model: str, tasks: Tasks, k: int) -> Repeats:
    counts = [(len(trials), _verified(trials)) for trials in tasks.values() if len(trials) >= k]
    means = [
        statistics.fmean(values) if (values := [value for value in found if value is not None]) else None
        for found in (
            [pass_at_k(trials, right, 1) for trials, right in counts],
            [pass_at_k(trials, right, k) for trials, right in counts],
            [pass_hat_k(trials, right, k) for trials, right in counts],
        )
    ]
    return Repeats(model=model, k=k, tasks=len(counts), pass_1=means[0], pass_at_k=means[1], pass_hat_k=means[2])


def _verified(trials: Sequence[Point]) -> int:
    return sum(trial.verified for trial in trials)


def _share(trials: Sequence[Point]) -> float:
    return _verified(trials) / len(trials)


def _cost(trials: Sequence[Point]) -> float | None:
    """Return USD a trial; ``None`` where one's is unknown."""
    cost = together(trial.spent for trial in trials).cost_usd
    return None if cost is None else float(cost) / len(trials)
