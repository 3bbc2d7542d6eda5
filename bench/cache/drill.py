"""The drill of the semantic cache: pairs with two right answers, and paraphrases, by set, by embedder, by threshold.

Each pair stands alone: the first prompt is kept, the second is asked. Without the guard for comparison: what a
threshold alone would have told wrongly.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tests.drill import Drill, Pair, drills

from gha_router.cache.semantic.embedders import Embedder, OllamaEmbedder, OwnEmbedder
from gha_router.cache.semantic.guard import disagreement
from gha_router.cache.semantic.near import THRESHOLD
from gha_router.routing.learned.minilm import load_minilm
from gha_router.sim.server import Simulation

PEERS = Path(__file__).parents[1] / ".peers" / "minilm"
THRESHOLDS = (0.75, 0.80, THRESHOLD, 0.90, 0.95)
PATIENCE_S = 30.0
Cosines = dict[Pair, float]
Row = tuple[str, str]


def main() -> Iterator[Row]:
    """Drill the guard alone, then with an embedder that means something."""
    yield "", "wrong hits · paraphrases found | the threshold alone"
    for drill in drills():
        yield from _rows("embeddings too friendly (sim)", drill, asyncio.run(_simulated(drill)), (THRESHOLD,))
    folder = next(PEERS.rglob("model.safetensors"), None)
    if folder is None:
        yield "all-MiniLM-L6-v2", "not drilled: it is not in bench/.peers"
        return
    for drill in drills():
        yield from _rows("all-MiniLM-L6-v2", drill, asyncio.run(_own(drill, folder.parent)), THRESHOLDS)


def _rows(embedder: str, drill: Drill, cosines: Cosines, thresholds: Sequence[float]) -> Iterator[Row]:
    guarded = {pair for pair in drill.pairs if disagreement(pair.one, pair.other) is None}
    for threshold in thresholds:
        near = {pair for pair in drill.pairs if cosines[pair] >= threshold}
        alone, both = (_told(pairs, drill) for pairs in (near, near & guarded))
        mark = "  <- recommended" if threshold == THRESHOLD else ""
        yield f"{embedder}, {drill.name}, threshold {threshold:.2f}", f"{both} | {alone}{mark}"


def _told(found: set[Pair], drill: Drill) -> str:
    wrong, right = (sum(pair in found for pair in pairs) for pairs in (drill.different, drill.same))
    share = right / len(drill.same)
    return f"{wrong:>2} of {len(drill.different)} · {right:>2} of {len(drill.same)} ({share:.0%})"


async def _simulated(drill: Drill) -> Cosines:
    async with Simulation(()) as simulation:
        return await _cosines(drill, OllamaEmbedder(simulation.url, "sim", timeout_s=PATIENCE_S))


async def _own(drill: Drill, folder: Path) -> Cosines:
    def load() -> Callable[[str], NDArray[np.float32]]:
        return load_minilm(folder)

    return await _cosines(drill, OwnEmbedder(load, "minilm", timeout_s=PATIENCE_S))


async def _cosines(drill: Drill, embedder: Embedder) -> Cosines:
    found = {}
    for pair in drill.pairs:
        one, other = [np.frombuffer(await embedder.embed(text), "<f4") for text in (pair.one, pair.other)]
        found[pair] = float(one @ other)
    await embedder.close()
    return found
