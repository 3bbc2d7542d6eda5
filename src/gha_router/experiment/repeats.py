"""What repeats tell: how often one of k tries is right, how often all are, and how models differ on the same tasks."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from gha_router.experiment.leaderboard import COUNTED, spend
from gha_router.records import ExperimentResult, Trial, Verdict
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


def repeats(result: ExperimentResult, models: Sequence[str]) -> tuple[Repeats, ...]:
    """Return how models do in ``k`` tries, k being the experiment's epochs; nothing with one epoch."""
    return tuple(_repeats(model, _by_task(result, model), result.epochs) for model in models if result.epochs > 1)


def versus(result: ExperimentResult, model: str, other: str) -> Versus:
    """Return how a model differs from another, task by task."""
    own, others = _by_task(result, model), _by_task(result, other)
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


def _by_task(result: ExperimentResult, model: str) -> dict[str, list[Trial]]:
    found: dict[str, list[Trial]] = {}
    for trial in result.trials:
        if trial.model == model and trial.result.verdict in COUNTED:
            found.setdefault(trial.task_id, []).append(trial)
    return found


def _repeats(model: str, tasks: dict[str, list[Trial]], k: int) -> Repeats:
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


def _verified(trials: Sequence[Trial]) -> int:
    return sum(trial.result.verdict is Verdict.VERIFIED for trial in trials)


def _share(trials: Sequence[Trial]) -> float:
    return _verified(trials) / len(trials)


def _cost(trials: Sequence[Trial]) -> float | None:
    """Return USD a trial; ``None`` where one's is unknown."""
    cost = spend(trials).cost_usd
    return None if cost is None else float(cost) / len(trials)
