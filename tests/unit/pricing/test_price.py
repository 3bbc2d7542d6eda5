"""Costs are exact, err high where a rate is unknown, and unknown where the price is."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.pricing import FREE, LongPrompt, Price, configured, cost
from gha_router.records import Usage

SONNET = Price(
    input=Decimal(3),
    output=Decimal(15),
    cache_read=Decimal("0.3"),
    cache_write=Decimal("3.75"),
    cache_write_1h=Decimal(6),
    source="test",
    digest="",
)
BARE = Price(input=Decimal(4), output=Decimal(20), source="test", digest="")
TIERED = Price(
    input=Decimal("0.1"),
    output=Decimal("0.5"),
    source="test",
    digest="",
    long_prompt=LongPrompt(input=Decimal("0.5"), output=Decimal("2.5"), over=100_000),
)


@dataclass(frozen=True, kw_only=True)
class SpecRates:
    """Rates as the configuration hands them over."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class SpecLong(SpecRates):
    """Those of long prompts."""

    over: int


@dataclass(frozen=True, kw_only=True)
class Spec(SpecRates):
    """A ``price`` mapping."""

    long_prompt: SpecLong | None = None


@pytest.mark.parametrize(
    ("usage", "price", "usd"),
    [
        (Usage(input=1_000_000), SONNET, "3"),
        (Usage(output=1_000), SONNET, "0.015"),
        (Usage(input=12, cache_read=10_000, output=3), SONNET, "0.003081"),  # 36 + 3000 + 45 millionths
        (Usage(cache_write=1_000, cache_write_1h=1_000), SONNET, "0.00975"),
        (Usage(input=1), Price(input=Decimal("0.1"), output=Decimal(1), source="t", digest=""), "0.0000001"),
        (Usage(output=7, reasoning=5), SONNET, "0.000105"),  # reasoning is a part of output
    ],
)
def test_cost_is_what_a_hand_computes(usage: Usage, price: Price, usd: str) -> None:
    assert cost(usage, price) == Decimal(usd)


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (Usage(cache_read=1_000_000), "4"),
        (Usage(cache_write=1_000_000), "5"),
        (Usage(cache_write_1h=1_000_000), "8"),
    ],
)
def test_a_kind_without_a_rate_errs_high(usage: Usage, usd: str) -> None:
    assert cost(usage, BARE) == Decimal(usd)


def test_an_unknown_price_is_an_unknown_cost() -> None:
    assert cost(Usage(input=1), None) is None
    assert cost(Usage(), None) is None


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (Usage(input=100_000), "0.01"),
        (Usage(input=100_001), "0.0500005"),
        (Usage(input=1, cache_read=60_000, cache_write=40_000, output=1_000), "0.0575005"),  # 30 + 25 + 2.5 thousandths
        (Usage(input=1, output=200_000), "0.1000001"),  # only the prompt counts
    ],
)
def test_a_long_prompt_has_its_own_rates_for_all_its_tokens(usage: Usage, usd: str) -> None:
    assert cost(usage, TIERED) == Decimal(usd)


tokens = st.integers(min_value=0, max_value=10**9)
usages = st.builds(Usage, input=tokens, cache_read=tokens, cache_write=tokens, cache_write_1h=tokens, output=tokens)
rates = st.decimals(min_value=0, max_value=1000, places=6)
prices = st.builds(
    Price,
    input=rates,
    output=rates,
    cache_read=st.none() | rates,
    cache_write=st.none() | rates,
    cache_write_1h=st.none() | rates,
    source=st.just("test"),
    digest=st.just(""),
)


def charged(usage: Usage, price: Price) -> Decimal:
    amount = cost(usage, price)
    assert amount is not None
    return amount


@given(one=usages, other=usages, price=prices)
def test_costs_add_up_at_one_set_of_rates(one: Usage, other: Usage, price: Price) -> None:
    assert charged(one + other, price) == charged(one, price) + charged(other, price)


@given(usage=usages, price=prices)
def test_a_cost_is_never_negative(usage: Usage, price: Price) -> None:
    assert charged(usage, price) >= 0


@given(usages)
def test_free_is_exactly_nothing(usage: Usage) -> None:
    assert str(charged(usage, FREE)) == "0"


def test_a_configured_price_keeps_its_digits_and_says_so() -> None:
    price = configured(Spec(input=Decimal("0.1"), output=Decimal("0.4"), cache_read=Decimal("0.025")))
    assert (str(price.input), str(price.output), str(price.cache_read)) == ("0.1", "0.4", "0.025")
    assert price.cache_write is None
    assert price.source == "configured"
    assert configured("free") is FREE


def test_the_digest_of_a_configured_price_follows_its_rates() -> None:
    one = configured(Spec(input=Decimal("0.1"), output=Decimal("0.4")))
    same = configured(Spec(input=Decimal("0.1"), output=Decimal("0.4")))
    other = configured(Spec(input=Decimal("0.1"), output=Decimal("0.5")))
    assert one.digest == same.digest
    assert one.digest != other.digest


def test_a_configured_price_may_have_rates_of_long_prompts_and_of_hour_long_cache_entries() -> None:
    above = SpecLong(input=Decimal(6), output=Decimal("22.5"), over=200_000)
    price = configured(Spec(input=Decimal(3), output=Decimal(15), cache_write_1h=Decimal(5), long_prompt=above))
    assert cost(Usage(input=200_000), price) == Decimal("0.6")
    assert cost(Usage(input=200_001), price) == Decimal("1.200006")
    assert cost(Usage(cache_write_1h=1_000), price) == Decimal("0.005")
    assert price.digest != configured(Spec(input=Decimal(3), output=Decimal(15), cache_write_1h=Decimal(5))).digest
