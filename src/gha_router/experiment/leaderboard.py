"""The leaderboard of an experiment: every figure computed from the trials' records, none judged.

Quality (success, correctness, claims, clock, median time) speaks of *counted* trials: verified or failed. A trial that
ended in an infrastructure error, was refused by the budget, cancelled or skipped says nothing about the model and
stands apart. What was spent (cost, tokens, requests, time) speaks of all trials, because it was spent.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal

from gha_router.records import (
    AgentEnd,
    Attempt,
    CheckStatus,
    ClaimKind,
    ClaimVerdict,
    ExperimentResult,
    Finding,
    Observation,
    Source,
    Trial,
    Verdict,
    sum_if_known,
)
from gha_router.stats import Interval, median, wilson

COUNTED = frozenset({Verdict.VERIFIED, Verdict.FAILED})
STARS = 5
NINE_DIGITS = Context(prec=9)  # of a quotient
CHEAPEST = Decimal("0.0001")  # USD a success: below it nobody chooses by price, and free models have a logarithm


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """What trials took, all attempts together; ``None``: some attempt's figure is unknown."""

    cost_usd: Decimal | None
    tokens: int | None
    requests: int
    wall_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Something a model said that a meter shows otherwise."""

    model: str
    task_id: str
    epoch: int
    kind: ClaimKind
    claimed: str  # the words as written
    observed: str  # the value with its unit
    detail: str  # the meter's own words, often empty
    source: Source
    by: str  # which meter: "step clock", "snapshot", ...
    ratio: float | None  # claimed / observed, for numbers


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

    @property
    def counted(self) -> int:
        """Return the trials that say something about the model."""
        return self.verified + self.failed

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
    contradictions: tuple[Contradiction, ...]
    known_cost_usd: Decimal  # of the trials whose cost is known
    unpriced: int  # trials whose cost is not

    @property
    def complete(self) -> tuple[Row, ...]:
        """Return the models that verified every planned trial, best first."""
        return tuple(row for row in self.rows if row.verified and row.verified >= self.planned)


def leaderboard(result: ExperimentResult) -> Leaderboard:
    """Return the figures of an experiment.

    Order: success, correctness, claim accuracy, cost per verified success, wall time, name; unknown comes last. A rank
    never stands without its interval: that two intervals overlap means that the order may be chance.
    """
    trials: dict[str, list[Trial]] = {model: [] for model in result.models}
    for trial in result.trials:
        trials.setdefault(trial.model, []).append(trial)
    tasks = result.tasks or tuple(dict.fromkeys(trial.task_id for trial in result.trials))
    costs = [spend([trial]).cost_usd for trial in result.trials]
    board = Leaderboard(
        verdict=Verdict.FAILED,
        tasks=tasks,
        planned=len(tasks) * result.epochs,
        missing=0,
        rows=_ranked(_starred([_row(model, own) for model, own in trials.items()])),
        contradictions=tuple(found for trial in result.trials for found in contradictions(trial)),
        known_cost_usd=sum((cost for cost in costs if cost is not None), Decimal(0)),
        unpriced=costs.count(None),
    )
    missing = board.planned * len(board.rows) - len(result.trials)
    return replace(board, missing=missing, verdict=_verdict(board, result.trials, missing))


def spend(trials: Sequence[Trial]) -> Spend:
    """Return what trials took. An attempt that sent no request used no tokens, known or not."""
    attempts = [attempt for trial in trials for attempt in trial.result.attempts]
    usages = [attempt.usage for attempt in attempts if attempt.usage is not None or attempt.requests]
    return Spend(
        cost_usd=sum_if_known(attempt.cost_usd for attempt in attempts),
        tokens=None if None in usages else sum(u.total for u in usages if u is not None),
        requests=sum(attempt.requests for attempt in attempts),
        wall_s=math.fsum(attempt.wall_s for attempt in attempts),
    )


def contradictions(trial: Trial) -> tuple[Contradiction, ...]:
    """Return what the deciding attempt of a counted trial claimed and a meter contradicts."""
    return tuple(
        Contradiction(
            model=trial.model,
            task_id=trial.task_id,
            epoch=trial.epoch,
            kind=finding.kind,
            claimed=finding.claim.text if finding.claim else "",
            observed=observed(finding.observation),
            detail=finding.observation.detail,
            source=finding.observation.source,
            by=finding.observation.by,
            ratio=_finite(finding.ratio),
        )
        for finding in _findings([trial])
        if finding.verdict is ClaimVerdict.CONTRADICTED and finding.observation is not None
    )


def observed(observation: Observation) -> str:
    """Return a meter's value for people: ``354 lines``, ``6.03 s``, ``no``; its detail when it has no value."""
    match observation.value:
        case None:
            return observation.detail or "nothing"
        case bool(value):
            return "yes" if value else "no"
        case float(value):
            text = f"{round(value, 2):g}"
        case value:
            text = str(value)
    return f"{text} {observation.unit}" if observation.unit else text


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


