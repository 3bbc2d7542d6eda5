"""The same task again and again, and two models on the same tasks."""

import re
from dataclasses import replace

import pytest

from gha_router.experiment.leaderboard import leaderboard
from gha_router.experiment.repeats import repeats, versus
from gha_router.records import ExperimentResult, Trial
from gha_router.report.markdown import markdown
from gha_router.report.of_experiment import experiment_view
from gha_router.stats import ENOUGH
from tests.unit.report import sample


def trial(model: str, task: str, epoch: int, *, right: bool, cost: str | None = "0.1") -> Trial:
    if right:
        return replace(sample.good(model, task, wall_s=1.0, cost=cost), epoch=epoch)
    return replace(sample.bad(model, task, name="lines", wall_s=1.0, cost=cost), epoch=epoch)


def three_times(*rights: str) -> ExperimentResult:
    """One model, a task for each word of three letters: r is right."""
    trials = tuple(
        trial("m", f"t{task}", epoch, right=letter == "r")
        for task, word in enumerate(rights)
        for epoch, letter in enumerate(word, 1)
    )
    return replace(sample.experiment(), trials=trials, models=("m",), epochs=3, tasks=())


def test_one_of_k_and_all_of_k_are_means_over_tasks() -> None:
    (found,) = repeats(three_times("rrr", "rrw", "www"), ["m"])
    assert (found.k, found.tasks) == (3, 3)
    assert (found.pass_1, found.pass_at_k, found.pass_hat_k) == pytest.approx((5 / 9, 2 / 3, 1 / 3))


def test_a_task_with_too_few_counted_trials_is_left_out() -> None:
    (found,) = repeats(three_times("rrr", "ww"), ["m"])
    assert (found.tasks, found.pass_hat_k) == (1, 1.0)
    (none,) = repeats(three_times("rr"), ["m"])
    assert (none.tasks, none.pass_1) == (0, None)


def test_one_epoch_has_no_repeats() -> None:
    assert repeats(sample.experiment(), sample.MODELS) == ()


def two_models(tasks: int) -> ExperimentResult:
    """``dear`` solves all at ten times the cost; ``cheap`` all but every fifth."""
    trials = [
        trial(model, f"t{task}", 1, right=model == "dear" or task % 5 > 0, cost="1.0" if model == "dear" else "0.1")
        for task in range(tasks)
        for model in ("dear", "cheap")
    ]
    return replace(sample.experiment(), trials=tuple(trials), models=("dear", "cheap"), tasks=())


def test_two_models_are_compared_on_the_same_tasks() -> None:
    (found,) = versus(two_models(40), ["cheap"], "dear")
    assert found.success is not None
    assert found.cost is not None
    assert -0.4 < found.success.low < -0.2 < found.success.high < -0.05
    assert (found.cost.low, found.cost.high) == pytest.approx((0.1, 0.1))


def test_too_few_tasks_are_no_interval_and_are_said_to_be() -> None:
    few = two_models(ENOUGH - 1)
    (found,) = versus(few, ["cheap"], "dear")
    assert (found.success, found.cost) == (None, None)
    assert "Beside dear" not in markdown(experiment_view(few, leaderboard(few)))
    one_short = replace(few, trials=(*few.trials, *two_models(ENOUGH).trials[-2:]))
    unknown = replace(one_short, trials=(trial("dear", "t0", 1, right=True, cost=None), *one_short.trials[1:]))
    text = markdown(experiment_view(unknown, leaderboard(unknown))).replace("\u00a0", " ")
    assert re.search(r"\| `cheap` \| 20 \| -\d+ to -\d+ points \| not enough data \|", text)


def test_an_unknown_cost_is_left_out_of_the_ratio() -> None:
    result = two_models(ENOUGH)
    unknown = replace(result, trials=(trial("dear", "t0", 1, right=True, cost=None), *result.trials[1:]))
    (found,) = versus(unknown, ["cheap"], "dear")
    assert found.cost is None
    assert found.success is not None
