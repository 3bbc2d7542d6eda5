"""Pipelines as processes: what steps hand on, where the run goes, and how it goes on after ``kill -9``."""

import json
import os
import signal
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.command import gha_router
from tests.integration.cli.test_run import KEY, Scene, simulated
from tests.processes import wait_until

THREE = """\
pipelines:
  three:
    steps:
      - id: gather
        prompt: 'Answer {"score": 7, "best": "{{ ''{{ steps }}'' }}"}'
        model: honest
        output_schema:
          {type: object, required: [score, best], properties: {score: {type: integer}, best: {type: string}}}
      - id: note
        prompt: Run printf 'from a file' > notes.txt
        model: honest
        needs: []
        checks: [{fresh: notes.txt}]
      - id: idle
        prompt: Run false
        when: steps.gather.structured.score > 100
        needs: [gather]
        checks: [{exists: never.txt}]
      - id: write
        needs: [gather, note, idle]
        when: steps.gather.verdict == "verified" and inputs.score > 5
        inputs:
          score: {from: gather, structured: score}
          best: {from: gather, structured: best}
          said: gather
          notes: {from: note, file: notes.txt}
          idle: {from: idle, default: nobody}
        prompt: |
          Run printf '%s\\n' {{ inputs.score + 1 }} '{{ inputs.best }}' '{{ inputs.notes }}' {{ inputs.idle }} > r.txt
          It was said:
          {{ inputs.said }}
        model: honest
        checks:
          - equals: {text: "8\\n{{ steps }}\\nfrom a file\\nnobody\\n", in: r.txt}
"""
# The second step of two takes its time.
TWO = """\
budget: {run_usd: 5}
steps:
  - {id: one, prompt: Run echo 1 > one.txt, model: honest, checks: [{fresh: one.txt}]}
  - {id: two, prompt: Run cat one.txt > two.txt, model: unhurried, checks: [{equals: {text: "1\\n", in: two.txt}}]}
"""
UNHURRIED = "  unhurried: {{model: lab/slow, price: {{input: 1, output: 2}}}}\n"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with simulated() as address:
        yield address


def scene_of(folder: Path, url: str, text: str) -> Scene:
    scene = Scene(folder, url, "")
    config = (folder / "c.yml").read_text().replace("tiers:", UNHURRIED.format() + "tiers:")
    (folder / "c.yml").write_text(config + text)
    return scene


def steps_of(scene: Scene) -> dict[str, Any]:
    return {step["id"]: step for step in scene.report["run"]["steps"]}


def journal(scene: Scene) -> list[dict[str, Any]]:
    file = scene.out / "journal.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def receipts(file: Path) -> list[dict[str, Any]]:
    return [record for record in map(json.loads, file.read_text().splitlines()) if record["type"] == "receipt"]


def killed_at(scene: Scene, event: str, step: str) -> None:
    """Start the run and kill the whole process as soon as its journal says so."""
    with scene.running() as process:
        wait_until(lambda: any((one["event"], one.get("step")) == (event, step) for one in journal(scene)))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL
    assert not (scene.out / "report.json").exists()


def test_what_steps_make_reaches_the_prompt_of_a_later_one(tmp_path: Path, url: str) -> None:
    """A structured value, a file and the final message; what looks like a template in them is not one."""
    scene = scene_of(tmp_path, url, THREE)
    ended = scene.run("--pipeline", "three")
    assert ended.returncode == 0, ended.stderr
    steps = steps_of(scene)
    assert {name: step["verdict"] for name, step in steps.items()} == {
        **dict.fromkeys(("gather", "note", "write"), "verified"),
        "idle": "skipped",
    }
    assert "`when` does not hold" in steps["idle"]["error"]
    assert steps["gather"]["attempts"][0]["structured"] == {"score": 7, "best": "{{ steps }}"}
    assert (scene.workspace / "r.txt").read_text() == "8\n{{ steps }}\nfrom a file\nnobody\n"
    assert scene.report["verdict"] == "verified"


def test_a_run_that_was_killed_between_two_steps_goes_on_and_pays_no_step_twice(tmp_path: Path, url: str) -> None:
    scene = scene_of(tmp_path, url, TWO)
    killed_at(scene, "attempt", "two")
    assert (scene.workspace / "one.txt").read_text() == "1\n"
    ended = scene.run("--resume")
    assert ended.returncode == 0, ended.stderr
    assert (scene.workspace / "two.txt").read_text() == "1\n"
    first, second = (receipts(scene.out / name) for name in ("ledger.jsonl", "ledger-2.jsonl"))
    assert {one["step"] for one in second} == {"two"}  # the verified step was not asked about again
    assert {one["step"] for one in first} <= {"one", "two"}
    assert len([one for one in first if one["step"] == "one"]) == steps_of(scene)["one"]["attempts"][0]["requests"]
    for name in ("ledger.jsonl", "ledger-2.jsonl"):
        assert gha_router("ledger", "verify", scene.out / name).returncode == 0
    attempts = scene.attempts
    assert [(one["verdict"], one["number"]) for one in attempts] == [("verified", 1), ("cancelled", 1), ("verified", 2)]
    paid = sum(Decimal(one["cost_usd"]) for one in (*first, *second))
    assert sum(Decimal(one["cost_usd"]) for one in attempts) == paid
    lives = scene.report["run"]["lives"]
    assert [life["ledger"] for life in lives] == ["ledger.jsonl", "ledger-2.jsonl"]
    assert sum(Decimal(life["cost_usd"]) for life in lives) == paid
    told = (scene.out / "report.md").read_text()
    assert "verified in an earlier life" in told
    assert "Its 2 ledgers, each verified: ledger.jsonl" in told
    assert scene.report["ledger_head"] == lives[-1]["head"]


