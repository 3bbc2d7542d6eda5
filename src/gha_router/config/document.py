"""A configuration as plain data that remembers where each entry stands in the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gha_router.errors import Position

Trail = tuple[str | int, ...]  # the keys and indexes that lead to a value: ("steps", 0, "prompt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text as it stands in the file, and the values of the variables in it: whoever reads it fills them in."""

    text: str
    where: Position  # of the text, or of the `|` that it stands below
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    block: bool = False

    def line(self, number: int) -> Position:
        """Return where a line of the text stands; lines count from 1. Of a folded text only the beginning is known."""
        first = self.where.line
        if first is None or (number == 1 and not self.block):
            return self.where
        return Position(self.where.file, first + number) if self.block else self.where


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A YAML file as a person wrote it."""

    file: str
    data: dict[str, Any]  # of str, None, list and dict; below a typed trail also int, float and bool
    places: Mapping[Trail, Position]  # of each value, or of its key where the value begins on a later line
    keys: Mapping[Trail, Position]
    written: Mapping[Trail, str] = field(default_factory=dict)  # texts that held a variable, as they were
    blocks: frozenset[Trail] = frozenset()  # texts that begin below their `|`, line for line

    def place(self, trail: Trail) -> Position:
        """Return where a value stands, or the nearest thing around it."""
        return nearest(self.places, trail, self.file)

    def shown(self, trail: Trail, value: str) -> str:
        """Return a value as a message may show it: what came from the environment may be a secret."""
        return self.written.get(longest_known(self.places, trail), value)


def dotted(trail: Trail) -> str:
    """Return ``steps[0].prompt``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in trail)
    return text.removeprefix(".")


def longest_known(places: Mapping[Trail, Position], trail: Trail) -> Trail:
    """Return the longest beginning of ``trail`` that the file has: a short form has no ``to`` and no ``model``."""
    return next((trail[:end] for end in range(len(trail), 0, -1) if trail[:end] in places), ())


def nearest(places: Mapping[Trail, Position], trail: Trail, file: str) -> Position:
    """Return the place of the longest beginning of ``trail`` that the file has."""
    return places.get(longest_known(places, trail), Position(file))
