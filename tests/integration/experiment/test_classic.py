"""The suite that ships: its tasks say what they want."""

import pytest

from gha_router.experiment.task import SUITES, load_suite, load_task

TASKS = [task.id for task in load_suite(SUITES / "classic")]


def test_the_suite_has_the_five_tasks_of_the_first_experiment() -> None:
    assert TASKS == ["analyze-workflow", "count-string", "list-files", "stats-report", "timestamp-file"]


@pytest.mark.parametrize("task", TASKS)
def test_a_task_says_what_it_wants(task: str) -> None:
    loaded = load_task(SUITES / "classic" / task)
    assert loaded.checks
    assert (SUITES / "classic" / task / "oracle.yml").is_file()
    assert loaded.title != loaded.id
