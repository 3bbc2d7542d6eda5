"""Failed checks as annotations of the run, beside the line that they name."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from gha_router.errors import Position
from gha_router.github.core import Core
from gha_router.records import CheckResult, CheckStatus, RunResult, StepResult
from gha_router.report.neutral import clean, shorten

SHOWN = 10  # GitHub shows ten errors of a step, and ten warnings
LIMIT = 400  # characters of a message
_WHERE = re.compile(r"(?P<file>[^:\r\n]+)(?::(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?)?")


def annotate(result: RunResult, core: Core) -> None:
    """Show what failed: required checks as errors, advisory ones and those that could not be made as warnings."""
    found = [(step, check) for step in result.steps for check in _failed(step)]
    errors = [one for one in found if one[1].required and one[1].status is CheckStatus.FAILED]
    for shown, of_kind in ((core.error, errors), (core.warning, [one for one in found if one not in errors])):
        room = SHOWN if len(of_kind) <= SHOWN else SHOWN - 1
        for step, check in of_kind[:room]:
            shown(_message(check), at=position(check.where), title=_title(step, check))
        if more := len(of_kind) - room if len(of_kind) > room else 0:
            shown(f"{more} more checks did not pass: the report has all of them.", title="gha-router")


def position(where: str | None) -> Position | None:
    """Return the place that a check names: ``file``, ``file:line``, ``file:line:column``; none but in the workspace."""
    match = _WHERE.fullmatch(where or "")
    if match is None:
        return None
    path = PurePosixPath(match["file"])
    if path.is_absolute() or ".." in path.parts:
        return None
    return Position(str(path), *(int(match[part]) if match[part] else None for part in ("line", "column")))


def _failed(step: StepResult) -> Iterator[CheckResult]:
    """Yield what did not pass in the attempt that decided."""
    wrong = {CheckStatus.FAILED, CheckStatus.ERROR}
    yield from (check for attempt in step.attempts[-1:] for check in attempt.checks if check.status in wrong)


def _message(check: CheckResult) -> str:
    return shorten(f"expected {clean(check.expected)}; found {clean(check.found)}", LIMIT)


def _title(step: StepResult, check: CheckResult) -> str:
    return shorten(f"{clean(step.id)}: {clean(check.name)}", LIMIT)
