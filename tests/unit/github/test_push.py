"""Where a run's changes go, as a table; what is committed of them, and in which words."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gha_router.errors import UsageError
from gha_router.github.context import Context, PullRequest, read_context
from gha_router.github.push import CommitTo, Destination, destination, message, sources
from gha_router.records import Changes, RunResult, Verdict
from tests.unit.report.sample import run as sample

HEAD, OTHER = "1a" * 20, "2b" * 20
OURS = PullRequest(number=7, head_sha=HEAD, head_ref="fix", base_sha=OTHER, base_ref="main", is_fork=False)


def context(ref: str = "refs/heads/main") -> Context:
    return read_context({"GITHUB_REF": ref, "GITHUB_RUN_ID": "12", "GITHUB_RUN_ATTEMPT": "2"})


@pytest.mark.parametrize(
    ("to", "pull", "base_branch", "expected"),
    [
        (CommitTo.NONE, OURS, None, None),
        (CommitTo.BRANCH, OURS, None, Destination(parent=HEAD, branch="fix", into=None)),
        (CommitTo.BRANCH, None, None, Destination(parent=HEAD, branch=None, into=None)),
        (CommitTo.PR, OURS, None, Destination(parent=HEAD, branch=None, into="fix")),
        (CommitTo.PR, None, None, Destination(parent=HEAD, branch=None, into="main")),
        (CommitTo.PR, None, "next", Destination(parent=HEAD, branch=None, into="next")),
    ],
)
def test_changes_go(to: CommitTo, pull: PullRequest | None, base_branch: str | None, expected: object) -> None:
    assert destination(to, context(), pull, head=HEAD, base_branch=base_branch) == expected


@pytest.mark.parametrize("to", [CommitTo.BRANCH, CommitTo.PR])
def test_nothing_goes_to_a_fork_and_the_reason_is_said(to: CommitTo) -> None:
    found = destination(to, context(), replace(OURS, is_fork=True), head=HEAD, base_branch=None)
    assert isinstance(found, str)
    assert "fork" in found


@pytest.mark.parametrize(
    ("to", "ref", "pull", "head", "said"),
    [
        (CommitTo.BRANCH, "refs/heads/main", None, None, "no checkout"),
        (CommitTo.BRANCH, "refs/pull/7/merge", OURS, OTHER, "2b2b2b2b2b2b is checked out"),
        (CommitTo.PR, "refs/tags/v1", None, HEAD, "refs/tags/v1 is no branch"),
    ],
)
def test_what_the_author_can_mend_is_said_before_anything_runs(
    to: CommitTo, ref: str, pull: PullRequest | None, head: str | None, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        destination(to, context(ref), pull, head=head, base_branch=None)


def test_two_commits_of_one_run_have_two_branches() -> None:
    place = Destination(parent=HEAD, branch=None, into=None)
    assert place.new_branch("claude/", context(), HEAD) == "claude/gha-router-12-2-1a1a1a1a"
    assert place.new_branch("claude/", context(), OTHER) != place.new_branch("claude/", context(), HEAD)


def run(*, carried: bool, verdict: Verdict) -> RunResult:
    step = sample().steps[0]
    attempt = replace(
        step.attempts[-1], carried=carried, changes=Changes(created=("new",), deleted=("old",)), cost_usd=Decimal(1)
    )
    return replace(sample(), verdict=verdict, steps=(replace(step, attempts=(attempt,), verdict=verdict),))


def test_what_was_carried_is_committed_from_the_workspace(tmp_path: Path) -> None:
    (found,) = sources(run(carried=True, verdict=Verdict.VERIFIED), tmp_path, tmp_path / "out", unverified=False)
    assert (found.folder, found.paths, found.gone) == (tmp_path, frozenset({"new", "old"}), None)


def test_what_was_not_verified_is_committed_only_when_asked_for(tmp_path: Path) -> None:
    result = run(carried=False, verdict=Verdict.FAILED)
    assert sources(result, tmp_path, tmp_path / "out", unverified=False) == ()
    (found,) = sources(result, tmp_path, tmp_path / "out", unverified=True)
    assert found.folder == tmp_path / "out" / "changes" / "gather" / f"attempt-{result.steps[0].attempts[0].number}"
    assert (found.paths, found.gone) == (frozenset({"new", "old"}), frozenset({"old"}))


def test_a_message_holds_our_own_words_only() -> None:
    said = message(run(carried=True, verdict=Verdict.VERIFIED), "https://github.com/o/r/actions/runs/12")
    assert said == (
        "Verified by gha-router: gather\n\n2 of 2 checks passed.\nRun: https://github.com/o/r/actions/runs/12\n"
    )
    assert message(run(carried=False, verdict=Verdict.FAILED), None).startswith("Not verified (failed) by gha-router")
