"""The very same request among 10,000 kept replies, and what a gateway with a cache takes longer to start."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

import orjson
import pytest
from tests.e2e.redis_server import redis_server

from gha_router.cache import Entry, Ground, Model, Store, canonical, opened, seal_key, sealed
from gha_router.cache.redis import RedisStore
from gha_router.cache.sqlite import SqliteStore
from gha_router.gateway.caching import name_of
from gha_router.gateway.setup import Caching, Setup
from gha_router.records import now, stamp

ENTRIES, LOOKUPS, STARTS = 10_000, 1_000, 15
MOST = 10**9
KEY = seal_key(["sk-bench"])
GROUND, MODEL = Ground(repository="o/r"), Model(name="sonnet", tier=1, deployments=("lab/m",))
SYSTEM = "You are Claude Code. " * 2_700  # with tools and turns it is 60 kB, as Claude Code sends them
REPLY = {"type": "message", "content": [{"type": "text", "text": "word " * 700}], "stop_reason": "end_turn"}


def main() -> Iterator[tuple[str, str]]:
    """Fill each store and ask it; start gateways in turn with and without a cache."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _figures("SQLite", SqliteStore(Path(folder) / "c", MOST))
    for version in ("7", "8"):
        with tempfile.TemporaryDirectory() as folder:
            try:
                with redis_server(Path(folder), version) as server:
                    yield from _figures(f"Redis {version}", RedisStore(server.url, MOST))
            except pytest.skip.Exception as skipped:
                yield f"Redis {version}", f"not measured: {skipped}"
    without, with_cache = _starts()
    yield "start of a gateway without a cache, with one (median)", f"{without:.0f} ms, {with_cache:.0f} ms"
    yield "the cache adds", f"{with_cache - without:+.0f} ms"


def _request(number: int) -> bytes:
    body = {
        "model": "sonnet",
        "max_tokens": 1000,
        "system": SYSTEM,
        "messages": [{"role": "user", "content": f"What does function {number} do?"}],
    }
    return orjson.dumps(body)


def _name(number: int) -> str:
    return name_of(GROUND, MODEL, canonical(_request(number)))


def _figures(what: str, store: Store) -> Iterator[tuple[str, str]]:
    kept, found = asyncio.run(_measured(store))
    yield f"{what}: to keep a reply of 3.5 kB, mean of {ENTRIES:,}", f"{kept:.2f} ms"
    yield f"{what}: lookup among {ENTRIES:,}, 60 kB request, p50 / p95", f"{median(found):.2f} / {_p95(found):.2f} ms"


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


async def _measured(store: Store) -> tuple[float, list[float]]:
    await store.open()
    at = time.time()
    entry = Entry(message=orjson.dumps(REPLY), trust="trusted", receipt="r", at=stamp(now()), served="lab/m")
    names = [_name(number) for number in range(ENTRIES)]
    started = time.perf_counter()
    for name in names:
        await store.put(name, sealed(entry, name, KEY), at=at, until=at + 3600)
    kept = (time.perf_counter() - started) / ENTRIES * 1000
    found = []
    for number in range(LOOKUPS):
        raw = _request(number * (ENTRIES // LOOKUPS))
        started = time.perf_counter()
        name = name_of(GROUND, MODEL, canonical(raw))
        stored = await store.get(name, at)
        assert stored is not None
        assert opened(stored, name, KEY) is not None
        found.append((time.perf_counter() - started) * 1000)
    await store.close()
    return kept, found


def _starts() -> tuple[float, float]:
    """Return the milliseconds from the start of a gateway's process to its address, without and with a cache."""
    taken: tuple[list[float], list[float]] = ([], [])
    with tempfile.TemporaryDirectory() as folder:
        caching = Caching(ground=GROUND, seal=KEY.hex(), exact_ttl_s=60, folder=Path(folder) / "c")
        for number in range(2 * STARTS):
            setup = Setup(ledger=Path(folder) / f"{number}.jsonl", upstreams={}, names={}, default=None)
            taken[number % 2].append(_start(replace(setup, caching=caching if number % 2 else None)))
    return median(taken[0]), median(taken[1])


def _start(setup: Setup) -> float:
    command = [sys.executable, "-P", "-m", "gha_router.gateway.child"]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"PATH": os.environ["PATH"]})
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(orjson.dumps(setup.to_json()) + b"\n")
    process.stdin.flush()
    assert "url" in json.loads(process.stdout.readline())
    taken = (time.perf_counter() - started) * 1000
    process.stdin.close()
    process.wait()
    process.stdout.close()
    return taken
