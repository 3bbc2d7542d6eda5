"""A trial's point: the little that tables need of it, so that a hundred thousand trials fit into memory.

Quality speaks of *counted* trials: verified or failed. A trial that ended in an infrastructure error, was refused by
the budget, cancelled or skipped says nothing about the model and stands apart. What was spent speaks of all trials,
because it was spent.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from sys import intern  # each name is held once, however many trials have it

import msgspec

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

COUNTED = frozenset({Verdict.VERIFIED, Verdict.FAILED})
NOTHING = (0, 0, 0, 0)
SAID = (ClaimVerdict.CONFIRMED, ClaimVerdict.CONTRADICTED, ClaimVerdict.UNREPORTED, ClaimVerdict.UNVERIFIABLE)


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


class Point(msgspec.Struct, frozen=True, kw_only=True, gc=False):  # made in a tenth of a dataclass's time
    """One trial. ``claims``: confirmed, contradicted, unreported, unverifiable; of a counted trial only."""

    id: str
    model: str
    task_id: str
    epoch: int
    verdict: Verdict
    attempts: int
    spent: Spend
    end: AgentEnd | None  # of the deciding attempt; None: none was begun
    delivered: bool  # counted, and it handed in something
    passed: float  # weight of the checks that passed, where it delivered
    made: float  # weight of those that could be made
    claims: tuple[int, int, int, int]
    durations: tuple[float, ...]  # claimed / measured
    causes: tuple[tuple[str, str], ...]  # kind and name of why it was not verified
    error: str | None

    @property
    def counted(self) -> bool:
        """Return whether it says something about its model."""
        return self.verdict in COUNTED

    @property
    def verified(self) -> bool:
        """Return whether it was verified."""
        return self.verdict is Verdict.VERIFIED

    @property
    def failed_checks(self) -> tuple[str, ...]:
        """Return the names of the required checks that failed."""
        return tuple(name for kind, name in self.causes if kind == "check")


def points_of(result: ExperimentResult) -> tuple[Point, ...]:
    """Return the points of an experiment's trials."""
    return tuple(point_of(trial) for trial in result.trials)


def point_of(trial: Trial) -> Point:
    """Return the point of a trial."""
    attempt, verdict = trial.attempt, trial.result.verdict
    passed = made = 0.0
    claims, delivered = NOTHING, False
    durations: tuple[float, ...] = ()
    if attempt is not None and verdict in COUNTED:
        delivered = attempt.delivered
        if delivered:
            for check in attempt.checks:
                if check.status is CheckStatus.PASSED:
                    passed += check.weight
                if check.status is not CheckStatus.ERROR:
                    made += check.weight
        claims, durations = _claims(attempt.findings), tuple(_duration_ratios(attempt.findings))
    return Point(
        id=trial.id,
        model=intern(trial.model),
        task_id=intern(trial.task_id),
        epoch=trial.epoch,
        verdict=verdict,
        attempts=len(trial.result.attempts),
        spent=_of_attempts(trial.result.attempts),
        end=attempt.end if attempt else None,
        delivered=delivered,
        passed=passed,
        made=made,
        claims=claims,
        durations=durations,
        causes=_causes(trial, attempt),
        error=trial.result.error,
    )


def spend(trials: Sequence[Trial]) -> Spend:
    """Return what trials took. An attempt that sent no request used no tokens, known or not."""
    return _of_attempts([attempt for trial in trials for attempt in trial.result.attempts])


def together(spent: Iterable[Spend]) -> Spend:
    """Return the sum of what trials took."""
    all_of_them = list(spent)
    tokens = [one.tokens for one in all_of_them]
    return Spend(
        cost_usd=sum_if_known(one.cost_usd for one in all_of_them),
        tokens=None if None in tokens else sum(count for count in tokens if count is not None),
        requests=sum(one.requests for one in all_of_them),
        wall_s=math.fsum(one.wall_s for one in all_of_them),
    )


def contradictions(trial: Trial) -> tuple[Contradiction, ...]:
    """Return what the deciding attempt of a counted trial claimed and a meter contradicts."""
    if trial.result.verdict not in COUNTED or trial.attempt is None:
        return ()
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
        for finding in trial.attempt.findings
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


def failed_checks(attempt: Attempt) -> tuple[str, ...]:
    """Return the names of the required checks that failed."""
    return tuple(c.name for c in attempt.checks if c.required and c.status is CheckStatus.FAILED)


def _of_attempts(attempts: Sequence[Attempt]) -> Spend:
    if len(attempts) == 1:  # nearly all, and sums of one take their time
        (only,) = attempts
        unused = 0 if not only.requests else None
        return Spend(
            cost_usd=only.cost_usd,
            tokens=unused if only.usage is None else only.usage.total,
            requests=only.requests,
            wall_s=only.wall_s,
        )
    usages = [attempt.usage for attempt in attempts if attempt.usage is not None or attempt.requests]
    return Spend(
        cost_usd=sum_if_known(attempt.cost_usd for attempt in attempts),
        tokens=None if None in usages else sum(u.total for u in usages if u is not None),
        requests=sum(attempt.requests for attempt in attempts),
        wall_s=math.fsum(attempt.wall_s for attempt in attempts),
    )


def _claims(findings: Sequence[Finding]) -> tuple[int, int, int, int]:
    if not findings:
        return NOTHING
    said = [finding.verdict for finding in findings]
    confirmed, contradicted, unreported, unverifiable = map(said.count, SAID)
    return confirmed, contradicted, unreported, unverifiable


def _duration_ratios(findings: Iterable[Finding]) -> Iterable[float]:
    for finding in findings:
        if finding.kind is ClaimKind.DURATION and (ratio := _finite(finding.ratio)) is not None:
            yield ratio


def _causes(trial: Trial, attempt: Attempt | None) -> tuple[tuple[str, str], ...]:
    match trial.result.verdict:
        case Verdict.ERROR:
            detail = attempt.end_detail if attempt else ""
            return (("infrastructure", trial.result.error or detail or "no attempt was begun"),)
        case Verdict.FAILED if attempt:
            ended = () if attempt.end is AgentEnd.COMPLETED else (("agent", attempt.end.value),)
            return (*(("check", name) for name in failed_checks(attempt)), *ended)
    return ()


def _finite(ratio: float | None) -> float | None:
    # A claim of "1e999 s" has a ratio that no report can print.
    return ratio if ratio is not None and math.isfinite(ratio) else None
