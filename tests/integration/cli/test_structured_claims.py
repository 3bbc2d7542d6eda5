"""A step that asks for its claims as JSON: they are held like those of the prose, and what they hide is shown."""

from pathlib import Path
from typing import Any

import pytest

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
