"""A step's structured answer: its JSON schema, and the check that the answer fits it.

The CLI asks the agent for an answer by the same schema. We hold it against the schema ourselves: the CLI runs where the
agent does. That an answer fits says nothing of whether it is true; `checks` say that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from gha_router.checks import Check, PureCheck, Sight
from gha_router.checks.say import plain
from gha_router.checks.schemas import held_against, mistake_of
from gha_router.checks.spec import Params
from gha_router.checks.workspace import Unreadable
from gha_router.claims.structured import FIELD as CLAIMS
from gha_router.config import Config, Step, Trail
from gha_router.errors import ConfigError
from gha_router.records import CheckStatus, Evidence

HINT = "See https://json-schema.org/learn; parts of a schema stand under `$defs`, as `#/$defs/NAME`."
OBJECT = "object"  # as a tool's input is, and an answer is given by a tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(PureCheck):
    """The structured answer is there, and fits its schema. It stands in no list of checks: `output_schema` makes it."""

    kind: ClassVar[str] = "output_schema"
    summary: ClassVar[str] = "the structured answer fits its JSON schema"
    parameters: ClassVar[Mapping[str, str]] = {}
    example: ClassVar[str] = ""

    schema: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return nothing: a step's `output_schema` makes this check."""
        raise ConfigError("`output_schema` is no check but a key of the step", where=params.where)

    @property
    def expected(self) -> str:
        """What must hold, for people."""
        return "a structured answer that fits the schema"

    @property
    def where(self) -> str | None:
        """The file that it speaks of."""
        return None

    def look(self, evidence: Evidence) -> Sight:
        """Return the first faults of the answer."""
        if evidence.structured is None:
            return Sight(status=CheckStatus.FAILED, found="no structured answer")
        try:
            return held_against(self.schema, evidence.structured)
        except (Unreadable, RecursionError) as why:
            return Sight(status=CheckStatus.FAILED, found=f"not looked at: {plain(str(why))}")


def answer_check(config: Config, at: Trail, step: Step) -> tuple[Check, ...]:
    """Return the check of a step's answer, none without a schema. Raises ``ConfigError`` for what is no schema."""
    schema = step.output_schema
    if schema is None:
        return ()
    place = (*at, "output_schema")
    if mistake := mistake_of(schema):
        where = config.position((*place, *mistake.path))
        raise ConfigError(
            f"this is no JSON schema: {mistake.what}",
            where=where,
            hint=HINT,
        )
    if schema.get("type") != OBJECT:
        raise ConfigError(
            "an answer is an object",
            where=config.position((*place, "type")),
            hint="`type: object`, with what you want to know under `properties`.",
        )
    if step.structured_claims and CLAIMS in schema.get("properties", {}):
        raise ConfigError(
            f"`{CLAIMS}` is where `structured_claims` go",
            where=config.position((*place, "properties", CLAIMS)),
            hint="Call the property something else, or leave `structured_claims` out.",
        )
    return (Answer(name="output_schema", required=True, weight=1.0, schema=schema),)
