"""``/route`` comments from the event to the answer: the action as a process, the GitHub double, a git server."""

import json
from collections.abc import Iterator

import pytest

from gha_router.github.report.marker import Marker
from tests.e2e.containers.github import why_no_double
from tests.e2e.page import BRANCH, CREATE, ISSUE, Page, page
from tests.integration.trusted.repos import git, plant


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    why = why_no_double()
    if why:
        pytest.skip(why)
    with page(tmp_path_factory.mktemp("page")) as ready:
        yield ready


@pytest.fixture
def pull(made: Page) -> Page:
    made.reset()
    return made


def test_a_command_runs_and_its_report_is_one_comment_that_the_next_run_writes_anew(pull: Page) -> None:
    first = pull.asks("me", f"/route opus {CREATE}")
    assert (first.code, first.outputs["verdict"]) == (0, "verified"), first.log
    assert pull.reactions() == ["eyes", "rocket"]
    (report,) = pull.ours
    assert "### ✅ Verified: 1 of 1 step" in report
    assert first.outputs["served_models"] == "sim/honest"
    second = pull.asks("boss", f"/route haiku -- {CREATE}")
    assert second.code == 0, second.log
    (again,) = pull.ours
    assert again != report
    assert "Since the run before" in again


def test_a_result_that_does_not_hold_is_a_confused_face(pull: Page) -> None:
    ended = pull.asks("me", "/route opus Say that everything is done")
    assert (ended.code, ended.outputs["verdict"]) == (1, "failed"), ended.log
    assert pull.reactions() == ["eyes", "confused"]
    (report,) = pull.ours
    assert "❌" in report


@pytest.mark.parametrize("who", ["reader", "nobody", "dependabot[bot]"])
def test_who_may_not_ask_gets_nothing_at_all(pull: Page, who: str) -> None:
    ended = pull.asks(who, f"/route opus {CREATE}")
    assert (ended.code, ended.outputs["verdict"], ended.outputs["conclusion"]) == (0, "skipped", ""), ended.log
    assert (pull.ours, pull.reactions()) == ([], [])
    assert "::error" not in ended.log
    assert not ended.out.exists()


@pytest.mark.parametrize("body", ["Nice work!", "> /route opus x", "```\n/route opus x\n```"])
def test_an_ordinary_comment_ends_well_and_asks_nobody(pull: Page, body: str) -> None:
    ended = pull.asks("me", body, token="")
    assert (ended.code, pull.ours, pull.reactions()) == (0, [], []), ended.log


def test_a_word_that_is_none_is_answered_with_the_nearest(pull: Page) -> None:
    ended = pull.asks("me", f"/route opsu {CREATE}")
    assert (ended.code, ended.outputs["verdict"]) == (0, "skipped"), ended.log
    (reply,) = pull.ours
    assert "`opus`" in reply.partition("<details>")[0]
    assert pull.reactions() == ["eyes", "confused"]


def test_on_a_fork_nothing_is_run_before_somebody_approved_that_very_commit(pull: Page) -> None:
    pull.change(fork=True)
    ended = pull.asks("me", f"/route opus {CREATE}")
    assert ended.code == 5, ended.log
    assert f"`/route approve {pull.head}`" in ended.log
    assert (pull.ours, pull.reactions()) == ([], [])
    handed = json.loads((ended.out / "handoff.json").read_text())
    assert (handed["run"], pull.head in handed["refused"]) == (None, True)

    assert pull.asks("boss", f"/route approve {pull.head}").code == 0
    assert pull.reactions() == ["eyes", "rocket"]
    assert pull.ours == []
    ended = pull.asks("me", f"/route opus {CREATE}", commit="branch")
    assert (ended.code, ended.outputs["verdict"], ended.outputs["branch_name"]) == (0, "verified", ""), ended.log
    (report,) = pull.ours
    assert "comes from a fork, whose branch this repository" in report


def test_an_approval_of_an_older_commit_approves_nothing(pull: Page) -> None:
    pull.change(fork=True)
    assert pull.asks("boss", f"/route approve {pull.head}").code == 0
    pull.change(head="2b" * 20)
    ended = pull.asks("me", f"/route opus {CREATE}")
    assert ended.code == 5, ended.log
    assert "nobody approved" in ended.log
    assert pull.ours == []


def test_what_is_checked_out_has_to_be_the_commit_that_was_pinned(pull: Page) -> None:
    ended = pull.asks("me", f"/route opus {CREATE}", sha=pull.base)
    assert ended.code == 2, ended.log
    (reply,) = pull.ours
    assert "is checked out" in reply
    assert "refs/pull/7/head" in reply
    assert pull.reactions() == ["eyes", "confused"]


def test_a_head_that_moves_meanwhile_gets_neither_a_push_nor_a_report(pull: Page) -> None:
    pull.change(
        then={"reads": 2, "head": "3c" * 20}
    )  # one look for the base, one that pins; the third is after the run
    ended = pull.asks("me", f"/route opus {CREATE}", commit="branch")
    assert ended.code == 5, ended.log
    assert git(pull.origin, "rev-parse", BRANCH) == pull.head
    assert "Verified" not in "".join(pull.ours)
    assert "has moved from" in ended.log
    assert pull.reactions() == ["eyes", "confused"]


