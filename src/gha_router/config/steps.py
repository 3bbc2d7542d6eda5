"""Steps and pipelines: one prompt each, who answers it, what it needs, and how its result is checked."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from gha_router.config.fields import Count, NotEmpty, PathPattern, Raw, Seconds, Text, Tier, Usd, mistake
from gha_router.config.record import Record
from gha_router.config.words import TaskType
from gha_router.records import AgentKind

StepId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
InputName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]


class Tree(StrEnum):
    """Which files a step finds: those with what verified steps changed, or those that the run began with."""

    SHARED = "shared"
    FRESH = "fresh"


class Then(StrEnum):
    """What becomes of the run when a step was not verified after all its attempts."""

    STOP = "stop"
    CONTINUE = "continue"


class OnFail(Record):
    """What happens when a step was not verified.

    ``hint``: the next attempt is told the names of the checks that failed. ``keep_workspace``: it begins with the files
    that the failed one left, which are an agent's words too; see docs/escalation.md.
    """

    retry: int = Field(default=0, ge=0)
    escalate: tuple[Tier, ...] = ()
    then: Then = Then.STOP
    keep_workspace: bool = False
    hint: bool = False


class Limits(Record):
    """What a step may take: seconds and turns of each attempt, USD of all its attempts together."""

    time_s: Seconds | None = None
    turns: Count | None = None
    usd: Usd | None = None


class Input(Record):
    """A value from an earlier step: its final message, a file of its result, or what its structured answer holds.

    ``structured`` is a path as in checks, ``$`` the whole answer. ``default`` stands in where there is no verified one.
    """

    from_: StepId = Field(alias="from")
    file: Text | None = None
    structured: Text | None = None
    default: str | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "Input":
        if self.file is not None and self.structured is not None:
            raise mistake("an input is a `file` or a `structured` value", "Keep one; without both it is the message.")
        return self


def _as_input(value: Any) -> Any:
    return {"from": value} if isinstance(value, str) else value


class Step(Record):
    """One prompt, who answers it and how the result is checked.

    ``agent``: who does the work; the configuration's where it is not said. ``needs``: the steps that come before; the
    step above where it is not said. ``carry``: whether its verified changes come back into the workspace; a ``shared``
    step's do, a ``fresh`` step's do not, unless it is said.
    """

    id: StepId
    prompt: Text
    route: TaskType | None = None
    tier: Tier | None = None
    model: Text | None = None
    agent: AgentKind | None = None
    needs: tuple[StepId, ...] | None = None
    inputs: Mapping[InputName, Annotated[Input, BeforeValidator(_as_input, json_schema_input_type=StepId | Input)]] = (
        Field(default_factory=dict)
    )
    when: Text | None = None
    workspace: Tree = Tree.SHARED
    carry: bool | None = None
    output_schema: Mapping[str, Any] | None = None
    checks: Raw = ()
    claims: Raw = ()
    structured_claims: bool = False  # the agent is asked for a list of its claims, beside its message
    seal: tuple[PathPattern, ...] | None = None
    trust: tuple[PathPattern, ...] = ()
    on_fail: OnFail = OnFail()
    limits: Limits = Limits()
    time_limit_s: Seconds | None = None  # an older word for ``limits.time_s``
    turn_limit: Count | None = None  # an older word for ``limits.turns``

    @model_validator(mode="after")
    def _one_way(self) -> "Step":
        if sum(way is not None for way in (self.route, self.tier, self.model)) > 1:
            raise mistake("a step has a `route`, a `tier` or a `model`", "Keep one of them.")
        for old, new in (("time_limit_s", "time_s"), ("turn_limit", "turns")):
            if getattr(self, old) is not None and getattr(self.limits, new) is not None:
                raise mistake(f"`{old}` and `limits.{new}` say the same", f"Keep `limits.{new}`.")
        return self

    @property
    def time_s(self) -> float | None:
        """Return the limit of an attempt in seconds, by either word."""
        return self.limits.time_s or self.time_limit_s

    @property
    def turns(self) -> int | None:
        """Return the limit of an attempt in turns, by either word."""
        return self.limits.turns or self.turn_limit

    @property
    def carries(self) -> bool:
        """Return whether its verified changes come back into the workspace."""
        return self.workspace is Tree.SHARED if self.carry is None else self.carry


class Pipeline(Record):
    """Steps that are run by the pipeline's name."""

    steps: Annotated[tuple[Step, ...], NotEmpty, Field(json_schema_extra={"minItems": 1})]
