"""The 95 % intervals hold what they promise: on simulated models whose true figures are known."""

import numpy as np
import pytest

from gha_router.stats import Interval, newcombe, quantile_interval, share_interval, wilson

ROUNDS = 2000
LOW, HIGH = 0.93, 0.97


def covered(found: list[Interval | None], truth: float) -> float:
    known = [one for one in found if one is not None]
    assert len(known) == len(found)
    return sum(one.low <= truth <= one.high for one in known) / len(known)


def test_success_rates_over_the_models_of_an_experiment() -> None:
    """Models of all rates, as on a leaderboard; at one rate alone counts are too coarse to meet 95 % exactly."""
    draw = np.random.default_rng(11)
    hits = total = 0
    for trials in (25, 50, 100, 400):
        for rate in np.linspace(0.05, 0.95, 19):
            for right in draw.binomial(trials, rate, size=500).tolist():
                found = wilson(right, trials)
                assert found is not None
                hits += found.low <= rate <= found.high
                total += 1
    assert LOW <= hits / total <= HIGH


@pytest.mark.parametrize(("rate", "other"), [(0.9, 0.7), (0.5, 0.5), (0.8, 0.3)])
def test_differences_of_success_side_by_side(rate: float, other: float) -> None:
    draw = np.random.default_rng(12)
    pairs = zip(draw.binomial(100, rate, ROUNDS).tolist(), draw.binomial(80, other, ROUNDS).tolist(), strict=True)
    assert LOW <= covered([newcombe((one, 100), (two, 80)) for one, two in pairs], rate - other) <= HIGH


@pytest.mark.parametrize("trials", [150, 400])
def test_dollars_a_verified_success(trials: int) -> None:
    """Costs of a long tail, and every fourth trial fails: by bootstrap up to 200 trials, by linearisation beyond."""
    draw = np.random.default_rng(13)
    rate, truth = 0.75, np.exp(-3 + 0.6**2 / 2) / 0.75
    rounds = 400 if trials <= 200 else ROUNDS
    found = []
    for _ in range(rounds):
        costs, right = draw.lognormal(-3, 0.6, trials), draw.random(trials) < rate
        found.append(share_interval(list(zip(costs.tolist(), right.astype(float).tolist(), strict=True))))
    slack = 0.01 if rounds < ROUNDS else 0  # of 400 rounds the standard error is 1.1 %
    assert LOW - slack <= covered(found, float(truth)) <= HIGH + slack


@pytest.mark.parametrize(("share", "trials"), [(0.5, 50), (0.5, 400), (0.95, 400)])
def test_median_and_tail_of_the_time(share: float, trials: int) -> None:
    draw = np.random.default_rng(14)
    truth = float(np.exp({0.5: 0.0, 0.95: 1.6448536}[share]))
    found = [quantile_interval(sorted(draw.lognormal(0, 1, trials).tolist()), share) for _ in range(ROUNDS)]
    assert LOW <= covered(found, truth) <= HIGH


def test_too_few_are_no_interval() -> None:
    assert share_interval([(1.0, 1.0)] * 19) is None
    assert share_interval([(1.0, 0.0)] * 50) is None
    assert quantile_interval([float(value) for value in range(70)], 0.95) is None
    assert quantile_interval([], 0.5) is None
    assert newcombe((5, 10), (50, 100)) is None
