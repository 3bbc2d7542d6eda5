from decimal import Decimal

import pytest

from gha_router.report import format as fmt
from gha_router.stats import wilson


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (None, "unknown"),
        ("0", "$0.00"),
        ("0.00001", "< $0.0001"),
        ("0.0042", "$0.0042"),
        ("0.00090", "$0.0009"),
        ("0.021", "$0.021"),
        ("0.0996", "$0.10"),
        ("0.42", "$0.42"),
        ("0.999", "$1.00"),
        ("3.184", "$3.18"),
        ("5250", "$5,250.00"),
    ],
)
def test_money(usd: str | None, text: str) -> None:
    assert fmt.money(None if usd is None else Decimal(usd)) == text


def test_a_sum_with_an_unknown_part_is_a_lower_bound() -> None:
    assert fmt.total_money(Decimal("0.42"), 0) == "$0.42"
    assert fmt.total_money(Decimal("0.42"), 1) == "at least $0.42"
    assert fmt.total_money(Decimal(0), 1) == "cost unknown"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0.0, "0 s"),
        (0.42, "420 ms"),
        (0.9999, "1.0 s"),
        (1.4, "1.4 s"),
        (9.97, "10 s"),
        (42.4, "42 s"),
        (59.7, "1 m 0 s"),
        (80.0, "1 m 20 s"),
        (7500.0, "2 h 5 m"),
    ],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert fmt.duration(seconds) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "–"), (0.0, "0 %"), (0.001, "1 %"), (0.857, "86 %"), (0.999, "99 %"), (1.0, "100 %")],
)
def test_only_all_is_a_hundred_percent(share: float | None, text: str) -> None:
    assert fmt.percent(share) == text


def test_success_stands_beside_its_interval() -> None:
    assert fmt.success(1.0, wilson(5, 5)) == "100 % [57–100]"
    assert fmt.success(None, None) == "–"


@pytest.mark.parametrize(
    ("count", "text"), [(None, "unknown"), (950, "950"), (12_345, "12.3 k"), (999_960, "1.0 M"), (1_240_000, "1.2 M")]
)
def test_tokens(count: int | None, text: str) -> None:
    assert fmt.tokens(count) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.0156, "0.02x"), (1.5, "1.5x"), (9.96, "10x"), (32.0, "32x")]
)
def test_ratios(value: float | None, text: str) -> None:
    assert fmt.ratio(value) == text


def test_two_durations_compare_in_one_unit() -> None:
    assert fmt.clock_ratio(1.4 / 90, claimed_s=1.4, measured_s=90.0) == "0.02x (claimed 1.4 s, took 90 s)"
    assert fmt.clock_ratio(0.5, claimed_s=3600.0, measured_s=7200.0) == "0.50x (claimed 3600 s, took 7200 s)"


@pytest.mark.parametrize(("count", "text"), [(None, "–"), (0, "☆"), (3, "★★★")])
def test_stars(count: int | None, text: str) -> None:
    assert fmt.stars(count) == text


@pytest.mark.parametrize(
    ("observed", "detail", "text"),
    [
        ("354 lines", "", "354 lines"),
        ("354 lines", "354 lines in README.md", "354 lines in README.md"),
        ("6.03 s", "attempt 1", "6.03 s: attempt 1"),
        ("no", "no tool call, workspace unchanged", "no tool call, workspace unchanged"),
        ("yes", "5 tool calls", "5 tool calls"),
    ],
)
def test_the_words_of_a_meter_follow_its_value(observed: str, detail: str, text: str) -> None:
    assert fmt.with_detail(observed, detail) == text
