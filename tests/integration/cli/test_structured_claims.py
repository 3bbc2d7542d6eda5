"""A step that asks for its claims as JSON: they are held like those of the prose, and what they hide is shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import gha_router
from tests.integration.cli.test_run import Scene, simulated

STEP = """\
steps:
  - id: count
    prompt: {prompt}
    tier: 0
    structured_claims: true
    checks: [{{exists: README.md}}]
"""
COUNT = "Count the lines of README.md"


def findings(folder: Path, prompt: str) -> tuple[list[tuple[str, Any, str]], dict[str, Any]]:
    with simulated() as url:
        scene = Scene(folder, url, STEP.format(prompt=prompt))
        ended = scene.run()
    assert ended.returncode == 0, ended.stderr
    [attempt] = scene.attempts
    held = [(one["kind"], one["claim"]["value"], one["verdict"]) for one in attempt["findings"]]
    return held, attempt


def test_claims_of_the_list_and_of_the_prose_are_one(tmp_path: Path) -> None:
    held, attempt = findings(tmp_path, COUNT)
    assert held == [("count", 1, "confirmed"), ("done", True, "confirmed")]
    assert attempt["final_message"] == "README.md has 1 lines.\n\nDone."


def test_a_claim_that_only_the_list_makes_is_held(tmp_path: Path) -> None:
    lie = '{"kind": "count", "value": 184, "unit": "lines", "subject": "README.md"}'
    held, _ = findings(tmp_path, f"'Answer {{\"claims\": [{lie}]}}'")
    assert ("count", 184, "contradicted") in held


@pytest.mark.parametrize("answer", ['{"claims": 3}', '{"other": true}'])
def test_an_answer_without_claims_is_said_and_costs_nothing_else(tmp_path: Path, answer: str) -> None:
    held, attempt = findings(tmp_path, f"'Answer {answer}'")
    assert held == []  # the CLI refused the answer, and the model gave up: the work itself is judged by the checks
    assert attempt["verdict"] == "verified"
    assert "the agent gave no list of claims" in attempt["notes"]


TASK = """\
id: count
prompt: 'Answer {"claims": [{"kind": "count", "value": 184, "unit": "lines", "subject": "README.md"}]}'
structured_claims: {asked}
checks: [{exists: README.md}]
"""


def task(folder: Path, asked: str) -> Path:
    (folder / "task" / "workspace").mkdir(parents=True)
    (folder / "task" / "workspace" / "README.md").write_text("hello\n")
    (folder / "task" / "task.yml").write_text(TASK.replace("{asked}", asked))
    return folder / "task"


def test_a_task_asks_for_a_list_of_claims_too(tmp_path: Path) -> None:
    made = gha_router("run", "--task", task(tmp_path, "true"), "--model", "sim/honest", "--out", tmp_path / "out")
    assert made.returncode == 0, made.stderr
    [step] = json.loads((tmp_path / "out" / "report.json").read_text())["run"]["steps"]
    held = [(one["kind"], one["claim"]["value"], one["verdict"]) for one in step["attempts"][0]["findings"]]
    assert ("count", 184, "contradicted") in held
    again = gha_router("verify", "--run", tmp_path / "out", "--task", tmp_path / "task", "--out", tmp_path / "again")
    assert again.returncode == 0, again.stderr


def test_a_task_s_switch_is_true_or_false(tmp_path: Path) -> None:
    made = gha_router("run", "--task", task(tmp_path, "maybe"), "--model", "sim/honest", "--out", tmp_path / "out")
    assert made.returncode == 2
    assert "task.yml:3:" in made.stderr
    assert "`structured_claims` has to be true or false" in made.stderr
