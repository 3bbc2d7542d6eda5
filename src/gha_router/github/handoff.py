"""What a run that may not write hands over: its record as a file, for a job that may post it.

The file is an artifact of a job that ran a stranger's code, so nothing in it is believed. It is read as data within
narrow bounds, shown as what that job says of itself, and never says where it is to be posted: the pull request is that
of GitHub's API whose head is the commit that GitHub names in the ``workflow_run`` event.

    {"schema": "gha-router/handoff/1", "run": {...}, "refused": null}

``run`` is a ``RunResult`` as report.json holds it; ``refused``, in its place, says why nothing was run.
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gha_router.errors import InfrastructureError, NotPermitted, Position, UsageError
from gha_router.github.context import Context, PullRequest
from gha_router.records import Changes, Json, RunResult, Verdict, from_json, to_json
from gha_router.report.of_run import lengths
from gha_router.report.origin import NOWHERE, Origin
from gha_router.report.view import View

SCHEMA = "gha-router/handoff/1"
NAME = "handoff.json"
CONFIG = "handoff"  # in the comment's marker: it never takes the place of a report of our own
MOST_BYTES = 1024 * 1024
MOST_TEXT, MOST_ITEMS, MOST_DEPTH = 20_000, 2_000, 24
MOST_DIGITS, LEAST_EXPONENT, MOST_NUMBER = 9, -18, 10**12
SHORT_TEXT, SHORT_LIST = 500, 50  # what is left of messages and lists of files where all of it is too much
WHOSE = (
    "This is what the pull request's own run says of itself. It ran a fork's code, and nothing of it was checked here."
)
RUNS = frozenset({"pull_request"})  # events whose runs may hand something over


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """What was handed over: exactly one is set."""

    run: RunResult | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The run that handed over, as the event of GitHub's says: whose branch it ran on, at which commit."""

    run: int
    attempt: int
    owner: str
    branch: str
    head_sha: str


def write(out: Path, handoff: Handoff) -> Path | None:
    """Write the file; ``None`` when even the shortened record is too large. Raises ``InfrastructureError``."""
    for one in (handoff, _shortened(handoff)):
        text = json.dumps({"schema": SCHEMA, **to_json(one)}, ensure_ascii=True, allow_nan=False)
        if len(text) <= MOST_BYTES:
            file = out / NAME
            try:
                out.mkdir(mode=0o700, parents=True, exist_ok=True)
                file.write_text(text, encoding="ascii")
            except OSError as error:
                raise InfrastructureError(f"{file} cannot be written: {error.strerror}") from None
            return file
    return None


def read(file: Path) -> Handoff:
    """Return what a file hands over. Raises ``UsageError`` for whatever ``write`` would not have written."""
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise _refused(file, "it is no file")
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", hint="Download the artifact first.") from None
    if len(content) > MOST_BYTES:
        raise _refused(file, f"it is larger than {MOST_BYTES:,} bytes")
    try:
        data = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _refused(file, "it is no JSON") from None
    if not isinstance(data, dict) or set(data) != {"schema", "run", "refused"} or data["schema"] != SCHEMA:
        raise _refused(file, f"it is no {SCHEMA}")
    for fault in _beyond(data, 0):
        raise _refused(file, fault)
    described = {name: data[name] for name in ("run", "refused")}
    try:
        found = from_json(Handoff, described)
    except (ValidationError, ValueError, ArithmeticError):
        raise _refused(file, "its run is no record of a run") from None
    if (found.run is None) == (found.refused is None) or to_json(found) != described or not _is_plain(found):
        raise _refused(file, "its run is no record of a run")
    return found


def views(handoff: Handoff, origin: Origin = NOWHERE) -> tuple[View, ...]:
    """Return it in its lengths, the longest first, each saying whose words they are."""
    if handoff.run is None:
        said = View(
            verdict=Verdict.SKIPPED, headline="Nothing was run", lead=(handoff.refused or "",), sections=(), notes=()
        )
        return (said,)
    return tuple(
        replace(
            view,
            verdict=Verdict.SKIPPED,  # a sign of success is ours alone to give
            headline=f"The fork's own run says: {view.headline}",
            lead=(WHOSE, *view.lead),
        )
        for view in lengths(handoff.run, origin=origin)
    )


