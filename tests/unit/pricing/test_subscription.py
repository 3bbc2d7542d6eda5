"""A plan costs its fixed sum; its credit holds use at API prices until it is empty; unknown use stays unknown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.pricing import Plan, bill

MONEY = st.decimals(min_value=0, max_value=100_000, places=4)


@pytest.mark.parametrize(
    ("credit", "use", "held", "beyond", "lasts"),
    [
        ("200", "50", "50", "0", "1"),
        ("200", "200", "200", "0", "1"),
        ("200", "800", "200", "600", "0.25"),
        ("0", "5", "0", "5", "0"),
        ("200", "0", "0", "0", "1"),
    ],
)
def test_a_credit_holds_what_it_holds(credit: str, use: str, held: str, beyond: str, lasts: str) -> None:
    found = bill(Plan(usd=Decimal(200), credit_usd=Decimal(credit)), Decimal(use))
    assert found.fixed == 200
    assert (found.from_credit, found.beyond, found.lasts) == (Decimal(held), Decimal(beyond), Decimal(lasts))
    assert found.api_equivalent == Decimal(use)


def test_without_a_credit_all_use_is_in_the_sum_also_where_its_price_is_unknown() -> None:
    flat = Plan(usd=Decimal(200))
    assert {bill(flat, Decimal(9_000)).beyond, bill(flat, None).beyond} == {Decimal(0)}
    assert bill(flat, None).api_equivalent is None


def test_what_passes_a_credit_is_unknown_when_the_use_is() -> None:
    found = bill(Plan(usd=Decimal(20), credit_usd=Decimal(20)), None)
    assert found.fixed == 20
    assert (found.from_credit, found.beyond, found.lasts) == (None, None, None)


@given(usd=MONEY, credit=MONEY, use=MONEY)
def test_no_cent_is_lost(usd: Decimal, credit: Decimal, use: Decimal) -> None:
    found = bill(Plan(usd=usd, credit_usd=credit), use)
    assert found.from_credit is not None
    assert found.beyond is not None
    assert found.from_credit + found.beyond == use
    assert found.from_credit <= credit
