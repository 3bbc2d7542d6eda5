"""How good a router ranks: APGR and CPT of RouteLLM, and intervals by bootstrap over tasks.

I. Ong et al., "RouteLLM: Learning to Route LLMs with Preference Data", arXiv:2406.18665, section 2.3. With quality
r, ``PGR = (r(router) - r(weak)) / (r(strong) - r(weak))`` is the part of the gap that a router closes. ``APGR`` is
its mean over all shares of calls to the strong model (the paper sums ten; here it is the exact integral). ``CPT(x)``
is the least share that closes x of the gap. Tasks of equal gain are taken in the mean of all orders: a router that
cannot tell them apart scores as random, 0.5, whatever the order of the file.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gha_router.routing.learned.encoder import Floats

ROUNDS = 1000
SEED = 7
Z_95 = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with its 95 % bootstrap interval; ``None`` where it is not defined, as without a gap to close."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def likely_above(self, level: float) -> bool:
        """Return whether it is more than a standard error above a level."""
        if self.value is None or self.low is None:
            return False
        return self.value - (self.value - self.low) / Z_95 > level


@dataclass(frozen=True, slots=True)
class Curve:
    """Quality against share of strong calls. Both arrays begin at share 0 and end at share 1."""

    shares: Floats
    closed: Floats  # sum of true gains of the tasks that went to the strong model, divided by the number of tasks

    @property
    def gap(self) -> float:
        """Return how much better the strong model is on all tasks."""
        return float(self.closed[-1])

    def apgr(self) -> float | None:
        """Return the mean PGR over all shares; ``None`` when the strong model is not the better one."""
        return float(np.trapezoid(self.closed, self.shares)) / self.gap if self.gap > 0 else None

    def share_for(self, closed: float) -> float:
        """Return the least share of strong calls that closes ``closed`` (same unit as ``closed``) of the gap."""
        if closed <= 0:
            return 0.0
        reached = np.flatnonzero(self.closed >= closed - 1e-12)
        if not len(reached):
            return 1.0
        right = int(reached[0])
        left = right - 1
        rise = self.closed[right] - self.closed[left]
        part = (closed - self.closed[left]) / rise if rise > 0 else 1.0
        return float(self.shares[left] + part * (self.shares[right] - self.shares[left]))

    def cpt(self, part: float) -> float | None:
        """Return CPT: the least share that closes ``part`` (0 to 1) of the gap; ``None`` without a gap."""
        return self.share_for(part * self.gap) if self.gap > 0 else None


def curve(predicted: Floats, true: Floats) -> Curve:
    """Return the curve of a ranking by predicted gain, given true gains; ties become straight lines."""
    order = np.argsort(-predicted, kind="stable")
    ranked = predicted[order]
    ends = np.concatenate([[0], np.flatnonzero(np.diff(ranked)) + 1, [len(true)]])
    sums = np.concatenate([[0.0], np.cumsum(true[order])])
    return Curve(ends / len(true), sums[ends] / len(true))


def estimate(
    figure: Callable[[Curve], float | None], predicted: Floats, true: Floats, *, rounds: int = ROUNDS
) -> Estimate:
    """Return a figure of the curve with its percentile interval over resampled tasks (seed fixed)."""
    random = np.random.default_rng(SEED)
    drawn = []
    for _ in range(rounds):
        pick = random.integers(0, len(true), len(true))
        value = figure(curve(predicted[pick], true[pick]))
        if value is not None:
            drawn.append(value)
    value = figure(curve(predicted, true))
    if value is None or len(drawn) < rounds // 2:
        return Estimate(value=value)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(value=value, low=float(low), high=float(high))
