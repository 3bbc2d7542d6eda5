"""The pairs that a semantic cache is drilled on: different right answers, and paraphrases."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "fixtures" / "cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two prompts. ``differ`` is the kind of what makes two answers right; ``None``: one answer serves both."""

    one: str
    other: str
    differ: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A set of pairs, and what it may be used for."""

    name: str
    pairs: tuple[Pair, ...]

    @property
    def different(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.differ)

    @property
    def same(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if not pair.differ)


def drills() -> tuple[Drill, ...]:
    """Return the half that the guard was tuned on, the half that was held out, and what was written at the end."""
    tuned, held_out = (_read("drill")[start::2] for start in (0, 1))
    return (
        Drill(name="tuned on", pairs=tuned),
        Drill(name="held out", pairs=held_out),
        Drill(name="first sight", pairs=_read("first_sight")),
    )


def _read(name: str) -> tuple[Pair, ...]:
    document: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yml").read_text("utf-8"))
    different = [Pair(one=one, other=other, differ=kind) for kind, one, other in document["different"]]
    return (*different, *(Pair(one=one, other=other, differ=None) for one, other in document["same"]))
