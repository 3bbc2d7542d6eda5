"""The report as a comment, by ``gha-router action`` as a process, against the stateful GitHub double."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.command import gha_router
from tests.e2e.containers.github import github_double, why_no_double
from tests.e2e.test_action_process import Job
from tests.unit.github.runner import commands

ISSUE = {"issue": {"number": 7}, "sender": {"type": "User"}}
CREATE = "Create a file note.txt containing hello"
TOKEN = "ghs_canary"


@pytest.fixture
def api() -> Iterator[str]:
    why = why_no_double()
    if why:
        pytest.skip(why)
    with github_double(7, "9f" * 20, "1a" * 20) as url:
        yield url


def run(folder: Path, api: str, number: int, *, text: str = "hello", **inputs: str) -> tuple[Any, Job]:
    job = Job(folder)
    job.env = {
        "GITHUB_API_URL": api,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_SHA": "1a" * 20,
        "GITHUB_RUN_ID": str(number),
        "GITHUB_RUN_ATTEMPT": "1",
    }
    checks = f"- fresh: note.txt\n- contains: {{text: {text}, in: note.txt}}"
    given = {"prompt": CREATE, "model": "sim/honest", "checks": checks, "github_token": TOKEN, **inputs}
    return job.action("issues", ISSUE, **given), job


def comments(api: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{api}/_state").raise_for_status().json()["comments"]
    return found


def test_two_runs_write_one_comment_and_the_second_tells_the_difference(tmp_path: Path, api: str) -> None:
    first, job = run(tmp_path / "1", api, 1, text="else", report_to="summary,comment")
    assert first.returncode == 1, first.stdout + first.stderr
    (before,) = comments(api)
    assert before["user"]["login"] == "github-actions[bot]"
    assert "### ❌ Not verified: 0 of 1 step" in before["body"]
    assert "run [1](https://github.com/o/r/actions/runs/1)" in before["body"]
    assert "❌ Not verified" in job.summary
    errors = [one for one in commands(first.stdout) if one.name == "error"]
    assert [one.properties.get("file") for one in errors] == ["note.txt"]
    second, _ = run(tmp_path / "2", api, 2, track_progress="true")
    assert second.returncode == 0, second.stdout + second.stderr
    (after,) = comments(api)
    assert after["id"] == before["id"]
    assert "### ✅ Verified: 1 of 1 step" in after["body"]
    assert "Since the run before: not verified 0/1 → verified 1/1" in after["body"]
    assert "Report on #7: the comment was written anew." in second.stdout
    assert TOKEN not in (first.stdout + second.stdout).replace(f"::add-mask::{TOKEN}", "")


def test_a_job_that_only_reports_writes_what_another_has_recorded(tmp_path: Path, api: str) -> None:
    _, job = run(tmp_path / "1", api, 1)
    (tmp_path / "pull_request.json").write_text('{"pull_request": {"number": 7}}')

    def report(number: str, token: str = TOKEN, event: str = "pull_request") -> tuple[int, str]:
        told = gha_router(
            *("report", "--out", Path(job.outputs["report_json"]).parent),
            *("--to", "summary,comment", "--name", "claude c.yml"),
            GITHUB_API_URL=api,
            GITHUB_REPOSITORY="o/r",
            GITHUB_EVENT_NAME=event,
            GITHUB_EVENT_PATH=str(tmp_path / f"{event}.json"),
            GITHUB_RUN_ID=number,
            GITHUB_RUN_ATTEMPT="1",
            GITHUB_TOKEN=token,
        )
        assert TOKEN not in told.stdout + told.stderr
        return told.returncode, told.stdout + told.stderr

    for number, posted in (("1", "was written"), ("2", "was written anew"), ("1", "a newer run's report stands there")):
        code, said = report(number)
        assert (code, posted in said) == (0, True), said
    (comment,) = comments(api)
    assert "### ✅ Verified: 1 of 1 step" in comment["body"]
    code, said = report("3", event="push")
    assert (code, "no pull request or issue is behind this event" in said) == (0, True)
    code, said = report("3", token="")
    assert (code, "GITHUB_TOKEN is not set" in said) == (2, True)
    httpx.put(f"{api}/_state", json={"readOnly": True}).raise_for_status()
    code, said = report("3")
    assert (code, "The report was not posted" in said) == (0, True)
    assert comments(api) == [comment]


def test_an_older_run_leaves_the_newer_one_s_report(tmp_path: Path, api: str) -> None:
    run(tmp_path / "2", api, 2, use_sticky_comment="true")
    (newer,) = comments(api)
    older, _ = run(tmp_path / "1", api, 1, use_sticky_comment="true")
    assert older.returncode == 0
    assert comments(api) == [newer]
    assert "a newer run's report stands there, and stays" in older.stdout


def test_a_token_that_may_not_write_changes_no_verdict(tmp_path: Path, api: str) -> None:
    httpx.put(f"{api}/_state", json={"readOnly": True}).raise_for_status()
    done, job = run(tmp_path, api, 1, report_to="summary,comment")
    assert done.returncode == 0, done.stdout + done.stderr
    assert comments(api) == []
    assert "The report was not posted as a comment" in job.summary
    assert any("not posted" in one.data for one in commands(done.stdout) if one.name == "warning")
