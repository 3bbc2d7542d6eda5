"""``outcomes.csv``: one line a trial that says something about its model, for ``calibrate`` and ``replay``.

Infrastructure errors, refusals by the budget, cancelled and skipped trials are no outcomes and are left out; the
report's notes count them.
"""

import csv
import io

from gha_router.experiment.collected import Collected, collected
from gha_router.experiment.points import Point
from gha_router.records import ExperimentResult

COLUMNS = ("task_id", "model", "resolved", "cost_usd", "api_calls", "wall_s", "epoch")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def outcomes_csv(result: ExperimentResult | Collected) -> str:
    """Return the file. ``resolved`` is 1 or 0, ``cost_usd`` empty when unknown, ``wall_s`` in seconds."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(COLUMNS)
    lines.writerows(_line(point) for point in collected(result).points if point.counted)
    return text.getvalue()


def _line(trial: Point) -> tuple[str | int, ...]:
    spent = trial.spent
    return (
        _text(trial.task_id),
        _text(trial.model),
        int(trial.verified),
        "" if spent.cost_usd is None else f"{spent.cost_usd:f}",
        spent.requests,
        f"{spent.wall_s:.3f}",
        trial.epoch,
    )


def _text(name: str) -> str:
    """Return a name that a spreadsheet does not take for a formula (OWASP, CSV injection: a leading quote)."""
    return f"'{name}" if name.startswith(FORMULA) else name
