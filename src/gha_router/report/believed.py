"""The section that says who may be believed, and its form for machines."""

from collections.abc import Sequence

from gha_router.experiment.acceptance import GATE, TESTS, WORD, Acceptor
from gha_router.records import Json, to_json
from gha_router.report import format as fmt
from gha_router.report.view import Column, Section
from gha_router.stats import ENOUGH, NOT_ENOUGH, Rate

NO_GATE = " No check is marked gate: nothing tells how often checks err."
NAMES = {WORD: "the agent's word", TESTS: "its own last test run", GATE: "checks marked gate"}


def believed(acceptors: Sequence[Acceptor]) -> Section:
    """Return who would have accepted what; nothing where nobody said anything."""
    shown = [one for one in acceptors if one.false_accept.trials or one.false_reject.trials]
    return Section(
        title="Who may be believed",
        essential=False,
        columns=(
            Column(name="who accepts"),
            Column(name="wrong ones accepted", right=True),
            Column(name="false accepts", right=True),
            Column(name="right ones refused", right=True),
            Column(name="false rejects", right=True),
            Column(name="says nothing of", right=True),
        ),
        rows=tuple(
            (
                NAMES[one.who],
                fmt.part(one.false_accept.hits, one.false_accept.trials),
                rate(one.false_accept),
                fmt.part(one.false_reject.hits, one.false_reject.trials),
                rate(one.false_reject),
                str(one.silent),
            )
            for one in shown
        ),
        caption=(
            f"Against the required checks that are not marked gate; 95 % Wilson intervals; fewer than {ENOUGH} "
            f"are {NOT_ENOUGH}." + ("" if any(one.who == GATE for one in shown) else NO_GATE)
        ),
    )


def rate(one: Rate) -> str:
    """Return ``12 % [6-22]``, or that there is not enough for a number."""
    return fmt.success(one.share, one.interval) if one.share is not None else NOT_ENOUGH


def as_json(acceptors: Sequence[Acceptor]) -> Json:
    """Return counts, shares (``null``: not enough data) and intervals by who accepts."""
    return {
        one.who: {
            name: {**to_json(found), "share": found.share, "interval": to_json(found.interval)}
            for name, found in (("false_accept", one.false_accept), ("false_reject", one.false_reject))
        }
        | {"silent": one.silent}
        for one in acceptors
    }
