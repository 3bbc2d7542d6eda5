"""The suites that ship: what each of their tasks has, beside what its checks find."""

import re
import runpy
import sys
import tarfile
from pathlib import Path

import pytest

from gha_router.experiment.packed import NAME
from gha_router.experiment.soundness import read_suite
from gha_router.experiment.task import SUITES, Task, load_suite
from tests.command import ROOT

MADE = runpy.run_path(str(ROOT / "scripts" / "long_suite.py"))  # a script, no module
CODING, LONG = load_suite(SUITES / "coding"), load_suite(SUITES / "long")
STANDARD = sys.stdlib_module_names - {"tomllib", "zoneinfo"}  # not in each Python, not in each image
JAPANESE = re.compile("[ぁ-んァ-ヶ]")


def test_coding_has_twelve_tasks_and_more() -> None:
    assert len(CODING) >= 12
    assert sum(JAPANESE.search(task.prompt) is not None for task in CODING) >= 3


@pytest.mark.parametrize("task", [*CODING, *LONG], ids=lambda task: task.id)
def test_each_task_has_a_mutation_and_a_name_of_its_own(task: Task) -> None:
    assert read_suite("s", [task]).mutations[task.id]
    assert task.title != task.id
    assert task.folder.name == task.id


@pytest.mark.parametrize("task", [*CODING, *LONG], ids=lambda task: task.id)
def test_commands_need_nothing_but_python_and_a_shell(task: Task) -> None:
    for line in (check.line for check in task.checks if check.line):
        assert line.startswith("python3 "), line
    for file in (*task.folder.glob("checks/*.py"), *task.folder.glob("workspace/*.py")):
        for module in re.findall(r"(?m)^\s*(?:import|from) (\w+)", file.read_text(encoding="utf-8")):
            own = (task.folder / "workspace" / f"{module}.py").exists() or file.with_name(f"{module}.py").exists()
            assert own or module in STANDARD, f"{file}: {module}"


@pytest.mark.parametrize("task", LONG, ids=lambda task: task.id)
def test_what_is_packed_is_what_the_generator_makes(task: Task) -> None:
    with tarfile.open(task.folder / NAME) as archive:
        found = {member.name: archive.extractfile(member) for member in archive}
        assert {name: file.read().decode() for name, file in found.items() if file} == MADE["files_of"](task.id)
    assert set(MADE["MAKERS"]) == {one.id for one in LONG}


@pytest.mark.parametrize("task", LONG, ids=lambda task: task.id)
def test_long_tasks_are_long_and_their_archives_small(task: Task) -> None:
    assert sum(file.stat().st_size for file in task.workspace.rglob("*") if file.is_file()) > 500_000
    assert (task.folder / NAME).stat().st_size < 250_000


def test_no_check_is_where_the_agent_could_read_it() -> None:
    for task in CODING:
        hidden = {
            file.read_bytes()
            for file in task.folder.glob("checks/*")
            if not file.name.startswith(("before", "versions"))
        }
        assert not hidden & {file.read_bytes() for file in Path(task.workspace).rglob("*") if file.is_file()}
