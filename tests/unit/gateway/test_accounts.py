"""Days and months in which money is counted, and the file that counts it for one machine."""

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.setup import Pool
from gha_router.gateway.shared.accounts import Account, Short, credit, day, month, nano, usd
from gha_router.gateway.shared.local import FILE, LocalStore
from gha_router.gateway.shared.store import EMPTY_S, Asking, StoreDown

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CAP = Account(key="day:2026-11-21", cap=100, until=NOON)


@pytest.mark.parametrize(
    ("reset_day", "today", "first", "next_"),
    [
        (1, "2026-11-21", "2026-11-01", "2026-12-01"),
        (1, "2026-12-31", "2026-12-01", "2027-01-01"),
        (15, "2026-11-14", "2026-10-15", "2026-11-15"),
        (15, "2026-11-15", "2026-11-15", "2026-12-15"),
        (31, "2027-02-28", "2027-02-28", "2027-03-31"),
        (31, "2028-02-28", "2028-01-31", "2028-02-29"),
        (30, "2027-03-01", "2027-02-28", "2027-03-30"),
    ],
)
def test_a_plans_month_begins_on_its_day_or_on_a_short_months_last(
    reset_day: int, today: str, first: str, next_: str
) -> None:
    assert month(reset_day, date.fromisoformat(today)) == (date.fromisoformat(first), date.fromisoformat(next_))


@given(st.integers(1, 31), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_months_follow_each_other_without_a_gap(reset_day: int, today: date) -> None:
    first, following = month(reset_day, today)
    assert first <= today < following
    assert timedelta(27) < following - first < timedelta(32)
    assert month(reset_day, following)[0] == following
    assert month(reset_day, following - timedelta(days=1))[0] == first


def test_a_day_is_one_in_utc_wherever_the_runner_stands() -> None:
    tokyo = datetime(2026, 11, 22, 8, 59, tzinfo=timezone(timedelta(hours=9)))
    assert day(Decimal(1), tokyo) == day(Decimal(1), NOON)
    assert day(Decimal(1), NOON).until == datetime(2026, 11, 22, tzinfo=UTC)
    assert day(Decimal(1), tokyo + timedelta(minutes=1)).key == "day:2026-11-22"


@given(st.decimals(0, 1_000_000, places=15))
def test_money_is_never_counted_low(amount: Decimal) -> None:
    assert 0 <= usd(nano(amount)) - amount < Decimal("1e-9")


def test_a_credit_keeps_its_share() -> None:
    pool = credit(Pool(name="max", usd=Decimal(100), reset_day=15, low_at=Decimal("0.1")), NOON)
    assert (pool.key, pool.until.date(), pool.pool) == ("credit:max:2026-11-15", date(2026, 12, 15), "max")
    assert not pool.refuses(nano(Decimal(89)), nano(Decimal(11)))
    assert not pool.refuses(nano(Decimal(90)), 0)
    assert pool.refuses(nano(Decimal(90)) + 1, 0)
    assert pool.refuses(nano(Decimal(89)), nano(Decimal("11.000000001")))


def test_a_file_takes_from_all_accounts_or_from_none(tmp_path: Path) -> None:
    async def run() -> None:
        store = LocalStore(tmp_path / "state")
        await store.open()
        small = Account(key="credit:max", cap=50, until=NOON, pool="max")
        assert await store.take(Asking(at=NOON, accounts=(CAP, small), amount=40)) is None
        refused = await store.take(Asking(at=NOON, accounts=(CAP, small), amount=40))
        assert refused == Short(account=small, used=40)
        assert await store.take(Asking(at=NOON, accounts=(CAP,), amount=60)) is None  # the refused one took nothing
        await store.add((CAP,), -10)
        assert await store.take(Asking(at=NOON, accounts=(CAP,), amount=11)) == Short(account=CAP, used=90)
        await store.empty(small, NOON)
        assert await store.take(Asking(at=NOON, accounts=(small,), amount=1)) == Short(
            account=small, used=40, told_empty=True
        )
        later = NOON + timedelta(seconds=EMPTY_S)
        assert await store.take(Asking(at=later, accounts=(small,), amount=1)) is None  # believed for an hour
        await store.close()

    asyncio.run(run())
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "state" / FILE).stat().st_mode & 0o777 == 0o600


def test_two_gateways_on_one_file_never_both_get_the_last_dollar(tmp_path: Path) -> None:
    async def run() -> None:
        stores = [LocalStore(tmp_path) for _ in range(2)]
        for store in stores:
            await store.open()
        asked = [store.take(Asking(at=NOON, accounts=(CAP,), amount=3)) for store in stores for _ in range(30)]
        assert (await asyncio.gather(*asked)).count(None) == 33
        for store in stores:
            await store.close()

    asyncio.run(run())


def test_a_file_that_is_none_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("this is no database, and long enough to be looked at as one" * 20)
    (tmp_path / "file").touch()

    async def run() -> None:
        for folder in (tmp_path, tmp_path / "file" / "below"):
            store = LocalStore(folder)
            with pytest.raises(StoreDown, match=str(folder)):
                await store.open()
            await store.close()

    asyncio.run(run())


def test_what_is_long_over_is_forgotten(tmp_path: Path) -> None:
    async def run() -> None:
        store = LocalStore(tmp_path)
        await store.open()
        await store.take(Asking(at=NOON, accounts=(CAP,), amount=1))
        other = Account(key="day:2027-01-01", cap=100, until=NOON + timedelta(days=41))
        await store.take(Asking(at=NOON + timedelta(days=40), accounts=(other,), amount=1))
        assert store._connection is not None
        assert store._connection.execute("SELECT key FROM account").fetchall() == [("day:2027-01-01",)]
        await store.close()

    asyncio.run(run())
