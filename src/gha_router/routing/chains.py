"""Finds the chain that keeps the quality at the least cost. Needs numpy; ``calibrate`` alone comes here.

Every chain ends with the strong model. Free to end anywhere, the search wins on the tasks it saw and loses a tenth of
the quality on others (SWE-bench Verified, halves against halves: 1.02 became 0.92), for some cheap model is always
lucky; with the strong model as its floor 1.035 became 1.024.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gha_router.errors import ConfigError
from gha_router.routing.cascade import Check, Trial, break_even, expected

if TYPE_CHECKING:
    from gha_router.routing.learned.encoder import Floats

BEAM = 200
MOST_STAGES = 6
WORTH = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Prices of quality (in costs of the strong model) for which the beam keeps the best: a sample of the Pareto front."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A chain with its quality and cost as shares of the strong model's alone."""

    chain: tuple[str, ...]
    quality: float
    cost: float


def search(
    tasks: Sequence[Mapping[str, Trial]], models: Sequence[str], strong: str, check: Check, quality: float
) -> Found | None:
    """Return the cheapest chain to ``strong`` of at least ``quality`` times its quality; ``None`` when none pays.

    A beam search from the end: chains grow at their front as long as something becomes cheaper. A chain that
    ``break_even`` would refuse is passed over.
    """
    right = np.array([[task[model].right for model in models] for task in tasks])
    cost = np.array([[task[model].cost for model in models] for task in tasks])
    accepts = right * (1 - check.beta) + (1 - right) * check.alpha
    last = models.index(strong)
    base_quality, base_cost = float(right[:, last].mean()), float(cost[:, last].mean())
    if base_quality == 0 or base_cost == 0:
        return None
    best: Found | None = None
    # A chain is its models' indexes, the expected quality and the expected cost on each task once it is reached.
    beam: list[tuple[tuple[int, ...], Floats, Floats]] = [((last,), right[:, last], cost[:, last])]
    for _ in range(MOST_STAGES - 1):
        grown = [
            (
                (model, *chain),
                right[:, model] * (1 - check.beta) + (1 - accepts[:, model]) * then_right,
                cost[:, model] + (1 - accepts[:, model]) * then_cost,
            )
            for chain, then_right, then_cost in beam
            for model in range(len(models))
            if model not in chain
        ]
        scored = [(float(q.mean()) / base_quality, float(c.mean()) / base_cost) for _, q, c in grown]
        cheaper = False
        for (chain, _, _), (reached, spent) in zip(grown, scored, strict=True):
            if reached < quality or spent >= (best.cost if best else 1.0):
                continue
            names = tuple(models[index] for index in chain)
            if _pays(names, tasks, check, base_cost):
                best = Found(chain=names, quality=reached, cost=spent)
                cheaper = True
        if best and not cheaper:
            break
        beam = [grown[index] for index in _front(scored)]
    return best


def _pays(chain: tuple[str, ...], tasks: Sequence[Mapping[str, Trial]], check: Check, alone: float) -> bool:
    try:
        break_even(expected(chain, tasks, check).stages, alone)
    except ConfigError:
        return False
    return True


def _front(scored: Sequence[tuple[float, float]]) -> list[int]:
    """Return the indexes of the best few for each price of quality."""
    kept: dict[int, None] = {}
    for price in WORTH:
        order = sorted(range(len(scored)), key=lambda index: price * scored[index][1] - scored[index][0])
        kept.update(dict.fromkeys(order[: BEAM // len(WORTH)]))
    return list(kept)
