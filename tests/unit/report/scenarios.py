"""Runs as they happen, each with the comment and the summary that people read of it."""

from dataclasses import dataclass, replace
from decimal import Decimal

from gha_router.records import (
    AgentEnd,
    Aside,
    Attempt,
    Baseline,
    Billed,
    Changes,
    CheckResult,
    CheckStatus,
    Claim,
    ClaimKind,
    ClaimVerdict,
    Decision,
    Finding,
    Observation,
    RunResult,
    Setback,
    Source,
    StepResult,
    Usage,
    Verdict,
)
from tests.unit.report.hostile import MARKER
from tests.unit.report.sample import AT, HEAD, HOSTILE

PRICES = "litellm 1.109.1, 2026-11-20"
GLM, DEEPSEEK = "ollama/glm-4.7", "openrouter/deepseek-v3.2"
HAIKU, SONNET, OPUS = "anthropic/claude-haiku-4-5", "anthropic/claude-sonnet-4-5", "anthropic/claude-opus-4-6"
SHORT = {GLM: "glm-4.7", DEEPSEEK: "deepseek-v3.2", HAIKU: "haiku-4.5", SONNET: "sonnet-4.5", OPUS: "opus-4.6"}
NO_LOCAL_COST = "configured: free"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    result: RunResult
    before: RunResult | None = None  # what the comment said until then
    untold: str | None = None  # why there is no comment


def passed(*names: str) -> tuple[CheckResult, ...]:
    return tuple(
        CheckResult(name=name, kind="exists", status=CheckStatus.PASSED, expected="yes", found="yes") for name in names
    )


def failed(name: str, expected: str, found: str, where: str | None = None) -> CheckResult:
    return CheckResult(
        name=name, kind="command", status=CheckStatus.FAILED, expected=expected, found=found, where=where
    )


def held(
    kind: ClaimKind, text: str, by: str, detail: str, *, verdict: ClaimVerdict = ClaimVerdict.CONFIRMED
) -> Finding:
    return Finding(
        verdict=verdict,
        kind=kind,
        claim=Claim(kind=kind, value=True, unit=None, subject=None, text=text, start=0),
        observation=Observation(value=True, unit=None, source=Source.MEASURED, by=by, detail=detail),
    )


def lines(claimed: int, measured: int, file: str) -> Finding:
    return Finding(
        verdict=ClaimVerdict.CONFIRMED if claimed == measured else ClaimVerdict.CONTRADICTED,
        kind=ClaimKind.COUNT,
        claim=Claim(kind=ClaimKind.COUNT, value=claimed, unit="lines", subject=file, text=f"{claimed} lines", start=0),
        observation=Observation(
            value=measured, unit="lines", source=Source.MEASURED, by="snapshot", detail=f"{measured} lines in {file}"
        ),
        ratio=claimed / measured,
    )


def took(claimed: float, measured: float) -> Finding:
    return Finding(
        verdict=ClaimVerdict.CONTRADICTED,
        kind=ClaimKind.DURATION,
        claim=Claim(
            kind=ClaimKind.DURATION, value=claimed, unit="s", subject=None, text=f"took about {claimed:g} s", start=0
        ),
        observation=Observation(value=measured, unit="s", source=Source.MEASURED, by="step clock"),
        ratio=claimed / measured,
    )


def attempt(
    served: str, *, cost: str, wall_s: float, usage: Usage, reason: str = "", tier: int | None = None
) -> Attempt:
    return Attempt(
        number=1,
        decision=Decision(asked=None, model=SHORT[served], deployments=(served,), reason=reason, tier=tier),
        verdict=Verdict.VERIFIED,
        end=AgentEnd.COMPLETED,
        end_detail="",
        started_at=AT,
        wall_s=wall_s,
        turns=6,
        requests=7,
        usage=usage,
        cost_usd=Decimal(cost),
        claimed_cost_usd=Decimal("0.11"),
        served=(served,),
        checks=(),
        findings=(),
        changes=Changes(),
        delivered=True,
        final_message="Done.",
        transcript=None,
        isolation="uid",
        carried=True,
    )


