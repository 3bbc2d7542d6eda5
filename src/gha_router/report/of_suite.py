"""The view of a suite that was checked: what does not hold first, then every task."""

from collections.abc import Iterator, Sequence

from gha_router.experiment.soundness import Played, Suite
from gha_router.records import ExperimentResult, Verdict
from gha_router.report import format as fmt
from gha_router.report.view import Column, Section, View


def suite_view(suite: Suite, result: ExperimentResult, played: Sequence[Played]) -> View:
    """Return the report of a suite: a row for each oracle, nop and mutation."""
    wrong = [one for one in played if not one.holds]
    missing = suite.size - len(result.trials)
    verdict = Verdict.VERIFIED if not wrong and not missing else Verdict.FAILED
    if missing or any(not one.ran for one in wrong):
        verdict = Verdict.ERROR
    parts = (
        f"{suite.name}: {len(played) - len(wrong)} of {len(played)} hold",
        fmt.plural(len(suite.tasks), "task"),
        fmt.duration(result.wall_s),
    )
    sections = (
        _section(f"{len(wrong)} of {len(played)} do not hold", wrong, alarm=True),
        _section("Task by task", played, alarm=False),
    )
    return View(
        verdict=verdict,
        headline=fmt.joined(parts),
        lead=tuple(_lead(suite, missing)),
        sections=tuple(section for section in sections if section.rows),
        notes=("The oracle has to pass, nop (nothing done) has to fail, and the named check has to catch a mutation.",),
    )


def _lead(suite: Suite, missing: int) -> Iterator[str]:
    if missing:
        yield f"Broken off: {missing} of {fmt.plural(suite.size, 'trial')} did not run."
    if bare := suite.without_mutations:
        yield f"Without a mutation, so that nobody knows what the checks would miss: {', '.join(bare)}."


def _section(title: str, played: Sequence[Played], *, alarm: bool) -> Section:
    return Section(
        title=title,
        alarm=alarm,
        columns=(Column(name="task", code=True), Column(name="played", code=True), Column(name="what became of it")),
        rows=tuple((one.task, one.name, f"{'✓' if one.holds else '✗'} {one.found}") for one in played),
    )
