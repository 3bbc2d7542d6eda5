"""Whether the work is done: was anything done at all, and do the required checks say so."""

from collections.abc import Sequence

from gha_router.records import CheckResult, CheckStatus, Evidence, Observation, Source

# Tools that only say what will be or was done.
_NO_WORK = {"EnterPlanMode", "ExitPlanMode", "StructuredOutput", "TaskCreate", "TaskList", "TaskUpdate", "TodoWrite"}


def observe(evidence: Evidence, checks: Sequence[CheckResult]) -> Observation | None:
    """Return whether the work is finished; ``None`` when no required check can say so."""
    if not evidence.changes and all(call.name in _NO_WORK for call in evidence.tool_calls):
        return _seen(value=False, by="snapshot and transcript", detail=_nothing(evidence))
    required = [check for check in checks if check.required]
    failed = [check.name for check in required if check.status is CheckStatus.FAILED]
    if failed:
        return _seen(value=False, by="checks", detail=f"failed: {', '.join(failed)}")
    if required and all(check.passed for check in required):
        return _seen(value=True, by="checks", detail=f"{len(required)} required checks passed")
    return None


def _nothing(evidence: Evidence) -> str:
    calls = "only plans were written" if evidence.tool_calls else "no tool call"
    return f"{calls}, and nothing changed"


def _seen(*, value: bool, by: str, detail: str) -> Observation:
    return Observation(value=value, unit=None, source=Source.MEASURED, by=by, detail=detail)
