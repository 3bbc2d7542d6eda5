"""The sections of claims: what did not hold, and every claim beside what a meter shows."""

from collections import Counter
from collections.abc import Iterator

from gha_router.experiment.leaderboard import observed
from gha_router.records import Attempt, ClaimKind, ClaimVerdict, Finding, RunResult, StepResult
from gha_router.report import format as fmt
from gha_router.report.view import Column, Line, Section, Word

CLAIM_MARKS = {
    ClaimVerdict.CONTRADICTED: "✗",
    ClaimVerdict.CONFIRMED: "✓",
    ClaimVerdict.UNREPORTED: "?",
    ClaimVerdict.UNVERIFIABLE: "~",
}
ORDER = list(CLAIM_MARKS)  # what did not hold stands above what went well
TOLD = 3  # at most: more of them are read as a table
SAID = 120  # characters of a claim in a sentence


def findings(result: RunResult) -> Iterator[tuple[StepResult, Attempt, Finding]]:
    """Yield every finding of every attempt, with both."""
    for step in result.steps:
        for attempt in step.attempts:
            for finding in attempt.findings:
                yield step, attempt, finding


def contradictions(result: RunResult) -> Section:
    """Return the claims that did not hold."""
    found = [one for one in findings(result) if one[2].verdict is ClaimVerdict.CONTRADICTED]
    return Section(
        title=f"{fmt.plural(len(found), 'claim')} did not hold",
        alarm=True,
        columns=(
            Column(name="step", code=True),
            Column(name="model", code=True),
            Column(name="claimed"),
            Column(name="measured"),
            Column(name="source"),
        ),
        rows=tuple(
            (step.id, attempt.decision.model, *compared(finding), meter(finding)) for step, attempt, finding in found
        ),
        told=tuple(_told(*one) for one in found) if len(found) <= TOLD else (),
    )


def _told(step: StepResult, attempt: Attempt, finding: Finding) -> Line:
    claimed, shown = compared(finding)
    return (
        Word(text=attempt.decision.model, code=True),
        Word(text=f" said {_shortened(claimed)}: "),
        Word(text=shown, strong=True),
        Word(text=f" ({meter(finding)}; step "),
        Word(text=step.id, code=True),
        Word(text=")"),
    )


def _shortened(claimed: str) -> str:
    return claimed if len(claimed) <= SAID else f"{claimed[:SAID]}…”"


def claims(result: RunResult) -> Section:
    """Return every claim beside what a meter shows of it."""
    found = sorted(findings(result), key=lambda one: ORDER.index(one[2].verdict))
    counts = Counter(finding.verdict for _, _, finding in found)
    title = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ClaimVerdict if counts[verdict])
    return Section(
        title=f"Claims: {title}",
        essential=False,
        columns=(
            Column(name=""),
            Column(name="claimed"),
            Column(name="measured"),
            Column(name="by"),
            Column(name="model", code=True),
        ),
        rows=tuple(
            (CLAIM_MARKS[finding.verdict], *compared(finding), meter(finding), attempt.decision.model)
            for _, attempt, finding in found
        ),
    )


def compared(finding: Finding) -> tuple[str, str]:
    """Return what was claimed and what a meter shows; for two durations with the ratio of both."""
    claimed = f"“{finding.claim.text}”" if finding.claim else f"{fmt.NONE} ({finding.kind} was not reported)"
    seen = finding.observation
    if seen is None:
        return claimed, fmt.NONE
    said = finding.claim.value if finding.claim else None
    match finding.kind, said, seen.value:
        case (
            ClaimKind.DURATION,
            int() | float() as claimed_s,
            int() | float() as measured_s,
        ) if finding.ratio:
            return claimed, fmt.clock_ratio(finding.ratio, claimed_s=claimed_s, measured_s=measured_s)
    return claimed, fmt.with_detail(observed(seen), seen.detail)


def meter(finding: Finding) -> str:
    """Return which meter speaks of it."""
    seen = finding.observation
    return f"{seen.source}: {seen.by}" if seen else "no meter speaks of it"
