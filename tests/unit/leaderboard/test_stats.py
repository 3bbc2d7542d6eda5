import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.experiment.stats import Interval, median, wilson


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
