"""A gateway that answers what means the same: over HTTP, with embeddings that are too friendly, in each store."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from gha_router.cache import Ground
from gha_router.gateway.setup import Caching, Nearness
from gha_router.sim.server import Simulation
from tests.e2e.redis_server import redis_server
from tests.integration.cache.stores import STORES
from tests.integration.gateway.scene import Scene, scene
from tests.upstream import answering, message, upstream

MB = 1024 * 1024
ONE = "How do I rename a git branch?"
OTHER = "What is the command to rename a branch in git?"
WRONG = "How do I delete a git branch?"
HEADER = "x-gha-router-cache"
GROUND = Ground(repository="org/repo", commit="c1")


def user(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text}]


def near(url: str, **changes: Any) -> Nearness:
    kind = changes.pop("kind", "ollama")
    base = url if kind == "ollama" else f"{url}/v1"
    told = {"threshold": 0.85, "ttl_s": 60.0, "timeout_s": 5.0, "max_entries": 100, **changes}
    return Nearness(kind=kind, model="nomic-embed-text", base_url=base, **told)


@asynccontextmanager
async def asked(place: Path, kind: str = "sqlite", **changes: Any) -> AsyncIterator[Scene]:
    """Yield a gateway whose upstream answers everything alike."""
    async with Simulation(()) as simulation:
        told = {"ground": GROUND, "seal": "00" * 32, "near": near(simulation.url)}
        if kind == "sqlite":
            caching = Caching(**{**told, "folder": place / "cache", **changes})
            async with scene(place, answering(200, message()), told={"caching": caching}) as s:
                yield s
            return
        with redis_server(place, kind) as server:
            caching = Caching(**{**told, "redis_url": server.url, **changes})
            async with scene(place, answering(200, message()), told={"caching": caching}) as s:
                yield s


async def word(s: Scene, text: str, **changes: Any) -> str:
    """Return what a reply's header says of the cache, once what is kept of the reply is."""
    reply = await s.ask(**{"messages": user(text), **changes})
    assert reply.status_code == 200, reply.text
    cache = s.gateway._dispatcher._cache
    assert cache is not None
    for tasks in (cache._tasks, cache._kept._tasks):
        await asyncio.gather(*tasks)
    return str(reply.headers[HEADER])


@pytest.mark.parametrize("kind", STORES)
def test_what_means_the_same_is_answered_and_what_only_looks_so_is_asked(kind: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with asked(tmp_path, kind) as s:
            assert await word(s, ONE) == "miss"
            assert await word(s, OTHER) == "hit"
            assert await word(s, WRONG) == "miss"
            assert len(s.upstreams[0].sent) == 2
            first, hit, _ = s.receipts
            assert hit.cost_usd == 0
            assert (hit.saved_usd, hit.source) == (first.cost_usd, first.id)
            assert hit.similarity is not None
            assert 0.85 <= hit.similarity <= 1

    asyncio.run(run())


TOOL = {"name": "Read", "description": "reads", "input_schema": {"type": "object"}}
TURNS = [*user("hi"), {"role": "assistant", "content": "hello"}, *user(OTHER)]
PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
FOUND = {"type": "tool_result", "tool_use_id": "t1", "content": "main"}


@pytest.mark.parametrize(
    "changes",
    [
        {"tools": [TOOL]},
        {"messages": TURNS},
        {"messages": [{"role": "user", "content": [PICTURE, {"type": "text", "text": OTHER}]}]},
        {"messages": [{"role": "user", "content": [FOUND, {"type": "text", "text": OTHER}]}]},
        {"system": "You are a pirate."},
        {"temperature": 0.7},
        {"max_tokens": 50},
        {"thinking": {"type": "enabled", "budget_tokens": 1024}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_request_of_another_kind_or_setting_is_asked(changes: dict[str, Any], tmp_path: Path) -> None:
    async def run() -> None:
        async with asked(tmp_path) as s:
            assert await word(s, ONE) == "miss"
            assert await word(s, OTHER, **changes) == "miss"
            assert await word(s, OTHER) == "hit"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("ground", "found"),
    [
        (GROUND, "hit"),
        (replace(GROUND, commit="c2"), "miss"),
        (replace(GROUND, trust="untrusted:pull/1"), "miss"),
        (replace(GROUND, repository="org/other"), "miss"),
        (replace(GROUND, commit=None), "miss"),
    ],
)
def test_only_a_run_of_the_same_commit_and_trust_is_answered(ground: Ground, found: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with asked(tmp_path) as s:
            assert await word(s, ONE) == "miss"
        (tmp_path / "second").mkdir()
        async with asked(tmp_path / "second", folder=tmp_path / "cache", ground=ground) as s:
            assert await word(s, OTHER) == found

    asyncio.run(run())


def test_a_threshold_of_one_is_only_for_the_same_words(tmp_path: Path) -> None:
    async def run() -> None:
        async with Simulation(()) as simulation, asked(tmp_path, near=near(simulation.url, threshold=1.0)) as s:
            assert await word(s, ONE) == "miss"
            assert await word(s, OTHER) == "miss"

    asyncio.run(run())


def test_an_answer_is_told_for_its_time_only(tmp_path: Path) -> None:
    async def run() -> None:
        async with asked(tmp_path) as s:
            assert await word(s, ONE) == "miss"
            s.clock.time += 61
            assert await word(s, OTHER) == "miss"

    asyncio.run(run())


def test_openai_s_embeddings_do_as_well(tmp_path: Path) -> None:
    async def run() -> None:
        async with Simulation(()) as simulation:
            told = near(simulation.url, kind="openai", api_key="sk-canary-77aa")
            async with asked(tmp_path, near=told) as s:
                assert await word(s, ONE) == "miss"
                assert await word(s, OTHER) == "hit"
                assert "sk-canary-77aa" not in s.gateway.ledger.path.read_text()
        assert b"sk-canary-77aa" not in b"".join(file.read_bytes() for file in (tmp_path / "cache").iterdir())

    asyncio.run(run())


@pytest.mark.parametrize("status", [None, 404, 200])
def test_without_an_embedder_requests_go_on_with_one_warning(
    status: int | None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        async with upstream(answering(status or 200, b'{"embeddings": [[0, 0]]}')) as embedder:
            url = embedder.url if status else "http://127.0.0.1:9"
            async with asked(tmp_path, near=near(url)) as s:
                with caplog.at_level(logging.WARNING, "gha_router.cache"):
                    assert await word(s, ONE) == "miss"
                    assert await word(s, OTHER) == "miss"
                    s.clock.time += 31
                    assert await word(s, WRONG) == "miss"
            assert len(embedder.sent) == (2 if status else 0), "asked again only after a rest"

    asyncio.run(run())
    [warned] = caplog.records
    assert "nothing is found by its meaning: nomic-embed-text" in warned.getMessage()


def test_a_slow_embedder_costs_its_time_once(tmp_path: Path) -> None:
    async def slow(_request: web.Request, _body: bytes) -> web.StreamResponse:
        await asyncio.sleep(30)
        raise web.HTTPOk

    async def run() -> None:
        async with upstream(slow) as embedder, asked(tmp_path, near=near(embedder.url, timeout_s=0.05)) as s:
            started = asyncio.get_running_loop().time()
            assert await word(s, ONE) == "miss"
            assert await word(s, OTHER) == "miss"
            assert asyncio.get_running_loop().time() - started < 5
            assert len(embedder.sent) == 1

    asyncio.run(run())
