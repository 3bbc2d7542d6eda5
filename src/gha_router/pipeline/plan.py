"""What a step is once everything about it is known: nothing is looked up while it runs."""

from dataclasses import dataclass
from pathlib import Path

from gha_router.checks import Check
from gha_router.claims import ExpectedClaim
from gha_router.records import Decision

TIME_LIMIT_S = 1800.0
TURN_LIMIT = 60
UNNAMED = "by its prompt"  # what a step asks for that names nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """One step: its prompt, who may answer it in which order, and how its result is checked."""

    id: str
    prompt: str
    asked: str  # as the user named it: "tier 1", "sonnet"
    open: bool = False  # nobody was named: the prompt decides
    retries: int = 0  # attempts after the first that go where it went
    attempts: tuple[Decision, ...]  # the first, then each that follows a failed verification
    checks: tuple[Check, ...] = ()
    claims: tuple[ExpectedClaim, ...] = ()
    structured_claims: bool = False  # the agent is asked for its claims as JSON, beside its message
    time_limit_s: float = TIME_LIMIT_S
    turn_limit: int = TURN_LIMIT
    context: int | None = None
    sealed: Path | None = None  # the task's checks/ folder
