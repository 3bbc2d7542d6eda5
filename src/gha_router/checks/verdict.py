"""Run checks, and draw a verdict and a score from what they found."""

import time
from collections.abc import Callable, Sequence

from gha_router.checks.base import Check, Sight, Tools
from gha_router.errors import InfrastructureError
from gha_router.records import CheckResult, CheckStatus, Evidence, EvidenceMissing, Verdict

Watch = Callable[[CheckResult, float], None]


def unwatched(_result: CheckResult, _seconds: float) -> None:
    """Take no notice."""


async def run_all(
    checks: Sequence[Check], evidence: Evidence, tools: Tools, watch: Watch = unwatched
) -> tuple[CheckResult, ...]:
    """Return a result for each check, in their order, one after the other; ``watch`` is told each, and its seconds.

    An effect that fails makes an ``error``; any other exception is a mistake in a check, and is raised.
    """
    results = []
    for check in checks:
        started = time.monotonic()
        results.append(await _run(check, evidence, tools))
        watch(results[-1], time.monotonic() - started)
    return tuple(results)


def verdict_of(results: Sequence[CheckResult]) -> Verdict:
    """Return what the required checks say together.

    ``FAILED`` when one failed; else ``ERROR`` when one could not be held; else ``VERIFIED``. Without a required
    check nothing was checked: that is ``SKIPPED``, because silence is no proof.
    """
    statuses = {result.status for result in results if result.required}
    if not statuses:
        return Verdict.SKIPPED
    if CheckStatus.FAILED in statuses:
        return Verdict.FAILED
    return Verdict.VERIFIED if statuses == {CheckStatus.PASSED} else Verdict.ERROR


def score(results: Sequence[CheckResult]) -> float | None:
    """Return the weight that passed over the weight that passed or failed, 0 to 1; ``None`` if nothing counts."""
    passed = sum(result.weight for result in results if result.status is CheckStatus.PASSED)
    failed = sum(result.weight for result in results if result.status is CheckStatus.FAILED)
    return passed / (passed + failed) if passed + failed else None


async def _run(check: Check, evidence: Evidence, tools: Tools) -> CheckResult:
    try:
        return await check.run(evidence, tools)
    except EvidenceMissing as missing:
        return check.result(Sight(status=CheckStatus.SKIPPED, found=f"not checked: {missing.what}"))
    except (OSError, UnicodeDecodeError, InfrastructureError) as problem:
        # The system's own words end with a path of this machine, which no report needs.
        why = problem.strerror if isinstance(problem, OSError) and problem.strerror else problem
        return check.result(Sight(status=CheckStatus.ERROR, found=f"could not be checked: {why}"))
