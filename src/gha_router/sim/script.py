"""A script: the tool calls that solve a task, turn by turn, and what is said at the end."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gha_router.errors import Position

REFERENCE = re.compile(r"\$\{(\w+)\}")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")  # as JSON writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One tool call. ``save`` names its output, for ``${name}`` in later steps and in the final message."""

    tool: str
    input: Mapping[str, Any]
    save: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parallel:
    """Several tool calls in one turn. None of them knows the output of another."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What a model does when it is given ``prompt``: one entry of ``steps`` a turn, then ``final``.

    ``structured`` is what it answers beside it when an answer by a schema is asked for: a JSON object.
    """

    prompt: str
    steps: tuple[Step | Parallel, ...]
    final: str
    structured: Mapping[str, Any] | None = None
    mutations: tuple["Mutation", ...] = ()

    @property
    def turns(self) -> tuple[tuple[Step, ...], ...]:
        """Return the tool calls of each turn."""
        return tuple(entry.steps if isinstance(entry, Parallel) else (entry,) for entry in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A plausible wrong way through a task, and the name of the check that has to catch it."""

    name: str
    caught_by: str
    script: Script
    where: Position  # of ``caught_by``, for whoever finds that there is no such check


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


def fill_answer(template: Any, values: Mapping[str, str]) -> Any:
    """Return ``template`` filled; what is nothing but one ``${name}`` becomes a number where its value is one."""
    match template:
        case str() if (only := REFERENCE.fullmatch(template)) and NUMBER.fullmatch(values.get(only[1], "")):
            return json.loads(values[only[1]])
        case Mapping():
            return {key: fill_answer(value, values) for key, value in template.items()}
        case list():
            return [fill_answer(value, values) for value in template]
        case _:
            return fill(template, values)


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