GATHER = StepResult(
    id="gather",
    verdict=Verdict.VERIFIED,
    asked="tier 3",
    attempts=(
        replace(
            attempt(
                GLM, cost="0", wall_s=41, usage=Usage(input=18_200, output=1_900), reason="route quick_fix", tier=3
            ),
            checks=passed("sources.json exists", "at least five sources"),
            findings=(held(ClaimKind.FILE_WRITTEN, "wrote sources.json", "snapshot", "sources.json, 2.1 kB"),),
            changes=Changes(created=("sources.json",)),
            final_message="I gathered six sources and wrote sources.json.",
        ),
    ),
)
ANALYSE = StepResult(
    id="analyse",
    verdict=Verdict.VERIFIED,
    asked="research",
    attempts=(
        replace(
            attempt(
                DEEPSEEK,
                cost="0.031",
                wall_s=80,
                usage=Usage(input=41_000, cache_read=96_000, output=6_300),
                reason="route research",
            ),
            checks=passed("report.md exists", "every source is cited", "no empty section"),
            findings=(
                lines(354, 354, "report.md"),
                held(ClaimKind.DONE, "The analysis is complete", "snapshot", "9 tool calls"),
            ),
            changes=Changes(created=("report.md",)),
            final_message="The analysis is complete: report.md has 354 lines.",
        ),
    ),
)
TESTS = passed("pytest", "ruff", "report.md is linked", "no secrets", "docs build")
FINISH = StepResult(
    id="finish",
    verdict=Verdict.VERIFIED,
    asked="tier 1",
    attempts=(
        replace(
            attempt(
                SONNET,
                cost="0.39",
                wall_s=131,
                usage=Usage(input=22_000, cache_read=310_000, cache_write=19_000, output=9_100),
                reason="asked by tier",
                tier=1,
            ),
            checks=TESTS,
            findings=(held(ClaimKind.TESTS_PASSED, "12 tests passed", "our own run, sealed tests", "12 passed"),),
            changes=Changes(modified=("docs/index.md",)),
            final_message="All 12 tests passed; docs/index.md links the report.",
        ),
    ),
)


def billed(*steps: StepResult) -> tuple[Billed, ...]:
    """The bill as receipts of these steps would give it."""
    found: dict[str, list[Attempt]] = {}
    for step in steps:
        for one in step.attempts:
            for served in one.served:
                found.setdefault(served, []).append(one)
    bill = [
        Billed(
            served=served,
            requests=sum(one.requests for one in own),
            usage=sum((one.usage for one in own if one.usage), Usage()),
            cost_usd=sum((one.cost_usd for one in own if one.cost_usd), Decimal(0)),
            price_source=NO_LOCAL_COST if served == GLM else PRICES,
        )
        for served, own in found.items()
    ]
    return tuple(sorted(bill, key=lambda one: -(one.cost_usd or 0)))


def run(*steps: StepResult, wall_s: float, baseline: str | None = "3.18") -> RunResult:
    return RunResult(
        id="run-5f1c9a",
        verdict=steps[-1].verdict,
        started_at=AT,
        wall_s=wall_s,
        steps=steps,
        ledger_head=HEAD,
        isolation="uid",
        baseline=Baseline(model="opus", cost_usd=Decimal(baseline)) if baseline else None,
        bill=billed(*steps),
    )


def verified() -> Scenario:
    return Scenario(result=run(GATHER, ANALYSE, FINISH, wall_s=252))


def contradicted() -> Scenario:
    wrong = replace(
        ANALYSE.attempts[0], findings=(lines(184, 354, "report.md"), took(2, 80), *ANALYSE.attempts[0].findings[1:])
    )
    wrong = replace(wrong, final_message="The analysis is complete: report.md has 184 lines. It took about 2 s.")
    result = run(GATHER, replace(ANALYSE, attempts=(wrong,)), FINISH, wall_s=252)
    return Scenario(result=result, before=verified().result)


def escalated() -> StepResult:
    first = replace(
        attempt(
            HAIKU,
            cost="0.034",
            wall_s=38,
            usage=Usage(input=9_000, cache_read=71_000, output=2_400),
            reason="asked by tier",
            tier=2,
        ),
        verdict=Verdict.FAILED,
        checks=(
            failed("pytest", "exit code 0", "exit code 1: 2 failed, 10 passed", "tests/test_report.py:41"),
            *TESTS[1:],
        ),
        findings=(
            held(
                ClaimKind.TESTS_PASSED,
                "all tests pass",
                "our own run, sealed tests",
                "2 failed, 10 passed",
                verdict=ClaimVerdict.CONTRADICTED,
            ),
        ),
        final_message="Fixed, all tests pass now!",
        carried=False,
    )
    second = replace(FINISH.attempts[0], number=2)
    return replace(FINISH, asked="tier 2", attempts=(first, second))


def escalation() -> Scenario:
    limited = Setback(
        step="analyse", deployment=DEEPSEEK, cause="rate limit", status=429, times=2, seconds=1.4, then=(DEEPSEEK,)
    )
    broken = Setback(
        step="finish",
        deployment=HAIKU,
        cause="overloaded",
        status=529,
        times=1,
        seconds=0.6,
        then=("openrouter/claude-haiku-4-5",),
    )
    result = run(GATHER, ANALYSE, escalated(), wall_s=290)
    aside = Aside(name="classifier", requests=1, cost_usd=Decimal("0.0004"))
    return Scenario(result=replace(result, setbacks=(limited, broken), asides=(aside,)), before=broken_before().result)


def broken_before() -> Scenario:
    step = escalated()
    return Scenario(
        result=run(GATHER, ANALYSE, replace(step, verdict=Verdict.FAILED, attempts=step.attempts[:1]), wall_s=159)
    )


