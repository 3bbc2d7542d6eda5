import itertools
import statistics
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.stats import (
    ENOUGH,
    Interval,
    Rate,
    acceleration,
    at_least,
    bootstrap,
    clopper_pearson,
    difference_interval,
    median,
    pass_at_k,
    pass_hat_k,
    ratio_interval,
    wilson,
)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (0, 5, 0.0, 0.4345),
        (5, 5, 0.5655, 1.0),
        (10, 20, 0.2993, 0.7007),
        (1, 1, 0.2065, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilson_agrees_with_published_values(successes: int, trials: int, low: float, high: float) -> None:
    interval = wilson(successes, trials)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


def test_no_trials_have_no_interval() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("successes", "trials"), [(2, 1), (-1, 3)])
def test_counts_that_cannot_be_are_refused(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match=f"{successes} successes in {trials} trials"):
        wilson(successes, trials)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_a_share(counts: tuple[int, int]) -> None:
    successes, trials = counts
    interval = wilson(successes, trials)
    assert interval is not None
    assert 0 <= interval.low <= successes / trials <= interval.high <= 1


@given(st.integers(1, 1000))
def test_failures_mirror_successes(trials: int) -> None:
    none, every = wilson(0, trials), wilson(trials, trials)
    assert none is not None
    assert every is not None
    assert none.high == pytest.approx(1 - every.low)


def test_intervals_that_touch_overlap() -> None:
    low, high = Interval(low=0.1, high=0.4), Interval(low=0.4, high=0.9)
    assert low.overlaps(high)
    assert not low.overlaps(Interval(low=0.41, high=0.9))


def test_the_median_of_nothing_is_unknown() -> None:
    assert median([]) is None
    assert median([3.0, 1.0, 2.0]) == 2.0


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (10, 20, 0.2720, 0.7280),
        (0, 10, 0.0, 0.3085),  # 1 - 0.025^(1/10): the tables of Clopper and Pearson say 0.31
        (1, 29, 0.0009, 0.1776),  # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 5
        (0, 20, 0.0, 0.1684),
        (15, 148, 0.0578, 0.1617),
        (81, 263, 0.2527, 0.3676),
    ],
)
def test_clopper_and_pearson_agree_with_published_values(successes: int, trials: int, low: float, high: float) -> None:
    interval = clopper_pearson(successes, trials)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_agrees_with_newcombe_s_table(successes: int, trials: int, low: float, high: float) -> None:
    interval = wilson(successes, trials)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_exact_interval_ends_where_a_tail_has_a_fortieth(counts: tuple[int, int]) -> None:
    successes, trials = counts
    interval = clopper_pearson(successes, trials)
    assert interval is not None
    if successes:
        assert at_least(successes, trials, interval.low) == pytest.approx(0.025)
    if successes < trials:
        assert 1 - at_least(successes + 1, trials, interval.high) == pytest.approx(0.025)


def test_pass_at_k_is_not_one_minus_the_failures_to_the_power_of_k() -> None:
    """Chen et al. 2021, section 2.1: that plain estimate is biased; theirs is an average over all subsets."""
    assert pass_at_k(10, 3, 1) == pytest.approx(0.3)
    assert pass_at_k(10, 3, 5) == pytest.approx(1 - 21 / 252)
    assert pass_at_k(5, 5, 5) == 1.0
    assert pass_at_k(5, 0, 5) == 0.0
    assert pass_at_k(5, 3, 3) == 1.0


@given(st.integers(1, 7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n), st.integers(1, n))))
def test_both_are_the_share_of_all_subsets(counts: tuple[int, int, int]) -> None:
    successes, trials, k = counts
    subsets = list(itertools.combinations([place < successes for place in range(trials)], k))
    assert pass_at_k(trials, successes, k) == pytest.approx(sum(map(any, subsets)) / len(subsets))
    assert pass_hat_k(trials, successes, k) == pytest.approx(sum(map(all, subsets)) / len(subsets))


def test_fewer_trials_than_tries_are_not_enough() -> None:
    assert pass_at_k(3, 3, 4) is None
    assert pass_hat_k(3, 3, 4) is None
    with pytest.raises(ValueError, match="0 tries"):
        pass_at_k(3, 3, 0)


# Efron and Tibshirani (1993), table 14.1, test A of the spatial test data; its variance, the plug-in estimate.
SPATIAL = (48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41)


def variance(rows: Sequence[tuple[float, ...]]) -> float:
    return statistics.pvariance(row[0] for row in rows)


def test_bca_agrees_with_efron_and_tibshirani() -> None:
    """Chapter 14: variance 171.5, acceleration 0.061, and of 2,000 resamples the 90 % interval (115.8, 259.6)."""
    rows = [(float(value),) for value in SPATIAL]
    assert variance(rows) == pytest.approx(171.5, abs=0.05)
    assert acceleration(rows, variance) == pytest.approx(0.061, abs=0.0005)
    interval = bootstrap(rows, variance, level=0.9, rounds=20_000)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((115.8, 259.6), rel=0.02)


def test_a_bootstrap_is_the_same_each_time_and_of_one_row_unknown() -> None:
    pairs = [(float(number), 2.0) for number in range(30)]
    assert ratio_interval(pairs) == ratio_interval(pairs)
    assert bootstrap([(1.0,)], variance) is None
    flat = bootstrap([(2.0,)] * 30, lambda rows: rows[0][0])
    assert flat == Interval(low=2.0, high=2.0)


def test_paired_differences_see_what_two_intervals_do_not() -> None:
    """Tasks differ by far more than the models do: as pairs the difference is clear."""
    pairs = [(task + 0.1 + 0.01 * (task % 3), float(task)) for task in range(30)]
    interval = difference_interval(pairs)
    assert interval is not None
    assert 0.1 <= interval.low <= 0.11 <= interval.high <= 0.12


def test_less_than_enough_is_no_number() -> None:
    few = [(1.0, 2.0)] * (ENOUGH - 1)
    assert ratio_interval(few) is None
    assert difference_interval(few) is None
    assert ratio_interval([*few, (1.0, 0.0)]) is None
    assert Rate(hits=3, trials=ENOUGH - 1).share is None
    assert Rate(hits=5, trials=ENOUGH).share == 0.25
    assert Rate(hits=0, trials=0).interval is None
