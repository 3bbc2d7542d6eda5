"""Figures that other commands own. They are shown as they were last recorded, or not at all."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.speed.rows import Mark, Shown

FILE = "figures.json"  # {name: {"figure": "3.1 ms", "date": "2026-01-31"}}
ABSENT = "not measured here"


@dataclass(frozen=True, kw_only=True, slots=True)
class Elsewhere:
    """A figure with a target, and what measures it."""

    name: str
    what: str
    target: str
    by: str


FIGURES = (
    Elsewhere(name="decision", what="decision (rules + learned)", target="p95 <= 5 ms, no torch", by="no command yet"),
    Elsewhere(name="demo", what="25-trial demo, real CLI", target="<= 45 s on 2 cores", by="make demo"),
    Elsewhere(
        name="aggregate",
        what="aggregate 256 shards, 100,000 trials",
        target="<= 5 s, <= 300 MB",
        by="no command yet",
    ),
    Elsewhere(
        name="container",
        what="container: run -> gateway answers",
        target="<= 0.8 s",
        by="make e2e (tests/e2e/test_image.py)",
    ),
    Elsewhere(
        name="image",
        what="image size, unpacked",
        target="<= 850 MB",
        by="make e2e (tests/e2e/test_image.py)",
    ),
)


def lines(known: Mapping[str, str], columns: int) -> list[Shown]:
    """Return a line for each, its figure in the first column, which is ours."""
    rest = ("",) * (columns - 1)
    return [
        Shown(
            what=one.what,
            target=one.target,
            cells=(known.get(one.name, ABSENT), *rest),
            mark=Mark.OPEN,
            said=f"measured by: {one.by}",
        )
        for one in FIGURES
    ]


def recorded(folder: Path) -> Mapping[str, str]:
    """Return the figure of each name and its day, as the results have them."""
    file = folder / FILE
    data = json.loads(file.read_text()) if file.exists() else {}
    return {name: f"{one['figure']} ({one['date']})" for name, one in data.items()}
