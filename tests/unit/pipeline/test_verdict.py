"""A provider's failure, our own failure and the model's failure are three things."""

from dataclasses import replace
from decimal import Decimal

import pytest

from gha_router.agent.job import AgentRun
from gha_router.pipeline.attempt import verdict_of
from gha_router.records import (
    AgentEnd,
    CheckResult,
    CheckStatus,
    Claim,
    ClaimKind,
    ClaimVerdict,
    Finding,
    Receipt,
    Try,
    Verdict,
    now,
)
from tests.samples import RECEIPT

RUN = AgentRun(
    end=AgentEnd.COMPLETED,
    detail="",
    started_at=now(),
    ended_at=now(),
    wall_s=1.0,
    turns=1,
    final_message="Done.",
    tool_calls=(),
    claimed_cost_usd=Decimal("0.1"),
    entries=(),
)
OK = RECEIPT
OVERLOADED = replace(OK, status=529, tries=(Try(deployment="lab/x", status=529, cause="HTTP 529", seconds=0.1),))
REFUSED = replace(OK, status=402, tries=())
BROKEN = replace(OK, complete=False)


def check(status: CheckStatus) -> CheckResult:
    return CheckResult(name="c", kind="exists", status=status, expected="", found="")


def contradiction() -> Finding:
    claim = Claim(kind=ClaimKind.DONE, value=True, unit=None, subject=None, text="Done", start=0)
    return Finding(verdict=ClaimVerdict.CONTRADICTED, kind=ClaimKind.DONE, claim=claim, observation=None)


@pytest.mark.parametrize(
    ("end", "receipts", "results", "expected"),
    [
        (AgentEnd.COMPLETED, [OK], [CheckStatus.PASSED], Verdict.VERIFIED),
        (AgentEnd.COMPLETED, [OK], [CheckStatus.FAILED], Verdict.FAILED),
        (AgentEnd.COMPLETED, [OK], [CheckStatus.PASSED, CheckStatus.ERROR], Verdict.ERROR),
        (AgentEnd.COMPLETED, [OK], [], Verdict.SKIPPED),
        (AgentEnd.EMPTY, [OK], [CheckStatus.FAILED], Verdict.FAILED),
        (AgentEnd.TIME_LIMIT, [OK], [CheckStatus.FAILED], Verdict.FAILED),
        (AgentEnd.TIME_LIMIT, [OK], [CheckStatus.PASSED], Verdict.VERIFIED),
        (AgentEnd.FAILED, [OK, OVERLOADED], [], Verdict.ERROR),
        (AgentEnd.FAILED, [OK, BROKEN], [], Verdict.ERROR),
        (AgentEnd.FAILED, [OK, REFUSED], [], Verdict.REFUSED),
        (AgentEnd.FAILED, [OVERLOADED, OK], [], Verdict.FAILED),
        (AgentEnd.CRASHED, [], [], Verdict.ERROR),
        (AgentEnd.CRASHED, [OK], [], Verdict.FAILED),
        (AgentEnd.CANCELLED, [OK], [], Verdict.CANCELLED),
    ],
)
def test_who_failed(end: AgentEnd, receipts: list[Receipt], results: list[CheckStatus], expected: Verdict) -> None:
    found, _ = verdict_of(replace(RUN, end=end), receipts, [check(status) for status in results], (), died=None)
    assert found is expected


def test_a_dead_gateway_is_an_error_and_says_so() -> None:
    run = replace(RUN, end=AgentEnd.CANCELLED, detail="interrupted")
    assert verdict_of(run, [OK], (), (), died="the gateway died") == (Verdict.ERROR, "the gateway died")


def test_a_providers_failure_names_its_cause() -> None:
    _, detail = verdict_of(replace(RUN, end=AgentEnd.FAILED, detail="API Error"), [OVERLOADED], (), (), died=None)
    assert detail == "API Error (lab/x: HTTP 529)"


def test_without_checks_a_contradicted_claim_is_a_failure() -> None:
    assert verdict_of(RUN, [OK], (), [contradiction()], died=None)[0] is Verdict.FAILED
