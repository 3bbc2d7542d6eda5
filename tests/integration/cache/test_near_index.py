"""What is near: the same of a file, of a Redis that compares itself, and of one that cannot."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from gha_router.cache.redis import NEAR
from gha_router.cache.semantic.redis_index import RedisIndex
from gha_router.cache.sqlite import SqliteStore
from tests.integration.cache.stores import STORES, index_of, stores

NOW, LATER = 1_000_000.5, 1_000_100.0
pytestmark = pytest.mark.parametrize("kind", STORES)


def vector(*numbers: float) -> bytes:
    row = np.array(numbers, np.float32)
    return (row / np.linalg.norm(row)).tobytes()


def test_the_nearest_come_first_with_their_cosine_and_note(kind: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with stores(kind, tmp_path) as [store]:
            index = index_of(store)
            await index.open()
            for name, row in {"a": vector(1, 0), "b": vector(1, 1), "c": vector(-1, 0)}.items():
                await index.add("p", name, row, name.encode() * 2, at=NOW, until=LATER)
            found = await index.near("p", vector(1, 0.1), limit=2, at=NOW)
            assert [(one.name, one.note) for one in found] == [("a", b"aa"), ("b", b"bb")]
            cosine = 1 / np.hypot(1, 0.1)
            assert found[0].similarity == pytest.approx(cosine, abs=1e-5)
            assert [one.name for one in await index.near("p", vector(-1, 0), limit=9, at=NOW)] == ["c", "b", "a"]

    asyncio.run(run())


def test_a_partition_knows_nothing_of_another(kind: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with stores(kind, tmp_path) as [store]:
            index = index_of(store)
            await index.open()
            await index.add("p", "a", vector(1, 0), b"", at=NOW, until=LATER)
            assert not await index.near("q", vector(1, 0), limit=1, at=NOW)

    asyncio.run(run())


def test_what_is_over_is_not_found_and_goes_with_the_next(kind: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with stores(kind, tmp_path) as [store]:
            index = index_of(store)
            await index.open()
            await index.add("p", "a", vector(1, 0), b"", at=NOW, until=NOW + 10)
            assert await index.near("p", vector(1, 0), limit=1, at=NOW + 9)
            assert not await index.near("p", vector(1, 0), limit=1, at=NOW + 10)
            await index.add("p", "b", vector(1, 0), b"", at=NOW + 11, until=LATER)
            assert [one.name for one in await index.near("p", vector(1, 0), limit=9, at=NOW + 11)] == ["b"]

    asyncio.run(run())


def test_the_oldest_go_when_it_is_full(kind: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with stores(kind, tmp_path, 2) as [store, other]:
            index = index_of(store, 3)
            await index.open()
            for number in range(5):
                await index.add("p", str(number), vector(1, number), b"", at=NOW, until=LATER)
            fresh = index_of(other, 3)
            await fresh.open()
            found = await fresh.near("p", vector(1, 4), limit=9, at=NOW)
            assert [one.name for one in found] == ["4", "3", "2"]

    asyncio.run(run())


def test_a_name_that_comes_again_takes_its_place(kind: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with stores(kind, tmp_path) as [store]:
            index = index_of(store)
            await index.open()
            await index.add("p", "a", vector(1, 0), b"old", at=NOW, until=LATER)
            assert await index.near("p", vector(1, 0), limit=9, at=NOW)
            await index.add("p", "a", vector(0, 1), b"new", at=NOW, until=LATER)
            [found] = await index.near("p", vector(0, 1), limit=9, at=NOW)
            assert found.note == b"new"
            assert found.similarity == pytest.approx(1, abs=1e-5)

    asyncio.run(run())


def test_what_another_process_adds_and_forgets_is_seen(kind: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with stores(kind, tmp_path, 2) as [mine, theirs]:
            index, other = index_of(mine), index_of(theirs)
            await index.open()
            await other.open()
            assert not await index.near("p", vector(1, 0), limit=1, at=NOW)
            await theirs.put("a", b"reply", at=NOW, until=LATER)
            await other.add("p", "a", vector(1, 0), b"", at=NOW, until=LATER)
            assert [one.name for one in await index.near("p", vector(1, 0), limit=1, at=NOW)] == ["a"]
            assert (await mine.stats(NOW)).near == 1
            await theirs.clear()
            assert (await mine.stats(NOW)).near == 0
            assert not await index.near("p", vector(1, 0), limit=1, at=NOW)
            await other.add("p", "b", vector(1, 0), b"", at=NOW, until=LATER)
            assert [one.name for one in await index.near("p", vector(1, 0), limit=9, at=NOW)] == ["b"]

    asyncio.run(run())


def test_vectors_of_another_width_are_not_compared(kind: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with stores(kind, tmp_path) as [store]:
            index = index_of(store)
            await index.open()
            await index.add("p", "a", vector(1, 0), b"", at=NOW, until=LATER)
            assert not await index.near("p2", vector(1, 0, 0), limit=1, at=NOW)
            await index.add("p2", "b", vector(1, 0, 0), b"", at=NOW, until=LATER)
            assert [one.name for one in await index.near("p2", vector(1, 0, 0), limit=1, at=NOW)] == ["b"]

    asyncio.run(run())


def test_redis_compares_itself_where_it_can_and_ends_with_its_last_row(kind: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with stores(kind, tmp_path) as [store]:
            if isinstance(store, SqliteStore):
                return
            index = RedisIndex(store, 10)
            await index.open()
            assert await index.compares() is (kind == "8")
            await index.add("p", "a", vector(1, 0), b"", at=NOW, until=LATER)
            keys = await store.asked(store.client.redis.keys(f"{NEAR}:p:*"))
            left = [await store.asked(store.client.redis.ttl(key)) for key in keys]
            assert len(keys) == 5
            assert all(99 < seconds <= 160 for seconds in left)

    asyncio.run(run())