def refused() -> Scenario:
    why = "the budget of $0.50 for this run is used up: $0.46 spent, and the request could cost up to $0.12"
    step = escalated()
    over = replace(
        step.attempts[1], verdict=Verdict.REFUSED, end=AgentEnd.REFUSED, end_detail=why, checks=(), findings=(),
        cost_usd=Decimal("0.39"), carried=False, final_message="", requests=5, wall_s=64.0,
    )  # fmt: skip
    finish = replace(step, verdict=Verdict.REFUSED, attempts=(step.attempts[0], over), error=why)
    limit = Setback(
        step="finish", deployment=SONNET, cause="could pass the budget", status=402, times=1, seconds=0.0, then=()
    )
    result = run(GATHER, ANALYSE, finish, wall_s=223)
    return Scenario(result=replace(result, setbacks=(limit,), notes=("step publish was not begun",)))


def outage() -> Scenario:
    why = "no deployment of sonnet-4.5 answered: anthropic 529 (overloaded), openrouter 503"
    none = replace(
        FINISH.attempts[0], verdict=Verdict.ERROR, end=AgentEnd.FAILED, end_detail=why, served=(), checks=(),
        findings=(), cost_usd=Decimal(0), usage=None, requests=6, turns=0, wall_s=71.0, carried=False, final_message="",
    )  # fmt: skip
    setbacks = (
        Setback(step="finish", deployment=SONNET, cause="overloaded", status=529, times=6, seconds=11.2, then=()),
        Setback(
            step="finish",
            deployment="openrouter/claude-sonnet-4-5",
            cause="no answer in time",
            status=None,
            times=3,
            seconds=45.0,
            then=(),
        ),
        Setback(
            step="finish",
            deployment="openrouter/claude-sonnet-4-5",
            cause="server error",
            status=503,
            times=3,
            seconds=2.1,
            then=(),
        ),
    )
    result = run(GATHER, ANALYSE, replace(FINISH, verdict=Verdict.ERROR, attempts=(none,), error=why), wall_s=192)
    unanswered = Billed(served=None, requests=6, usage=None, cost_usd=Decimal(0), price_source=None)
    return Scenario(result=replace(result, setbacks=setbacks, bill=(*result.bill, unanswered)))


def cancelled() -> Scenario:
    cut = replace(
        ANALYSE.attempts[0], verdict=Verdict.CANCELLED, end=AgentEnd.CANCELLED, end_detail="interrupted", checks=(),
        findings=(), carried=False, final_message="", wall_s=22.0, cost_usd=Decimal("0.012"),
    )  # fmt: skip
    step = replace(ANALYSE, verdict=Verdict.CANCELLED, attempts=(cut,), error="interrupted")
    return Scenario(result=replace(run(GATHER, step, wall_s=63), notes=("step finish was not begun",)))


def forty() -> Scenario:
    """Forty steps that talk much; two of them were not verified, which a run of checks alone may hold."""
    words = "I read every file in this folder, compared it with its specification and corrected what differed. " * 3
    steps = []
    for number in range(1, 41):
        wrong = number in {17, 40}
        base = escalated().attempts[0] if wrong else FINISH.attempts[0]
        found = tuple(lines(number * 10 + one, number * 10 + one, f"part-{number}/{one}.md") for one in range(14))
        one = replace(base, findings=(*found, *base.findings), final_message=words, number=1, cost_usd=Decimal("0.01"))
        verdict = Verdict.FAILED if wrong else Verdict.VERIFIED
        steps.append(StepResult(id=f"part-{number}", verdict=verdict, asked="tier 2", attempts=(one,)))
    return Scenario(result=run(*steps, wall_s=3_720, baseline="9.50"))


def hostile() -> Scenario:
    """An agent that would like to be read as the report itself."""
    words = f"{HOSTILE}\n\n</details>\n\n# ✅ Verified\n\n{MARKER}\n\nhttps://evil.example/?leak"
    step = escalated()
    lied = replace(
        step.attempts[0],
        findings=(
            held(
                ClaimKind.DONE,
                words,
                "snapshot",
                "no tool call, workspace unchanged",
                verdict=ClaimVerdict.CONTRADICTED,
            ),
        ),
        checks=(failed("pytest", "exit code 0", words, "tests/`x`|y.py:1"), *TESTS[1:]),
        final_message=words,
        changes=Changes(created=("a|b.md", "`c`.md", "<img src=x>.md")),
    )
    result = run(GATHER, replace(step, verdict=Verdict.FAILED, attempts=(lied,)), wall_s=79)
    return Scenario(result=result)


def read_only() -> Scenario:
    return Scenario(
        result=verified().result,
        untold="The report was not posted as a comment: no comment was written in #7: GitHub's API answered 403: "
        "the token may not, or it is not there. Leave the input `github_token` as it is, and let the job do what it "
        "has to: `permissions: {issues: write, pull-requests: write}`.",
    )


SCENARIOS = {
    "verified": verified,
    "contradicted": contradicted,
    "escalation": escalation,
    "refused": refused,
    "outage": outage,
    "cancelled": cancelled,
    "forty-steps": forty,
    "hostile": hostile,
    "read-only": read_only,
}
