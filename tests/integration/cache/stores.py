"""The stores that kept replies lie in, each a real one: a file, a Redis 7, a Redis 8 with vector sets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gha_router.cache.redis import RedisStore
from gha_router.cache.semantic.near import OpenIndex
from gha_router.cache.semantic.redis_index import RedisIndex
from gha_router.cache.semantic.sqlite_index import SqliteIndex
from gha_router.cache.sqlite import SqliteStore
from tests.e2e.redis_server import redis_server

STORES = ("sqlite", "7", "8")  # Redis by its version
MB = 1024 * 1024
Kept = SqliteStore | RedisStore


@asynccontextmanager
async def stores(kind: str, folder: Path, count: int = 1) -> AsyncIterator[list[Kept]]:
    """Yield ``count`` open stores of one place, as so many processes have it. Skips what is not installed."""
    if kind == "sqlite":
        async with _opened([SqliteStore(folder / "cache", 10 * MB) for _ in range(count)]) as made:
            yield made
        return
    with redis_server(folder, kind) as server:
        async with _opened([RedisStore(server.url, 10 * MB) for _ in range(count)]) as made:
            yield made


def index_of(store: Kept, most: int = 1000) -> OpenIndex:
    return SqliteIndex(store, most) if isinstance(store, SqliteStore) else RedisIndex(store, most)


@asynccontextmanager
async def _opened(made: list[SqliteStore] | list[RedisStore]) -> AsyncIterator[list[Kept]]:
    for one in made:
        await one.open()
    try:
        yield list(made)
    finally:
        for one in made:
            await one.close()
