"""A gateway that answers what means the same: real HTTP to an upstream, to embeddings that are too friendly, to stores."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gha_router.cache import Ground
from gha_router.gateway.setup import Caching, Nearness
from gha_router.sim.server import Simulation
from tests.e2e.redis_server import redis_server
from tests.integration.cache.stores import STORES
from tests.integration.gateway.scene import Scene, scene
from tests.upstream import answering, message

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
async def asked(folder: Path, kind: str = "sqlite", **changes: Any) -> AsyncIterator[Scene]:
    """Yield a gateway whose upstream answers everything alike."""
    async with Simulation(()) as simulation:
        told = {"ground": GROUND, "seal": "00" * 32, "near": near(simulation.url)}
        if kind == "sqlite":
            caching = Caching(**{**told, "folder": folder / "cache", **changes})
            async with scene(folder, answering(message()), told={"caching": caching}) as s:
                yield s
            return
        with redis_server(folder, kind) as server:
            caching = Caching(**{**told, "redis_url": server.url, **changes})
            async with scene(folder, answering(message()), told={"caching": caching}) as s:
                yield s


async def word(s: Scene, text: str, **changes: Any) -> str:
    reply = await s.ask(messages=user(text), **changes)
    assert reply.status_code == 200, reply.text
    await asyncio.sleep(0)  # what is kept is kept beside the reply
    for _ in range(200):
        if not s.gateway._dispatcher._cache._tasks and not s.gateway._dispatcher._cache._kept._tasks:  # type: ignore[union-attr]
            break
        await asyncio.sleep(0.01)
    return reply.headers[HEADER]


@pytest.mark.parametrize("kind", STORES)
def test_what_means_the_same_is_answered_and_what_only_looks_so_is_asked(kind: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with asked(tmp_path, kind) as s:
            assert await word(s, ONE) == "miss"
            assert await word(s, OTHER) == "hit"
            assert await word(s, WRONG) == "miss"
            assert len(s.upstreams[0].requests) == 2
            first, hit, _ = s.receipts
            assert hit.cost_usd == 0
            assert hit.cache_source == first.id
            assert hit.cache_similarity is not None
            assert 0.85 <= hit.cache_similarity <= 1

    asyncio.run(run())
