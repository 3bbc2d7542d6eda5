"""A script: the tool calls that solve a task, and what is said at the end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

REFERENCE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One tool call. ``save`` names its output, for ``${name}`` in later steps and in the final message."""

    tool: str
    input: Mapping[str, Any]
    save: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What a model does when it is given ``prompt``."""

    prompt: str
    steps: tuple[Step, ...]
    final: str


def fill(template: Any, values: Mapping[str, str]) -> Any:
    """Return ``template`` (a JSON value) with each ``${name}`` replaced; names without a value stay."""
    match template:
        case str():
            return REFERENCE.sub(lambda found: values.get(found[1], found[0]), template)
        case Mapping():
            return {key: fill(value, values) for key, value in template.items()}
        case list():
            return [fill(value, values) for value in template]
        case _:
            return template


def references(template: Any) -> set[str]:
    """Return the names that ``template`` (a JSON value) refers to."""
    match template:
        case str():
            return set(REFERENCE.findall(template))
        case Mapping():
            return {name for value in template.values() for name in references(value)}
        case list():
            return {name for value in template for name in references(value)}
        case _:
            return set()
