"""``sw_ranking``: the tasks of the history that resemble a text vote, the more alike the louder.

RouteLLM (arXiv:2406.18665, section 4.2) fits a Bradley-Terry model to the history with the weight
``gamma^(1 + S)`` on each comparison, S the cosine similarity over its largest value. With two models its maximum has
a closed form: the weighted share of wins, which is what is computed here. The largest similarity also says whether the
text is at home in the history at all.
"""

from dataclasses import dataclass

import numpy as np

from gha_router.routing.learned.encoder import LEXICAL, Floats, Indexes, Rows, Singles
from gha_router.routing.learned.text import BUCKETS

KEPT = 96
"""Entries kept of a task's vector, the heaviest; they carry nine tenths of it and bound the work of a decision."""
MOST = 4000
"""Tasks kept; of a longer history every so many-th."""
NEAREST = 5
PRIOR = 2.0
"""Votes of the history's mean beside those of the neighbours."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The history as columns ``buckets`` and ``values`` (tasks x KEPT, padded with 0), and each task's gain.

    Where an encoder was asked, ``meanings`` (tasks x its width) are compared instead; else they have no columns.
    """

    buckets: Indexes
    values: Singles
    gains: Floats
    sharpness: float  # log gamma
    meanings: Singles

    @classmethod
    def fit(cls, rows: Rows, gains: Floats, sharpness: float) -> "Neighbours":
        """Keep the heaviest entries of at most ``MOST`` tasks."""
        picked = np.arange(0, len(rows), -(-len(rows) // MOST))
        buckets = np.zeros((len(picked), KEPT), np.int64)
        values = np.zeros((len(picked), KEPT), np.float32)
        for place, row in enumerate(picked):
            span = slice(rows.starts[row], rows.starts[row + 1])
            heaviest = np.argsort(-rows.values[span], kind="stable")[:KEPT]
            buckets[place, : len(heaviest)] = rows.columns[span][heaviest]
            values[place, : len(heaviest)] = rows.values[span][heaviest]
        norms = np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-6)
        return cls(buckets, (values / norms).astype(np.float32), gains[picked], sharpness, rows.meanings[picked])

    def similarities(self, rows: Rows, row: int) -> Floats:
        """Return the cosine of one row to every task kept, -1 to 1."""
        if self.meanings.shape[1]:
            alike: Floats = (self.meanings @ rows.meanings[row]).astype(np.float64)
            return alike
        span = slice(rows.starts[row], rows.starts[row + 1])
        query = np.zeros(BUCKETS, np.float32)
        query[rows.columns[span]] = rows.values[span] / LEXICAL
        found: Floats = np.einsum("ij,ij->i", query[self.buckets], self.values).astype(np.float64)
        return found

    def vote(self, similarities: Floats, prior: float) -> float:
        """Return the weighted mean gain."""
        weights = np.exp(self.sharpness * (similarities / max(float(similarities.max(initial=0)), 1e-6) - 1))
        return float((weights @ self.gains + PRIOR * prior) / (weights.sum() + PRIOR))


def nearness(similarities: Floats) -> float:
    """Return how much a text is at home: the mean of its largest few similarities."""
    few = np.sort(similarities)[-NEAREST:]
    return float(few.mean()) if len(few) else 0.0