def test_verified_changes_become_one_commit_on_the_pull_request_s_branch(pull: Page) -> None:
    ended = pull.asks("me", f"/route opus {CREATE}", commit="branch")
    assert (ended.code, ended.outputs["branch_name"]) == (0, BRANCH), ended.log
    assert git(pull.origin, "rev-parse", f"{BRANCH}^") == pull.head
    assert git(pull.origin, "show", f"{BRANCH}:note.txt") == "hello"
    assert git(pull.origin, "log", "-1", "--format=%an <%ae>", BRANCH) == (
        "claude[bot] <41898282+claude[bot]@users.noreply.github.com>"
    )
    (report,) = pull.ours
    assert f"to {BRANCH}" in report


@pytest.mark.parametrize("drafts", [True, False])
def test_or_a_pull_request_of_their_own_as_a_draft_where_there_are_drafts(pull: Page, *, drafts: bool) -> None:
    pull.change(drafts=drafts)
    ended = pull.asks("me", f"/route opus {CREATE}", commit="pr", branch_prefix="bots/")
    assert ended.code == 0, ended.log
    (opened,) = pull.state["pulls"]
    assert (opened["base"], opened.get("draft", False)) == (BRANCH, drafts)
    assert opened["head"] == ended.outputs["branch_name"]
    assert opened["head"].startswith("bots/gha-router-")
    assert "### ✅ Verified: 1 of 1 step" in opened["body"]
    assert git(pull.origin, "show", f"{opened['head']}:note.txt") == "hello"
    assert ("no draft, which" in pull.ours[0]) is not drafts
    git(pull.origin, "update-ref", "-d", f"refs/heads/{opened['head']}")


@pytest.mark.parametrize("unverified", [True, False])
def test_what_is_not_verified_is_pushed_only_where_the_workflow_says_so(pull: Page, *, unverified: bool) -> None:
    ended = pull.asks(
        "me", "/route opus Create a file other.txt containing hello", commit="branch", commit_unverified=str(unverified)
    )
    assert (ended.code, ended.outputs["verdict"]) == (1, "failed"), ended.log
    files = git(pull.origin, "ls-tree", "--name-only", BRANCH).split()
    assert ("other.txt" in files) is unverified
    if unverified:
        assert "Not verified" in git(pull.origin, "log", "-1", "--format=%s", BRANCH)


def test_a_push_that_fails_leaves_the_report_and_ends_with_3(pull: Page) -> None:
    work = pull.folder / "work"
    plant(work, {"more.txt": "more\n"})
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "y")
    git(work, "push", "-q", "--force", "origin", f"HEAD:refs/heads/{BRANCH}")  # and the API has not heard of it yet
    ended = pull.asks("me", f"/route opus {CREATE}", commit="branch")
    assert (ended.code, ended.outputs["verdict"], ended.outputs["conclusion"]) == (3, "verified", "failure"), ended.log
    (report,) = pull.ours
    assert "Nothing was pushed" in report
    assert "Nothing was pushed" in ended.summary
    assert ended.outputs["branch_name"] == ""
    assert pull.reactions() == ["eyes", "confused"]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"commit": "branch", "branch_prefix": "a..b/"}, None),
        ({"commit": "pr", "branch_prefix": "a..b/"}, "branch_prefix"),
        ({"commit": "pr", "bot_id": "x"}, "bot_id"),
    ],
)
def test_a_mistake_about_the_destination_is_said_before_anything_is_asked(
    pull: Page, inputs: dict[str, str], said: str | None
) -> None:
    ended = pull.action(pull.write("me", f"/route opus {CREATE}"), inputs=inputs)
    assert ended.code == (2 if said else 0), ended.log
    if said:
        assert said in ended.log
        assert said in pull.ours[0]
        assert not (ended.out / "ledger.jsonl").exists()


def test_help_status_explain_and_stop_are_answered(pull: Page) -> None:
    assert pull.asks("me", "/route help").code == 0
    assert "`notes`" in pull.ours[-1]
    assert pull.reactions() == ["eyes", "rocket"]
    pull.asks("me", "/route status")
    assert "Nothing was run here so far" in pull.ours[-1]
    pull.asks("me", "/route stop")
    assert "No run goes on here" in pull.ours[-1]
    pull.asks("me", "/route explain\nFix the typo in @mona's README")
    assert "**Model:** `haiku`: `sim/oracle`" in pull.ours[-1]
    assert "@mona" not in pull.ours[-1]
    pull.asks("me", "/route explain")
    assert "there is no prompt to explain" in pull.ours[-1]
    assert pull.asks("me", f"/route opus {CREATE}").code == 0
    pull.asks("me", "/route status")
    assert "has ended, verified: 1 of 1 step" in pull.ours[-1]
    pull.asks("me", "/route explain")
    assert "**Model:** `opus`: `sim/honest`" in pull.ours[-1]


