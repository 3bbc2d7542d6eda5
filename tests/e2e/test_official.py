"""The reusable workflow for anthropics/claude-code-action, run by a workflow engine over simulated models.

Real: act, the jobs' containers, the workflow as it is shipped, the actions `start`, `keep`, `stop` and `setup`, the
gateway, the Claude Code CLI, the verification. Stand-ins: claude-code-action (the same CLI, environment and flags),
artifacts (a shared folder), checkouts with a ref (a copy), `org/gha-router/NAME@v1` for `$/NAME`, which act does not
know; and gha-router is in the runner's image already, where `setup` finds it.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gha_router.ledger import receipts
from tests.e2e.containers import act as engine
from tests.e2e.containers.act import Act, Ran
from tests.e2e.containers.engine import Engine
from tests.e2e.containers.image import runner_with
from tests.e2e.containers.state import REPOSITORY
from tests.e2e.workflows import WORKFLOWS, elsewhere, shipped

CALLER = """\
on: workflow_dispatch
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
    prompt: Create a file more.txt containing more
    tier: 3
    checks: [{fresh: more.txt}, {exists: note.txt}, {command: "grep -q more more.txt"}]
"""
KEY = "sk-ant-canary-of-the-team"


@pytest.fixture(scope="module")
def runner(podman: Engine, workflows: Act, our_image: str) -> Act:
    """act with a runner that has this repository's gha-router on its PATH."""
    return replace(workflows, runner=runner_with(podman, workflows.runner, our_image))


def run(runner: Act, folder: Path, second: str) -> tuple[Ran, Path]:
    workflow = {".github/workflows/claude.yml": elsewhere(WORKFLOWS / "claude.yml", "org/gha-router")}
    ours = engine.checkout(REPOSITORY, folder / "ours", files=workflow)
    files = {".github/workflows/ci.yml": CALLER, ".github/gha-router.yml": CONFIG.replace("SECOND", second)}
    given = engine.commit(folder / "given", files | {"README.md": "# Given\n"})
    artifacts = folder / "artifacts"
    artifacts.mkdir()
    others = sorted(action for action in shipped("claude.yml") if not action.startswith("$/"))
    ran = runner.run(
        given,
        "workflow_dispatch",
        payload={"inputs": {}},
        secrets={"KEY": KEY},
        stand_ins=others,
        repositories={"org/gha-router@v1": ours},
        artifacts=artifacts,
        volumes={given: "/gha-router-given"},
        seconds=420,
    )
    return ran, artifacts


def report_of(artifacts: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((artifacts / "gha-router-verified" / "report.json").read_text())["run"]
    return found


def test_two_steps_on_two_tiers_are_run_verified_and_reported(runner: Act, tmp_path: Path) -> None:
    ran, artifacts = run(runner, tmp_path, "sim/honest")
    assert ran.returncode == 0, ran.everything[-6000:]
    made = artifacts / "gha-router-made"
    by_step = {(one.step, one.model): one.cost_usd for one in receipts(made / "ledger.jsonl")}
    assert set(by_step) == {("note", "good"), ("more", "cheap")}
    assert all(by_step.values())  # each step has cost something, and it is known whom
    found = report_of(artifacts)
    assert found["verdict"] == "verified"
    assert [(step["id"], step["asked"], step["verdict"]) for step in found["steps"]] == [
        ("note", "tier 1", "verified"),
        ("more", "tier 3", "verified"),
    ]
    assert "| `note` | `sim/honest` |" in ran.summary  # the gateway's bill
    assert "What is independent here, and what rests on the first job" in ran.summary  # the report
    assert KEY not in ran.everything.replace(f"::add-mask::{KEY}", "")
    assert not any(KEY in file.read_text(errors="replace") for file in artifacts.rglob("*") if file.is_file())
    assert "ghar-" not in ran.log


def test_a_liars_step_is_found_out_by_the_second_job(runner: Act, tmp_path: Path) -> None:
    ran, artifacts = run(runner, tmp_path, "sim/lazy")
    assert ran.returncode == 1
    found = report_of(artifacts)
    assert [(step["id"], step["verdict"]) for step in found["steps"]] == [("note", "verified"), ("more", "failed")]
    assert found["verdict"] == "failed"
    assert "more.txt" in ran.summary
