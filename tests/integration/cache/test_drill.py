"""The drill at the recommended setting, over HTTP: embeddings too friendly to tell anything apart, and the guard."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from gha_router.cache import Canonical, Ground, Model, Question
from gha_router.cache.semantic.embedders import OllamaEmbedder
from gha_router.cache.semantic.near import THRESHOLD, NearCache, Settings
from gha_router.cache.sqlite import SqliteStore
from gha_router.sim.server import Simulation
from tests.drill import Drill, Pair, drills
from tests.integration.cache.stores import index_of

GROUND = Ground(repository="o/r", commit="c1")
LEAST = {"tuned on": 0.8, "held out": 0.6, "first sight": 0.5}  # of the paraphrases; what was found when it was written


def question(text: str, number: int) -> Question:
    body = {"max_tokens": 100, "messages": [{"role": "user", "content": text}]}
    model = Model(name=f"model-{number}", tier=1, deployments=("lab/m",))  # each pair in a partition of its own
    return Question(asked=Canonical(body=body, digest=text), ground=GROUND, model=model, at=1e6, route={})


async def found(drill: Drill, folder: Path) -> list[Pair]:
    """Return the pairs of which the second is answered by what was said to the first."""
    async with Simulation(()) as simulation:
        store = SqliteStore(folder, 10**6)
        await store.open()
        embedder = OllamaEmbedder(simulation.url, "too-friendly", timeout_s=10)
        near = NearCache(index_of(store), embedder, Settings(), seal=b"seal", clock=lambda: 0.0)
        await near.open()
        matched = []
        for number, pair in enumerate(drill.pairs):
            assert await near.find(question(pair.one, number)) is None
            await near.keep(question(pair.one, number), f"kept-{number}")
            one, other = [np.frombuffer(await embedder.embed(text), "<f4") for text in (pair.one, pair.other)]
            assert one @ other >= THRESHOLD, "the guard alone holds them apart"
            if await near.find(question(pair.other, number)):
                matched.append(pair)
        await near.close()
        await store.close()
    return matched


@pytest.mark.parametrize("drill", drills(), ids=lambda drill: drill.name)
def test_no_wrong_hit_and_paraphrases_found(drill: Drill, tmp_path: Path) -> None:
    matched = asyncio.run(found(drill, tmp_path / "cache"))
    assert [pair for pair in matched if pair.differ] == []
    assert len(matched) >= LEAST[drill.name] * len(drill.same)
