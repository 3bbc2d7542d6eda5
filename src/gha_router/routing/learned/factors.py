"""``mf``: tasks and models share a few factors; a task's are read off its text.

RouteLLM (arXiv:2406.18665, section 4.2) scores a model for a query by ``δ(M, q) = w · (v_M ⊙ (Wq + b))`` and learns
v and W from preferences. A history of outcomes says more than preferences: which of *all* models solved a task. So
the whole matrix of tasks x models is fitted at once, by reduced-rank regression on the text (A. Izenman,
"Reduced-rank regression for the multivariate linear model", Journal of Multivariate Analysis 5, 1975): ridge
regression, then only its strongest ``rank`` directions. The right singular vectors are the models' v.
"""

from dataclasses import dataclass

import numpy as np

from gha_router.routing.learned.encoder import Floats, Rows

STEPS = 40


@dataclass(frozen=True, slots=True)
class Factors:
    """``gain = row @ weights + bias``: the factors of both models multiplied out, as nothing else is asked of them."""

    weights: Floats  # as wide as the rows
    bias: float

    def gain(self, rows: Rows) -> Floats:
        """Return the predicted gain for each row, -1 to 1."""
        return np.clip(rows.times(self.weights) + self.bias, -1, 1)


def fit_factors(rows: Rows, outcomes: Floats, strong: int, weak: int, *, rank: int, penalty: float) -> Factors:
    """Return the factors of tasks x models ``outcomes`` (0 to 1, nan where a model was not tried)."""
    means = np.nanmean(outcomes, axis=0)
    centred = np.where(np.isnan(outcomes), 0.0, outcomes - means)
    weights = np.stack([_ridge(rows, centred[:, model], penalty) for model in range(outcomes.shape[1])], axis=1)
    fitted = np.stack([rows.times(weights[:, model]) for model in range(outcomes.shape[1])], axis=1)
    directions = np.linalg.svd(fitted, full_matrices=False)[2][:rank]
    difference = directions.T @ (directions[:, strong] - directions[:, weak])
    return Factors(weights @ difference, float(means[strong] - means[weak]))


def _ridge(rows: Rows, target: Floats, penalty: float) -> Floats:
    """Return the weights that minimise ``|Xw - target|² + penalty · |w|²``, by conjugate gradients."""
    weights = np.zeros(rows.width)
    residual = rows.transposed_times(target)
    direction = residual.copy()
    size = float(residual @ residual)
    goal = 1e-6 * size
    for _ in range(STEPS):
        if size <= goal:
            break
        image = rows.transposed_times(rows.times(direction)) + penalty * direction
        step = size / float(direction @ image)
        weights += step * direction
        residual -= step * image
        smaller = float(residual @ residual)
        direction = residual + (smaller / size) * direction
        size = smaller
    return weights