def test_a_killed_run_is_not_gone_on_with_on_other_files_or_for_another_step(tmp_path: Path, url: str) -> None:
    scene = scene_of(tmp_path, url, TWO)
    killed_at(scene, "attempt", "two")
    config = (scene.folder / "c.yml").read_text()
    (scene.folder / "c.yml").write_text(config.replace("echo 1", "echo 1 "))
    ended = scene.run("--resume")
    assert (ended.returncode, "step `one` is not what it was" in ended.stderr) == (2, True), ended.stderr
    (scene.folder / "c.yml").write_text(config)
    (scene.workspace / "one.txt").write_text("2\n")
    ended = scene.run("--resume")
    assert (ended.returncode, "the workspace is not as the run left it" in ended.stderr) == (2, True), ended.stderr
    (scene.workspace / "one.txt").write_text("1\n")
    assert scene.run("--resume").returncode == 0


def test_a_run_that_failed_goes_on_where_it_failed(tmp_path: Path, url: str) -> None:
    scene = scene_of(tmp_path, url, TWO.replace("cat one.txt > two.txt", "true"))
    assert scene.run().returncode == 1
    config = (scene.folder / "c.yml").read_text()
    (scene.folder / "c.yml").write_text(config.replace("Run true", "Run cat one.txt > two.txt"))
    ended = scene.run("--resume")
    assert ended.returncode == 0, ended.stderr
    assert [one["verdict"] for one in scene.attempts] == ["verified", "failed", "verified"]
    assert {one["step"] for one in receipts(scene.out / "ledger-2.jsonl")} == {"two"}


def test_a_step_s_own_cap_is_kept_over_all_its_attempts(tmp_path: Path, url: str) -> None:
    scene = scene_of(
        tmp_path,
        url,
        "steps:\n  - {id: one, prompt: Run true, model: honest, limits: {usd: 0.01}, checks: [{exists: README.md}],\n"
        "     on_fail: {then: continue}}\n"
        "  - {id: two, prompt: Run true, model: honest, limits: {usd: 5, turns: 5}, checks: [{exists: README.md}]}\n",
    )
    assert scene.run().returncode == 4
    assert {name: step["verdict"] for name, step in steps_of(scene).items()} == {"one": "refused", "two": "verified"}
    assert "step's budget of $0.01" in (scene.out / "report.md").read_text()


FAILING = """\
steps:
  - {id: broken, prompt: Run echo x > x.txt, model: honest, checks: [{exists: never.txt}], on_fail: {then: continue}}
  - {id: heir, prompt: 'Run echo {{ inputs.x }}', inputs: {x: broken}, model: honest, checks: [{exists: README.md}]}
  - id: alone
    prompt: Run echo {{ steps.broken.verdict }} > y.txt
    model: honest
    needs: [broken]
    workspace: fresh
    checks: [{contains: {text: failed, in: y.txt}}]
"""


def test_a_run_goes_on_behind_a_failed_step_that_lets_it_and_is_failed_all_the_same(tmp_path: Path, url: str) -> None:
    scene = scene_of(tmp_path, url, FAILING)
    ended = scene.run()
    assert ended.returncode == 1, ended.stderr
    steps = steps_of(scene)
    assert [steps[name]["verdict"] for name in ("broken", "heir", "alone")] == ["failed", "skipped", "verified"]
    assert "comes from `broken`, which is failed" in steps["heir"]["error"]
    assert sorted(file.name for file in scene.workspace.iterdir()) == ["README.md"]  # a fresh step's are not carried
    assert (scene.out / "changes" / "alone" / "attempt-1" / "y.txt").read_text() == "failed\n"


def test_two_runs_do_not_share_a_folder(tmp_path: Path, url: str) -> None:
    scene = scene_of(tmp_path, url, TWO)
    with scene.running() as process:
        wait_until(lambda: bool(journal(scene)))
        for more in ((), ("--resume",)):
            other = gha_router(*scene.args(*more), cwd=scene.folder, LAB_KEY=KEY)
            assert (other.returncode, "a run is going on in" in other.stderr) == (2, True), other.stderr
        process.communicate(timeout=60)
    assert process.returncode == 0
