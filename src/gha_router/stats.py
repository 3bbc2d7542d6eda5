"""The statistics that routing, experiments and reports share. Each formula names its source.

Fewer samples than ``ENOUGH`` are "not enough data": a rate is then shown with its counts, and decides nothing.
"""

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

ENOUGH = 20  # samples from which on a rate may decide: a 95 % interval is then at most 0.42 wide
NOT_ENOUGH = "not enough data"
NORMAL = statistics.NormalDist()
Z_95 = NORMAL.inv_cdf(0.975)  # 1.96: two-sided 95 %
ROUNDS, SEED = 2000, 7
FEW = 200  # rows up to which a bootstrap is worth its time

DRAWN_AT_ONCE = 1_000_000  # rows that are held in memory

Figure = Callable[[Sequence[float]], float]  # of the columns' means
Pairs = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A confidence interval, of a share within 0 and 1."""

    low: float
    high: float

    def overlaps(self, other: "Interval") -> bool:
        """Return whether the two share a point, so that their order may be chance."""
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often something happened: ``hits`` of ``trials``."""

    hits: int
    trials: int

    @property
    def share(self) -> float | None:
        """Return it as a number only where there are samples enough for one."""
        return self.hits / self.trials if self.trials >= ENOUGH else None

    @property
    def interval(self) -> Interval | None:
        """Return the Wilson interval, ``None`` without a trial."""
        return wilson(self.hits, self.trials)


def wilson(successes: int, trials: int, *, level: float = 0.95) -> Interval | None:
    """Return the score interval of ``successes / trials``, ``None`` without a trial.

    Formula: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    American Statistical Association 22 (1927), 209-212. With p the share, n the trials and z the normal quantile:
    ``(p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)``. Unlike the textbook interval it does not collapse to a
    point at 0 of n and n of n. Raises ``ValueError`` for a count that cannot be.
    """
    _require_counts(successes, trials)
    if trials == 0:
        return None
    z = NORMAL.inv_cdf((1 + level) / 2)
    share, z2 = successes / trials, z**2
    centre = share + z2 / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    scale = 1 + z2 / trials
    # The ends at 0 of n and n of n are exact by algebra; floating point would leave 0.9999999.
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == trials else (centre + spread) / scale
    return Interval(low=low, high=high)


def pass_at_k(trials: int, successes: int, k: int) -> float | None:
    """Return the probability that at least one of ``k`` tries is right; ``None`` with fewer than ``k`` trials.

    The unbiased estimator ``1 - C(n-c, k) / C(n, k)`` of M. Chen et al., "Evaluating Large Language Models Trained on
    Code", arXiv:2107.03374, section 2.1. Of several tasks take the mean. Raises ``ValueError`` for counts
    that cannot be.
    """
    _require_counts(successes, trials, k)
    return 1 - math.comb(trials - successes, k) / math.comb(trials, k) if k <= trials else None


def pass_hat_k(trials: int, successes: int, k: int) -> float | None:
    """Return pass^k, the probability that all of ``k`` tries are right; ``None`` with fewer than ``k`` trials.

    The unbiased estimator ``C(c, k) / C(n, k)`` of S. Yao et al., "tau-bench: A Benchmark for Tool-Agent-User
    Interaction in Real-World Domains", arXiv:2406.12045, section 2. Of several tasks take the mean. Raises
    ``ValueError`` for counts that cannot be.
    """
    _require_counts(successes, trials, k)
    return math.comb(successes, k) / math.comb(trials, k) if k <= trials else None


