"""``bert``: an encoder with two logistic heads, one for each model being right; the gain is their difference.

RouteLLM fine-tunes BERT for this; here the encoder is fixed (hashed n-grams and surface facts) and only the heads are
learnt. Two heads instead of one for the difference: each answers a question with a yes or no, and on MMLU that
was worth 0.01 of APGR.
"""

from dataclasses import dataclass

import numpy as np

from gha_router.routing.learned.encoder import Floats, Rows

NEWTON_STEPS = 8
CG_STEPS = 25
TOLERANCE = 1e-3
ALL_BUT = 0.02  # a model that is always right or always wrong still gets finite odds


@dataclass(frozen=True, slots=True)
class Head:
    """Log-odds that a model is right: ``row @ weights + bias``."""

    weights: Floats  # as wide as the rows
    bias: float

    def right(self, rows: Rows) -> Floats:
        """Return the probability for each row."""
        return _sigmoid(rows.times(self.weights) + self.bias)


def fit_head(rows: Rows, right: Floats, penalty: float) -> Head:
    """Return the head that minimises log loss + penalty/2 · |weights|² (ridge), by Newton steps.

    ``right`` is the share of attempts that were right, 0 to 1, for each row. The bias is the prior's and is not learnt:
    what the text says is said as a departure from it.
    """
    prior = float(np.clip(right.mean(), ALL_BUT, 1 - ALL_BUT))
    bias = float(np.log(prior / (1 - prior)))
    weights = np.zeros(rows.width)
    for _ in range(NEWTON_STEPS):
        chance = _sigmoid(rows.times(weights) + bias)
        gradient = rows.transposed_times(chance - right) + penalty * weights
        if np.linalg.norm(gradient) < TOLERANCE * len(right) ** 0.5:
            break
        weights -= _solve(rows, chance * (1 - chance), penalty, gradient)
    return Head(weights, bias)


def _solve(rows: Rows, curvature: Floats, penalty: float, gradient: Floats) -> Floats:
    """Return ``(XᵀDX + penalty)⁻¹ gradient`` by conjugate gradients: the matrix is never built."""
    solution = np.zeros_like(gradient)
    residual = gradient.copy()
    direction = residual.copy()
    size = float(residual @ residual)
    goal = 1e-4 * size
    for _ in range(CG_STEPS):
        image = rows.transposed_times(curvature * rows.times(direction)) + penalty * direction
        step = size / float(direction @ image)
        solution += step * direction
        residual -= step * image
        smaller = float(residual @ residual)
        if smaller < goal:
            break
        direction = residual + (smaller / size) * direction
        size = smaller
    return solution


def _sigmoid(odds: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return chance
