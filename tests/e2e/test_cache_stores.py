"""Kept replies in a file, a real Redis 7 and a real Redis 8: the same behaviour, and what happens when one goes."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from gha_router.cache import Store
from gha_router.cache.redis import RedisStore
from gha_router.cache.sqlite import SqliteStore
from gha_router.gateway.setup import Caching, Sharing
from gha_router.pricing import FREE
from tests.e2e.redis_server import PASSWORD, RedisServer, redis_server
from tests.integration.cli.test_serve import serving
from tests.integration.gateway.scene import scene
from tests.integration.gateway.test_cache import FORK, HERE, SEAL, runs, word
from tests.stores import AT, BEHAVIOURS, MOST, Behaviour, name_of
from tests.upstream import answering, message, streaming, text_events, upstream

STORES = ("sqlite", "redis 7", "redis 8")
ERROR = b'{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}'


@dataclass
class Place:
    """Where replies are kept: a folder, or a server."""

    folder: Path
    server: RedisServer | None = None

    def store(self, most: int) -> Store:
        return RedisStore(self.server.url, most) if self.server else SqliteStore(self.folder, most)

    def caching(self, **changes: Any) -> dict[str, Any]:
        url = self.server.url if self.server else None
        made = Caching(ground=HERE, seal=SEAL, exact_ttl_s=600, folder=self.folder, redis_url=url)
        return {"caching": replace(made, **changes)}


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    kind, _, version = request.param.partition(" ")
    if kind == "sqlite":
        yield Place(tmp_path / "cache")
        return
    folder = tmp_path / "redis"
    folder.mkdir()
    with redis_server(folder, version) as server:
        assert str(server.client.info("server")["redis_version"]).startswith(version)
        yield Place(tmp_path / "cache", server)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    folder = tmp_path / "redis"
    folder.mkdir()
    with redis_server(folder) as started:
        yield started


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=name_of)
def test_what_every_store_does(place: Place, behaviour: Behaviour) -> None:
    async def run() -> None:
        await behaviour(place.store)

    asyncio.run(run())


def test_a_reply_is_told_again_in_the_next_run_and_to_no_fork(place: Place, tmp_path: Path) -> None:
    first, second, third = runs(tmp_path)
    handler = streaming(text_events("hello"))

    async def run() -> None:
        async with scene(first, handler, told=place.caching()) as s:
            assert [word(await s.ask(stream=True)) for _ in range(2)] == ["miss", "hit"]
        async with scene(second, handler, told=place.caching()) as s:
            reply = await s.ask()
            assert (word(reply), reply.json()["content"][0]["text"]) == ("hit", "hello")
            assert s.upstreams[0].sent == []
        async with scene(third, handler, told=place.caching(ground=FORK)) as s:
            assert word(await s.ask()) == "miss"

    asyncio.run(run())


def test_what_was_written_by_hand_is_not_told(place: Place, tmp_path: Path) -> None:
    first, second, _ = runs(tmp_path)

    async def run() -> None:
        async with scene(first, answering(200, message()), told=place.caching()) as s:
            await s.ask()
            await s.ask(system="other")
        await poisoned(place)
        async with scene(second, answering(200, message("hi")), told=place.caching()) as s:
            assert word(await s.ask()) == "miss"

    asyncio.run(run())


async def poisoned(place: Place) -> None:
    """Write over every entry what another one holds, byte for byte."""
    if place.server:
        with place.server.client as client:
            names = [name for name in client.scan_iter("*:cache*") if client.type(name) == b"string" and len(name) > 64]
            values = [client.get(name) for name in names]
            for name, value in zip(names, reversed(values), strict=True):
                client.set(name, value or b"")
        assert len(names) == 2
        return
    store = SqliteStore(place.folder, MOST * 100)
    await store.open()

    def swap() -> None:
        rows = store.file.execute("SELECT name, value FROM entry").fetchall()
        assert len(rows) == 2
        for (name, _), (_, value) in zip(rows, reversed(rows), strict=True):
            store.file.execute("UPDATE entry SET value = ? WHERE name = ?", (value, name))

    await store.run(swap)
    await store.close()


def test_an_entry_in_redis_lives_no_longer_than_it_may(server: RedisServer) -> None:
    async def run() -> None:
        store = RedisStore(server.url, MOST)
        await store.put("a", b"1", at=AT, until=AT + 60)
        await store.put("b", b"1", at=AT, until=AT + 0.05)
        with server.client as client:
            ages = {client.pttl(name) for name in client.scan_iter("*:cache*:a")}
            assert all(58_000 < age <= 60_000 for age in ages)
        await asyncio.sleep(0.06)
        assert await store.get("b", AT) is None
        await store.close()

    asyncio.run(run())


def test_a_redis_that_is_stopped_in_mid_run_costs_one_warning_and_the_day_is_refused(
    tmp_path: Path, server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    place = Place(tmp_path / "unused", server)
    told = place.caching() | {"sharing": Sharing(redis_url=server.url, day_usd=Decimal(1))}

    async def run() -> None:
        handler = answering(200, message())
        async with scene(tmp_path, handler, handler, told=told, each={"price": (None, FREE)}) as s:
            assert [word(await s.ask()) for _ in range(2)] == ["miss", "hit"]
            server.stop()
            for number in range(6):
                reply = await s.ask(system=str(number))
                assert (reply.status_code, reply.headers["x-gha-router-served"]) == (200, "lab1/real-name")
                assert s.receipts[-1].tries[0].cause == "its budget cannot be counted"
                assert word(reply) == "bypass"
                s.clock.time += 2
            server.start()
            s.clock.time += 6
            assert [word(await s.ask()) for _ in range(2)] == ["miss", "hit"]

    asyncio.run(run())
    texts = [record.getMessage() for record in caplog.records]
    assert sum("the cache is not used" in text for text in texts) == 1
    assert sum("budgets cannot be counted" in text or "cannot be used" in text for text in texts) == 2
    assert PASSWORD not in caplog.text


def test_without_a_budget_requests_go_on_when_redis_is_stopped(tmp_path: Path, server: RedisServer) -> None:
    place = Place(tmp_path / "unused", server)

    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), told=place.caching()) as s:
            server.stop()
            assert [(await s.ask()).status_code for _ in range(4)] == [200] * 4

    asyncio.run(run())


CONFIG = """\
providers: {{lab: {{base_url: "{url}", api_key: sk-canary-4f1d, format: anthropic}}}}
models:
  m: {{model: lab/x, price: {{input: 3, output: 15}}}}
  other: {{model: lab/y, price: {{input: 3, output: 15}}}}