def bootstrap(
    rows: Sequence[Sequence[float]], figure: Figure, *, level: float = 0.95, rounds: int = ROUNDS, seed: int = SEED
) -> Interval | None:
    """Return the BCa interval of a figure of the columns' means, over rows that are drawn whole (tasks); seeded.

    Bias-corrected and accelerated: B. Efron, "Better Bootstrap Confidence Intervals", Journal of the American
    Statistical Association 82 (1987), 171-185, with the acceleration by the jackknife (Efron and Tibshirani, "An
    Introduction to the Bootstrap", 1993, equations 14.9 to 14.15). Of means alone, so that time is linear in the rows.
    Where all that is drawn lies on one side, the percentiles stand as they are. ``None`` with fewer than two rows.
    """
    if len(rows) < 2:  # noqa: PLR2004  one row is always drawn
        return None
    import numpy as np  # noqa: PLC0415  who asks for rates alone does without

    table, draw = np.array(rows, dtype=float), np.random.default_rng(seed)
    at_once = max(1, DRAWN_AT_ONCE // len(rows))
    means = [
        table[draw.integers(0, len(rows), (min(at_once, rounds - first), len(rows)))].mean(axis=1)
        for first in range(0, rounds, at_once)
    ]
    drawn = sorted(figure(row) for part in means for row in part.tolist())
    value = figure(table.mean(axis=0).tolist())
    ends = ((1 - level) / 2, (1 + level) / 2)
    below = (sum(one < value for one in drawn) + sum(one == value for one in drawn) / 2) / rounds
    if 0 < below < 1:
        ends = _corrected(ends, NORMAL.inv_cdf(below), acceleration(rows, figure))
    low, high = (drawn[min(rounds - 1, max(0, round(end * (rounds + 1)) - 1))] for end in ends)
    return Interval(low=low, high=high)


def acceleration(rows: Sequence[Sequence[float]], figure: Figure) -> float:
    """Return how fast a figure's spread grows with it, by the jackknife (Efron and Tibshirani, equation 14.15)."""
    sums = [math.fsum(column) for column in zip(*rows, strict=True)]
    rest = len(rows) - 1
    without = [figure([(total - one) / rest for total, one in zip(sums, row, strict=True)]) for row in rows]
    centre = statistics.fmean(without)
    spread = math.fsum((centre - one) ** 2 for one in without)
    return math.fsum((centre - one) ** 3 for one in without) / (6 * spread**1.5) if spread else 0.0


def ratio_interval(pairs: Pairs, *, level: float = 0.95) -> Interval | None:
    """Return the interval of a ratio of sums, such as the cost of two ways on the same tasks; ``None``: not enough."""
    if len(pairs) < ENOUGH or any(below <= 0 for _, below in pairs):
        return None
    return bootstrap(pairs, lambda means: means[0] / means[1], level=level)


def share_interval(pairs: Pairs) -> Interval | None:
    """Return the 95 % interval of a ratio of sums over independent rows (trials); ``None``: not enough.

    Up to ``FEW`` rows by the bootstrap; of more by linearisation, which costs one pass: W. G. Cochran, "Sampling
    Techniques", 3rd edition (1977), equation 6.13, ``r ± z sqrt(sum((y - r x)^2) / (n - 1) / n) / mean(x)``.
    """
    if len(pairs) < ENOUGH or sum(below for _, below in pairs) <= 0:
        return None
    if len(pairs) <= FEW:
        return bootstrap(pairs, lambda means: means[0] / means[1] if means[1] else math.inf)
    import numpy as np  # noqa: PLC0415  as above

    count = len(pairs)
    above, below = np.fromiter(chain.from_iterable(pairs), float, 2 * count).reshape(count, 2).T
    whole = float(below.sum())
    ratio = float(above.sum()) / whole
    rest = float(np.square(above - ratio * below).sum())
    spread = Z_95 * math.sqrt(rest / (count - 1) / count) * count / whole
    return Interval(low=ratio - spread, high=ratio + spread)


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least this share lies at or below, of ascending values; ``None`` of nothing."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def quantile_interval(ordered: Sequence[float], share: float) -> Interval | None:
    """Return the 95 % interval of a quantile of ascending values, by their order; ``None``: not enough.

    It assumes nothing of how they are spread: G. J. Hahn and W. Q. Meeker, "Statistical Intervals" (1991), section
    5.2, with ranks ``n p + 1/2 ± z sqrt(n p (1 - p))``, rounded.
    """
    count = len(ordered)
    centre, spread = count * share, Z_95 * math.sqrt(count * share * (1 - share))
    low, high = round(centre - spread + 0.5), round(centre + spread + 0.5)
    if count < ENOUGH or low < 1 or high > count:
        return None
    return Interval(low=ordered[low - 1], high=ordered[high - 1])


def newcombe(own: tuple[int, int], other: tuple[int, int], *, level: float = 0.95) -> Interval | None:
    """Return the interval of the difference of two independent shares, each (successes, trials); ``None``: not enough.

    Formula: R. G. Newcombe, "Interval Estimation for the Difference Between Independent Proportions", Statistics in
    Medicine 17 (1998), 873-890, method 10, of two Wilson intervals.
    """
    one, two = wilson(*own, level=level), wilson(*other, level=level)
    if one is None or two is None or min(own[1], other[1]) < ENOUGH:
        return None
    p, q = own[0] / own[1], other[0] / other[1]
    return Interval(
        low=p - q - math.hypot(p - one.low, two.high - q), high=p - q + math.hypot(one.high - p, q - two.low)
    )


def difference_interval(pairs: Pairs, *, level: float = 0.95) -> Interval | None:
    """Return the interval of the mean difference of pairs, each of the same task; ``None``: not enough.

    Pairs, because what makes a task hard makes it hard for both: two intervals side by side do not know that.
    """
    if len(pairs) < ENOUGH:
        return None
    return bootstrap(pairs, lambda means: means[0] - means[1], level=level)


def median(values: Iterable[float]) -> float | None:
    """Return the median, ``None`` of nothing."""
    known = list(values)
    return statistics.median(known) if known else None


def _corrected(ends: tuple[float, float], bias: float, a: float) -> tuple[float, float]:
    """Return where the drawn figures are to be read instead (Efron and Tibshirani, equation 14.10)."""
    shifted = [bias + NORMAL.inv_cdf(end) for end in ends]
    low, high = (NORMAL.cdf(bias + shift / (1 - a * shift)) for shift in shifted)
    return low, high


def _require_counts(successes: int, trials: int, k: int = 1) -> None:
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    if k < 1:
        raise ValueError(f"{k} tries")
