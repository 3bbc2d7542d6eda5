"""The shipped workflow for comments under a workflow engine: which comment costs a runner's minute, and a whole run.

Real: act, the file's own conditions, expressions and concurrency; for the whole run the example's caller, the steps and
the action's container too. Stand-ins: for the first test the steps, replaced by one that does nothing; for the whole
run GitHub (the double and a git server), actions/checkout, actions/upload-artifact, models (``sim/``), and
``org/gha-router@v1`` for ``$/``, which act does not know.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.containers import act as engine
from tests.e2e.containers.act import STAND_INS, Act
from tests.e2e.containers.github import why_no_double
from tests.e2e.containers.state import REPOSITORY
from tests.e2e.page import BRANCH, CREATE, PULL, page
from tests.git_server import TOKEN
from tests.integration.trusted.repos import git

SHIPPED = REPOSITORY / ".github" / "workflows" / "route-comment.yml"
CALLER = REPOSITORY / "examples" / "workflows" / "route-comment.yml"
OURS = "org/gha-router"
KEY = "sk-ant-canary-of-the-team"
LIMIT = 30


def started_by_comments() -> str:
    """The shipped workflow as if it were the caller, without its steps."""
    workflow: dict[Any, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    workflow[True] = {"issue_comment": {"types": ["created"]}}  # `on` is a truth value in YAML 1.1
    for job in workflow["jobs"].values():
        job["steps"] = [{"run": "echo done"}]
        job["timeout-minutes"] = LIMIT
        job.pop("outputs", None)
    return json.dumps({("on" if name is True else name): value for name, value in workflow.items()})


@pytest.mark.parametrize(
    ("body", "jobs"),
    [
        ("Nice work, see /route help", set()),
        ("/route help", {"answer"}),
        ("/route stop", {"answer"}),
        ("/route opus fix the test", {"work"}),
        ("Thanks!\n/route opus fix the test", {"work"}),
    ],
)
def test_a_comment_starts(workflows: Act, tmp_path: Path, body: str, jobs: set[str]) -> None:
    repository = engine.commit(tmp_path / "caller", {".github/workflows/route.yml": started_by_comments()})
    payload = {
        "action": "created",
        "issue": {"number": 7, "pull_request": {"url": "https://api.github.com/repos/o/r/pulls/7"}},
        "comment": {"id": 100, "body": body, "user": {"login": "me", "type": "User"}},
    }
    ran = workflows.run(repository, "issue_comment", payload=payload)
    assert ran.returncode == 0, ran.everything
    assert {name for name, result in ran.jobs.items() if result == "success"} == jobs, ran.everything


def used(action: str) -> str:
    """Return an action with the ref that the shipped workflow pins it to."""
    (found,) = set(re.findall(rf"uses: ({action}@\w+)", SHIPPED.read_text(encoding="utf-8")))
    assert isinstance(found, str)
    return found


def test_a_comment_is_seen_run_reported_and_answered(workflows: Act, our_image: str, tmp_path: Path) -> None:
    why = why_no_double()
    if why:
        pytest.skip(why)
    assert our_image  # built before, so that act finds its layers
    workflow = SHIPPED.read_text(encoding="utf-8").replace("uses: $/\n", f"uses: {OURS}@v1\n")
    ours = engine.checkout(REPOSITORY, tmp_path / "ours", files={".github/workflows/route-comment.yml": workflow})
    caller = engine.commit(tmp_path / "caller", {".github/workflows/route.yml": CALLER.read_text(encoding="utf-8")})
    artifacts = tmp_path / "artifacts"
    artifacts.mkdir()
    folder = tmp_path / "page"
    folder.mkdir()
    with page(folder) as pull:
        git(pull.origin, "update-ref", f"refs/pull/{PULL}/head", pull.head)
        asked = pull.write("me", f"/route opus {CREATE}")
        ran = workflows.run(
            caller,
            "issue_comment",
            payload={**asked, "repository": {"full_name": "o/r", "default_branch": "main"}},
            secrets={"GITHUB_TOKEN": TOKEN, "ANTHROPIC_API_KEY": KEY},
            stand_ins=[used("actions/upload-artifact")],
            repositories={f"{OURS}@v1": ours, used("actions/checkout"): STAND_INS / "checkout-by-ref"},
            artifacts=artifacts,
            env={"GITHUB_API_URL": pull.api, "GITHUB_SERVER_URL": pull.server.url, "GITHUB_REPOSITORY": "o/r"},
        )
        assert ran.returncode == 0, ran.everything[-6000:]
        assert ran.outputs["route"]["verdict"] == "verified"
        assert pull.reactions(asked) == ["eyes", "rocket"]
        (report,) = pull.ours
        assert "### ✅ Verified: 1 of 1 step" in report
        assert f"to {BRANCH}" in report
        assert git(pull.origin, "rev-parse", f"{BRANCH}^") == pull.head
        assert git(pull.origin, "show", f"{BRANCH}:note.txt") == "hello"
    assert KEY not in ran.log
    assert TOKEN not in ran.log
    assert KEY not in report
