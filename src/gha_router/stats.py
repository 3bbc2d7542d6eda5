"""The statistics that routing, experiments and reports share. Standard library only; each formula names its source.

Fewer samples than ``ENOUGH`` are "not enough data": a rate is then shown with its counts, and decides nothing.
"""

import math
import random
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

ENOUGH = 20  # samples from which on a rate may decide: a 95 % interval is then at most 0.42 wide
NOT_ENOUGH = "not enough data"
NORMAL = statistics.NormalDist()
Z_95 = NORMAL.inv_cdf(0.975)  # 1.96: two-sided 95 %
TAIL = 0.025  # on each side of a 95 % interval
ROUNDS, SEED = 2000, 7
EXACT = 1e-12  # of a bound that is found by halving

Sample = Sequence[float]
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


def wilson(successes: int, trials: int) -> Interval | None:
    """Return the 95 % score interval of ``successes / trials``, ``None`` without a trial.

    Formula: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    American Statistical Association 22 (1927), 209-212. With p the share, n the trials and z the normal quantile:
    ``(p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)``. Unlike the textbook interval it does not collapse to a
    point at 0 of n and n of n. Raises ``ValueError`` for a count that cannot be.
    """
    _require_counts(successes, trials)
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


def clopper_pearson(successes: int, trials: int) -> Interval | None:
    """Return the exact 95 % interval of ``successes / trials``, ``None`` without a trial.

    Formula: C. J. Clopper and E. S. Pearson, "The Use of Confidence or Fiducial Limits Illustrated in the Case of the
    Binomial", Biometrika 26 (1934), 404-413: the shares at which the observed count, or one further out, has a
    probability of 2.5 %. It never covers less than 95 %, so it is the one to show where a rate guards something. Raises
    ``ValueError`` for a count that cannot be.
    """
    _require_counts(successes, trials)
    if trials == 0:
        return None
    low = 0.0 if successes == 0 else _halved(lambda share: at_least(successes, trials, share) < TAIL)
    high = 1.0 if successes == trials else _halved(lambda share: 1 - at_least(successes + 1, trials, share) > TAIL)
    return Interval(low=low, high=high)


def at_least(successes: int, trials: int, share: float) -> float:
    """Return the probability of ``successes`` or more in ``trials``, each a success with the probability ``share``."""
    if share in {0.0, 1.0}:
        return 1.0 if successes == 0 or share == 1 else 0.0
    logs = (
        math.lgamma(trials + 1)
        - math.lgamma(count + 1)
        - math.lgamma(trials - count + 1)
        + count * math.log(share)
        + (trials - count) * math.log1p(-share)
        for count in range(successes, trials + 1)
    )
    return math.fsum(map(math.exp, logs))


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
    sample: Sequence[tuple[float, ...]],
    figure: Callable[[Sequence[tuple[float, ...]]], float],
    *,
    level: float = 0.95,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> Interval | None:
    """Return the BCa interval of a figure over its rows (tasks), which are drawn whole; seeded, so always the same.

    Bias-corrected and accelerated: B. Efron, "Better Bootstrap Confidence Intervals", Journal of the American
    Statistical Association 82 (1987), 171-185, with the acceleration by the jackknife (Efron and Tibshirani, "An
    Introduction to the Bootstrap", 1993, equations 14.9 to 14.15). A row that changes nothing leaves no spread: the
    interval is then that of the drawn figures alone. ``None`` with fewer than two rows.
    """
    rows = list(sample)
    if len(rows) < 2:  # noqa: PLR2004  one row is always drawn
        return None
    draw = random.Random(seed)  # noqa: S311  no secret
    drawn = sorted(figure(draw.choices(rows, k=len(rows))) for _ in range(rounds))
    value = figure(rows)
    ends = ((1 - level) / 2, (1 + level) / 2)
    below = (sum(one < value for one in drawn) + sum(one == value for one in drawn) / 2) / rounds
    if 0 < below < 1:
        ends = _corrected(ends, NORMAL.inv_cdf(below), acceleration(rows, figure))
    low, high = (drawn[min(rounds - 1, max(0, round(end * (rounds + 1)) - 1))] for end in ends)
    return Interval(low=low, high=high)


def acceleration(rows: Sequence[tuple[float, ...]], figure: Callable[[Sequence[tuple[float, ...]]], float]) -> float:
    """Return how fast a figure's spread grows with it, by the jackknife (Efron and Tibshirani, equation 14.15)."""
    without = [figure([*rows[:place], *rows[place + 1 :]]) for place in range(len(rows))]
    centre = statistics.fmean(without)
    spread = math.fsum((centre - one) ** 2 for one in without)
    return math.fsum((centre - one) ** 3 for one in without) / (6 * spread**1.5) if spread else 0.0


def ratio_interval(pairs: Pairs) -> Interval | None:
    """Return the interval of a ratio of sums, such as the cost of two ways on the same tasks; ``None``: not enough."""
    if len(pairs) < ENOUGH or any(below <= 0 for _, below in pairs):
        return None
    return bootstrap(pairs, lambda rows: math.fsum(row[0] for row in rows) / math.fsum(row[1] for row in rows))


def difference_interval(pairs: Pairs) -> Interval | None:
    """Return the interval of the mean difference of pairs, each of the same task; ``None``: not enough.

    Pairs, because what makes a task hard makes it hard for both: two intervals side by side do not know that.
    """
    if len(pairs) < ENOUGH:
        return None
    return bootstrap(pairs, lambda rows: statistics.fmean(row[0] - row[1] for row in rows))


def median(values: Iterable[float]) -> float | None:
    """Return the median, ``None`` of nothing."""
    known = list(values)
    return statistics.median(known) if known else None


def _corrected(ends: tuple[float, float], bias: float, a: float) -> tuple[float, float]:
    """Return where the drawn figures are to be read instead (Efron and Tibshirani, equation 14.10)."""
    shifted = [bias + NORMAL.inv_cdf(end) for end in ends]
    low, high = (NORMAL.cdf(bias + shift / (1 - a * shift)) for shift in shifted)
    return low, high


def _halved(is_below: Callable[[float], bool]) -> float:
    """Return the share up to which something holds."""
    low, high = 0.0, 1.0
    while high - low > EXACT:
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return (low + high) / 2


def _require_counts(successes: int, trials: int, k: int = 1) -> None:
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    if k < 1:
        raise ValueError(f"{k} tries")
