"""This repository's own pull request, on which its own action runs: the shipped workflow, without any key."""

import subprocess
from pathlib import Path

from tests.e2e.containers import act as engine
from tests.e2e.containers.act import Act
from tests.e2e.containers.state import REPOSITORY

PLACE = Path(".github/workflows")


def test_the_action_runs_on_a_pull_request_of_this_repository(workflows: Act, our_image: str, tmp_path: Path) -> None:
    assert our_image  # built before, so that act finds its layers
    ours = engine.checkout(REPOSITORY, tmp_path / "ours", files={})
    for file in (ours / PLACE).iterdir():
        if file.name != "dogfood.yml":
            file.unlink()
    engine.commit(ours, {})
    base = subprocess.run(("git", "rev-parse", "HEAD"), cwd=ours, capture_output=True, text=True, check=True).stdout
    pull = {"number": 7, "base": {"sha": base.strip(), "ref": "main"}, "head": {"sha": base.strip(), "ref": "change"}}
    ran = workflows.run(ours, "pull_request", payload={"pull_request": pull})
    assert ran.returncode == 0, ran.everything[-6000:]
    assert ran.outputs["route"]["verdict"] == "verified"
    assert ran.outputs["route"]["served_models"] == "sim/honest"
    assert f"verified for {ran.outputs['route']['cost_usd']} USD" in ran.log
    assert "### ✅ Verified" in ran.summary
