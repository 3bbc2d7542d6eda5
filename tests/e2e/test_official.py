"""The reusable workflow for anthropics/claude-code-action, run by a workflow engine over simulated models.

Real: act, the jobs' containers, the workflow as it is shipped, the actions `start`, `keep`, `stop` and `setup`, the
gateway, the Claude Code CLI, the verification. Stand-ins: claude-code-action (the same CLI, environment and flags),
GitHub's API (the double), artifacts (a shared folder), checkouts with a ref (a copy), `org/gha-router/NAME@v1` for
`$/NAME`, which act does not know; and gha-router is in the runner's image already, where `setup` finds it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from gha_router.ledger import receipts
from gha_router.records import total_cost
from gha_router.report.format import money
from tests.e2e.containers import act as engine
from tests.e2e.containers.act import Act, Ran
from tests.e2e.containers.engine import Engine
from tests.e2e.containers.github import github_double, why_no_double
from tests.e2e.containers.image import runner_with
from tests.e2e.containers.state import REPOSITORY
from tests.e2e.workflows import WORKFLOWS, elsewhere, shipped

CALLER = """\
on: pull_request
jobs:
  route:
    uses: org/gha-router/.github/workflows/claude.yml@v1
    permissions: {contents: read, issues: read, pull-requests: write}
    secrets:
      anthropic_api_key: ${{ secrets.KEY }}
"""
CONFIG = """\
version: 1
models: {good: sim/honest, cheap: SECOND}
tiers: {1: [good], 3: [cheap]}
steps:
  - id: note
    prompt: Create a file note.txt containing hello
    tier: 1
    checks: [{exists: note.txt}, {fresh: note.txt}]
  - id: more
    prompt: |
      Create a file more.txt containing more
      ODD
    tier: 3
    checks: [{fresh: more.txt}, {exists: note.txt}, {command: "grep -q more more.txt"}]
"""
# What a prompt may hold and nothing may carry out. Braces it may not hold: steps with templates are refused.
ODD = "Leave $(id), ${HOME} and \"'`id`'\" as they are; ::error::no"
KEY = "sk-ant-canary-of-the-team"
TOKEN = "ghs_canary_of_the_job"
BASE, HEAD = "9f" * 20, "1a" * 20
PULL = {"pull_request": {"number": 7, "base": {"sha": BASE, "ref": "main"}, "head": {"sha": HEAD, "ref": "change"}}}
WITH_TOKEN = "          GITHUB_TOKEN: ${{ github.token }}\n"


@pytest.fixture(scope="module")
def runner(podman: Engine, workflows: Act, our_image: str) -> Act:
    """act with a runner that has this repository's gha-router on its PATH."""
    return replace(workflows, runner=runner_with(podman, workflows.runner, our_image))


@pytest.fixture
def api() -> Iterator[str]:
    if why := why_no_double():
        pytest.skip(why)
    with github_double(7, BASE, HEAD) as url:
        yield url


def at(api: str) -> str:
    """Return the workflow with the report's API at another address, which act's own variables do not name."""
    text = elsewhere(WORKFLOWS / "claude.yml", "org/gha-router")
    assert text.count(WITH_TOKEN) == 1
    there = f"          GITHUB_API_URL: {api}\n          GITHUB_REPOSITORY: o/r\n"
    return text.replace(WITH_TOKEN, WITH_TOKEN + there)


def run(runner: Act, folder: Path, second: str, api: str) -> tuple[Ran, Path]:
    ours = engine.checkout(REPOSITORY, folder / "ours", files={".github/workflows/claude.yml": at(api)})
    files = {
        ".github/workflows/ci.yml": CALLER,
        ".github/gha-router.yml": CONFIG.replace("SECOND", second).replace("ODD", ODD.replace("${", "$${")),
    }
    given = engine.commit(folder / "given", files | {"README.md": "# Given\n"})
    artifacts = folder / "artifacts"
    artifacts.mkdir()
    others = sorted(action for action in shipped("claude.yml") if not action.startswith("$/"))
    ran = runner.run(
        given,
        "pull_request",
        payload=PULL,
        secrets={"KEY": KEY, "GITHUB_TOKEN": TOKEN},
        stand_ins=others,
        repositories={"org/gha-router@v1": ours},
        artifacts=artifacts,
        volumes={given: "/gha-router-given"},
        seconds=1200,
    )
    return ran, artifacts


def comment_of(api: str) -> str:
    """Return the text of the one comment that GitHub's double has."""
    (found,) = httpx.get(f"{api}/_state").raise_for_status().json()["comments"]
    return str(found["body"])


def row(text: str, step: str) -> list[str]:
    """Return the cells of a step's row in the report's first table."""
    (cells,) = re.findall(rf"^\| `{step}` \|(.*)\|$", text.partition("<details>")[0], re.MULTILINE)
    return [cell.strip() for cell in cells.split("|")]


def report_of(artifacts: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((artifacts / "gha-router-verified" / "report.json").read_text())["run"]
    return found


def test_two_steps_on_two_tiers_are_run_verified_and_reported(runner: Act, tmp_path: Path, api: str) -> None:
    ran, artifacts = run(runner, tmp_path, "sim/honest", api)
    assert ran.returncode == 0, ran.everything[-6000:]
    made = artifacts / "gha-router-made"
    found_receipts = tuple(receipts(made / "ledger.jsonl"))
    assert {(one.step, one.model) for one in found_receipts} == {("note", "good"), ("more", "cheap")}
    costs = {step: total_cost(one for one in found_receipts if one.step == step) for step in ("note", "more")}
    assert all(costs.values())  # each step has cost something, and it is known whom
    found = report_of(artifacts)
    assert found["verdict"] == "verified"
    assert [(step["id"], step["asked"], step["verdict"]) for step in found["steps"]] == [
        ("note", "tier 1", "verified"),
        ("more", "tier 3", "verified"),
    ]
    assert "| `note` | `sim/honest` |" in ran.summary  # the gateway's bill
    assert "What is independent here, and what rests on the first job" in ran.summary  # the report
    said = comment_of(api)
    assert "### ✅ Verified: 2 of 2 steps" in said
    assert "What is independent here, and what rests on the first job" in said
    for step, cost in costs.items():
        assert row(said, step)[4] == money(cost)  # asked and served, why, attempts, checks, cost
    assert ODD in ran.log
    assert KEY not in ran.everything.replace(f"::add-mask::{KEY}", "")
    assert TOKEN not in ran.log
    assert not any(KEY in file.read_text(errors="replace") for file in artifacts.rglob("*") if file.is_file())
    assert "ghar-" not in ran.log


def test_a_liars_step_is_found_out_by_the_second_job(runner: Act, tmp_path: Path, api: str) -> None:
    ran, artifacts = run(runner, tmp_path, "sim/lazy", api)
    assert ran.returncode == 1
    found = report_of(artifacts)
    assert [(step["id"], step["verdict"]) for step in found["steps"]] == [("note", "verified"), ("more", "failed")]
    assert found["verdict"] == "failed"
    assert "more.txt" in ran.summary
    assert "### ❌ Not verified: 1 of 2 steps" in comment_of(api)
