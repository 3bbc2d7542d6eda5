"""The trap suite itself: a correct gateway passes each case, and one with a fault fails it."""

import asyncio

import pytest
from bench.traps.case import Case
from bench.traps.cases import CASES
from bench.traps.runner import Verdict

from tests.integration.traps.correct import correct
from tests.integration.traps.faults import EVERYWHERE, FAULTS, Change, faults_of
from tests.integration.traps.little import judged


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_correct_gateway_passes(case: Case) -> None:
    outcome = asyncio.run(judged(case, correct(case), patience_s=5))
    assert (outcome.verdict, outcome.reason) == (Verdict.PASS, "")


FAULTY = [
    pytest.param(case, change, id=f"{case.name}: {fault}")
    for case in CASES
    for fault, change in faults_of(case).items()
]


@pytest.mark.parametrize(("case", "change"), FAULTY)
def test_a_fault_is_found(case: Case, change: Change) -> None:
    outcome = asyncio.run(judged(case, change(correct(case)), patience_s=0.3))
    assert outcome.verdict is Verdict.FAIL
    assert "expected" in outcome.reason


def test_every_case_has_a_fault_of_its_own_and_every_fault_a_case() -> None:
    assert [case.name for case in CASES if len(faults_of(case)) == len(EVERYWHERE)] == []
    assert [key for key in FAULTS if not any(case.name.startswith(key) for case in CASES)] == []
