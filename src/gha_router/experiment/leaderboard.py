"""The leaderboard of an experiment: every figure computed from the trials' records, none judged.

What counts, and what is only spent: ``points``. Every figure has its interval where there are samples enough.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal

from gha_router.experiment.collected import Collected, collected
from gha_router.experiment.points import (
    COUNTED,
    NOTHING,
    Contradiction,
    Point,
    Spend,
    contradictions,
    failed_checks,
    observed,
    spend,
    together,
)
from gha_router.records import AgentEnd, ExperimentResult, Verdict
from gha_router.stats import Interval, median, pass_hat_k, quantile, quantile_interval, share_interval, wilson

__all__ = [  # the last seven are `points`', and belong to who reads a leaderboard
    "COUNTED",
    "Contradiction",
    "Failure",
    "Leaderboard",
    "Row",
    "Spend",
    "contradictions",
    "failed_checks",
    "leaderboard",
    "observed",
    "spend",
    "stars",
]

STARS = 5
NINE_DIGITS = Context(prec=9)  # of a quotient
CHEAPEST = Decimal("0.0001")  # USD a success: below it nobody chooses by price, and free models have a logarithm
LIMITS = frozenset({AgentEnd.TURN_LIMIT, AgentEnd.TIME_LIMIT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A cause of trials that did not verify, and how often. ``kind``: "check", "agent" or "infrastructure"."""

    kind: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One model. Shares lie within 0 and 1, times are seconds, money is USD, ``None`` is unknown."""

    model: str
    rank: int  # from 1; equal figures share one
    placed_by: str | None  # the figure that put it below the row before; None: first, or equal
    trials: int
    verified: int
    failed: int
    errors: int  # infrastructure
    refused: int
    cancelled: int
    skipped: int
    success: float | None  # verified / counted
    interval: Interval | None  # of success, 95 %
    correctness: float | None  # weighted share of checks passed where the model delivered
    confirmed: int
    contradicted: int
    unreported: int
    unverifiable: int
    duration_ratio: float | None  # median of claimed / measured
    wall_s: float
    wall_p50_s: float | None  # a counted trial
    tokens: int | None
    requests: int
    cost_usd: Decimal | None
    cost_per_verified_usd: Decimal | None
    stars: int | None  # value for money
    failures: tuple[Failure, ...]
    wall_p95_s: float | None = None  # a counted trial
    pass_hat_k: float | None = None  # all of k tries are right, mean over tasks; None: one epoch
    undelivered: int = 0  # counted trials that handed in nothing
    gave_up: int = 0  # counted trials that a limit ended
    front: bool = False  # no other model has both more success and less cost a trial
    intervals: Mapping[str, Interval | None] = field(default_factory=dict)  # 95 %, by the figure; None: not enough

    @property
    def counted(self) -> int:
        """Return the trials that say something about the model."""
        return self.verified + self.failed

    @property
    def cost_per_trial_usd(self) -> Decimal | None:
        """Return what a trial cost, whatever became of it; ``None``: unknown."""
        return _each(self.cost_usd, self.trials)

    @property
    def claim_accuracy(self) -> float | None:
        """Return confirmed / (confirmed + contradicted), ``None`` when no meter spoke."""
        return _share(self.confirmed, self.confirmed + self.contradicted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """All models of an experiment, best first."""

    verdict: Verdict  # verified: some model verified every task in every epoch
    tasks: tuple[str, ...]
    planned: int  # trials a model: tasks x epochs
    missing: int  # planned trials, of all models, that are not there: the experiment was broken off
    rows: tuple[Row, ...]
    contradictions: tuple[Contradiction, ...]  # the first ones, of very many
    contradicted: int
    known_cost_usd: Decimal  # of the trials whose cost is known
    unpriced: int  # trials whose cost is not

    @property
    def complete(self) -> tuple[Row, ...]:
        """Return the models that verified every planned trial, best first."""
        return tuple(row for row in self.rows if row.verified and row.verified >= self.planned)

    @property
    def front(self) -> tuple[Row, ...]:
        """Return the Pareto front of success and cost a trial, the cheapest first."""
        found = [row for row in self.rows if row.front]
        return tuple(sorted(found, key=lambda row: row.cost_per_trial_usd or Decimal(0)))


def leaderboard(result: ExperimentResult | Collected) -> Leaderboard:
    """Return the figures of an experiment.

    Order: success, correctness, claim accuracy, cost per verified success, wall time, name; unknown comes last. A rank
    never stands without its interval: that two intervals overlap means that the order may be chance.
    """
    found = collected(result)
    points: dict[str, list[Point]] = {model: [] for model in found.models}
    for point in found.points:
        points.setdefault(point.model, []).append(point)
    tasks = found.tasks or tuple(dict.fromkeys(point.task_id for point in found.points))
    costs = [point.spent.cost_usd for point in found.points]
    rows = [_row(model, own, found.epochs) for model, own in points.items()]
    board = Leaderboard(
        verdict=Verdict.FAILED,
        tasks=tasks,
        planned=len(tasks) * found.epochs,
        missing=0,
        rows=_ranked(_fronted(_starred(rows))),
        contradictions=found.contradictions,
        contradicted=found.contradicted,
        known_cost_usd=sum((cost for cost in costs if cost is not None), Decimal(0)),
        unpriced=costs.count(None),
    )
    planned = board.planned * len(board.rows) if found.shard_trials is None else found.shard_trials
    missing = planned - len(found.points)
    verdict = _verdict(board, found.points, missing)
    if found.shard and not missing and any(point.verified for point in found.points):
        verdict = Verdict.VERIFIED  # of a part nobody can tell who verified every task
    return replace(board, missing=missing, verdict=verdict)


def stars(*, success: float | None, own: Decimal | None, best: Decimal | None) -> int | None:
    """Return the value for money, 0 to 5, from the success rate and the cost per verified success (USD).

    ``5 x success / (1 + log10(own / best))``, rounded, at least 1: the cheapest model of the board keeps all that its
    success earns, one that is ten times as dear a half, a hundred times a third. Costs below $0.0001 count as that.
    Nothing verified is 0 whatever it cost; no counted trial or an unknown cost is ``None``.
    """
    if success == 0:
        return 0
    if success is None or own is None or best is None:
        return None
    times = float(max(own, CHEAPEST) / max(best, CHEAPEST))
    return max(1, round(STARS * success / (1 + math.log10(times))))


def _row(model: str, points: Sequence[Point], epochs: int) -> Row:
    verdicts = Counter(point.verdict for point in points)
    verified, failed = verdicts[Verdict.VERIFIED], verdicts[Verdict.FAILED]
    counted = [point for point in points if point.counted]
    claims = [point.claims for point in counted] or [NOTHING]
    confirmed, contradicted, unreported, unverifiable = map(sum, zip(*claims, strict=True))
    durations = sorted(ratio for point in counted for ratio in point.durations)
    walls = sorted(point.spent.wall_s for point in counted)
    spent = together(point.spent for point in points)
    return Row(
        model=model,
        rank=0,
        placed_by=None,
        trials=len(points),
        verified=verified,
        failed=failed,
        errors=verdicts[Verdict.ERROR],
        refused=verdicts[Verdict.REFUSED],
        cancelled=verdicts[Verdict.CANCELLED],
        skipped=verdicts[Verdict.SKIPPED],
        success=_share(verified, verified + failed),
        interval=wilson(verified, verified + failed),
        correctness=_share(math.fsum(point.passed for point in counted), math.fsum(point.made for point in counted)),
        confirmed=confirmed,
        contradicted=contradicted,
        unreported=unreported,
        unverifiable=unverifiable,
        duration_ratio=median(durations),
        wall_s=spent.wall_s,
        wall_p50_s=median(walls),
        tokens=spent.tokens,
        requests=spent.requests,
        cost_usd=spent.cost_usd,
        cost_per_verified_usd=_each(spent.cost_usd, verified),
        stars=None,
        failures=_failures(points),
        wall_p95_s=quantile(walls, 0.95),
        pass_hat_k=_pass_hat(counted, epochs),
        undelivered=sum(not point.delivered for point in counted),
        gave_up=sum(point.end in LIMITS for point in counted),
        intervals=dict(_intervals(points, counted, walls, durations)),
    )


def _intervals(
    points: Sequence[Point], counted: Sequence[Point], walls: Sequence[float], durations: Sequence[float]
) -> Iterator[tuple[str, Interval | None]]:
    """Yield the interval of each figure but success. What is drawn is the trial: its claims stand and fall together."""
    priced = [(point, float(cost)) for point in points if (cost := point.spent.cost_usd) is not None]
    known = len(priced) == len(points)
    metered = [float(tokens) for point in points if (tokens := point.spent.tokens) is not None]
    yield "correctness", share_interval([(point.passed, point.made) for point in counted])
    yield "claim_accuracy", share_interval([(point.claims[0], point.claims[0] + point.claims[1]) for point in counted])
    yield "duration_ratio", quantile_interval(durations, 0.5)
    yield "wall_p50_s", quantile_interval(walls, 0.5)
    yield "wall_p95_s", quantile_interval(walls, 0.95)
    yield "tokens", share_interval([(tokens, 1.0) for tokens in metered]) if len(metered) == len(points) else None
    yield "cost_usd", share_interval([(cost, 1.0) for _, cost in priced]) if known else None
    each = [(cost, float(point.verified)) for point, cost in priced]
    yield "cost_per_verified_usd", share_interval(each) if known else None


def _pass_hat(counted: Iterable[Point], k: int) -> float | None:
    """Return pass^k as a mean over the tasks that have k counted trials; ``None`` with one epoch, or without any."""
    tasks: dict[str, list[bool]] = {}
    for point in counted:
        tasks.setdefault(point.task_id, []).append(point.verified)
    found = [pass_hat_k(len(own), sum(own), k) for own in tasks.values()]
    known = [value for value in found if value is not None]
    return sum(known) / len(known) if known and k > 1 else None


def _failures(points: Iterable[Point]) -> tuple[Failure, ...]:
    causes = Counter(cause for point in points for cause in point.causes)
    ordered = sorted(causes.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Failure(kind=kind, name=name, count=count) for (kind, name), count in ordered)


def _fronted(rows: Sequence[Row]) -> list[Row]:
    """Mark the rows that no other beats in both success and cost a trial."""
    known = [
        (row.success, cost) for row in rows if row.success is not None and (cost := row.cost_per_trial_usd) is not None
    ]
    return [
        replace(
            row,
            front=row.success is not None
            and (own := row.cost_per_trial_usd) is not None
            and not any(
                success >= row.success and cost <= own and (success, cost) != (row.success, own)
                for success, cost in known
            ),
        )
        for row in rows
    ]


def _starred(rows: Sequence[Row]) -> list[Row]:
    known = [row.cost_per_verified_usd for row in rows if row.cost_per_verified_usd is not None]
    best = min(known, default=None)
    return [replace(row, stars=stars(success=row.success, own=row.cost_per_verified_usd, best=best)) for row in rows]


def _figures(row: Row) -> dict[str, float | Decimal]:
    """Return the figures that order the rows, smaller is better."""
    unknown = Decimal("Infinity")
    cost = row.cost_per_verified_usd
    return {
        "success": 1.0 if row.success is None else -row.success,
        "correctness": 1.0 if row.correctness is None else -row.correctness,
        "claim accuracy": 1.0 if row.claim_accuracy is None else -row.claim_accuracy,
        "cost per verified success": unknown if cost is None else cost,
        "wall time": row.wall_s,
    }


def _ranked(rows: Sequence[Row]) -> tuple[Row, ...]:
    ranked: list[Row] = []
    for place, row in enumerate(sorted(rows, key=lambda row: (*_figures(row).values(), row.model)), start=1):
        if not ranked:
            ranked.append(replace(row, rank=1))
            continue
        before = ranked[-1]
        above = _figures(before)
        placed_by = next((name for name, value in _figures(row).items() if value != above[name]), None)
        ranked.append(replace(row, rank=place if placed_by else before.rank, placed_by=placed_by))
    return tuple(ranked)


def _verdict(board: Leaderboard, points: Iterable[Point], missing: int) -> Verdict:
    verdicts = Counter(point.verdict for point in points)
    if missing > 0:
        return Verdict.CANCELLED if verdicts[Verdict.CANCELLED] else Verdict.ERROR
    if board.complete:
        return Verdict.VERIFIED
    if not verdicts:
        return Verdict.ERROR
    return Verdict.FAILED if COUNTED & verdicts.keys() else verdicts.most_common(1)[0][0]


def _each(cost: Decimal | None, verified: int) -> Decimal | None:
    return NINE_DIGITS.divide(cost, Decimal(verified)) if cost is not None and verified else None


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
