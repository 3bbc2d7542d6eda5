"""What a step is once everything about it is known: nothing is looked up while it runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gha_router.checks import Check
from gha_router.checks.seal import Seal
from gha_router.claims import ExpectedClaim
from gha_router.config import Input, Then, Tree
from gha_router.records import AgentKind, Decision

if TYPE_CHECKING:  # jinja2 takes 50 ms, and most prompts hold no template
    from gha_router.pipeline.template import Template

TIME_LIMIT_S = 1800.0
TURN_LIMIT = 60
UNNAMED = "by its prompt"  # what a step asks for that names nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """One step: its prompt, who may answer it in which order, and how its result is checked."""

    id: str
    prompt: str  # of a template as it stands in the file, until the step begins
    agent: AgentKind = AgentKind.CLAUDE  # who does it
    asked: str  # as the user named it: "tier 1", "sonnet"
    open: bool = False  # nobody was named: the prompt decides
    retries: int = 0  # attempts after the first that go where it went
    hint: bool = False  # an attempt is told which checks the one before failed, by their names
    keep_workspace: bool = False  # an attempt begins with what the one before left
    attempts: tuple[Decision, ...]  # the first, then each that follows a failed verification
    checks: tuple[Check, ...] = ()
    claims: tuple[ExpectedClaim, ...] = ()
    structured_claims: bool = False  # the agent is asked for its claims as JSON, beside its message
    time_limit_s: float = TIME_LIMIT_S
    turn_limit: int = TURN_LIMIT
    context: int | None = None
    sealed: Path | None = None  # the task's checks/ folder
    seal_globs: tuple[str, ...] | None = None  # None: nobody said; the tests that the checks name are sealed
    trust: tuple[str, ...] = ()  # what the step may write although it is sealed or steers the tests
    seal: Seal | None = None  # taken before the agent starts
    usd: Decimal | None = None  # what all attempts may cost; None: what every step may
    output_schema: Mapping[str, Any] | None = None  # of the answer beside the prose
    template: "Template | None" = None  # of the prompt
    when: "Template | None" = None
    needs: tuple[str, ...] = ()
    inputs: Mapping[str, Input] = field(default_factory=dict)
    workspace: Tree = Tree.SHARED
    carry: bool = True  # its verified changes come back into the workspace
    then: Then = Then.STOP  # when it was not verified
