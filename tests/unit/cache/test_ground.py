"""Whose kept replies a run may be told, by its event; and whose the file is while agents run."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gha_router.cache import TRUSTED, UNTRUSTED
from gha_router.cli.caching import ground_here, ground_of, ours
from gha_router.github.context import PullRequest, read_context

SHA = "1a2b3c4d" * 5
NOBODY = 65534


def env(tmp_path: Path, event: str, payload: dict[str, Any]) -> dict[str, str]:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(payload))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(file),
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_SHA": SHA,
    }


def pull(head: str | None) -> dict[str, Any]:
    repo = {"full_name": head} if head else None
    return {
        "number": 12,
        "head": {"sha": "feed", "ref": "b", "repo": repo},
        "base": {"sha": "c0ffee", "ref": "main", "repo": {"full_name": "o/r"}},
    }


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target", "pull_request_review"])
@pytest.mark.parametrize(
    ("head", "trust"), [("o/r", TRUSTED), ("stranger/r", f"{UNTRUSTED}:pull/12"), (None, f"{UNTRUSTED}:pull/12")]
)
def test_a_pull_request_is_trusted_from_this_repository_only(
    tmp_path: Path, event: str, head: str | None, trust: str
) -> None:
    assert ground_here(env(tmp_path, event, {"pull_request": pull(head)}), tmp_path).trust == trust


def test_a_push_is_the_repository_s_own(tmp_path: Path) -> None:
    ground = ground_here(env(tmp_path, "push", {}), tmp_path)
    assert (ground.trust, ground.repository, ground.commit) == (TRUSTED, "o/r", SHA)


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("issue_comment", {"issue": {"number": 12, "pull_request": {"url": "u"}}}),  # does not say whose it is
        ("pull_request", {}),
        ("check_suite", {}),
    ],
)
def test_what_nobody_knows_is_not_trusted(tmp_path: Path, event: str, payload: dict[str, Any]) -> None:
    assert ground_here(env(tmp_path, event, payload), tmp_path).trust.startswith(UNTRUSTED)


def test_an_issue_s_comment_is_no_pull_request(tmp_path: Path) -> None:
    assert ground_here(env(tmp_path, "issue_comment", {"issue": {"number": 3}}), tmp_path).trust == TRUSTED


def test_a_pull_request_of_which_the_api_said_nothing_is_not_trusted() -> None:
    context = read_context({"GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": SHA})
    assert ground_of(context, PullRequest(number=5)).trust == f"{UNTRUSTED}:pull/5"
    assert ground_of(context, PullRequest(number=5, is_fork=False, head_sha="feed")).commit == "feed"


def test_forks_whose_number_nobody_says_do_not_feed_each_other() -> None:
    context = read_context({"GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": SHA, "GITHUB_RUN_ID": "7"})
    grounds = [ground_of(context, PullRequest(number=None, head_sha=head, is_fork=True)) for head in ("a", "b", None)]
    assert [ground.trust for ground in grounds] == [
        f"{UNTRUSTED}:{which}" for which in ("commit/a", "commit/b", "run/7")
    ]


@pytest.mark.parametrize("event", ["check_suite", "pull_request"])
def test_runs_of_which_nobody_knows_whose_they_are_do_not_feed_each_other(tmp_path: Path, event: str) -> None:
    runs = [env(tmp_path, event, {}) | {"GITHUB_RUN_ID": run} for run in "12"]
    assert [ground_here(run, tmp_path).trust for run in runs] == [f"{UNTRUSTED}:run/1", f"{UNTRUSTED}:run/2"]


def test_on_a_machine_of_one_s_own_the_files_commit_is_asked_of_git(tmp_path: Path) -> None:
    assert ground_here({"PATH": os.environ["PATH"]}, tmp_path).commit is None
    git = ("git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b")
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    ground = ground_here({"PATH": os.environ["PATH"]}, tmp_path)
    assert (ground.trust, ground.commit) == (TRUSTED, head)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_the_file_is_root_s_while_agents_run_and_the_workspace_s_owner_s_before_and_after(tmp_path: Path) -> None:
    workspace, folder = tmp_path / "w", tmp_path / "c"
    for path in (workspace, folder):
        path.mkdir()
        os.chown(path, 1001, 1001)
    for name, owner in (("cache.sqlite", 1001), ("cache.sqlite-wal", NOBODY), ("budgets.sqlite", 1001)):
        (folder / name).touch()
        os.chown(folder / name, owner, owner)
    (folder / "cache.sqlite-shm").symlink_to(tmp_path / "target")
    (tmp_path / "target").touch()
    os.chown(tmp_path / "target", 1001, 1001)

    def owners() -> list[int]:
        paths = (folder, *(folder / name for name in ("cache.sqlite", "cache.sqlite-wal", "budgets.sqlite")))
        return [path.stat().st_uid for path in (*paths, tmp_path / "target")]

    before = owners()
    with ours(folder, workspace):
        assert owners() == [0, 0, NOBODY, 1001, 1001]
    assert owners() == before
