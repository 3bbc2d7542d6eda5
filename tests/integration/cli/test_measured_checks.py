"""``calibrate --trials``: the check's error rates are those of recorded trials, when there are enough."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from gha_router.records import StepResult, Trial, dumps
from tests.command import gha_router
from tests.unit.leaderboard.test_acceptance import judged


def trials(file: Path, each: int) -> None:
    """Write as many wrong results, a fifth of which the gate accepts, as right ones, a tenth of which it refuses."""
    attempts = [judged(right=False, gate=number % 5 == 0, word=True) for number in range(each)]
    attempts += [judged(right=True, gate=number % 10 != 0, word=True) for number in range(each)]
    lines = []
    for number, attempt in enumerate(attempts):
        result = StepResult(id="t", verdict=attempt.verdict, asked="m", attempts=(attempt,))
        lines.append(dumps(Trial(id=str(number), suite="s", task_id="t", model="m", epoch=1, result=result)))
    file.write_text("\n".join(lines))


def calibrated(folder: Path, each: int, *more: str) -> Any:
    trials(folder / "trials.jsonl", each)
    rows = [f"t{task},{model},{int(task % share != 0)},{cost}\n" for task in range(60) for model, share, cost in (
        ("cheap", 2, 0.01),
        ("strong", 10, 0.5),
    )]  # fmt: skip
    (folder / "outcomes.csv").write_text("task_id,model,resolved,cost_usd\n" + "".join(rows))
    ended = gha_router(
        *("calibrate", "outcomes.csv", "--strong", "strong", "--trials", "trials.jsonl", "--out", "policy.yml"),
        *("--json", *more),
        cwd=folder,
    )
    return json.loads(ended.stdout) if ended.returncode == 0 else ended


def rates(folder: Path) -> Any:
    return yaml.safe_load((folder / "policy.yml").read_text())["check"]


def test_measured_rates_take_the_place_of_the_usual_ones(tmp_path: Path) -> None:
    said = calibrated(tmp_path, 40)
    assert rates(tmp_path) == {"false_accept": 0.2, "false_reject": 0.1}
    assert said["acceptance"]["word"]["false_accept"] == {
        "hits": 40,
        "trials": 40,
        "share": 1.0,
        "interval": {"low": pytest.approx(0.912, abs=1e-3), "high": 1.0},
    }
    assert any("checks marked gate: accepts 8 of 40 wrong results (20 % [10" in note for note in said["notes"])


def test_too_few_are_said_and_decide_nothing(tmp_path: Path) -> None:
    said = calibrated(tmp_path, 10)
    assert rates(tmp_path) == {"false_accept": 0.1, "false_reject": 0.1}
    assert any("not enough data" in note and "on 10 wrong and 10 right" in note for note in said["notes"])


def test_measured_and_given_rates_exclude_each_other(tmp_path: Path) -> None:
    ended = calibrated(tmp_path, 10, "--alpha", "0.1")
    assert ended.returncode == 2
    assert "--trials measures what --alpha and --beta say" in ended.stderr
