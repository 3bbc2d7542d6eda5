"""Shards: every trial once, always in the same way, of about equal time and money, within one budget."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.errors import UsageError
from gha_router.experiment.history import SCHEMA, Cell, History
from gha_router.experiment.shards import MOST, Planned, cut, matrix, of, part_named


def trials(tasks: int, models: int, epochs: int) -> list[Planned]:
    return [
        Planned(epoch, f"t{task}", f"m{model}")
        for epoch in range(1, epochs + 1)
        for task in range(tasks)
        for model in range(models)
    ]


def earlier(seconds: dict[str, float], usd: dict[str, str | None]) -> History:
    """One trial a model of task t0."""
    cells = tuple(
        Cell(
            task="t0",
            model=model,
            verified=1,
            counted=1,
            apart=0,
            wall_s=wall,
            cost_usd=None if (cost := usd[model]) is None else Decimal(cost),
            confirmed=0,
            contradicted=0,
        )
        for model, wall in seconds.items()
    )
    return History(
        schema=SCHEMA, suite="s", started_at="", epochs=1, tasks={"t0": ""}, models=dict.fromkeys(seconds, ""),
        cells=cells, tools={},
    )  # fmt: skip


@given(st.integers(1, 6), st.integers(1, 5), st.integers(1, 4), st.integers(1, MOST), st.decimals("0.01", 50, places=2))
def test_every_trial_is_in_one_shard_and_together_they_keep_the_budget(
    tasks: int, models: int, epochs: int, parts: int, budget: Decimal
) -> None:
    whole = trials(tasks, models, epochs)
    found = cut(whole, parts=parts, budget_usd=budget)
    assert len(found) == min(parts, len(whole))
    assert sorted(trial for part in found for trial in part.trials) == sorted(whole)
    assert all(part.trials for part in found)
    assert sum(part.budget_usd or 0 for part in found) <= budget
    assert found == cut(whole, parts=parts, budget_usd=budget)


def test_a_slow_and_a_dear_model_are_spread() -> None:
    known = earlier({"m0": 600, "m1": 6, "m2": 6}, {"m0": "0.001", "m1": "1.0", "m2": "0.001"})
    found = cut(trials(8, 3, 1), parts=4, history=known)
    assert [sum(one.model == "m0" for one in part.trials) for part in found] == [2, 2, 2, 2]
    assert [sum(one.model == "m1" for one in part.trials) for part in found] == [2, 2, 2, 2]


def test_the_number_of_shards_follows_from_the_time_that_is_expected() -> None:
    assert len(cut(trials(5, 5, 1))) == 3  # 25 trials of which nothing is known: 25 minutes
    assert len(cut(trials(5, 5, 1), history=earlier({"m0": 1.0}, {"m0": None}))) == 1
    assert len(cut(trials(100, 10, 100), history=earlier({"m0": 60.0}, {"m0": "1"}), parts=MOST)) == MOST


def test_the_matrix_is_what_a_workflow_takes() -> None:
    (first, *_) = matrix(cut(trials(5, 2, 1), parts=3, budget_usd=Decimal(2)))["include"]
    assert first == {
        "shard": "1/3",
        "name": "shard-1-of-3",
        "trials": 4,
        "expected_minutes": 4,
        "budget_usd": "0.800000",
    }


@pytest.mark.parametrize("name", ["0/3", "4/3", "1/257", "1", "a/b", "1/3 ", "01/3"])
def test_what_is_no_shard_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is no shard"):
        of(name)


def test_a_shard_that_there_is_not_is_refused() -> None:
    assert of("3/6") == 6
    with pytest.raises(UsageError, match=r"1/2 to 2/2"):
        part_named("3/6", cut(trials(1, 2, 1), parts=2))
    with pytest.raises(UsageError, match="257 shards"):
        cut(trials(1, 1, 1), parts=257)
