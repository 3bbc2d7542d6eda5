"""The view of two runs side by side: what changed beyond chance, and what that means for routes."""

from collections.abc import Callable, Iterator

from gha_router.experiment.compare import Advice, Comparison, Move, Moved, Proposal
from gha_router.records import Json, Verdict, to_json
from gha_router.report import format as fmt
from gha_router.report.view import Column, Section, View
from gha_router.stats import ENOUGH, NOT_ENOUGH, Interval

SCHEMA = "gha-router/comparison/1"


def comparison_view(found: Comparison) -> View:
    """Return the report of a comparison. Its verdict is failed where a model verifies less than it did."""
    sections = (_routes(found), _success(found), _spent(found))
    return View(
        verdict=Verdict.FAILED if found.worse else Verdict.VERIFIED,
        headline=_headline(found),
        lead=tuple(_lead(found)),
        sections=tuple(section for section in sections if section.rows),
        notes=tuple(_notes(found)),
    )


def comparison_json(found: Comparison) -> Json:
    """Return the comparison for machines."""
    return {
        "schema": SCHEMA,
        **to_json(found),
        "moved": [
            {
                **to_json(one),
                "success_move": one.success_move.value,
                "cost_move": one.cost_move.value,
                "time_move": one.time_move.value,
            }
            for one in found.moved
        ],
        "worse": [one.model for one in found.worse],
    }


def _headline(found: Comparison) -> str:
    better = [one for one in found.moved if one.success_move is Move.BETTER]
    promoted = [one for one in found.proposals if one.advice is Advice.PROMOTE]
    return fmt.joined(
        (
            f"{fmt.plural(len(found.worse), 'model')} got worse, {len(better)} better, of {len(found.moved)}",
            f"{fmt.plural(len(promoted), 'route')} to promote" if found.proposals else "",
            f"{found.old[:10]} to {found.new[:10]}",
        )
    )


def _lead(found: Comparison) -> Iterator[str]:
    for one in found.worse:
        yield f"Worse beyond chance: {one.model}, {_share(one.old)} to {_share(one.new)} verified."
    if found.added:
        yield f"New in this run: {', '.join(found.added)}."
    if found.gone:
        yield f"Not tried again: {', '.join(found.gone)}."


def _routes(found: Comparison) -> Section:
    return Section(
        title="Routes",
        columns=(
            Column(name="route", code=True),
            Column(name="now", code=True),
            Column(name="proposed", code=True),
            Column(name="advice"),
            Column(name="success", right=True),
            Column(name="cost", right=True),
            Column(name="why"),
        ),
        rows=tuple(_proposal(one) for one in found.proposals),
        caption="Of the new run, proposed beside now: difference in success and ratio of costs.",
    )


def _proposal(one: Proposal) -> tuple[str, ...]:
    return (
        one.route,
        one.now,
        one.proposed,
        one.advice.value,
        _range(one.success, _points, " points"),
        _range(one.cost, _times, "x"),
        one.why,
    )


def _success(found: Comparison) -> Section:
    return Section(
        title="Success",
        columns=(
            Column(name="model", code=True),
            Column(name="old", right=True),
            Column(name="new", right=True),
            Column(name="difference", right=True),
            Column(name="it is"),
            Column(name="how"),
        ),
        rows=tuple(_model(one) for one in found.moved),
        caption=(
            f"On tasks that are the same in both runs. {NOT_ENOUGH.capitalize()}: fewer than {ENOUGH} tasks, and fewer "
            f"than {ENOUGH} trials on either side."
        ),
    )


def _model(one: Moved) -> tuple[str, ...]:
    name = one.model if one.same else f"{one.model} (configured otherwise)"
    tasks = fmt.plural(one.tasks, "task")
    return (
        name,
        _share(one.old),
        _share(one.new),
        _range(one.success, _points, " points"),
        one.success_move.value,
        f"{one.how}, {tasks}",
    )


def _spent(found: Comparison) -> Section:
    return Section(
        title="Cost and time",
        essential=False,
        columns=(
            Column(name="model", code=True),
            Column(name="cost, new / old", right=True),
            Column(name="it is"),
            Column(name="time, new / old", right=True),
            Column(name="it is"),
        ),
        rows=tuple(
            (
                one.model,
                _range(one.cost, _times, "x"),
                one.cost_move.value,
                _range(one.time, _times, "x"),
                one.time_move.value,
            )
            for one in found.moved
            if one.cost or one.time
        ),
        caption="Costs are metered, times measured; task by task, on the tasks whose costs are known in both runs.",
    )


def _notes(found: Comparison) -> Iterator[str]:
    yield from found.notes
    if found.changed_tasks:
        shown = ", ".join((*found.changed_tasks[:10], *(["..."] if found.changed_tasks[10:] else ())))
        yield f"Not compared, for they are not the same in both runs: {shown}."
    yield f"Suite {found.suite}. Intervals are of 95 % for all models together (Bonferroni)."


def _share(counts: tuple[int, int]) -> str:
    return fmt.part(*counts)


def _points(value: float) -> str:
    return f"{value * 100:+.0f}"


def _times(value: float) -> str:
    return f"{value:.2f}"


def _range(interval: Interval | None, shown: Callable[[float], str], unit: str) -> str:
    return NOT_ENOUGH if interval is None else f"{shown(interval.low)} to {shown(interval.high)}{unit}"
