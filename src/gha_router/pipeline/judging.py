"""Holds what an attempt left against checks and meters: the same way right after it and whenever it is looked at."""

import asyncio
from collections.abc import Sequence
from typing import Any

from gha_router import checks, claims
from gha_router.checks.seal import held
from gha_router.pipeline.plan import StepPlan
from gha_router.records import AgentEnd, CheckResult, CheckStatus, Claim, Evidence, EvidenceMissing, Finding

CLAIMS_LIMIT = 40_000  # characters of the final message; nobody reads on, and a hostile one would cost seconds
UNCHECKED_ENDS = frozenset({AgentEnd.CANCELLED, AgentEnd.FAILED, AgentEnd.CRASHED})


async def judged(
    plan: StepPlan,
    end: AgentEnd,
    evidence: Evidence,
    told: Sequence[Claim],
    tools: checks.Tools,
    watch: checks.Watch = checks.unwatched,
) -> tuple[tuple[CheckResult, ...], tuple[Finding, ...]]:
    """Return what checks and meters say; ``told`` are the agent's structured claims, ``watch`` is told each check.

    An agent that was ended at its limit is judged by what it left.
    """
    if end in UNCHECKED_ENDS:
        return (), ()
    results = await checks.run_all(plan.checks, evidence, tools, watch)
    if plan.seal is not None:
        sealed = await asyncio.to_thread(held, plan.seal, evidence)
        # That nobody touched sealed files is no word on the work: without checks it verifies nothing.
        untouched = all(result.status is CheckStatus.PASSED for result in sealed)
        results = (*results, *(() if untouched and not plan.checks else sealed))
    findings = await asyncio.to_thread(_findings, plan, evidence, told, results)
    return results, findings


def told_by(plan: StepPlan, structured: Any) -> tuple[Any, claims.Told]:
    """Return the agent's structured answer without its claims, and the claims; none where they were not asked for."""
    if not plan.structured_claims:
        return structured, claims.Told()
    answer, told = claims.parted(structured)
    return answer, claims.read(told)


def _findings(
    plan: StepPlan, evidence: Evidence, told: Sequence[Claim], results: Sequence[CheckResult]
) -> tuple[Finding, ...]:
    try:
        said = claims.merged(claims.extract(evidence.final_message[:CLAIMS_LIMIT]), told)
    except EvidenceMissing:  # nobody knows what was said, so nothing can be called unreported
        return ()
    return claims.hold(said, evidence=evidence, checks=results, expected=plan.claims)
