"""Claims of passed tests: our own run decides, the transcript only where we ran none."""

from dataclasses import replace
from pathlib import Path

import pytest

from gha_router.claims import extract, hold
from gha_router.records import CheckResult, CheckStatus, ClaimVerdict, Finding, OwnRun, Source, ToolCall
from tests.unit.claims.worlds import bash, check, world

CONFIRMED, CONTRADICTED, UNVERIFIABLE = ClaimVerdict.CONFIRMED, ClaimVerdict.CONTRADICTED, ClaimVerdict.UNVERIFIABLE
PASSED, FAILED, ERROR = CheckStatus.PASSED, CheckStatus.FAILED, CheckStatus.ERROR
GREEN = bash("pytest -q", "12 passed in 0.3s")


def ran(status: CheckStatus, passed: int | None, failed: int | None = 0, skipped: int | None = 0) -> CheckResult:
    tests = OwnRun(command="pytest -q", passed=passed, failed=failed, skipped=skipped)
    return replace(check("suite", status), kind="suite", tests=tests)


def said(workspace: Path, message: str, *checks: CheckResult, calls: tuple[ToolCall, ...] = ()) -> Finding:
    evidence = world(workspace, message=message, tool_calls=calls)
    (finding,) = hold(extract(message), evidence=evidence, checks=checks)
    return finding


@pytest.mark.parametrize(
    ("message", "checks", "verdict"),
    [
        ("12 tests passed.", [ran(PASSED, 12)], CONFIRMED),
        ("12 tests passed.", [ran(PASSED, 9)], CONTRADICTED),
        ("12 tests passed.", [ran(FAILED, 12, failed=1)], CONTRADICTED),
        ("12 tests passed.", [ran(FAILED, 0)], CONTRADICTED),  # none ran
        ("12 tests passed.", [ran(PASSED, 9), ran(PASSED, 3)], CONFIRMED),
        ("12 tests passed.", [ran(PASSED, 12), ran(FAILED, 3, failed=1)], CONTRADICTED),
        ("12件のテストがすべて通りました。", [ran(PASSED, 12)], CONFIRMED),
        ("12件のテストがすべて通りました。", [ran(PASSED, 9)], CONTRADICTED),
        ("All tests pass.", [ran(PASSED, 9)], CONFIRMED),
        ("All tests pass.", [ran(FAILED, 8, failed=1)], CONTRADICTED),
        ("All tests pass.", [ran(FAILED, None, failed=None)], CONTRADICTED),
        ("All tests pass.", [ran(PASSED, None, failed=None)], CONFIRMED),
        ("All tests pass.", [ran(PASSED, 9, skipped=1)], UNVERIFIABLE),
        ("All tests pass.", [ran(FAILED, 9, skipped=1)], UNVERIFIABLE),
    ],
)
def test_our_own_run_decides_whatever_the_transcript_shows(
    workspace: Path, message: str, checks: list[CheckResult], verdict: ClaimVerdict
) -> None:
    finding = said(workspace, message, *checks, calls=(GREEN,))
    assert finding.verdict is verdict
    assert finding.observation is not None
    assert (finding.observation.by, finding.observation.source) == ("our own run", Source.MEASURED)


@pytest.mark.parametrize("checks", [[], [check("file", PASSED)], [ran(ERROR, None)]])
def test_where_we_ran_none_the_transcript_confirms_as_the_weaker_source(
    workspace: Path, checks: list[CheckResult]
) -> None:
    finding = said(workspace, "12 tests passed.", *checks, calls=(GREEN,))
    assert finding.verdict is CONFIRMED
    assert finding.observation is not None
    assert (finding.observation.by, finding.observation.source) == ("the agent's transcript", Source.CLAIMED)
    assert said(workspace, "12 tests passed.", *checks).verdict is CONTRADICTED  # it ran none


def test_a_run_that_nobody_counted_leaves_a_number_to_the_transcript(workspace: Path) -> None:
    uncounted = ran(PASSED, None, failed=None)
    assert said(workspace, "12 tests passed.", uncounted, calls=(GREEN,)).verdict is CONFIRMED
    assert said(workspace, "13 tests passed.", uncounted, calls=(GREEN,)).verdict is UNVERIFIABLE


def test_other_tests_that_the_agent_ran_are_not_contradicted_by_ours(workspace: Path) -> None:
    other = bash("make test", "12 passed")
    finding = said(workspace, "12 tests passed.", ran(PASSED, 3), calls=(other,))
    assert finding.verdict is UNVERIFIABLE
    assert finding.observation is not None
    assert finding.observation.detail == "`pytest -q`: 3 passed; the agent ran others: `make test`"
    assert said(workspace, "13 tests passed.", ran(PASSED, 3), calls=(other,)).verdict is CONTRADICTED


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path


@pytest.mark.parametrize(
    ("calls", "verdict"),
    [
        ((), CONTRADICTED),
        ((ToolCall(name="TodoWrite", input={}), ToolCall(name="StructuredOutput", input={})), CONTRADICTED),
        ((ToolCall(name="TodoWrite", input={}), bash("ls")), UNVERIFIABLE),
    ],
)
def test_done_with_nothing_but_plans_and_no_change_is_contradicted(
    workspace: Path, calls: tuple[ToolCall, ...], verdict: ClaimVerdict
) -> None:
    assert said(workspace, "Done.", calls=calls).verdict is verdict
