"""The statistics that a leaderboard shows: intervals and medians, nothing that a few trials cannot carry."""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

Z_95 = statistics.NormalDist().inv_cdf(0.975)  # 1.96: two-sided 95 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A confidence interval of a share, both ends within 0 and 1."""

    low: float
    high: float

    def overlaps(self, other: "Interval") -> bool:
        """Return whether the two share a point, so that their order may be chance."""
        return self.low <= other.high and other.low <= self.high


def wilson(successes: int, trials: int) -> Interval | None:
    """Return the 95 % score interval of ``successes / trials``, ``None`` without a trial.

    Formula: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    American Statistical Association 22 (1927), 209-212. With p the share, n the trials and z the normal quantile:
    ``(p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)``. Unlike the textbook interval it does not collapse to a
    point at 0 of n and n of n. Raises ``ValueError`` for a count that cannot be.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    if trials == 0:
        return None
    share, z2 = successes / trials, Z_95**2
    centre = share + z2 / (2 * trials)
    spread = Z_95 * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    scale = 1 + z2 / trials
    # The ends at 0 of n and n of n are exact by algebra; floating point would leave 0.9999999.
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == trials else (centre + spread) / scale
    return Interval(low=low, high=high)


def median(values: Iterable[float]) -> float | None:
    """Return the median, ``None`` of nothing."""
    known = list(values)
    return statistics.median(known) if known else None
