"""A suite of one's own: a folder of tasks, on simulated models that read its oracle."""

import json
import shutil
from pathlib import Path

import pytest

from gha_router.experiment.task import SUITES
from tests.command import gha_router


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    shutil.copytree(SUITES / "classic" / "count-string", tmp_path / "mine" / "count-string")
    return tmp_path / "mine"


def verdicts(out: Path) -> list[str]:
    return [json.loads(line)["result"]["verdict"] for line in (out / "trials.jsonl").read_text().splitlines()]


def test_another_expected_value_gives_another_verdict(suite: Path, tmp_path: Path) -> None:
    file = suite / "count-string" / "task.yml"
    file.write_text(file.read_text().replace("equals: 12", "equals: 13"))
    ended = gha_router("experiment", "--suite", suite, "--models", "sim/honest", "--out", tmp_path / "out")
    assert (ended.returncode, verdicts(tmp_path / "out")) == (0, ["failed"])
    assert "0 of 1 model verified every task" in ended.stdout


def test_epochs_repeat_each_task(suite: Path, tmp_path: Path) -> None:
    args = ("--models", "sim/honest", "--epochs", "3", "--jobs", "3", "--out", tmp_path / "out")
    assert gha_router("experiment", "--suite", suite, *args).returncode == 0
    assert verdicts(tmp_path / "out") == ["verified"] * 3
    epochs = [json.loads(line)["epoch"] for line in (tmp_path / "out" / "trials.jsonl").read_text().splitlines()]
    assert sorted(epochs) == [1, 2, 3]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("id: count-string", "id: Count String", 1, "small letters"),
        ("title:", "tilte:", 2, "Did you mean `title`?"),
        ("time_limit_s: 120", "time_limit_s: soon", 7, "a number above 0"),
        ("  - name: README.md is as it was", "  - nmae: README.md is as it was", 10, "nmae"),
        ("claims:", "claims: }", 14, "not valid YAML"),
    ],
    ids=["id", "key", "number", "check", "yaml"],
)
def test_a_wrong_task_is_told_with_its_place(
    suite: Path, tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    file = suite / "count-string" / "task.yml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    ended = gha_router("experiment", "--suite", suite, "--models", "sim/honest", "--out", tmp_path / "out")
    assert (ended.returncode, "Traceback" in ended.stderr) == (2, False)
    assert f"task.yml:{line}" in ended.stderr
    assert words in ended.stderr
