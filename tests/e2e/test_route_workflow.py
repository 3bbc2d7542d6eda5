"""The shipped workflow for comments under a workflow engine: which comment costs a runner's minute, in which job.

Stand-in: the steps, replaced by one that does nothing; what they do is tested in test_route_comment.py. Real: the
file's own conditions, expressions and concurrency, act.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.containers import act as engine
from tests.e2e.containers.act import Act
from tests.e2e.containers.state import REPOSITORY

SHIPPED = REPOSITORY / ".github" / "workflows" / "route-comment.yml"
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
