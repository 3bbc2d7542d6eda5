"""The guide to a suite of one's own, followed to the letter: its files written, its commands run, in their order."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.command import ROOT, gha_router

GUIDE = (ROOT / "docs" / "write-a-suite.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HOLDS = ["3 of 3 hold", "5 of 5 hold", "8 of 8 hold"]


def test_who_follows_the_guide_has_a_suite(tmp_path: Path) -> None:
    said = []
    for language, file, text in BLOCK.findall(GUIDE):
        if file:
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(text, "utf-8")
        for line in text.splitlines() if language == "sh" else ():
            program, *words = shlex.split(line)
            if program == "rm":
                (tmp_path / words[0]).unlink()
                continue
            assert program == "gha-router"
            ended = gha_router(*words, cwd=tmp_path)
            assert ended.returncode == 0, f"{line}\n{ended.stdout}{ended.stderr}"
            said.append(ended.stdout)
    assert [
        holds for holds, text in zip(HOLDS, (text for text in said if " hold " in text), strict=True) if holds in text
    ] == HOLDS
    assert "1 of 2 models verified every task" in said[-1]


def test_what_the_guide_says_of_the_skeleton_is_so(tmp_path: Path) -> None:
    assert gha_router("experiment", "new-task", "s/fix-greeting", cwd=tmp_path).returncode == 0
    oracle = (tmp_path / "s" / "fix-greeting" / "oracle.yml").read_text()
    assert "name: forgets names of blanks" in oracle
    assert "forgets names of blanks  caught by greets as it should" in GUIDE


@pytest.fixture
def task(tmp_path: Path) -> Path:
    folder = tmp_path / "suite" / "task"
    assert gha_router("experiment", "new-task", folder).returncode == 0
    return folder


def test_a_check_that_misses_a_mutation_is_told(task: Path, tmp_path: Path) -> None:
    check = task / "checks" / "check.py"
    check.write_text(check.read_text().replace('    "  ": "Hello, stranger!",\n', ""))
    ended = gha_router("experiment", "check-suite", task, "--out", tmp_path / "out")
    assert ended.returncode == 1
    assert "✗ passes every check" in ended.stdout
    assert "❌ task: 2 of 3 hold" in (tmp_path / "out" / "suite.md").read_text("utf-8")


def test_an_oracle_that_fails_and_checks_that_check_nothing_are_told(task: Path, tmp_path: Path) -> None:
    shutil.copytree(task, task.with_name("other"))
    (task / "checks" / "check.py").write_text("raise SystemExit('no')\n")
    (task.with_name("other") / "checks" / "check.py").write_text("print('all greetings hold')\n")
    file = task.with_name("other") / "task.yml"
    file.write_text(
        file.read_text().replace("id: task", "id: other").replace("greetings of task", "greetings of other")
    )
    ended = gha_router("experiment", "check-suite", task.parent, "--out", tmp_path / "out", "--jobs", "2")
    assert ended.returncode == 1
    assert "✗ passes every check without having done anything" in ended.stdout
    assert "✗ greets as it should: exit 1" in ended.stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("check-suite", "none"), "there is no suite 'none'"),
        (("check-suite", "."), "no task in this folder"),
        (("check-suite",), "Missing argument 'DIR'"),
        (("new-task", "Fix It"), "'Fix It' is no id of a task"),
        (("new-task", "."), "is no id of a task"),
        (("new-tsk", "x"), "Did you mean `new-task`?"),
        (("--models", "sim/nop", "--out", "out", "check-suite"), "unexpected extra argument"),
    ],
)
def test_a_wrong_command_is_told(tmp_path: Path, args: tuple[str, ...], words: str) -> None:
    folder = tmp_path / "No Id"
    folder.mkdir()
    ended = gha_router("experiment", *args, cwd=folder)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", ["new-task", "check-suite"])
def test_both_help_with_an_example(command: str) -> None:
    ended = gha_router("experiment", command, "--help")
    assert ended.returncode == 0
    assert f"Example: gha-router experiment {command}" in ended.stdout
    assert re.search(rf"Usage: .* experiment {command} ", ended.stdout)
