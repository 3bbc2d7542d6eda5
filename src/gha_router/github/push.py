"""Where a run's changes go on GitHub, decided before the agent begins, and the words that go with them.

``branch``: a pull request's own branch, one commit further; without a pull request a new branch. ``pr``: a new branch,
and a draft pull request into the branch that the run was about. Both from the commit that is checked out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gha_router.errors import UsageError
from gha_router.github.commits import Source
from gha_router.github.context import Context, PullRequest
from gha_router.github.steering import shown
from gha_router.pipeline.run import file_name
from gha_router.records import Attempt, RunResult, StepResult, Verdict

HEADS = "refs/heads/"
CHECK_OUT = "Check it out: actions/checkout with `ref: ${{ github.event.pull_request.head.sha }}`."


class CommitTo(StrEnum):
    """What becomes of changes on GitHub."""

    NONE = "none"  # they stay in the workspace
    BRANCH = "branch"
    PR = "pr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where changes go. ``branch``: an existing one, which still has to be at ``parent``; ``None``: a new one."""

    parent: str
    branch: str | None
    into: str | None  # the branch that a draft pull request is opened for; None: no pull request

    def new_branch(self, prefix: str, context: Context, commit: str) -> str:
        """Return the name of a new branch: no two runs, and no two steps of a run, have the same."""
        return f"{prefix}gha-router-{context.run_id or '0'}-{context.run_attempt or '1'}-{commit[:8]}"


def destination(
    to: CommitTo, context: Context, pull: PullRequest | None, *, head: str | None, base_branch: str | None
) -> Destination | str | None:
    """Return where changes go, or why they go nowhere, in words; ``None``: nobody asked for it.

    ``head`` is the commit that is checked out. Raises ``UsageError`` for what the workflow's author can mend.
    """
    if to is CommitTo.NONE:
        return None
    if head is None:
        raise UsageError(
            f"input `commit: {to}`: the workspace is no checkout of a commit", hint="Use actions/checkout first."
        )
    if pull is not None and pull.is_fork:
        return "the pull request comes from a fork, whose branch this repository's token may not write"
    if pull is not None and pull.head_ref is not None:
        if pull.head_sha != head:
            raise UsageError(
                f"input `commit: {to}`: {head[:12]} is checked out, and the pull request's branch is at "
                f"{(pull.head_sha or 'an unknown commit')[:12]}",
                hint=CHECK_OUT,
            )
        here: str | None = pull.head_ref
    else:
        here = context.ref.removeprefix(HEADS) if context.ref.startswith(HEADS) else None
    match to:
        case CommitTo.BRANCH:
            return Destination(parent=head, branch=pull.head_ref if pull else None, into=None)
        case _:
            into = base_branch or here
            if into is None:
                raise UsageError(
                    f"input `commit: pr`: {context.ref or 'this event'} is no branch to open a pull request for",
                    hint="Name one: `base_branch: main`.",
                )
            return Destination(parent=head, branch=None, into=into)


def sources(result: RunResult, workspace: Path, out: Path, *, unverified: bool) -> tuple[Source, ...]:
    """Return the files that a run's result is made of: those carried into the workspace, then, if asked for, the rest.

    The rest is what the last attempt of each step left that was not verified, as it is kept below ``out``.
    """
    carried = frozenset(path for _, attempt in _attempts(result) if attempt.carried for path in _changed(attempt))
    found = [Source(folder=workspace, paths=carried)] if carried else []
    for step in result.steps if unverified else ():
        last = step.attempts[-1] if step.attempts else None
        if last is None or last.carried or not last.changes:
            continue
        kept = out / "changes" / file_name(step.id) / f"attempt-{last.number}"
        if kept.is_dir() or last.changes.deleted:
            kept.mkdir(parents=True, exist_ok=True)
            found.append(Source(folder=kept, paths=_changed(last), gone=frozenset(last.changes.deleted)))
    return tuple(found)


def message(result: RunResult, run_url: str | None) -> str:
    """Return a commit's message: our own words and the steps' ids, nothing that a prompt or an agent said."""
    names = ", ".join(step.id for step in result.steps)
    verified = result.verdict is Verdict.VERIFIED
    first = f"{'Verified' if verified else f'Not verified ({result.verdict})'} by gha-router: {names}"
    checks = [check for step in result.steps for attempt in step.attempts[-1:] for check in attempt.checks]
    passed = sum(check.passed for check in checks)
    lines = [shown(first)[:100], "", f"{passed} of {len(checks)} checks passed."]
    return "\n".join([*lines, *([f"Run: {run_url}"] if run_url else [])]) + "\n"


def _attempts(result: RunResult) -> Iterator[tuple[StepResult, Attempt]]:
    for step in result.steps:
        for attempt in step.attempts:
            yield step, attempt


def _changed(attempt: Attempt) -> frozenset[str]:
    return frozenset((*attempt.changes.written, *attempt.changes.deleted))
