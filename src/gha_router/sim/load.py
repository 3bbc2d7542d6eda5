"""Scripts from task folders: the prompt of ``task.yml`` with the steps of ``oracle.yml`` beside it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from gha_router.config import read_task_document
from gha_router.errors import Position, TaskError
from gha_router.sim import oracle
from gha_router.sim.oracle import Found
from gha_router.sim.script import Script


def load_scripts(suite_dirs: Sequence[Path]) -> tuple[Script, ...]:
    """Return the scripts of all tasks in these suites; a single task's folder may stand for a suite.

    The scripts of a task's subagents come after its own. A task without ``oracle.yml`` has no script and is left out.
    Raises ``TaskError`` for a folder without a task, for an oracle that cannot be played, and for two scripts with one
    prompt, by which a script is known.
    """
    scripts: dict[str, Found] = {}
    for folder in (task for suite in suite_dirs for task in _task_folders(suite)):
        if not (folder / "oracle.yml").exists():
            continue
        for found in _scripts_of(folder):
            key = " ".join(found.script.prompt.split())
            if key in scripts:
                raise TaskError(
                    "another task has the same prompt",
                    where=found.where,
                    hint=f"change one of them; the other is {scripts[key].where}",
                )
            scripts[key] = found
    return tuple(found.script for found in scripts.values())


def _scripts_of(folder: Path) -> Iterator[Found]:
    task, document = read_task_document(folder / "task.yml"), read_task_document(folder / "oracle.yml")
    prompt = oracle.text(task, "prompt")
    yield from oracle.scripts(document, prompt=prompt, where=Position(str(folder / "task.yml")))


def _task_folders(suite: Path) -> Iterator[Path]:
    if (suite / "task.yml").exists():
        yield suite
        return
    tasks = sorted(file.parent for file in suite.glob("*/task.yml"))
    if not tasks:
        raise TaskError(
            "no task in this folder",
            where=Position(str(suite)),
            hint="a suite holds one folder a task, each with a task.yml",
        )
    yield from tasks
