"""What every store of kept replies does, whatever it is: run over a file, Redis 7 and Redis 8."""

import asyncio
from collections.abc import Awaitable, Callable

from gha_router.cache import Store

AT = 1_800_000_000.0
Make = Callable[[int], Store]  # of this many bytes at most, each time the same place
Behaviour = Callable[[Make], Awaitable[None]]
MOST = 10_000


async def a_value_is_found_by_its_name_until_it_is_over(make: Make) -> None:
    store = make(MOST)
    await store.open()
    await store.put("a", b"\0\xff value", at=AT, until=AT + 60)
    assert await store.get("a", AT + 1) == b"\0\xff value"
    assert await store.get("b", AT + 1) is None
    await store.close()


async def another_process_finds_it(make: Make) -> None:
    first, second = make(MOST), make(MOST)
    await first.open()
    await second.open()
    await first.put("a", b"1", at=AT, until=AT + 60)
    assert await second.get("a", AT + 1) == b"1"
    await first.close()
    assert await second.get("a", AT + 1) == b"1"
    await second.close()


async def the_later_value_takes_the_place_of_the_earlier(make: Make) -> None:
    store = make(MOST)
    await store.open()
    for value in (b"1", b"22"):
        await store.put("a", value, at=AT, until=AT + 60)
    assert await store.get("a", AT) == b"22"
    found = await store.stats(AT)
    assert (found.entries, found.bytes) == (1, 2)
    await store.close()


async def the_oldest_go_when_it_is_full(make: Make) -> None:
    store = make(MOST)
    await store.open()
    for number in range(30):
        await store.put(f"n{number}", bytes(1000), at=AT + number, until=AT + 600)
    assert [await store.get(f"n{number}", AT + 31) is not None for number in (0, 19, 20, 29)] == [
        False,
        False,
        True,
        True,
    ]
    found = await store.stats(AT + 31)
    assert (found.entries, found.bytes, found.oldest, found.newest) == (10, MOST, AT + 20, AT + 29)
    await store.close()


async def what_is_larger_than_all_is_not_kept(make: Make) -> None:
    store = make(MOST)
    await store.open()
    await store.put("small", b"1", at=AT, until=AT + 60)
    await store.put("large", bytes(MOST + 1), at=AT, until=AT + 60)
    assert await store.get("large", AT) is None
    assert await store.get("small", AT) == b"1"
    await store.close()


async def what_is_over_makes_room_before_the_oldest_goes(make: Make) -> None:
    store = make(MOST)
    await store.open()
    await store.put("old", bytes(4000), at=AT, until=AT + 600)
    await store.put("over", bytes(5000), at=AT + 1, until=AT + 2)
    await store.put("new", bytes(5000), at=AT + 3, until=AT + 600)
    assert await store.get("old", AT + 4) is not None
    assert await store.get("new", AT + 4) is not None
    await store.close()


async def everything_is_forgotten_at_once(make: Make) -> None:
    store = make(10 * MOST)
    await store.open()
    for number in range(1200):
        await store.put(f"n{number}", b"1", at=AT + number, until=AT + 6000)
    assert await store.clear() == 1200
    assert (await store.stats(AT)).entries == 0
    assert await store.get("n3", AT) is None
    await store.put("n3", b"2", at=AT, until=AT + 60)
    assert await store.get("n3", AT) == b"2"
    await store.close()


async def two_that_write_at_once_lose_nothing(make: Make) -> None:
    stores = [make(10 * MOST), make(10 * MOST)]
    for store in stores:
        await store.open()
    names = [f"n{number}" for number in range(60)]
    await asyncio.gather(*(stores[i % 2].put(name, b"1", at=AT, until=AT + 60) for i, name in enumerate(names)))
    assert (await stores[0].stats(AT)).entries == len(names)
    for store in stores:
        await store.close()


BEHAVIOURS: tuple[Behaviour, ...] = (
    a_value_is_found_by_its_name_until_it_is_over,
    another_process_finds_it,
    the_later_value_takes_the_place_of_the_earlier,
    the_oldest_go_when_it_is_full,
    what_is_larger_than_all_is_not_kept,
    what_is_over_makes_room_before_the_oldest_goes,
    everything_is_forgotten_at_once,
    two_that_write_at_once_lose_nothing,
)


def name_of(behaviour: Behaviour) -> str:
    return getattr(behaviour, "__name__", "behaviour")