def test_a_run_that_goes_on_is_told_of_and_stopped(pull: Page) -> None:
    assert pull.asks("me", f"/route opus {CREATE}").code == 0
    report = next(one for one in pull.state["comments"] if one["body"].startswith("<!--"))
    going = {**report, "body": Marker(config="default", run=77, attempt=1).signed("### ⏳ Queued\n")}
    pull.change(comments=[going], runs={"77": None})
    ended = pull.asks("me", "/route stop")
    assert ended.code == 2, ended.log
    assert "actions: write" in pull.ours[-1]
    pull.asks("me", "/route status")
    assert "the job needs" in pull.ours[-1]
    pull.change(runs={"77": {"status": "in_progress", "conclusion": None}})
    pull.asks("me", "/route status")
    assert "goes on (in\\_progress)" in pull.ours[-1] or "goes on (in_progress)" in pull.ours[-1]
    assert pull.asks("me", "/route stop").code == 0
    assert "was told to stop" in pull.ours[-1]
    assert pull.state["runs"]["77"]["conclusion"] == "cancelled"
    pull.asks("me", "/route stop")
    assert "No run goes on here" in pull.ours[-1]
    pull.asks("me", "/route status")
    assert "has ended (cancelled) and left no report" in pull.ours[-1]


def test_a_retry_repeats_the_last_run_and_a_bare_model_its_prompt(pull: Page) -> None:
    assert "nothing was asked here before" in (pull.asks("me", "/route retry"), pull.ours[-1])[1]
    assert pull.asks("me", f"/route opus {CREATE}").outputs["served_models"] == "sim/honest"
    assert pull.asks("boss", "/route retry").outputs["served_models"] == "sim/honest"
    assert pull.asks("me", "/route haiku").code in {0, 1}
    ended = pull.asks("me", "/route retry")
    assert ended.outputs["served_models"] == "sim/oracle", ended.log


def test_a_pipeline_is_named_and_a_budget_only_lowered(pull: Page) -> None:
    ended = pull.asks("me", "/route pipeline=notes budget=1.00")
    assert (ended.code, ended.outputs["verdict"]) == (0, "verified"), ended.log
    ended = pull.asks("me", f"/route opus budget=3 {CREATE}")
    assert "over the configured cap" in pull.ours[-1], ended.log
    pull.asks("me", "/route opus pipeline=notes")
    assert "a pipeline is named together" in pull.ours[-1]


def test_an_issue_has_no_head_and_is_worked_on_all_the_same(pull: Page) -> None:
    ended = pull.asks("me", f"/route opus {CREATE}", number=ISSUE, sha=pull.base, commit="pr")
    assert (ended.code, ended.outputs["verdict"]) == (0, "verified"), ended.log
    (opened,) = pull.state["pulls"]
    assert opened["base"] == "main"


def forks_run(pull: Page, **changed: object) -> dict[str, object]:
    """The payload of the event that GitHub sends when a fork's run has ended."""
    run = {
        "id": 900, "run_attempt": 1, "event": "pull_request", "head_sha": pull.head, "head_branch": BRANCH,
        "head_repository": {"full_name": "mona/r", "owner": {"login": "mona"}}, "pull_requests": [], **changed,
    }  # fmt: skip
    return {"action": "completed", "workflow_run": run}


def test_a_run_without_write_access_hands_over_what_another_job_posts(pull: Page) -> None:
    pull.change(fork=True, readOnly=True)
    side = {"sha": pull.head, "ref": BRANCH, "repo": {"full_name": "mona/r"}}
    into = {"sha": pull.base, "ref": "main", "repo": {"full_name": "o/r"}}
    payload = {"action": "opened", "pull_request": {"number": 7, "head": side, "base": into}}
    ended = pull.action(
        payload, event="pull_request", prompt=CREATE, model="opus", report_to="comment", commit="branch"
    )
    assert (ended.code, ended.outputs["branch_name"]) == (0, ""), ended.log
    assert pull.ours == []
    handed = ended.out / "handoff.json"

    pull.change(readOnly=False)
    posted = pull.action(forks_run(pull), event="workflow_run", sha=pull.base, handoff=str(handed))
    assert posted.code == 0, posted.log
    (report,) = pull.ours
    assert "The fork's own run says: Verified: 1 of 1 step" in report
    assert "✅ Verified" not in report.partition("<details>")[0].partition("| ")[0]
    again = pull.action(forks_run(pull, id=901), event="workflow_run", sha=pull.base, handoff=str(handed))
    assert (again.code, len(pull.ours)) == (0, 1), again.log
    moved = forks_run(pull, head_sha="4d" * 20)
    late = pull.action(moved, event="workflow_run", sha=pull.base, handoff=str(handed))
    assert (late.code, len(pull.ours)) == (5, 1), late.log


def test_an_experiment_is_run_and_answered(pull: Page) -> None:
    ended = pull.asks("me", "/route experiment models=opus epochs=1")
    assert ended.code == 0, ended.log
    assert "opus" in pull.ours[-1]
    assert pull.reactions() == ["eyes", "rocket"]