fallbacks: {{m: [other]}}
router_settings: {{redis_url: "${{REDIS_URL}}", num_retries: 0}}
cache: {{exact: true, store: "${{REDIS_URL}}"}}
"""


def test_two_processes_share_kept_replies_and_a_cool_down(tmp_path: Path, server: RedisServer) -> None:
    first, second, _ = runs(tmp_path)
    asks = {"max_tokens": 10, "messages": [{"role": "user", "content": "hi"}]}

    async def busy_or_not(request: Any, body: bytes) -> Any:
        handler = answering(429, ERROR, **{"retry-after": "600"}) if b'"x"' in body else answering(200, message())
        return await handler(request, body)

    async def run() -> None:
        async with upstream(busy_or_not) as up:
            config = CONFIG.format(url=up.url)
            with (
                serving(first, config, REDIS_URL=server.url) as (_, a),
                serving(second, config, REDIS_URL=server.url) as (_, b),
            ):
                replies = [
                    await asked(info, {**asks, "model": name})
                    for info, name in ((a, "other"), (b, "other"), (a, "m"), (b, "m"))
                ]
                assert [word(reply) for reply in replies] == ["miss", "hit", "miss", "miss"]
                assert [b'"x"' in one.body for one in up.sent] == [False, True, False, False]

    asyncio.run(run())


async def asked(info: Any, body: dict[str, Any]) -> httpx.Response:
    async with httpx.AsyncClient(headers={"x-api-key": info["keys"]["default"]}, timeout=30) as client:
        return await client.post(f"{info['url']}/v1/messages", json=body)
