"""What repeats tell: how often one of k tries is right, how often all are, and how models differ on the same tasks."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gha_router.experiment.collected import Collected, collected
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


@dataclass
class _Cell:
    """The counted trials of one task on one model."""

    trials: int = 0
    verified: int = 0
    cost_usd: Decimal | None = Decimal(0)  # None: that of some trial is unknown

    @property
    def success(self) -> float:
        return self.verified / self.trials

    @property
    def cost(self) -> float | None:
        """Return USD a trial."""
        return None if self.cost_usd is None else float(self.cost_usd) / self.trials


Tasks = dict[str, _Cell]


def _versus(model: str, other: str, own: Tasks, others: Tasks) -> Versus:
    both = [task for task in own if task in others]
    priced = [(own[task].cost, others[task].cost) for task in both]
    known = [(mine, theirs) for mine, theirs in priced if mine is not None and theirs is not None]
    return Versus(
        model=model,
        other=other,
        tasks=len(both),
        success=difference_interval([(own[task].success, others[task].success) for task in both]),
        cost=ratio_interval(known),
    )


def _by_model(result: ExperimentResult | Collected) -> dict[str, Tasks]:
    found: dict[str, Tasks] = {}
    for point in collected(result).points:
        if point.counted:
            cell = found.setdefault(point.model, {}).setdefault(point.task_id, _Cell())
            cost = point.spent.cost_usd
            cell.trials += 1
            cell.verified += point.verified
            cell.cost_usd = None if cost is None or cell.cost_usd is None else cell.cost_usd + cost
    return found


def _repeats(model: str, tasks: Tasks, k: int) -> Repeats:
    counts = [(cell.trials, cell.verified) for cell in tasks.values() if cell.trials >= k]
    means = [
        statistics.fmean(values) if (values := [value for value in found if value is not None]) else None
        for found in (
            [pass_at_k(trials, right, 1) for trials, right in counts],
            [pass_at_k(trials, right, k) for trials, right in counts],
            [pass_hat_k(trials, right, k) for trials, right in counts],
        )
    ]
    return Repeats(model=model, k=k, tasks=len(counts), pass_1=means[0], pass_at_k=means[1], pass_hat_k=means[2])
