"""Who may be believed: how often the agent's word, its own tests and a pipeline's checks accept what is wrong.

The truth of an attempt is what all required checks say that are not marked ``gate: true``. Against it stand three who
could have decided instead. The agent's *word*: it declared the work done. Its *own tests*: the last test run in its
transcript looked green. The *gate*: the marked checks together, which a pipeline could have as well and which are on
trial here, so that they are no part of the truth. Without such marks nothing tells how often checks err.

The false-accept rate is the share of wrong results that somebody accepts (alpha of a cascade), the false-reject rate
the share of right ones that he refuses (beta). Who says nothing of an attempt, as one that ran no test, is in neither.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gha_router.errors import Position, UsageError
from gha_router.experiment.points import COUNTED
from gha_router.records import Attempt, CheckStatus, ClaimKind, RunResult, Trial, Verdict, from_json
from gha_router.stats import Rate

WHO = WORD, TESTS, GATE = "word", "own_tests", "gate"
HINT = "Name a trials.jsonl of `experiment`, or a report.json of `run`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptor:
    """One who could have decided, and his errors."""

    who: str  # one of ``WORD``, ``TESTS``, ``GATE``
    false_accept: Rate  # of wrong results
    false_reject: Rate  # of right results
    silent: int  # attempts of which he says nothing


Said = tuple[bool | None, bool | None, bool | None]  # in the order of WHO
Votes = Counter[tuple[Said, bool | None]]  # how often the three said what of an attempt that was how


def acceptance(attempts: Iterable[Attempt]) -> tuple[Acceptor, ...]:
    """Return the three and their errors on attempts that were verified or failed; others say nothing."""
    return acceptors(votes_of(attempts))


def votes_of(attempts: Iterable[Attempt]) -> Votes:
    """Return who said what of attempts, beside the truth."""
    votes: Votes = Counter()
    add_votes(votes, attempts)
    return votes


def add_votes(votes: Votes, attempts: Iterable[Attempt]) -> None:
    """Add who said what of further attempts."""
    for attempt in attempts:
        if attempt.verdict in COUNTED:
            votes[(_word(attempt), attempt.own_tests, _gate(attempt)), _is_right(attempt)] += 1


def acceptors(votes: Votes) -> tuple[Acceptor, ...]:
    """Return the three and their errors."""
    return tuple(_acceptor(who, place, votes) for place, who in enumerate(WHO))


def _acceptor(who: str, place: int, votes: Votes) -> Acceptor:
    own: Counter[tuple[bool | None, bool | None]] = Counter()
    for (said, right), count in votes.items():
        own[said[place], right] += count
    return Acceptor(
        who=who,
        false_accept=Rate(hits=own[True, False], trials=own[True, False] + own[False, False]),
        false_reject=Rate(hits=own[False, True], trials=own[False, True] + own[True, True]),
        silent=sum(count for (said, _), count in own.items() if said is None),
    )


def attempts_of(trials: Iterable[Trial]) -> list[Attempt]:
    """Return all attempts of trials."""
    return [attempt for trial in trials for attempt in trial.result.attempts]


def read_attempts(file: Path) -> list[Attempt]:
    """Return the attempts that a trials.jsonl or a run's report.json holds.

    Raises ``UsageError`` with file and line for what is neither.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}", hint=HINT) from None
    if file.suffix == ".json":
        return [attempt for step in _run_in(text, file).steps for attempt in step.attempts]
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    trials = [_record(Trial, line, Position(str(file), number)) for number, line in lines]
    return attempts_of(trials)


def _run_in(text: str, file: Path) -> RunResult:
    where = Position(str(file))
    document = _parsed(text, where)
    if not isinstance(document, dict) or document.get("kind") != "run":
        raise UsageError("it is no report of a run", where=where, hint="An experiment's trials are in trials.jsonl.")
    run: RunResult = _record(RunResult, json.dumps(document.get("run")), where)
    return run


def _record(kind: type[Any], text: str, where: Position) -> Any:
    try:
        return from_json(kind, _parsed(text, where))
    except ValueError:  # pydantic's ValidationError is one
        raise UsageError("it holds no result of ours", where=where, hint=HINT) from None


def _parsed(text: str, where: Position) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"not JSON: {error}", where=where, hint=HINT) from None


def _is_right(attempt: Attempt) -> bool | None:
    """Return the truth; ``None`` when a check of it could not be made, or when all checks are on trial."""
    if not any(check.required for check in attempt.checks):  # it ended before a check, or a claim decided
        return attempt.verdict is Verdict.VERIFIED
    return _agreed([check.status for check in attempt.checks if check.required and not check.gate])


def _word(attempt: Attempt) -> bool:
    return any(finding.kind is ClaimKind.DONE and finding.claim is not None for finding in attempt.findings)


def _gate(attempt: Attempt) -> bool | None:
    return _agreed([check.status for check in attempt.checks if check.gate])


def _agreed(found: Sequence[CheckStatus]) -> bool | None:
    """Return whether all passed; ``None`` without one, or when one could not be made."""
    if not found or CheckStatus.ERROR in found:
        return None
    return found.count(CheckStatus.PASSED) == len(found)
