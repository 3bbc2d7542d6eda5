"""Workflows, run by a workflow engine.

Real: act, its job container, the building and running of container actions, outputs, masks, artifacts between jobs.
Stand-ins: the runner's image and the base images (debootstrap), actions/checkout (act copies the files),
actions/upload-artifact and actions/download-artifact (a shared folder).
"""

from pathlib import Path

import pytest

from gha_router import __version__
from tests.e2e.containers import act as engine
from tests.e2e.containers.act import Act
from tests.e2e.containers.state import REPOSITORY

PROBE = Path(__file__).parent / "containers" / "probe"
WORKFLOW = """\
on:
  push:
  workflow_dispatch:
    inputs:
      what: {type: string, required: true}
jobs:
  work:
    runs-on: ubuntu-latest
    outputs:
      verdict: ${{ steps.probe.outputs.verdict }}
    steps:
      - uses: actions/checkout@v4
      - uses: ./
        id: probe
        with:
          prompt: ${{ inputs.what || 'push' }}
          api_key: ${{ secrets.KEY }}
      - uses: actions/upload-artifact@v4
        with: {name: carried, path: carried.txt, if-no-files-found: error}
  after:
    needs: work
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v4
        with: {name: carried, path: fetched}
      - env:
          VERDICT: ${{ needs.work.outputs.verdict }}
        run: echo "$VERDICT, $(cat fetched/carried.txt)"
"""
ARTIFACTS = ("actions/upload-artifact@v4", "actions/download-artifact@v4")
OURS = """\
name: the image alone
description: builds this repository's Dockerfile as the action's
runs:
  using: docker
  image: Dockerfile
  entrypoint: /opt/gha-router/bin/gha-router
  args: ["--version"]
"""
USES_OURS = """\
on: push
jobs:
  version:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    files = {path.name: path.read_text(encoding="utf-8") for path in PROBE.iterdir()}
    return engine.commit(tmp_path / "probe", files | {".github/workflows/ci.yml": WORKFLOW})


@pytest.mark.parametrize(
    ("event", "payload", "played"),
    [("push", {"ref": "refs/heads/main"}, "push"), ("workflow_dispatch", {"inputs": {"what": "asked"}}, "asked")],
)
def test_a_container_action_in_a_workflow(
    workflows: Act, repository: Path, tmp_path: Path, event: str, payload: dict[str, object], played: str
) -> None:
    shared = tmp_path / "artifacts"
    shared.mkdir()
    ran = workflows.run(
        repository, event, payload=payload, secrets={"KEY": "s3cret-of-the-team"}, stand_ins=ARTIFACTS, artifacts=shared
    )
    assert ran.returncode == 0, ran.everything
    assert ran.jobs == {"work": "success", "after": "success"}
    assert ran.steps["probe"] == "success"
    assert ran.outputs["probe"] == {"verdict": f"played {played}\nlast line"}
    assert f"playing {played} on {event} in " in ran.log
    assert "the key is ***" in ran.log
    assert "s3cret-of-the-team" not in ran.everything
    assert ran.summary == f"# played {played}\n"
    assert "last line, written" in ran.log
    assert (shared / "carried" / "carried.txt").read_text() == "written\n"


def test_a_failing_workflow_is_seen_as_failed(workflows: Act, tmp_path: Path) -> None:
    workflow = USES_OURS.replace("- uses: ./", "- run: exit 3")
    ran = workflows.run(engine.commit(tmp_path / "fails", {".github/workflows/ci.yml": workflow}), "push")
    assert ran.returncode == 1
    assert ran.jobs == {"version": "failure"}


def test_this_repository_is_built_as_an_action(workflows: Act, our_image: str, tmp_path: Path) -> None:
    assert our_image  # built before, so that act finds its layers
    files = {"action.yml": OURS, ONLY: USES_OURS}
    ran = workflows.run(engine.checkout(REPOSITORY, tmp_path / "ours", files=files), "push", workflow=ONLY)
    assert ran.returncode == 0, ran.everything
    assert f"gha-router {__version__}" in ran.log


ONLY = ".github/workflows/e2e.yml"  # beside the repository's own, which are tested apart
USES_ACTION = """\
on: [push, workflow_dispatch]
jobs:
  work:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./
        id: route
        with:
          prompt: Create a file note.txt containing hello
          checks: |
            - fresh: note.txt
          model: sim/honest
          anthropic_api_key: ${{ secrets.KEY }}
      - env:
          VERDICT: ${{ steps.route.outputs.verdict }}
        run: echo "$VERDICT with $(cat note.txt)"
"""


@pytest.mark.parametrize("event", ["push", "workflow_dispatch"])
def test_this_repository_is_used_as_an_action(workflows: Act, our_image: str, tmp_path: Path, event: str) -> None:
    assert our_image  # built before, so that act finds its layers
    repository = engine.checkout(REPOSITORY, tmp_path / "ours", files={ONLY: USES_ACTION})
    ran = workflows.run(repository, event, secrets={"KEY": "sk-ant-canary-in-act"}, workflow=ONLY)
    assert ran.returncode == 0, ran.everything
    assert "verified with hello" in ran.log
    assert ran.outputs["route"]["verdict"] == "verified"
    assert "Verified: 1 of 1 step" in ran.summary
    assert "sk-ant-canary-in-act" not in ran.log
