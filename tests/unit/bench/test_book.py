import math
import statistics

import pytest
from bench.speed.book import Book, Metric, line, quantile
from hypothesis import given
from hypothesis import strategies as st

NUMBERS = st.lists(st.floats(0, 1e6), min_size=1, max_size=300)


@given(NUMBERS, st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_a_quantile_is_the_smallest_value_that_the_share_does_not_exceed(values: list[float], share: float) -> None:
    found = quantile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6
    smaller = [value for value in values if value < found]
    assert len(smaller) < share * len(values)


def test_the_p99_of_a_hundred_is_the_second_largest() -> None:
    assert quantile([float(number) for number in range(1, 101)], 0.99) == 99


def test_a_figure_is_the_median_over_the_rounds() -> None:
    book = Book()
    for value in (3.0, 1.0, 2.0):
        book.add("ours", Metric.CPU, value)
    assert book.figure("ours", Metric.CPU) == 2
    assert book.figure("ours", Metric.RPS) is None
    assert book.figure("theirs", Metric.CPU) is None


def test_who_fails_in_a_later_round_has_no_figure_but_the_first_cause() -> None:
    book = Book()
    book.add("theirs", Metric.RPS, 1.0)
    book.add("theirs", Metric.CPU, 1.0)
    book.fail("theirs", Metric.RPS, "500")
    book.fail("theirs", Metric.RPS, "silence")
    assert book.figure("theirs", Metric.RPS) is None
    assert book.failure("theirs", Metric.RPS) == "500"
    assert book.figure("theirs", Metric.CPU) == 1


@given(st.floats(1e-5, 1e-2), st.floats(1e-8, 1e-4))
def test_a_line_is_found_again(base: float, per_kb: float) -> None:
    found = line({size: base + per_kb * size for size in (1, 60, 200, 1000)})
    assert found.per_kb == pytest.approx(per_kb, rel=1e-3)
    assert found.base == pytest.approx(base, rel=1e-3, abs=1e-9)
    assert found.r2 == pytest.approx(1)
    assert found.bend == pytest.approx(1, rel=1e-3)


def test_what_grows_with_the_square_is_bent() -> None:
    assert line({size: 1e-9 * size**2 for size in (1, 60, 200, 1000)}).bend > 5


def test_a_cost_that_falls_first_has_no_finite_bend() -> None:
    assert math.isinf(line({1: 0.002, 60: 0.0015, 200: 0.001, 1000: 0.003}).bend)


@given(NUMBERS)
def test_a_half_is_the_lower_median(values: list[float]) -> None:
    assert quantile(values, 0.5) == statistics.median_low(values)
