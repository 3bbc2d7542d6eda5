"""The view of a run: its steps, why each model was asked, what held and what it cost."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from enum import Enum

from gha_router.records import (
    AgentKind,
    Attempt,
    CheckResult,
    CheckStatus,
    ClaimVerdict,
    RunResult,
    Setback,
    StepResult,
    Verdict,
)
from gha_router.report import format as fmt
from gha_router.report import notes, worth
from gha_router.report.held import claims, contradictions, findings
from gha_router.report.neutral import clean
from gha_router.report.origin import NOWHERE, Origin, footer, run_link
from gha_router.report.spent import attempt_by_attempt, beside_the_top, bill
from gha_router.report.view import Cell, Column, Section, View, Word

MESSAGE = "What the agents said, word for word and not believed"


class Extent(Enum):
    """How much of a run is told, the most first."""

    WHOLE = "all"
    FAILED = "what was not verified"
    TOTALS = "totals"


LESS = {
    Extent.FAILED: "This report is shortened to what was not verified: report.json has all of it.",
    Extent.TOTALS: "This report is shortened to its totals: report.json has all of it.",
}


def run_view(
    result: RunResult, *, extent: Extent = Extent.WHOLE, origin: Origin = NOWHERE, told: tuple[str, ...] = ()
) -> View:
    """Return the report of a run. ``told``: what is to be said beside it, as the difference from the run before."""
    verdicts = Counter(finding.verdict for _, _, finding in findings(result))
    held = notes.claims_held(verdicts[ClaimVerdict.CONFIRMED], verdicts[ClaimVerdict.CONTRADICTED])
    # Each part by itself: a begun terminal sequence in one would take the colon, and what follows, with it.
    errors = tuple(f"{clean(step.id)}: {clean(step.error)}" for step in result.steps if step.error)
    less = (LESS[extent],) if extent in LESS else ()
    lead = (
        *less,
        *errors,
        *worth.how_far(result),
        *worth.per_success(result),
        *worth.cached(result),
        *((held,) if held else ()),
        *told,
    )
    return View(
        verdict=result.verdict,
        headline=_headline(result),
        lead=lead,
        sections=tuple(section for section in _sections(result, extent) if section.rows),
        notes=tuple(_notes(result)) if extent is Extent.WHOLE else (),
        notes_folded=True,
        footer=tuple(footer(result, origin)),
    )


def lengths(result: RunResult, *, origin: Origin = NOWHERE, told: tuple[str, ...] = ()) -> tuple[View, ...]:
    """Return a report in its three lengths, the longest first; the shorter ones say where all of it is."""
    where = run_link(origin)
    more = (f"All of it is on the page of run {origin.run}, whose address is below.",) if where else ()
    return tuple(
        run_view(result, extent=extent, origin=origin, told=(*more, *told) if extent in LESS else told)
        for extent in Extent
    )


def _sections(result: RunResult, extent: Extent) -> tuple[Section, ...]:
    match extent:
        case Extent.WHOLE:
            return (
                contradictions(result),
                _steps(result),
                _checks(result),
                claims(result),
                bill(result),
                beside_the_top(result),
                _setbacks(result),
                _attempts(result),
                _carried(result),
                _basis(result),
                _messages(result),
            )
        case Extent.FAILED:
            failed = replace(result, steps=tuple(s for s in result.steps if s.verdict is not Verdict.VERIFIED))
            left_out = len(result.steps) - len(failed.steps)
            caption = f"{fmt.plural(left_out, 'verified step')} left out here." if left_out else ""
            steps = replace(_steps(failed), caption=caption, title="Steps that were not verified")
            return (contradictions(failed), steps, _checks(failed), _setbacks(failed))
        case Extent.TOTALS:
            return ()


def _headline(result: RunResult) -> str:
    steps = f"{result.verified_steps} of {fmt.plural(len(result.steps), 'step')}"
    time = fmt.duration(result.wall_s)
    return fmt.joined((f"{fmt.WORDS[result.verdict]}: {steps}", worth.total(result), time, worth.compared(result)))


def _all_attempts(result: RunResult) -> Iterator[tuple[StepResult, Attempt]]:
    for step in result.steps:
        for attempt in step.attempts:
            yield step, attempt


def _steps(result: RunResult) -> Section:
    others = any(attempt.agent is not AgentKind.CLAUDE for _, attempt in _all_attempts(result))
    return Section(
        title="Steps",
        columns=(
            Column(name="step", code=True),
            *((Column(name="agent"),) if others else ()),
            Column(name="asked → served"),
            Column(name="why"),
            Column(name="attempts", right=True),
            Column(name="checks", right=True),
            Column(name="cost", right=True),
            Column(name="time", right=True),
        ),
        rows=tuple(_step(step, agent=others) for step in result.steps),
    )


def _step(step: StepResult, *, agent: bool) -> tuple[Cell, ...]:
    last = step.attempts[-1] if step.attempts else None
    costs = [attempt.cost_usd for attempt in step.attempts]
    known = sum((cost for cost in costs if cost is not None), Decimal(0))
    return (
        step.id,
        *((last.agent.full_name if last else fmt.NONE,) if agent else ()),
        tuple(_way(step)),
        worth.why(step) or fmt.NONE,
        str(len(step.attempts)),
        fmt.checks_passed(last.checks) if last else fmt.NONE,
        fmt.total_money(known, costs.count(None)),
        fmt.duration(sum(attempt.wall_s for attempt in step.attempts)),
    )


def _way(step: StepResult) -> Iterator[Word]:
    """Yield what was asked, and who served each attempt, with what became of it."""
    yield Word(text=step.asked)
    if not step.attempts:
        yield Word(text=f" → {fmt.MARKS[step.verdict]} {step.verdict}")
    before = step.attempts[0].decision.tier if step.attempts else None
    for attempt in step.attempts:
        tier = attempt.decision.tier
        yield Word(text=" → " if tier == before or tier is None else f" → tier {tier} → ")
        yield Word(text=_served(attempt), code=True)
        yield Word(text=f"\u00a0{fmt.MARKS[attempt.verdict]}")  # not on a line of its own
        before = tier


def _served(attempt: Attempt) -> str:
    return " + ".join(attempt.served) or attempt.decision.model


def _checks(result: RunResult) -> Section:
    wrong = {CheckStatus.FAILED, CheckStatus.ERROR}
    return Section(
        title="Checks that did not pass",
        columns=(
            Column(name="step", code=True),
            Column(name="attempt", right=True),
            Column(name="check"),
            Column(name="expected"),
            Column(name="found"),
            Column(name="where"),
        ),
        rows=tuple(
            (step.id, str(attempt.number), _check(check), check.expected, check.found, check.where or fmt.NONE)
            for step, attempt in _all_attempts(result)
            for check in attempt.checks
            if check.status in wrong
        ),
        folded=result.verdict is Verdict.VERIFIED,  # then they are of attempts that others followed
    )


def _check(check: CheckResult) -> str:
    mark = "!" if check.status is CheckStatus.ERROR else "✗"
    return f"{mark} {check.name}" if check.required else f"{mark} {check.name} (advisory)"


def _attempts(result: RunResult) -> Section:
    """Return every attempt; essential unless each step took one, which the steps say already."""
    again = any(len(step.attempts) > 1 for step in result.steps)
    brief = Section(
        title="Attempts",
        columns=(
            Column(name="step", code=True),
            Column(name="attempt", right=True),
            Column(name="served", code=True),
            Column(name="became"),
            Column(name="cost", right=True),
            Column(name="time", right=True),
        ),
        rows=tuple(
            (
                step.id,
                str(attempt.number),
                _served(attempt),
                worth.became(attempt),
                fmt.money(attempt.cost_usd),
                fmt.duration(attempt.wall_s),
            )
            for step, attempt in _all_attempts(result)
        ),
        caption=f"Together {worth.total(result)}, whatever became of it.",
    )
    return replace(attempt_by_attempt(result), essential=again, folded=True, brief=brief)


def _setbacks(result: RunResult) -> Section:
    known = {step.id for step in result.steps}
    return Section(
        title="Fallbacks and limits",
        essential=False,
        columns=(
            Column(name="step", code=True),
            Column(name="asked", code=True),
            Column(name="cause"),
            Column(name="times", right=True),
            Column(name="time spent", right=True),
            Column(name="then"),
        ),
        rows=tuple(_setback(one) for one in result.setbacks if one.step in known),
        caption="From the receipts: each try of each request that did not answer, and who answered in the end.",
    )


def _setback(one: Setback) -> tuple[Cell, ...]:
    status = f" ({one.status})" if one.status and str(one.status) not in one.cause else ""
    return (
        one.step,
        one.deployment or fmt.NONE,
        f"{one.cause}{status}",
        str(one.times),
        fmt.duration(one.seconds),
        _then(one),
    )


def _basis(result: RunResult) -> Section:
    return Section(
        title="What is independent here, and what rests on the first job",
        columns=(Column(name="evidence"), Column(name="from"), Column(name="what makes it worth believing")),
        rows=tuple((f"{'✓' if one.sound else '✗'} {one.piece}", one.origin, one.standing) for one in result.basis),
    )


def _then(one: Setback) -> Cell:
    if not one.then:
        return "nobody answered"
    return "the same, again" if one.then == (one.deployment,) else (Word(text=", ".join(one.then), code=True),)


def _carried(result: RunResult) -> Section:
    rows = tuple(
        (step.id, path, change)
        for step, attempt in _all_attempts(result)
        if attempt.carried
        for change, paths in (
            ("created", attempt.changes.created),
            ("modified", attempt.changes.modified),
            ("deleted", attempt.changes.deleted),
        )
        for path in paths
    )
    return Section(
        title=f"{fmt.plural(len(rows), 'file')} carried into the workspace",
        essential=False,
        columns=(Column(name="step", code=True), Column(name="file", code=True), Column(name="change")),
        rows=rows,
    )


def _messages(result: RunResult) -> Section:
    return Section(
        title=MESSAGE,
        essential=False,
        columns=(
            Column(name="step", code=True),
            Column(name="attempt", right=True),
            Column(name="final message"),
        ),
        rows=tuple(
            (step.id, str(attempt.number), attempt.final_message)
            for step, attempt in _all_attempts(result)
            if attempt.final_message
        ),
    )


def _notes(result: RunResult) -> Iterator[str]:
    yield from result.notes
    for step, attempt in _all_attempts(result):
        yield from (f"{step.id}, attempt {attempt.number}: {note}" for note in attempt.notes)
    if not beside_the_top(result).rows:
        yield from worth.yardstick(result)
    yield notes.SOURCES
    yield from notes.agents(result.steps)
    yield from notes.seals(((step.id, step.sealed_from, step.seal) for step in result.steps), result.isolation)
    yield notes.isolation(result.isolation)
    yield notes.ledger(result.ledger_head)
    yield from notes.lives(result.lives)
    yield f"Run {result.id}, {result.started_at}."
