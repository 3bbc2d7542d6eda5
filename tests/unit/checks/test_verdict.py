"""Results become a verdict and a score."""

import pytest

from gha_router.checks import score, verdict_of
from gha_router.records import CheckResult, CheckStatus, Verdict

PASSED, FAILED, ERROR, SKIPPED = CheckStatus.PASSED, CheckStatus.FAILED, CheckStatus.ERROR, CheckStatus.SKIPPED


def result(status: CheckStatus, *, required: bool = True, weight: float = 1.0) -> CheckResult:
    return CheckResult(name="n", kind="exists", status=status, expected="", found="", required=required, weight=weight)


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        ([PASSED], Verdict.VERIFIED),
        ([PASSED, PASSED], Verdict.VERIFIED),
        ([PASSED, FAILED], Verdict.FAILED),
        ([PASSED, ERROR, FAILED, SKIPPED], Verdict.FAILED),
        ([PASSED, ERROR], Verdict.ERROR),
        ([PASSED, SKIPPED], Verdict.ERROR),
        ([], Verdict.SKIPPED),
    ],
)
def test_required_checks_decide(statuses: list[CheckStatus], verdict: Verdict) -> None:
    assert verdict_of([result(status) for status in statuses]) is verdict


def test_optional_checks_do_not_decide() -> None:
    assert verdict_of([result(PASSED), result(FAILED, required=False)]) is Verdict.VERIFIED
    assert verdict_of([result(PASSED, required=False)]) is Verdict.SKIPPED
    assert verdict_of([result(FAILED, required=False)]) is Verdict.SKIPPED


def test_the_score_is_the_weight_that_passed() -> None:
    assert score([result(PASSED, weight=3), result(FAILED, required=False)]) == 0.75
    assert score([result(PASSED), result(ERROR), result(SKIPPED)]) == 1.0
    assert score([result(FAILED)]) == 0.0


def test_no_score_is_not_0() -> None:
    assert score([]) is None
    assert score([result(ERROR)]) is None
