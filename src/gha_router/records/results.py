"""What became of attempts, steps, runs and trials."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import Any

from gha_router.records.evidence import Changes, CheckResult, Finding
from gha_router.records.receipts import Decision, Usage, sum_if_known
from gha_router.records.words import AgentEnd, AgentKind, Verdict

NINE_DIGITS = Context(prec=9)  # of a quotient


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
    structured: Any | None = None  # its answer to the step's JSON schema
    own_tests: bool | None = None  # its own last test run looked green; None: it ran none
    carried: bool = False  # its changes were carried back into the workspace
    notes: tuple[str, ...] = ()
    judging: Judging | None = None  # None: no judge was asked
    agent: AgentKind = AgentKind.CLAUDE
    agent_version: str | None = None  # of its program; None: an older record does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """A step with all its attempts; the last one decides."""

    id: str
    verdict: Verdict
    asked: str
    attempts: tuple[Attempt, ...]
    error: str | None = None
    seal: str | None = None  # SHA-256 of what its checks rest on, taken before the first attempt
    sealed_from: str | None = None  # "base commit 9f8e7d6c5b4a", for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One process of a run that was resumed: its ledger, and what that says. ``ledger`` is a name in the folder."""

    ledger: str
    head: str | None
    requests: int
    cost_usd: Decimal | None  # None: some request has no known price
    closed: bool  # False: it was killed


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What was asked outside of attempts, and is on the bill all the same: the classifier, a judge."""

    name: str  # as receipts name the step
    requests: int
    cost_usd: Decimal | None  # None: some request has no known price


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What the work would have cost at one model's price: the tokens of the attempts that decided, priced again."""

    model: str
    cost_usd: Decimal | None  # None: its price, or some request's tokens, are not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What one deployment answered in a run, and what that cost: a line of the bill."""

    served: str | None  # provider/model; None: nobody answered
    requests: int
    usage: Usage | None  # None: the tokens of some request are not known
    cost_usd: Decimal | None  # None: some request has no known price
    price_source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheUse:
    """How many requests of a run were looked for among kept replies, and what those that were found saved."""

    asked: int
    hits: int
    near: int  # of the hits: those whose request only meant the same
    saved_usd: Decimal | None  # what the replies cost when they were made; None: of some it is not known

    @property
    def share(self) -> float:
        """Return the hits as a share of what was asked."""
        return self.hits / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """What went wrong at a deployment in one step, how often, and who answered these requests in the end."""

    step: str
    deployment: str | None  # None: the gateway refused before it asked anybody
    cause: str  # as the receipts' tries name it
    status: int | None  # None: no answer arrived
    times: int
    seconds: float  # spent on it
    then: tuple[str, ...]  # provider/model; empty: nobody


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
    lives: tuple[Life, ...] = ()  # of a resumed run, this process' last; empty: there was one
    asides: tuple[Aside, ...] = ()
    baseline: Baseline | None = None  # None: there are no tiers
    bill: tuple[Billed, ...] = ()  # the dearest first
    setbacks: tuple[Setback, ...] = ()
    cached: CacheUse | None = None  # None: no request was looked for among kept replies

    @property
    def costs(self) -> tuple[Decimal | None, ...]:
        """Return what each attempt and each aside cost, failed ones too."""
        attempts = (attempt.cost_usd for step in self.steps for attempt in step.attempts)
        return (*attempts, *(aside.cost_usd for aside in self.asides))

    @property
    def cost_usd(self) -> Decimal | None:
        """Return the whole bill; ``None`` as soon as one part of it is not known."""
        return sum_if_known(self.costs)

    @property
    def verified_steps(self) -> int:
        """Return how many steps were verified."""
        return sum(step.verdict is Verdict.VERIFIED for step in self.steps)

    @property
    def cost_per_verified_usd(self) -> Decimal | None:
        """Return dollars per verified success, failed attempts paid for; ``None`` without one or with unknown costs."""
        cost = self.cost_usd
        return (
            NINE_DIGITS.divide(cost, Decimal(self.verified_steps)) if cost is not None and self.verified_steps else None
        )

    @property
    def saved_usd(self) -> Decimal | None:
        """Return what the run cost less than its baseline, negative when it cost more; ``None``: not known."""
        cost, whole = self.cost_usd, self.baseline.cost_usd if self.baseline else None
        return None if cost is None or whole is None else whole - cost

    @property
    def saved_share(self) -> float | None:
        """Return the saving as a share of the baseline, below 0 when the run cost more; ``None``: not known."""
        saved, whole = self.saved_usd, self.baseline.cost_usd if self.baseline else None
        return float(saved / whole) if saved is not None and whole else None


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
    shard: str | None = None  # "3/6": a part of it
    shard_trials: int | None = None  # how many are planned for the part
