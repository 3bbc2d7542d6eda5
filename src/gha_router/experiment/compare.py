"""What changed between two runs of an experiment beyond chance, and which routes should change for it.

Paired where it can be: on the tasks that are the same in both runs (by digest) the difference is taken task by task,
with a bootstrap over tasks; with fewer than ``ENOUGH`` such tasks the two success rates stand side by side (Newcombe).
Of M models that are looked at each interval has the level 1 - 0.05 / M (Bonferroni), so that "something changed" is
wrong in at most one of twenty comparisons of runs between which nothing did.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from gha_router.experiment.history import Cell, History
from gha_router.stats import Interval, difference_interval, newcombe, ratio_interval

LEVEL = 0.95
MARGIN = 0.05  # of success: who may be that much worse is still as good
BY_TASK, SIDE_BY_SIDE = "task by task", "side by side"


class Move(StrEnum):
    """Where a figure went."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "no change beyond chance"
    UNKNOWN = "not enough data"


class Advice(StrEnum):
    """What to do with a proposed route."""

    PROMOTE = "PROMOTE"
    KEEP = "KEEP"
    UNKNOWN = "NOT ENOUGH DATA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A model in both runs. Intervals are of new - old (success) and new / old (cost, time); ``None``: not enough."""

    model: str
    same: bool  # who answers is configured as before
    tasks: int  # the same in both runs, counted in both
    how: str  # BY_TASK or SIDE_BY_SIDE
    old: tuple[int, int]  # verified of counted, on those tasks
    new: tuple[int, int]
    success: Interval | None
    cost: Interval | None
    time: Interval | None

    @property
    def success_move(self) -> Move:
        """Return where its success went."""
        return _move(self.success, 0.0, up=True)

    @property
    def cost_move(self) -> Move:
        """Return where its cost went; cheaper is better."""
        return _move(self.cost, 1.0, up=False)

    @property
    def time_move(self) -> Move:
        """Return where its time went; faster is better."""
        return _move(self.time, 1.0, up=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A route, who has it, and who might. Figures are of the new run, on the tasks of both models."""

    route: str
    now: str
    proposed: str
    advice: Advice
    tasks: int
    success: Interval | None  # proposed - now
    cost: Interval | None  # proposed / now, a trial
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs."""

    suite: str
    old: str  # when it was started
    new: str
    moved: tuple[Moved, ...]
    proposals: tuple[Proposal, ...]
    gone: tuple[str, ...]  # models
    added: tuple[str, ...]
    changed_tasks: tuple[str, ...]  # new, gone or changed: no part of what is compared
    notes: tuple[str, ...]

    @property
    def worse(self) -> tuple[Moved, ...]:
        """Return the models that verify less than they did, beyond chance."""
        return tuple(one for one in self.moved if one.success_move is Move.WORSE)


UNSETTLED = (Advice.UNKNOWN, "the intervals do not settle it")


def compare(old: History, new: History, routes: Mapping[str, str]) -> Comparison:
    """Return what changed. ``routes``: who has which route now; the others of the new run are held against them."""
    same = {task for task, digest in new.tasks.items() if old.tasks.get(task) == digest}
    both = [model for model in new.models if model in old.models]
    level = 1 - (1 - LEVEL) / max(1, len(both))
    return Comparison(
        suite=new.suite,
        old=old.started_at,
        new=new.started_at,
        moved=tuple(_moved(model, old, new, same, level) for model in both),
        proposals=tuple(found for route, now in routes.items() if (found := _proposal(route, now, new)) is not None),
        gone=tuple(model for model in old.models if model not in new.models),
        added=tuple(model for model in new.models if model not in old.models),
        changed_tasks=tuple(task for task in {**old.tasks, **new.tasks} if task not in same),
        notes=tuple(_notes(old, new, same)),
    )


def _moved(model: str, old: History, new: History, same: set[str], level: float) -> Moved:
    before, after = old.of(model), new.of(model)
    tasks = [task for task in after if task in before and task in same]
    pairs = [(after[task], before[task]) for task in tasks]
    was, now = _sums(cell for _, cell in pairs), _sums(cell for cell, _ in pairs)
    success = difference_interval([(_rate(own), _rate(other)) for own, other in pairs], level=level)
    how = BY_TASK if success else SIDE_BY_SIDE
    return Moved(
        model=model,
        same=old.models[model] == new.models[model],
        tasks=len(tasks),
        how=how,
        old=was,
        new=now,
        success=success or newcombe(now, was, level=level),
        cost=_costs(pairs, level),
        time=ratio_interval(
            [(own.wall_s / own.counted, other.wall_s / other.counted) for own, other in pairs], level=level
        ),
    )


def _proposal(route: str, now: str, new: History) -> Proposal | None:
    """Return the best that can be said of the others in the place of who has the route; ``None`` without any."""
    others = [model for model in new.models if model != now]
    if now not in new.models or not others:
        return None
    level = 1 - (1 - LEVEL) / len(others)
    found = [_held(route, now, other, new, level) for other in others]
    order = (Advice.PROMOTE, Advice.UNKNOWN, Advice.KEEP)
    return min(found, key=lambda one: (order.index(one.advice), _cheapness(one, new), others.index(one.proposed)))


def _held(route: str, now: str, other: str, new: History, level: float) -> Proposal:
    own, theirs = new.of(other), new.of(now)
    pairs = [(own[task], theirs[task]) for task in own if task in theirs]
    success = difference_interval([(_rate(one), _rate(two)) for one, two in pairs], level=level) or newcombe(
        _sums(one for one, _ in pairs), _sums(two for _, two in pairs), level=level
    )
    cost = _costs(pairs, level)
    advice, why = _advice(success, cost)
    return Proposal(
        route=route, now=now, proposed=other, advice=advice, tasks=len(pairs), success=success, cost=cost, why=why
    )


def _advice(success: Interval | None, cost: Interval | None) -> tuple[Advice, str]:
    """Promote who is as good and cheaper, or better and not dearer; keep where either is out of the question."""
    unknown, better = (
        Interval(low=-math.inf, high=math.inf),
        "it is better and dearer: is it worth that?",
    )
    right, price = success or unknown, cost or unknown
    rules = (
        (right.high < -MARGIN, Advice.KEEP, f"it is worse by more than {MARGIN:.0%}"),
        (success is None, Advice.UNKNOWN, "too few trials to tell their success apart"),
        (cost is None, Advice.UNKNOWN, "too few tasks with known costs"),
        (right.low > 0 and price.low <= 1, Advice.PROMOTE, "it is better, and not dearer"),
        (right.low > 0, Advice.KEEP, better),
        (price.low > 1, Advice.KEEP, "it is dearer, and not better"),
        (right.low > -MARGIN and price.high < 1, Advice.PROMOTE, f"it is cheaper, and at most {MARGIN:.0%} worse"),
    )
    return next(((advice, why) for holds, advice, why in rules if holds), UNSETTLED)


def _notes(old: History, new: History, same: set[str]) -> Iterable[str]:
    if old.suite != new.suite:
        yield f"The suites have different names, {old.suite} and {new.suite}."
    if not same:
        yield "No task is the same in both runs: nothing can be compared."
    if old.missing or new.missing:
        yield f"Planned trials that are missing: {old.missing} of the old run, {new.missing} of the new."
    if old.simulated or new.simulated:
        yield "Simulated models: figures show how gha-router measures, not how any real model performs."
    for tool, version in new.tools.items():
        if (was := old.tools.get(tool)) not in {None, version}:
            yield f"{tool} {was} became {version}: what moved may have moved for that."


def _cheapness(one: Proposal, new: History) -> Decimal:
    cells = new.of(one.proposed).values()
    cost = sum((cell.cost_usd or Decimal(0) for cell in cells), Decimal(0))
    verified = sum(cell.verified for cell in cells)
    return cost / verified if verified else Decimal("Infinity")


def _costs(pairs: Sequence[tuple[Cell, Cell]], level: float) -> Interval | None:
    known = [
        (float(own.cost_usd) / own.counted, float(other.cost_usd) / other.counted)
        for own, other in pairs
        if own.cost_usd is not None and other.cost_usd is not None
    ]
    return ratio_interval(known, level=level)


def _sums(cells: Iterable[Cell]) -> tuple[int, int]:
    found = list(cells)
    return sum(cell.verified for cell in found), sum(cell.counted for cell in found)


def _time(cell: Cell) -> float:
    return cell.wall_s / cell.counted


def _rate(cell: Cell) -> float:
    return cell.verified / cell.counted


def _move(interval: Interval | None, still: float, *, up: bool) -> Move:
    if interval is None:
        return Move.UNKNOWN
    if interval.low <= still <= interval.high:
        return Move.SAME
    return Move.BETTER if (interval.low > still) == up else Move.WORSE
