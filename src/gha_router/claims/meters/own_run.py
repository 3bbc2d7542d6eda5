"""Passed tests against our own run of them, made after the agent had ended; the transcript only where we ran none."""

from collections.abc import Sequence

from gha_router.claims.meters import transcript
from gha_router.records import CheckResult, CheckStatus, Evidence, Observation, OwnRun, Source

BY = "our own run"


def observe_tests(
    claimed: float | str | bool | None,  # noqa: FBT001 - True is "all"
    evidence: Evidence,
    checks: Sequence[CheckResult],
) -> Observation:
    """Return what is seen of passed tests: a number or all (``True``), ``False`` for not so, ``None`` for not known.

    What we ran ourselves decides. A number that our run does not show, and that the agent's own run of other tests
    does, is neither confirmed nor contradicted: the agent may have run more than we did.
    """
    runs = [(check, check.tests) for check in checks if check.tests is not None and check.status in _RAN]
    if not runs:
        return transcript.observe_tests(claimed, evidence)
    if failed := [tests for check, tests in runs if _failed(check, tests)]:
        return _seen(value=False, detail=_of(failed[0]))
    if claimed is True:
        unclear = [tests for check, tests in runs if not check.passed or not _all_ran(tests)]
        return _seen(value=None if unclear else True, detail=_of((unclear or [tests for _, tests in runs])[0]))
    return _numbered(claimed, [tests for _, tests in runs], evidence)


_RAN = {CheckStatus.PASSED, CheckStatus.FAILED}


def _numbered(claimed: float | str | None, runs: Sequence[OwnRun], evidence: Evidence) -> Observation:
    counts = [tests.passed for tests in runs if tests.passed is not None]
    for tests in runs:
        if tests.passed == claimed:
            return _seen(value=claimed, detail=_of(tests))
    if len(counts) > 1 and sum(counts) == claimed:
        return _seen(value=claimed, detail=f"{claimed} passed in {len(counts)} runs together")
    shown = transcript.observe_tests(claimed, evidence)
    if len(counts) < len(runs):  # a run of ours passed, and nobody counted
        return shown
    if shown.value == claimed and not _same_command(runs, evidence):
        return _seen(value=None, detail=f"{_of(runs[-1])}; the agent ran others: {shown.detail}")
    return _seen(value=False, detail=_of(runs[-1]))


def _failed(check: CheckResult, tests: OwnRun) -> bool:
    """Return whether tests failed, or none ran; a suite may fail for another reason, such as a skipped test."""
    if tests.failed is not None and tests.passed is not None:
        return bool(tests.failed) or not (tests.passed or tests.skipped)
    return check.status is CheckStatus.FAILED


def _all_ran(tests: OwnRun) -> bool:
    return not tests.skipped


def _same_command(runs: Sequence[OwnRun], evidence: Evidence) -> bool:
    ran = transcript.last_test_command(evidence)
    return any(tests.command.strip() == (ran or "").strip() for tests in runs)


def _of(tests: OwnRun) -> str:
    if tests.passed is None:
        return f"`{tests.command[:200]}`"
    counts = {"passed": tests.passed, "failed": tests.failed or 0, "skipped": tests.skipped or 0}
    said = ", ".join(f"{number} {word}" for word, number in counts.items() if number or word == "passed")
    return f"`{tests.command[:200]}`: {said}"


def _seen(*, value: float | str | bool | None, detail: str) -> Observation:
    return Observation(value=value, unit=None, source=Source.MEASURED, by=BY, detail=detail)
