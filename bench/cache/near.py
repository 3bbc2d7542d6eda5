"""A lookup by meaning among 10,000 kept requests, without the embedding: reading, comparing, guarding."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import numpy as np
import pytest
from tests.e2e.redis_server import redis_server

from gha_router.cache import Canonical, Ground, Model, Question
from gha_router.cache.redis import RedisStore
from gha_router.cache.semantic.near import NearCache, OpenIndex, Settings
from gha_router.cache.semantic.redis_index import RedisIndex
from gha_router.cache.semantic.sqlite_index import SqliteIndex
from gha_router.cache.sqlite import SqliteStore

ENTRIES, LOOKUPS, WIDTH = 10_000, 300, 768  # as wide as nomic-embed-text
MOST = 10**9
GROUND, MODEL = Ground(repository="o/r", commit="c1"), Model(name="sonnet", tier=1, deployments=("lab/m",))
Row = tuple[str, str]


class Given:
    """Embeddings that are there already: what is measured is all the rest. Every eighth is near seven others."""

    identity = "given"

    async def embed(self, text: str) -> bytes:
        """Return the vector of the number that a text ends with."""
        number = int(text.rpartition(" ")[2].rstrip("?"))
        row = np.random.default_rng(number // 8).standard_normal(WIDTH).astype(np.float32)
        row += 0.2 * np.random.default_rng(number).standard_normal(WIDTH).astype(np.float32)
        return bytes((row / np.linalg.norm(row)).tobytes())

    async def close(self) -> None:
        """Hold nothing."""


def main() -> Iterator[Row]:
    """Fill each store and ask it."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "c", MOST)
        yield from asyncio.run(_measured("SQLite and numpy", store, SqliteIndex(store, ENTRIES)))
    for version, how in (("8", "vector sets"), ("7", "compared in the gateway")):
        with tempfile.TemporaryDirectory() as folder:
            try:
                with redis_server(Path(folder), version) as server:
                    yield from asyncio.run(_redis(f"Redis {version}, {how}", server.url))
            except pytest.skip.Exception as skipped:
                yield f"Redis {version}", f"not measured: {skipped}"


async def _redis(what: str, url: str) -> list[Row]:
    store = RedisStore(url, MOST)
    return await _measured(what, store, RedisIndex(store, ENTRIES))


def _question(number: int) -> Question:
    text = f"What does step {number // 8} of the release do for customer {number}?"
    body = {"max_tokens": 100, "messages": [{"role": "user", "content": text}]}
    asked = Canonical(body=body, digest=f"{number:064x}")
    return Question(asked=asked, ground=GROUND, model=MODEL, at=time.time(), route={})


async def _measured(what: str, store: SqliteStore | RedisStore, index: OpenIndex) -> list[Row]:
    await store.open()
    near = NearCache(index, Given(), Settings(), seal=b"bench", clock=time.monotonic)
    await near.open()
    kept = []
    for number in range(ENTRIES):
        near._remember(f"{number:064x}", await Given().embed(f"x {number}"))  # noqa: SLF001  no look before each
        started = time.perf_counter()
        await near.keep(_question(number), f"{number:064x}")
        kept.append((time.perf_counter() - started) * 1000)
    hits, taken, worked = 0, [], []
    first = 0.0
    for number in range(LOOKUPS + 1):
        asked, vector = _question(number * 19), await Given().embed(f"x {number * 19}")
        embedder = Once(vector)
        near._embedder = embedder  # noqa: SLF001  its time is not counted
        started, work = time.perf_counter(), time.process_time()
        match = await near.find(asked)
        worked.append((time.process_time() - work) * 1000)
        spent = (time.perf_counter() - started) * 1000
        hits += match is not None
        if number:
            taken.append(spent)
        else:
            first = spent
    await store.close()
    p95, work = quantiles(taken, n=20)[-1], quantiles(worked[1:], n=20)[-1]
    return [
        (f"{what}: to keep one of {ENTRIES:,}, median", f"{median(kept):.2f} ms"),
        (f"{what}: lookup among {ENTRIES:,} x {WIDTH}, p50 / p95", f"{median(taken):.2f} / {p95:.2f} ms ({hits} hits)"),
        (f"{what}: CPU of the gateway for it, p95", f"{work:.2f} ms"),
        (f"{what}: the first lookup, which brings them to memory", f"{first:.0f} ms"),
    ]


class Once(Given):
    """One vector, without any work."""

    def __init__(self, vector: bytes) -> None:
        self._vector = vector

    async def embed(self, text: str) -> bytes:  # noqa: ARG002
        """Return it."""
        return self._vector
