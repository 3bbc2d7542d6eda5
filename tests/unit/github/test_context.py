"""What happened, from payloads as GitHub sends them, from broken ones, and from none."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gha_router.errors import NotPermitted, UsageError
from gha_router.github.context import Context, PullRequest, read_context, refuse_bots

HEAD, BASE = "1a" * 20, "9f" * 20
OURS, FORK = {"id": 1, "full_name": "octo/repo"}, {"id": 2, "full_name": "mona/repo"}


def pull(head_repo: Any = OURS) -> dict[str, Any]:
    return {
        "number": 7,
        "head": {"sha": HEAD, "ref": "fix", "repo": head_repo},
        "base": {"sha": BASE, "ref": "main", "repo": OURS},
    }


def run_of(event: str, *pulls: dict[str, Any], head: dict[str, Any] = OURS) -> dict[str, Any]:
    run = {"event": event, "head_sha": HEAD, "repository": OURS, "head_repository": head, "pull_requests": list(pulls)}
    return {"workflow_run": run}


def context(folder: Path, event: str, payload: Any, **env: str) -> Context:
    file = folder / "event.json"
    file.write_text(payload if isinstance(payload, str) else json.dumps(payload))
    return read_context({"GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": str(file), **env})


KNOWN = PullRequest(number=7, head_sha=HEAD, head_ref="fix", base_sha=BASE, base_ref="main", is_fork=False)
OF_FORK = replace(KNOWN, is_fork=True)
OF_RUN = replace(KNOWN, head_ref=None)
CASES: list[tuple[str, dict[str, Any], PullRequest | None]] = [
    ("pull_request", {"pull_request": pull()}, KNOWN),
    ("pull_request", {"pull_request": pull(FORK)}, OF_FORK),
    ("pull_request_target", {"pull_request": pull(None)}, OF_FORK),
    ("pull_request_review_comment", {"pull_request": pull(), "comment": {"body": "/route"}}, KNOWN),
    ("pull_request_review", {"pull_request": pull(), "review": {"body": "/route"}}, KNOWN),
    ("issue_comment", {"issue": {"number": 7, "pull_request": {"url": "https://x"}}}, PullRequest(number=7)),
    ("issue_comment", {"issue": {"number": 8}}, None),
    ("issues", {"issue": {"number": 8}}, None),
    ("merge_group", {"merge_group": {"head_sha": HEAD, "base_sha": BASE, "base_ref": "main"}}, PullRequest(
        number=None, head_sha=HEAD, base_sha=BASE, base_ref="main")),
    ("workflow_run", run_of("pull_request", {**pull(), "number": 7}), OF_RUN),
    ("workflow_run", run_of("pull_request", head=FORK), PullRequest(number=None, head_sha=HEAD, is_fork=True)),
    ("workflow_run", run_of("pull_request_review_comment", pull()), OF_RUN),
    ("workflow_run", run_of("push"), None),
    ("push", {"after": HEAD, "before": BASE, "pull_request": pull()}, None),
    ("workflow_dispatch", {"inputs": {"model": "opus"}}, None),
    ("schedule", {"schedule": "0 3 * * *"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("event", "payload", "expected"), CASES)
def test_the_pull_request_behind_an_event(
    tmp_path: Path, event: str, payload: dict[str, Any], expected: PullRequest | None
) -> None:
    assert context(tmp_path, event, payload).pull_request == expected


INTO_FORK = {"number": 1, "head": {"sha": HEAD}, "base": {"sha": "66" * 20, "ref": "evil", "repo": {"id": 2}}}


def test_a_pull_request_into_a_fork_does_not_name_the_base_of_a_run(tmp_path: Path) -> None:
    """Anybody can open one in a fork of their own, from our branch, and its base is theirs."""
    alone = context(tmp_path, "workflow_run", run_of("pull_request", INTO_FORK)).pull_request
    assert alone is not None
    assert alone.base_sha is None
    assert context(tmp_path, "workflow_run", run_of("pull_request", INTO_FORK, pull())).pull_request == OF_RUN


@pytest.mark.parametrize("payload", ["", "{", "[]", "null", "[" * 100_000, "{}"])
@pytest.mark.parametrize(
    "event", ["pull_request", "pull_request_target", "issue_comment", "merge_group", "workflow_run"]
)
def test_who_cannot_know_of_a_pull_request_says_so_when_asked(tmp_path: Path, event: str, payload: str) -> None:
    one = context(tmp_path, event, payload)
    with pytest.raises(UsageError, match="whether a pull request is behind this event") as caught:
        assert one.pull_request
    assert "GITHUB_EVENT_PATH" in str(caught.value)


@pytest.mark.parametrize("event", ["push", "workflow_dispatch", "schedule"])
@pytest.mark.parametrize("path", ["", "/does/not/exist", "/", "a\0b"])
def test_a_missing_payload_is_no_matter_where_no_pull_request_can_be(event: str, path: str) -> None:
    one = read_context({"GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": path})
    assert one.pull_request is None
    assert one.payload_fault


@pytest.mark.parametrize("sha", ["main", "--upload-pack=x", HEAD[:-1], HEAD + "\n", HEAD.upper(), 7, None])
def test_what_is_no_sha_is_not_known(tmp_path: Path, sha: Any) -> None:
    payload = {"pull_request": {**pull(), "base": {"sha": sha, "repo": OURS}}}
    found = context(tmp_path, "pull_request", payload).pull_request
    assert found is not None
    assert found.base_sha is None


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("pull_request", "issue", "number", "head", "base", "sha", "repo", "full_name", "merge_group"),
                    *("workflow_run", "event", "pull_requests", "head_repository", "repository", "sender", "type"),
                ]
            ),
            inner | st.sampled_from(["pull_request", HEAD]),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(deadline=None)  # it writes a file
@given(trees, st.sampled_from(["pull_request", "issue_comment", "workflow_run", "merge_group", "push", "issues", ""]))
def test_any_payload_gives_an_answer_or_a_usage_error(payload: Any, event: str) -> None:
    from tempfile import TemporaryDirectory  # noqa: PLC0415  a fixture would be shared by all examples

    with TemporaryDirectory() as folder:
        one = context(Path(folder), event, payload)
    try:
        found = one.pull_request
        assert found is None or isinstance(found, PullRequest)
    except UsageError as error:
        assert "is not known" in str(error)  # noqa: PT017  both ways out are right
    assert one.actor_is_bot in {True, False}


def test_variables_are_read_as_they_are(tmp_path: Path) -> None:
    one = context(
        tmp_path,
        "push",
        {},
        GITHUB_REPOSITORY="octo/repo",
        GITHUB_SHA=HEAD,
        GITHUB_REF="refs/heads/main",
        GITHUB_RUN_ID="42",
        GITHUB_RUN_ATTEMPT="2",
        GITHUB_ACTOR="octocat",
        GITHUB_WORKSPACE="/github/workspace",
        RUNNER_TEMP="/github/runner_temp",
        GITHUB_STEP_SUMMARY="/github/file_commands/step_summary_1",
    )
    assert (one.repository, one.sha, one.ref, one.run_attempt) == ("octo/repo", HEAD, "refs/heads/main", "2")
    assert (one.workspace, one.temp) == (Path("/github/workspace"), Path("/github/runner_temp"))
    assert one.summary == Path("/github/file_commands/step_summary_1")
    assert one.run_url == "https://github.com/octo/repo/actions/runs/42"


def test_outside_of_actions_it_is_empty() -> None:
    one = read_context({})
    assert (one.repository, one.event, one.workspace, one.temp, one.summary) == ("", "", Path(), None, None)
    assert one.run_url is None


def test_a_payload_is_not_shown(tmp_path: Path) -> None:
    assert "hush" not in repr(context(tmp_path, "push", {"title": "hush"}))


COMMENT = {"issue": {"number": 1}, "sender": {"type": "User"}}
BOT = {"issue": {"number": 1}, "sender": {"type": "Bot"}}


@pytest.mark.parametrize(
    ("event", "actor", "payload", "allowed"),
    [
        ("issue_comment", "octocat", COMMENT, ()),
        ("issue_comment", "renovate[bot]", BOT, ("renovate",)),
        ("issue_comment", "renovate[bot]", BOT, ("Renovate[bot]",)),
        ("issue_comment", "anything[bot]", BOT, ("*",)),
        ("schedule", "renovate[bot]", {}, ()),
        ("push", "renovate[bot]", {}, ()),
    ],
)
def test_people_and_listed_bots_may(
    tmp_path: Path, event: str, actor: str, payload: dict[str, Any], allowed: tuple[str, ...]
) -> None:
    one = context(tmp_path, event, payload, GITHUB_ACTOR=actor)
    refuse_bots(one, allowed)
    assert one.actor == actor


@pytest.mark.parametrize(
    ("actor", "payload", "allowed"),
    [
        ("renovate[bot]", COMMENT, ()),
        ("renovate[bot]", BOT, ("dependabot",)),
        ("quiet", BOT, ("renovate",)),
        ("renovate[bot]", {}, ("",)),
    ],
)
def test_other_bots_may_not(tmp_path: Path, actor: str, payload: dict[str, Any], allowed: tuple[str, ...]) -> None:
    one = context(tmp_path, "pull_request", payload, GITHUB_ACTOR=actor)
    with pytest.raises(NotPermitted, match="is a bot") as caught:
        refuse_bots(one, allowed)
    assert "allowed_bots" in str(caught.value)