def sender(context: Context) -> Sender:
    """Return who handed over. Raises ``UsageError`` for another event than that of such a run's end."""
    match context.payload:
        case {
            "workflow_run": {
                "id": int(run),
                "run_attempt": int(attempt),
                "event": str(event),
                "head_sha": str(sha),
                "head_branch": str(branch),
                "head_repository": {"owner": {"login": str(owner)}},
            }
        } if context.event == "workflow_run" and event in RUNS:
            return Sender(run=run, attempt=attempt, owner=owner, branch=branch, head_sha=sha)
    raise UsageError(
        "input `handoff`: this event is not the end of a pull request's run",
        hint="Use it in a workflow with `on: workflow_run`, as examples/workflows/route-handoff.yml does.",
    )


def number_of(found: Sender, pulls: Iterable[PullRequest]) -> int:
    """Return the pull request, of those of the sender's branch, whose head still is the commit that was run.

    Raises ``NotPermitted`` when there is none, or more than one.
    """
    same = [one.number for one in pulls if one.head_sha == found.head_sha and one.is_fork and one.number]
    if len(same) != 1:
        why = "no open pull request" if not same else "more than one open pull request"
        raise NotPermitted(
            f"{why} of {found.owner} has {found.head_sha} as its head: nothing was posted",
            hint="Its head may have moved since; the run of the newer commit hands over its own.",
        )
    return same[0]


def _shortened(handoff: Handoff) -> Handoff:
    if handoff.run is None:
        return Handoff(refused=(handoff.refused or "")[:SHORT_TEXT])
    steps = tuple(
        replace(
            step,
            attempts=tuple(
                replace(
                    one,
                    final_message=one.final_message[:SHORT_TEXT],
                    structured=None,
                    findings=one.findings[:SHORT_LIST],
                    changes=Changes(
                        **{field.name: getattr(one.changes, field.name)[:SHORT_LIST] for field in fields(Changes)}
                    ),
                )
                for one in step.attempts
            ),
        )
        for step in handoff.run.steps
    )
    return Handoff(run=replace(handoff.run, steps=steps))


def _beyond(value: Any, depth: int) -> Iterator[str]:
    """Yield what is out of bounds, so that nothing that follows takes long or much."""
    match value:
        case _ if depth > MOST_DEPTH:
            yield f"it is nested deeper than {MOST_DEPTH}"
        case str() if len(value) > MOST_TEXT:
            yield f"a text in it has more than {MOST_TEXT:,} characters"
        case dict() | list() if len(value) > MOST_ITEMS:
            yield f"a list in it has more than {MOST_ITEMS:,} items"
        case dict():
            for name, one in value.items():
                yield from _beyond(name, depth + 1)
                yield from _beyond(one, depth + 1)
        case list():
            for one in value:
                yield from _beyond(one, depth + 1)
        case bool() | None | str():
            return
        case int() | float() if not 0 <= value <= MOST_NUMBER:
            yield "a number in it is none that was measured"


def _is_plain(value: object) -> bool:
    """Return whether amounts of money are such: ``1E+999999999`` would be a gigabyte when written out."""
    match value:
        case Decimal():
            exponent = value.as_tuple().exponent  # no arithmetic before it is known that there can be any
            return isinstance(exponent, int) and exponent >= LEAST_EXPONENT and value.adjusted() < MOST_DIGITS
        case float():
            return math.isfinite(value)
        case tuple() | list():
            return all(map(_is_plain, value))
        case dict():
            return all(map(_is_plain, value.values()))
        case _ if is_dataclass(value):
            return all(_is_plain(getattr(value, field.name)) for field in fields(value))
    return True


def _no_number(word: str) -> Json:
    raise ValueError(word)


def _refused(file: Path, why: str) -> UsageError:
    hint = "Nothing of it was posted. It has to be the file that gha-router wrote."
    return UsageError(f"what was handed over cannot be used: {why}", where=Position(str(file)), hint=hint)
