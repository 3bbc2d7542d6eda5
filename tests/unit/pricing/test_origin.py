"""A list price says its list's date and age; another price has none."""

from datetime import date, timedelta

import pytest

from gha_router.pricing import FREE, STALE_DAYS, Prices, origin_of

PRICES = Prices.load()
LISTED = date.fromisoformat(PRICES.date)


@pytest.mark.parametrize(("days", "stale"), [(0, False), (STALE_DAYS, False), (STALE_DAYS + 1, True)])
def test_a_list_is_stale_after_a_quarter(days: int, *, stale: bool) -> None:
    price = PRICES.find("anthropic/claude-opus-4-6")
    assert price is not None
    found = origin_of(price, PRICES, LISTED + timedelta(days=days))
    assert (found.source, found.date, found.age_days, found.stale) == (PRICES.source, LISTED, days, stale)


def test_a_clock_that_is_behind_the_list_makes_no_negative_age() -> None:
    price = PRICES.find("anthropic/claude-opus-4-6")
    assert price is not None
    assert origin_of(price, PRICES, LISTED - timedelta(days=3)).age_days == 0


def test_a_price_of_nobodys_list_has_no_age() -> None:
    found = origin_of(FREE, PRICES, LISTED)
    assert (found.date, found.age_days, found.stale) == (None, None, False)
