"""A step's structured answer: its JSON schema, and the check that the answer fits it.

The CLI asks the agent for an answer by the same schema. We hold it against the schema ourselves: the CLI runs where the
agent does. That an answer fits says nothing of whether it is true; `checks` say that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from gha_router.checks import Check, PureCheck, Sight
from gha_router.checks.spec import Params
from gha_router.claims.structured import FIELD as CLAIMS
from gha_router.config import Config, Step, Trail
from gha_router.errors import ConfigError
from gha_router.records import CheckStatus, Evidence

SHOWN = 3  # faults of one answer
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
        faults = [f"{_place(error.absolute_path)}{error.message[:300]}" for error in self._errors(evidence.structured)]
        more = [f"and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        found = "; ".join((*faults[:SHOWN], *more))
        return Sight(status=CheckStatus.FAILED if faults else CheckStatus.PASSED, found=found or "it fits")

    def _errors(self, answer: Any) -> Iterator[Any]:
        from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # noqa: PLC0415  0.1 s
        from referencing import Registry  # noqa: PLC0415

        validator = Draft202012Validator(self.schema, registry=Registry())  # which fetches nothing
        return iter(
            sorted(validator.iter_errors(answer), key=lambda error: [str(part) for part in error.absolute_path])
        )


def _place(path: Any) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return f"{''.join(parts).removeprefix('.')}: " if parts else ""


def answer_check(config: Config, at: Trail, step: Step) -> tuple[Check, ...]:
    """Return the check of a step's answer, none without a schema. Raises ``ConfigError`` for what is no schema."""
    schema = step.output_schema
    if schema is None:
        return ()
    from jsonschema import Draft202012Validator, SchemaError  # noqa: PLC0415  as above

    place = (*at, "output_schema")
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        where = config.position((*place, *error.absolute_path))
        raise ConfigError(
            f"this is no JSON schema: {error.message[:300]}", where=where, hint="See https://json-schema.org/learn."
        ) from None
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
    for trail, target in _references(schema):
        if not target.startswith("#"):
            raise ConfigError(
                f"`$ref: {target}` would be fetched from elsewhere",
                where=config.position((*place, *trail)),
                hint="Put it under `$defs` and write `#/$defs/NAME`.",
            )
    return (Answer(name="output_schema", required=True, weight=1.0, schema=schema),)


def _references(schema: Any, trail: Trail = ()) -> Iterator[tuple[Trail, str]]:
    match schema:
        case Mapping():
            for key, value in schema.items():
                if key in {"$ref", "$dynamicRef"} and isinstance(value, str):
                    yield (*trail, key), value
                yield from _references(value, (*trail, key))
        case [*items]:
            for index, item in enumerate(items):
                yield from _references(item, (*trail, index))
