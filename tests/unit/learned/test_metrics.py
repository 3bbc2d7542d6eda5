import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.routing.learned.metrics import Curve, curve, estimate

gains = st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=3, max_size=40)


def test_a_perfect_ranking_and_its_share() -> None:
    true = np.array([1.0, 0, 0, 0])
    line = curve(np.array([0.9, 0.1, 0.2, 0.3]), true)
    assert line.apgr() == pytest.approx(0.875)  # up to 1 on the first quarter, then 1
    assert line.cpt(1.0) == pytest.approx(0.25)
    assert line.cpt(0.5) == pytest.approx(0.125)


@given(gains)
def test_a_router_that_says_the_same_of_all_is_random_whatever_the_order(true: list[float]) -> None:
    line = curve(np.zeros(len(true)), np.array(true))
    assert line.apgr() == (pytest.approx(0.5) if sum(true) > 0 else None)


@given(gains)
def test_the_order_of_the_tasks_does_not_matter(true: list[float]) -> None:
    predicted = np.arange(len(true)) // 2  # ties
    turned = np.random.default_rng(3).permutation(len(true))
    values = np.array(true)
    assert curve(predicted.astype(float), values).closed[-1] == pytest.approx(values.mean())
    first, second = curve(predicted.astype(float), values), curve(predicted[turned].astype(float), values[turned])
    assert first.apgr() == (None if second.apgr() is None else pytest.approx(second.apgr()))


def test_without_a_gap_there_is_no_figure() -> None:
    figure = estimate(Curve.apgr, np.array([1.0, 2.0]), np.array([0.0, -1.0]))
    assert (figure.value, figure.low) == (None, None)
    assert not figure.likely_above(0.5)


def test_intervals_are_the_same_each_time_and_hold_the_value() -> None:
    random = np.random.default_rng(1)
    true = random.choice([0.0, 1.0], 200)
    predicted = true + random.normal(size=200)
    first, second = (estimate(Curve.apgr, predicted, true) for _ in range(2))
    assert first == second
    assert first.low is not None
    assert first.value is not None
    assert first.high is not None
    assert first.low < first.value < first.high
    assert first.likely_above(0.5)
