"""What a run was worth, in words: its bill, why each attempt failed, dollars per verified success, the yardstick."""

from collections.abc import Iterator
from decimal import Decimal

from gha_router.experiment.leaderboard import failed_checks
from gha_router.records import Attempt, ClaimVerdict, RunResult, StepResult, Verdict
from gha_router.report import format as fmt


def total(result: RunResult) -> str:
    """Return the whole bill, failed attempts and asides included; a lower bound where a part is not known."""
    costs = result.costs
    return fmt.total_money(sum((cost for cost in costs if cost is not None), Decimal(0)), costs.count(None))


def compared(result: RunResult) -> str:
    """Return ``87 % under all-opus ($3.18)``; empty where that is not known, and of a run that was not verified."""
    share = result.saved_share
    if share is None or result.baseline is None or result.verdict is not Verdict.VERIFIED:
        return ""
    side = "under" if share >= 0 else "over"
    rest = f"all-{result.baseline.model} ({fmt.money(result.baseline.cost_usd)})"
    return f"as much as {rest}" if share == 0 else f"{fmt.share(share)} {side} {rest}"


def per_success(result: RunResult) -> Iterator[str]:
    """Yield what a verified step cost, failed attempts and asides paid for; nothing where the total says it."""
    if result.cost_per_verified_usd is not None and len(result.costs) > 1:
        steps = fmt.plural(result.verified_steps, "verified step")
        yield f"{fmt.money(result.cost_per_verified_usd)} per verified success: {steps}."


def cached(result: RunResult) -> Iterator[str]:
    """Yield how many requests kept replies answered, and what that saved; nothing where none was looked for."""
    use = result.cached
    if use is None:
        return
    near = f", {use.near} of them by meaning" if use.near else ""
    what = "what that saved is not known" if use.saved_usd is None else f"{fmt.money(use.saved_usd)} saved"
    saved = f": {what}" if use.hits else ""
    yield f"Cache: {use.hits} of {fmt.plural(use.asked, 'request')} ({fmt.share(use.share)}){near}{saved}."


def how_far(result: RunResult) -> Iterator[str]:
    """Yield how far a run came that the budget ended."""
    if result.verdict is not Verdict.REFUSED:
        return
    verified = ", ".join(step.id for step in result.steps if step.verdict is Verdict.VERIFIED) or "none"
    last = result.steps[-1]
    tried = fmt.plural(len(last.attempts), "attempt")
    yield f"The budget ended it in step {last.id}, after {tried} and {total(result)}. Verified before: {verified}."


def why(step: StepResult) -> str:
    """Return why each model was asked: the reason of the first, then what the one before did not pass."""
    words = [attempt.decision.reason for attempt in step.attempts[:1]]
    for before, attempt in zip(step.attempts, step.attempts[1:], strict=False):
        again = "tried again" if attempt.decision.model == before.decision.model else "escalated"
        words.append(f"{again}: {cause(before)}")
    return " → ".join(words)


def became(attempt: Attempt) -> str:
    """Return ``✓ verified``, or ``✗ report.md has 354 lines failed``."""
    known = attempt.verdict is Verdict.VERIFIED
    return f"{fmt.MARKS[attempt.verdict]} {attempt.verdict if known else cause(attempt)}"


def cause(attempt: Attempt) -> str:
    """Return why an attempt was not verified: the checks that failed, else what it claimed, else how it ended."""
    if names := failed_checks(attempt):
        return f"{', '.join(names)} failed"
    if any(finding.verdict is ClaimVerdict.CONTRADICTED for finding in attempt.findings) and not attempt.checks:
        return "a claim did not hold"
    return attempt.end_detail or attempt.end.value


def yardstick(result: RunResult) -> Iterator[str]:
    """Yield what the comparison with the top tier is, and is not."""
    if result.baseline is None or result.verdict is not Verdict.VERIFIED:
        return
    model = result.baseline.model
    if result.baseline.cost_usd is None:
        yield f"What all-{model} would have cost is not known: its price, or the tokens of some request, are not."
        return
    yield (
        f"all-{model}: the tokens of the attempt that decided each step, at the price of {model}. It would have taken "
        "other tokens, and perhaps fewer attempts: a yardstick, no forecast."
    )
