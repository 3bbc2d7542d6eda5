"""Cuts an experiment into shards of about equal time and money, always in the same way.

Trials are handed out the heaviest first, each to the shard that is least loaded with it (longest processing time
first: R. L. Graham, "Bounds on Multiprocessing Timing Anomalies", SIAM Journal on Applied Mathematics 17 (1969),
416-429: at most 4/3 of the best). The load is the larger of a shard's shares of the whole time and the whole money.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from gha_router.errors import UsageError
from gha_router.experiment.history import Cell, History
from gha_router.records import Json

MOST = 256  # jobs of a matrix: https://docs.github.com/actions/reference/limits
USUAL_S, USUAL_USD = 60.0, 0.05  # a trial of which nothing is known
LEAST_USD = 0.0001  # of a trial on a free model: its shard's budget is not nothing
ENOUGH_S = 600.0  # of a shard: below it a job's start costs more than it saves
SHARD = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")
MICRO = Decimal("0.000001")


@dataclass(frozen=True, slots=True, order=True)
class Planned:
    """One trial to be run."""

    epoch: int
    task: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One shard: its trials in the order in which they are run, and what they are expected to take."""

    name: str  # "3/6"
    trials: tuple[Planned, ...]
    seconds: float
    usd: float
    budget_usd: Decimal | None


def every(tasks: Iterable[str], models: Iterable[str], *, epochs: int = 1) -> tuple[Planned, ...]:
    """Return every task on every model, epoch by epoch."""
    ids, names = tuple(tasks), tuple(models)
    return tuple(Planned(epoch, task, model) for epoch in range(1, epochs + 1) for task in ids for model in names)


def cut(
    trials: Sequence[Planned],
    *,
    parts: int | None = None,
    history: History | None = None,
    budget_usd: Decimal | None = None,
) -> tuple[Part, ...]:
    """Return the shards of an experiment: ``parts``, or as many as are worth a job each; never more than ``MOST``.

    The budget is shared by expected cost, rounded down: together they never pass it. Raises ``UsageError`` for more
    parts than a matrix has jobs.
    """
    if parts is not None and not 1 <= parts <= MOST:
        raise UsageError(f"{parts} shards", hint=f"A matrix has 1 to {MOST} jobs.")
    expect = _Expectations(history)
    weights = {trial: expect.of(trial) for trial in trials}
    whole_s = math.fsum(seconds for seconds, _ in weights.values()) or 1.0
    whole_usd = math.fsum(usd for _, usd in weights.values()) or 1.0
    wanted = parts or max(1, math.ceil(whole_s / ENOUGH_S))
    count = max(1, min(wanted, MOST, len(trials) or 1))
    loads = [(0.0, 0.0)] * count
    own: list[list[Planned]] = [[] for _ in range(count)]
    place = {trial: number for number, trial in enumerate(trials)}

    def load(shard: int, seconds: float, usd: float) -> tuple[float, float, int]:
        time, money = (loads[shard][0] + seconds) / whole_s, (loads[shard][1] + usd) / whole_usd
        return max(time, money), time + money, shard

    def heaviness(trial: Planned) -> tuple[float, int]:
        seconds, usd = weights[trial]
        return -(seconds / whole_s + usd / whole_usd), place[trial]

    for trial in sorted(trials, key=heaviness):
        seconds, usd = weights[trial]
        least = min(load(shard, seconds, usd) for shard in range(count))[-1]
        own[least].append(trial)
        loads[least] = (loads[least][0] + seconds, loads[least][1] + usd)
    return tuple(
        Part(
            name=f"{number}/{count}",
            trials=tuple(sorted(part, key=place.__getitem__)),
            seconds=seconds,
            usd=usd,
            budget_usd=budget_usd if budget_usd is None or count == 1 else _share(budget_usd, usd / whole_usd),
        )
        for number, (part, (seconds, usd)) in enumerate(zip(own, loads, strict=True), 1)
    )


def part_named(name: str, parts: Sequence[Part]) -> Part:
    """Return the shard ``i/n``. Raises ``UsageError`` for one that there is not."""
    for part in parts:
        if part.name == name:
            return part
    raise UsageError(f"there is no shard {name}", hint=f"There are {parts[0].name} to {parts[-1].name}.")


def of(name: str) -> int:
    """Return the n of a shard ``i/n``. Raises ``UsageError`` for what is none."""
    found = SHARD.fullmatch(name)
    if not found or not int(found[1]) <= int(found[2]) <= MOST:
        raise UsageError(f"{name!r} is no shard", hint=f"Write --shard 3/6: the third of six, of at most {MOST}.")
    return int(found[2])


def matrix(parts: Iterable[Part]) -> Json:
    """Return what ``strategy.matrix`` takes: https://docs.github.com/actions/reference/workflow-syntax-for-github-actions.

    ``shard`` has a hyphen-named twin that may stand in an artifact's name, where a slash may not.
    """
    return {
        "include": [
            {
                "shard": part.name,
                "name": f"shard-{part.name.replace('/', '-of-')}",
                "trials": len(part.trials),
                "expected_minutes": max(1, math.ceil(part.seconds / 60)),
                "budget_usd": "" if part.budget_usd is None else format(part.budget_usd, "f"),
            }
            for part in parts
        ]
    }


class _Expectations:
    """What a trial takes, by earlier ones: of the same task and model, else of the model, the task, of all."""

    def __init__(self, history: History | None) -> None:
        cells = [cell for cell in (history.cells if history else ()) if cell.counted]
        self._known: dict[tuple[str | None, str | None], list[Cell]] = {}
        for cell in cells:
            for key in ((cell.task, cell.model), (None, cell.model), (cell.task, None), (None, None)):
                self._known.setdefault(key, []).append(cell)
        self._means: dict[tuple[str | None, str | None], tuple[float, float]] = {}

    def of(self, trial: Planned) -> tuple[float, float]:
        """Return seconds and USD."""
        for key in ((trial.task, trial.model), (None, trial.model), (trial.task, None), (None, None)):
            if key in self._known:
                return self._mean(key)
        return USUAL_S, USUAL_USD

    def _mean(self, key: tuple[str | None, str | None]) -> tuple[float, float]:
        if key not in self._means:
            cells = self._known[key]
            trials = sum(cell.counted for cell in cells)
            priced = [(cell.cost_usd, cell.counted) for cell in cells if cell.cost_usd is not None]
            paid = sum(count for _, count in priced)
            usd = float(sum(cost for cost, _ in priced)) / paid if paid else USUAL_USD
            self._means[key] = math.fsum(cell.wall_s for cell in cells) / trials, max(usd, LEAST_USD)
        return self._means[key]


def _share(budget: Decimal, share: float) -> Decimal:
    return (budget * Decimal(repr(share))).quantize(MICRO, rounding=ROUND_DOWN)