def _row(model: str, trials: Sequence[Trial]) -> Row:
    verdicts = Counter(trial.result.verdict for trial in trials)
    verified, failed = verdicts[Verdict.VERIFIED], verdicts[Verdict.FAILED]
    counted = [trial for trial in trials if trial.result.verdict in COUNTED]
    findings = list(_findings(trials))
    claims = Counter(finding.verdict for finding in findings)
    spent = spend(trials)
    return Row(
        model=model,
        rank=0,
        placed_by=None,
        trials=len(trials),
        verified=verified,
        failed=failed,
        errors=verdicts[Verdict.ERROR],
        refused=verdicts[Verdict.REFUSED],
        cancelled=verdicts[Verdict.CANCELLED],
        skipped=verdicts[Verdict.SKIPPED],
        success=_share(verified, verified + failed),
        interval=wilson(verified, verified + failed),
        correctness=_correctness(trial.attempt for trial in counted),
        confirmed=claims[ClaimVerdict.CONFIRMED],
        contradicted=claims[ClaimVerdict.CONTRADICTED],
        unreported=claims[ClaimVerdict.UNREPORTED],
        unverifiable=claims[ClaimVerdict.UNVERIFIABLE],
        duration_ratio=median(_duration_ratios(findings)),
        wall_s=spent.wall_s,
        wall_p50_s=median(spend([trial]).wall_s for trial in counted),
        tokens=spent.tokens,
        requests=spent.requests,
        cost_usd=spent.cost_usd,
        cost_per_verified_usd=_each(spent.cost_usd, verified),
        stars=None,
        failures=_failures(trials),
    )


def _findings(trials: Iterable[Trial]) -> Iterable[Finding]:
    for trial in trials:
        if trial.result.verdict in COUNTED and trial.attempt:
            yield from trial.attempt.findings


def _duration_ratios(findings: Iterable[Finding]) -> Iterable[float]:
    for finding in findings:
        ratio = _finite(finding.ratio)
        if finding.kind is ClaimKind.DURATION and ratio is not None:
            yield ratio


def _correctness(attempts: Iterable[Attempt | None]) -> float | None:
    """Weighted share of checks passed; a check that could not be made is not the model's fault."""
    delivered = [attempt for attempt in attempts if attempt and attempt.delivered]
    checks = [c for attempt in delivered for c in attempt.checks if c.status is not CheckStatus.ERROR]
    return _share(sum(c.weight for c in checks if c.passed), sum(c.weight for c in checks))


def _failures(trials: Iterable[Trial]) -> tuple[Failure, ...]:
    causes: Counter[tuple[str, str]] = Counter()
    for trial in trials:
        attempt = trial.attempt
        match trial.result.verdict:
            case Verdict.ERROR:
                detail = attempt.end_detail if attempt else ""
                causes["infrastructure", trial.result.error or detail or "no attempt was begun"] += 1
            case Verdict.FAILED if attempt:
                causes.update(("check", name) for name in failed_checks(attempt))
                if attempt.end is not AgentEnd.COMPLETED:
                    causes["agent", attempt.end.value] += 1
    ordered = sorted(causes.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Failure(kind=kind, name=name, count=count) for (kind, name), count in ordered)


def failed_checks(attempt: Attempt) -> tuple[str, ...]:
    """Return the names of the required checks that failed."""
    return tuple(c.name for c in attempt.checks if c.required and c.status is CheckStatus.FAILED)


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


def _verdict(board: Leaderboard, trials: Sequence[Trial], missing: int) -> Verdict:
    verdicts = Counter(trial.result.verdict for trial in trials)
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


def _finite(ratio: float | None) -> float | None:
    # A claim of "1e999 s" has a ratio that no report can print.
    return ratio if ratio is not None and math.isfinite(ratio) else None
