"""How far a run is, in the comment that will hold its report."""

from decimal import Decimal

from gha_router.pipeline.run import Stage
from gha_router.report import format as fmt
from gha_router.report.markdown import line_of
from gha_router.report.neutral import sentence
from gha_router.report.origin import Origin, place
from gha_router.report.view import Line, Word

SIGN = "⏳"
QUEUED = "Queued"


def progress(stage: Stage | None, origin: Origin) -> str:
    """Return the text. ``None``: nothing has begun yet."""
    return f"{_headline(stage)}\n{_small(origin)}"


def _small(origin: Origin) -> str:
    parts = " · ".join(map(line_of, place(origin)))
    return f"\n<sub>{parts}</sub>\n" if parts else ""


def _headline(stage: Stage | None) -> str:
    return f"### {SIGN} {QUEUED if stage is None else line_of(_words(stage))}"


def _words(stage: Stage) -> Line:
    again = f", attempt {stage.attempt}" if stage.attempt > 1 else ""
    spent = fmt.money(stage.cost_usd) if stage.cost_usd is not None else f"cost {fmt.UNKNOWN}"
    return (
        Word(text=f"Step {stage.step} of {stage.steps}: "),
        Word(text=stage.id, code=True),
        Word(text=" on "),
        Word(text=stage.model, code=True),
        Word(text=f"{again}{f' · {spent} so far' if stage.cost_usd != Decimal(0) else ''}"),
    )


def broken(what: str, origin: Origin) -> str:
    """Return what stands in the place of a report when there was no run."""
    return f"### ⚠️ The run did not come about\n\n{sentence(what)}\n" + _small(origin)
