"""The sections of repeats: one of k, all of k, and each model beside the first on the same tasks."""

from collections.abc import Callable, Sequence

from gha_router.experiment.repeats import Repeats, Versus
from gha_router.report import format as fmt
from gha_router.report.view import Column, Section
from gha_router.stats import ENOUGH, NOT_ENOUGH, Interval


def again(found: Sequence[Repeats]) -> Section:
    """Return how often one of k tries is right, and how often all are."""
    k = found[0].k if found else 0
    return Section(
        title=f"The same task {k} times",
        essential=False,
        columns=(
            Column(name="model", code=True),
            Column(name="tasks", right=True),
            Column(name="pass@1", right=True),
            Column(name=f"pass@{k}", right=True),
            Column(name=f"pass^{k}", right=True),
        ),
        rows=tuple(
            (one.model, str(one.tasks), *map(fmt.percent, (one.pass_1, one.pass_at_k, one.pass_hat_k))) for one in found
        ),
        caption=f"pass@{k}: one of {k} tries is right. pass^{k}: all are. Tasks with fewer trials are left out.",
    )


def beside_the_first(found: Sequence[Versus]) -> Section:
    """Return how each model differs from the first, paired by task; nothing where no pair has enough tasks."""
    known = [one for one in found if one.success or one.cost]
    first = found[0].other if found else ""
    return Section(
        title=f"Beside {first}, task by task",
        essential=False,
        columns=(
            Column(name="model", code=True),
            Column(name="tasks", right=True),
            Column(name="success", right=True),
            Column(name="cost", right=True),
        ),
        rows=tuple(
            (
                one.model,
                str(one.tasks),
                _range(one.success, lambda value: f"{value * 100:+.0f}", " points"),
                _range(one.cost, lambda value: f"{value:.2f}", "x"),
            )
            for one in found
            if known
        ),
        caption=(
            "95 % bootstrap intervals (BCa) of the difference in success and of the ratio of costs over the tasks that "
            f"both were counted on; fewer than {ENOUGH} are {NOT_ENOUGH}."
        ),
    )


def _range(interval: Interval | None, shown: Callable[[float], str], unit: str) -> str:
    return NOT_ENOUGH if interval is None else f"{shown(interval.low)} to {shown(interval.high)}{unit}"
