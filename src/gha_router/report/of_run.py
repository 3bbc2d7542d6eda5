"""The view of a run: its steps, why each model was asked, what held and what it cost."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from gha_router.experiment.leaderboard import observed
from gha_router.records import (
    Aside,
    Attempt,
    CheckResult,
    CheckStatus,
    ClaimKind,
    ClaimVerdict,
    Finding,
    RunResult,
    StepResult,
)
from gha_router.report import format as fmt
from gha_router.report import notes, worth
from gha_router.report.view import Column, Section, View

CLAIM_MARKS = {
    ClaimVerdict.CONFIRMED: "✓",
    ClaimVerdict.CONTRADICTED: "✗",
    ClaimVerdict.UNREPORTED: "?",
    ClaimVerdict.UNVERIFIABLE: "~",
}
MESSAGE = "What the agents said, word for word and not believed"


def run_view(result: RunResult) -> View:
    """Return the report of a run."""
    findings = [finding for _, _, finding in _findings(result)]
    verdicts = Counter(finding.verdict for finding in findings)
    sections = (
        _contradictions(result),
        _steps(result),
        _attempts(result),
        _checks(result),
        _claims(result, verdicts),
        _money(result),
        _carried(result),
        _basis(result),
        _messages(result),
    )
    held = notes.claims_held(verdicts[ClaimVerdict.CONFIRMED], verdicts[ClaimVerdict.CONTRADICTED])
    errors = tuple(f"{step.id}: {step.error}" for step in result.steps if step.error)
    return View(
        verdict=result.verdict,
        headline=_headline(result),
        lead=(*errors, *worth.how_far(result), *worth.per_success(result), *((held,) if held else ())),
        sections=tuple(section for section in sections if section.rows),
        notes=tuple(_notes(result)),
    )


def _headline(result: RunResult) -> str:
    steps = f"{result.verified_steps} of {fmt.plural(len(result.steps), 'step')}"
    time = fmt.duration(result.wall_s)
    return fmt.joined((f"{fmt.WORDS[result.verdict]}: {steps}", worth.total(result), worth.compared(result), time))


def _all_attempts(result: RunResult) -> Iterator[tuple[StepResult, Attempt]]:
    for step in result.steps:
        for attempt in step.attempts:
            yield step, attempt


def _findings(result: RunResult) -> Iterator[tuple[StepResult, Attempt, Finding]]:
    for step, attempt in _all_attempts(result):
        for finding in attempt.findings:
            yield step, attempt, finding


def _contradictions(result: RunResult) -> Section:
    rows = tuple(
        (step.id, attempt.decision.model, *_compared(finding), _meter(finding))
        for step, attempt, finding in _findings(result)
        if finding.verdict is ClaimVerdict.CONTRADICTED
    )
    return Section(
        title=f"{fmt.plural(len(rows), 'claim')} did not hold",
        alarm=True,
        columns=(
            Column(name="step", code=True),
            Column(name="model", code=True),
            Column(name="claimed"),
            Column(name="measured"),
            Column(name="source"),
        ),
        rows=rows,
    )


def _compared(finding: Finding) -> tuple[str, str]:
    """Return what was claimed and what a meter shows; for two durations with the ratio of both."""
    claimed = f"“{finding.claim.text}”" if finding.claim else f"{fmt.NONE} ({finding.kind} was not reported)"
    seen = finding.observation
    if seen is None:
        return claimed, fmt.NONE
    said = finding.claim.value if finding.claim else None
    match finding.kind, said, seen.value:
        case ClaimKind.DURATION, int() | float() as claimed_s, int() | float() as measured_s if finding.ratio:
            return claimed, fmt.clock_ratio(finding.ratio, claimed_s=claimed_s, measured_s=measured_s)
    return claimed, fmt.with_detail(observed(seen), seen.detail)


def _meter(finding: Finding) -> str:
    seen = finding.observation
    return f"{seen.source}: {seen.by}" if seen else "no meter speaks of it"


def _steps(result: RunResult) -> Section:
    return Section(
        title="Steps",
        columns=(
            Column(name="step", code=True),
            Column(name="asked → served"),
            Column(name="why"),
            Column(name="attempts", right=True),
            Column(name="checks", right=True),
            Column(name="cost", right=True),
            Column(name="time", right=True),
        ),
        rows=tuple(_step(step) for step in result.steps),
    )


def _step(step: StepResult) -> tuple[str, ...]:
    way = (f"{_served(attempt)} {fmt.MARKS[attempt.verdict]}" for attempt in step.attempts)
    last = step.attempts[-1] if step.attempts else None
    costs = [attempt.cost_usd for attempt in step.attempts]
    known = sum((cost for cost in costs if cost is not None), Decimal(0))
    return (
        step.id,
        " → ".join((step.asked, *(way if last else (f"{fmt.MARKS[step.verdict]} {step.verdict}",)))),
        worth.why(step) or fmt.NONE,
        str(len(step.attempts)),
        fmt.checks_passed(last.checks) if last else fmt.NONE,
        fmt.total_money(known, costs.count(None)),
        fmt.duration(sum(attempt.wall_s for attempt in step.attempts)),
    )


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
            Column(name="where", code=True),
        ),
        rows=tuple(
            (step.id, str(attempt.number), _check(check), check.expected, check.found, check.where or fmt.NONE)
            for step, attempt in _all_attempts(result)
            for check in attempt.checks
            if check.status in wrong
        ),
    )


def _check(check: CheckResult) -> str:
    mark = "!" if check.status is CheckStatus.ERROR else "✗"
    return f"{mark} {check.name}" if check.required else f"{mark} {check.name} (advisory)"


def _claims(result: RunResult, verdicts: Counter[ClaimVerdict]) -> Section:
    counts = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in ClaimVerdict if verdicts[verdict])
    return Section(
        title=f"Claims: {counts}",
        essential=False,
        columns=(
            Column(name=""),
            Column(name="claimed"),
            Column(name="measured"),
            Column(name="by"),
            Column(name="model", code=True),
        ),
        rows=tuple(
            (CLAIM_MARKS[finding.verdict], *_compared(finding), _meter(finding), attempt.decision.model)
            for _, attempt, finding in _findings(result)
        ),
    )


def _attempts(result: RunResult) -> Section:
    """Return every attempt with what became of it; nothing where each step took one, which the steps say already."""
    again = any(len(step.attempts) > 1 for step in result.steps)
    return Section(
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
            if again
        ),
        caption=f"Together {worth.total(result)}, whatever became of it.",
    )


def _money(result: RunResult) -> Section:
    return Section(
        title="Where the money went",
        essential=False,
        columns=(
            Column(name="step", code=True),
            Column(name="attempt", right=True),
            Column(name="served", code=True),
            Column(name="ended"),
            Column(name="turns", right=True),
            Column(name="requests", right=True),
            Column(name="tokens", right=True),
            Column(name="cost", right=True),
            Column(name="agent's own figure", right=True),
            Column(name="time", right=True),
        ),
        rows=(
            *(row for step, attempt in _all_attempts(result) for row in _attempt(step, attempt)),
            *(_aside(aside) for aside in result.asides),
        ),
        caption=(
            f"Together {worth.total(result)}. Requests, tokens and cost are metered, the time is measured, the agent's "
            "own figure is claimed."
        ),
    )


def _attempt(step: StepResult, attempt: Attempt) -> Iterator[tuple[str, ...]]:
    """Yield the attempt's line and, where judges were asked, theirs: their cost is a part of the attempt's."""
    yield (
        step.id,
        str(attempt.number),
        ", ".join(attempt.served) or fmt.NONE,
        fmt.with_detail(attempt.end.value, attempt.end_detail),
        str(attempt.turns),
        str(attempt.requests),
        fmt.tokens(attempt.usage.total if attempt.usage else None),
        fmt.money(attempt.cost_usd),
        fmt.money(attempt.claimed_cost_usd) if attempt.claimed_cost_usd is not None else fmt.NONE,
        fmt.duration(attempt.wall_s),
    )
    if judging := attempt.judging:
        yield (
            f"{step.id}: judges",
            str(attempt.number),
            ", ".join(judging.served) or fmt.NONE,
            "an opinion; its cost is in the line above",
            fmt.NONE,
            str(judging.requests),
            fmt.tokens(judging.usage.total if judging.usage else None),
            fmt.money(judging.cost_usd),
            fmt.NONE,
            fmt.NONE,
        )


def _basis(result: RunResult) -> Section:
    return Section(
        title="What is independent here, and what rests on the first job",
        columns=(Column(name="evidence"), Column(name="from"), Column(name="what makes it worth believing")),
        rows=tuple((f"{'✓' if one.sound else '✗'} {one.piece}", one.origin, one.standing) for one in result.basis),
    )


def _aside(aside: Aside) -> tuple[str, ...]:
    """Return the row of what was asked outside of attempts."""
    none = fmt.NONE
    return (aside.name, none, none, none, none, str(aside.requests), none, fmt.money(aside.cost_usd), none, none)


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
    yield from worth.yardstick(result)
    yield notes.SOURCES
    yield from notes.seals(((step.id, step.sealed_from, step.seal) for step in result.steps), result.isolation)
    yield notes.isolation(result.isolation)
    yield notes.ledger(result.ledger_head)
    yield from notes.lives(result.lives)
    yield f"Run {result.id}, {result.started_at}."
