"""Who a session is sent to first, as a pure function of what served it and when."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.affinity import CACHE_S, in_turn
from gha_router.gateway.setup import Upstream
from gha_router.pricing import FREE, Price

PRICE = Price(
    input=Decimal(3), output=Decimal(15), cache_read=Decimal("0.3"), cache_write=Decimal("3.75"), source="", digest=""
)


def one(name: str, order: int = 1, group: str | None = "m", price: Price | None = PRICE) -> Upstream:
    return Upstream(
        name=name, model=name, provider=name, base_url="", api_key=None, price=price, group=group, order=order
    )


A, B, C = map(one, "abc")
SECOND = one("second", order=2)
OTHER = one("other", group="n")
SESSIONS = [f"session-{number}" for number in range(300)]


def names(*upstreams: Upstream, session: str | None = "s", now: float = 1000.0, **served: float) -> list[str]:
    return [each.name for each in in_turn(upstreams, session, served, now)]


def test_sessions_are_spread_over_equals_and_each_always_the_same_way() -> None:
    first = Counter(names(A, B, C, session=session)[0] for session in SESSIONS)
    assert all(count > len(SESSIONS) / 3 * 0.7 for count in first.values())
    assert len(first) == 3
    assert [names(C, A, B, session=session) for session in SESSIONS] == [
        names(A, B, C, session=session) for session in SESSIONS
    ]


def test_who_leaves_moves_no_session_but_its_own() -> None:
    for session in SESSIONS:
        everybody = names(A, B, C, session=session)
        assert names(A, B, session=session) == [name for name in everybody if name != "c"]


def test_without_a_session_the_order_is_the_files() -> None:
    assert names(C, A, B, session=None) == ["c", "a", "b"]


def test_a_session_stays_with_who_served_it_last_however_long_ago() -> None:
    for session in SESSIONS[:20]:
        assert names(A, B, C, session=session, b=1.0)[0] == "b"
        assert names(A, B, C, session=session, a=5.0, c=7.0)[:2] == ["c", "a"]


def test_order_and_groups_come_before_the_session() -> None:
    for session in SESSIONS[:20]:
        assert names(A, B, SECOND, OTHER, session=session, other=999.0)[2:] == ["second", "other"]
        assert names(A, one("x", group=None), one("y", group=None), session=session, y=999.0) == ["a", "x", "y"]


def test_a_session_stays_at_a_later_order_only_while_that_saves_its_cache() -> None:
    warm, cold = 1000.0 - CACHE_S + 1, 1000.0 - CACHE_S
    assert names(A, SECOND, second=warm) == ["second", "a"]
    assert names(A, SECOND, a=cold - 1, second=warm) == ["second", "a"]
    assert names(A, SECOND, second=cold) == ["a", "second"]
    assert names(A, SECOND, a=warm, second=999.0) == ["a", "second"]
    free = replace(A, price=FREE)
    assert names(free, SECOND, second=warm) == ["a", "second"]
    assert names(replace(A, price=None), SECOND, second=warm) == ["a", "second"]


@given(
    orders=st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["m", "n"])), min_size=1, max_size=6),
    served=st.dictionaries(st.sampled_from("012345"), st.floats(0, 1000), max_size=6),
    session=st.none() | st.text(),
)
def test_nobody_is_lost_and_groups_keep_their_order(
    orders: list[tuple[int, str]], served: dict[str, float], session: str | None
) -> None:
    given_ = [one(str(number), order, group) for number, (order, group) in enumerate(orders)]
    found = in_turn(given_, session, served, 1000.0)
    assert sorted(each.name for each in found) == [each.name for each in given_]
    assert [each.group for each in found] == [each.group for each in given_]
