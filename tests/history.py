"""A made-up history: two kinds of tasks in some repositories, of which the weak model can do one."""

import json
import random
from pathlib import Path

EASY = ("rename the variable", "fix the typo in the readme", "update the comment", "sort the imports")
HARD = ("find the deadlock between threads", "make the solver numerically stable", "prove the invariant holds")
REPOSITORIES = ("acme/shop", "acme/bank", "acme/maps", "acme/mail")


def lines(size: int = 240, *, seed: int = 1, telling: bool = True) -> list[dict[str, object]]:
    """Return tasks with prompt and labels; ``telling`` False: the text has nothing to do with who is right."""
    chance = random.Random(seed)  # noqa: S311  made-up tasks are no secret
    found: list[dict[str, object]] = []
    for number in range(size):
        hard = chance.random() < 0.5
        said_hard = hard if telling else chance.random() < 0.5
        filler = " ".join(chance.choice(["please", "today", "module", "again", "soon", "file"]) for _ in range(8))
        found.append(
            {
                "task_id": f"task-{number}",
                "repo": REPOSITORIES[number % len(REPOSITORIES)],
                "prompt": f"{chance.choice(HARD if said_hard else EASY)} {filler}",
                "weak": int(chance.random() < (0.1 if hard else 0.9)),
                "strong": int(chance.random() < 0.9),
                "weak_cost_usd": 0.02,
                "strong_cost_usd": 0.5,
            }
        )
    return found


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    """Write tasks as JSON lines."""
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return path
