"""Each claim against an independent meter, and what was expected and never said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gha_router.claims.expected import ExpectedClaim
from gha_router.claims.meters import clock, counts, outcome, own_run, receipts, snapshot, transcript
from gha_router.claims.meters.findings import affirmed
from gha_router.claims.structured import disputed
from gha_router.claims.subjects import quoted_beside
from gha_router.records import (
    CheckResult,
    Claim,
    ClaimKind,
    ClaimVerdict,
    Evidence,
    Finding,
    Observation,
    Source,
)


def hold(
    claims: Sequence[Claim],
    *,
    evidence: Evidence,
    checks: Sequence[CheckResult],
    expected: Sequence[ExpectedClaim] = (),
) -> tuple[Finding, ...]:
    """Return a finding for each claim, in order, then one for each expected claim that nobody made.

    ==============  ======================  =======================================================================
    kind            meter                   confirmed when
    ==============  ======================  =======================================================================
    duration        step clock              within a factor of 2, or 1 s; a part of the work is unverifiable
    count           snapshot, or the task   the same number; lines of a file, occurrences of a text in a file
    file_written    snapshot                created or changed by this step
    tests_passed    our own run             the tests that a check ran show it and no failure; where none ran, weaker,
                                            the transcript: the output of the agent's last test command
    command_run     transcript              a Bash call contains it
    cost, tokens    receipts                within 10 %
    done            checks                  all required checks passed; never without a tool call or a change
    ==============  ======================  =======================================================================

    What no meter speaks of is unverifiable: never a guess. A structured claim that no meter speaks of, and that the
    agent's own message contradicts, is contradicted by it.
    """
    quoted = quoted_beside(evidence.final_message, claims)

    def answers(claim: Claim, asked: ExpectedClaim) -> bool:
        return asked.is_answered_by(claim, quoted.get(claim.start, ()))

    findings = []
    for claim in claims:
        answered = [asked for asked in expected if answers(claim, asked)]
        if claim.kind is ClaimKind.COUNT:
            only = answered[0] if len(answered) == 1 else None  # of several, nobody knows which is meant
            findings.append(counts.hold(claim, evidence, only, quoted.get(claim.start, ())))
        else:
            findings.append(_HOLD[claim.kind](claim, evidence, checks))
    against = disputed(claims)
    findings = [_by_its_own_words(finding, against) for finding in findings]
    unreported = [asked for asked in expected if not any(answers(claim, asked) for claim in claims)]
    return (*findings, *(_unreported(asked, evidence, checks) for asked in unreported))


def _by_its_own_words(finding: Finding, against: Mapping[Claim, Claim]) -> Finding:
    """Return the finding; where no meter speaks of a structured claim, what the prose says instead does."""
    said = against.get(finding.claim) if finding.claim else None
    if said is None or finding.verdict is not ClaimVerdict.UNVERIFIABLE:
        return finding
    seen = Observation(
        value=said.value, unit=said.unit, source=Source.CLAIMED, by="the agent's own message", detail=f"“{said.text}”"
    )
    return replace(finding, verdict=ClaimVerdict.CONTRADICTED, observation=seen)


def _unreported(asked: ExpectedClaim, evidence: Evidence, checks: Sequence[CheckResult]) -> Finding:
    """Return the finding that nobody said what was asked, with what should have been said where a meter knows it."""
    observation = _OBSERVE[asked.kind](asked, evidence, checks) or counts.known(asked)
    return Finding(verdict=ClaimVerdict.UNREPORTED, kind=asked.kind, claim=None, observation=observation)


_Hold = Callable[[Claim, Evidence, Sequence[CheckResult]], Finding]
_HOLD: dict[ClaimKind, _Hold] = {
    ClaimKind.DURATION: lambda claim, evidence, _: clock.hold(claim, evidence),
    ClaimKind.FILE_WRITTEN: lambda claim, evidence, _: affirmed(
        claim, snapshot.observe_written(str(claim.value), evidence)
    ),
    ClaimKind.TESTS_PASSED: lambda claim, evidence, checks: affirmed(
        claim, own_run.observe_tests(claim.value, evidence, checks)
    ),
    ClaimKind.COMMAND_RUN: lambda claim, evidence, _: affirmed(
        claim, transcript.observe_command(str(claim.value), evidence)
    ),
    ClaimKind.COST: lambda claim, evidence, _: receipts.hold_cost(claim, evidence),
    ClaimKind.TOKENS: lambda claim, evidence, _: receipts.hold_tokens(claim, evidence),
    ClaimKind.DONE: lambda claim, evidence, checks: affirmed(claim, outcome.observe(evidence, checks)),
}

_Observe = Callable[[ExpectedClaim, Evidence, Sequence[CheckResult]], Observation | None]
_OBSERVE: dict[ClaimKind, _Observe] = {
    ClaimKind.DURATION: lambda _, evidence, __: clock.observe(evidence),
    ClaimKind.COUNT: lambda asked, evidence, _: counts.observe(asked, evidence),
    ClaimKind.FILE_WRITTEN: lambda asked, evidence, _: snapshot.observe_written(asked.subject or "", evidence),
    ClaimKind.TESTS_PASSED: lambda *_: None,  # the transcript answers a claim; it does not count by itself
    ClaimKind.COMMAND_RUN: lambda asked, evidence, _: (
        transcript.observe_command(asked.subject, evidence) if asked.subject else None
    ),
    ClaimKind.COST: lambda _, evidence, __: receipts.observe_cost(evidence),
    ClaimKind.TOKENS: lambda _, evidence, __: receipts.observe_tokens(evidence),
    ClaimKind.DONE: lambda _, evidence, checks: outcome.observe(evidence, checks),
}
