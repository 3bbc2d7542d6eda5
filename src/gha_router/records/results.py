"""What became of attempts, steps, runs and trials."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from gha_router.records.evidence import Changes, CheckResult, Finding
from gha_router.records.receipts import Decision, Usage
from gha_router.records.words import AgentEnd, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What asking judges cost: a part of the attempt's ``cost_usd``, and of none of its other figures."""

    requests: int
    usage: Usage | None
    cost_usd: Decimal | None  # None: some request has no known price
    served: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a verdict rests on: a piece of evidence, where it is from, and what makes it worth believing."""

    piece: str
    origin: str
    standing: str
    sound: bool = True  # False: missing, or not what it was


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One session of the agent on a fresh copy of the workspace."""

    number: int  # counts from 1
    decision: Decision
    verdict: Verdict
    end: AgentEnd
    end_detail: str
    started_at: str
    wall_s: float
    turns: int
    requests: int
    usage: Usage | None
    cost_usd: Decimal | None  # from receipts; None: some request has no known price
    claimed_cost_usd: Decimal | None  # the agent's own figure: shown, never used
    served: tuple[str, ...]
    checks: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]
    changes: Changes
    delivered: bool  # it handed in something: work in the workspace, or a claim
    final_message: str
    transcript: str | None  # path below the output folder
    isolation: str  # "uid + network", "uid" or "none"
    carried: bool = False  # its changes were carried back into the workspace
    notes: tuple[str, ...] = ()
    judging: Judging | None = None  # None: no judge was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """A step with all its attempts; the last one decides."""

    id: str
    verdict: Verdict
    asked: str
    attempts: tuple[Attempt, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A whole run, as ``report.json`` holds it."""

    id: str
    verdict: Verdict
    started_at: str
    wall_s: float
    steps: tuple[StepResult, ...]
    ledger_head: str | None
    isolation: str
    notes: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()  # of a run that was verified later


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One task, one model, one epoch: a line of ``trials.jsonl``."""

    id: str  # suite/task@model#epoch
    suite: str
    task_id: str
    model: str
    epoch: int  # counts from 1
    result: StepResult

    @property
    def attempt(self) -> Attempt | None:
        """Return the attempt that decided, ``None`` when none was begun."""
        return self.result.attempts[-1] if self.result.attempts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentResult:
    """All trials of one experiment and where they came from."""

    suite: str
    models: tuple[str, ...]
    epochs: int
    started_at: str
    wall_s: float
    trials: tuple[Trial, ...]
    ledger_head: str | None
    isolation: str
    tasks: tuple[str, ...] = ()  # the ids of all that were to be tried; empty: those of the trials
    tools: Mapping[str, str] = field(default_factory=dict)  # name -> version
    simulated: bool = False
