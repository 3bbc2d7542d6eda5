"""The catalogue for people and for editors: as JSON, and as a part of the configuration's schema."""

from collections.abc import Mapping
from typing import Any

from gha_router.checks.base import Check
from gha_router.checks.catalogue import CATALOGUE
from gha_router.records import Json

COMMON: Mapping[str, str] = {
    "name": "what reports call it (default: the kind and what it speaks of)",
    "weight": "how much it counts for the score, above 0 (default 1)",
    "required": "`false`: it is told and decides nothing (default true)",
    "gate": "`true`: the check is on trial itself: how often it errs is measured against the other required ones",
}
_COMMON_SCHEMAS: Mapping[str, Json] = {
    "name": {"type": "string", "minLength": 1},
    "weight": {"type": "number", "exclusiveMinimum": 0},
    "required": {"type": "boolean"},
    "gate": {"type": "boolean"},
}


def entry(check: type[Check]) -> Json:
    """Return one kind: ``kind, summary, parameters (name -> what it is), short, example``."""
    return {
        "kind": check.kind,
        "summary": check.summary,
        "parameters": dict(check.parameters),
        "short": check.short,
        "example": check.example,
    }


def entries() -> list[Json]:
    """Return all kinds, in the catalogue's order."""
    return [entry(check) for check in CATALOGUE.values()]


def check_schema() -> Json:
    """Return the JSON schema of one check: its kind, the names of its parameters, and what all checks have.

    Values are not described: the reader of each kind knows what fits, and says so.
    """
    kinds = {check.kind: _kind_schema(check) for check in CATALOGUE.values()}
    common = {name: {**_COMMON_SCHEMAS[name], "description": what} for name, what in COMMON.items()}
    return {
        "type": "object",
        "description": "One expectation, held after the agent has ended.",
        "properties": {**kinds, **common},
        "additionalProperties": False,
        "oneOf": [{"required": [kind]} for kind in kinds],
    }


def _kind_schema(check: type[Check]) -> Json:
    parameters: Json = {
        "type": "object",
        "properties": {name: {"description": what} for name, what in check.parameters.items()},
        "additionalProperties": False,
    }
    short: list[Any] = [{"not": {"type": "object"}}] if check.short else []
    either = {"anyOf": [parameters, *short]} if short else parameters
    return {"description": f"{check.summary}. Example: {check.example}", **either}
