"""Scripts from task folders: the prompt of ``task.yml`` with the steps of ``oracle.yml`` beside it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gha_router.config import Document, read_task_document, suggest
from gha_router.errors import Position, TaskError
from gha_router.sim.script import Script, Step, references

TOOLS = {"Bash", "Edit", "Read", "Write"}
ORACLE_KEYS = {"steps", "final"}
STEP_KEYS = {"tool", "input", "save"}


def load_scripts(suite_dirs: Sequence[Path]) -> tuple[Script, ...]:
    """Return the scripts of all tasks in these suites; a single task's folder may stand for a suite.

    A task without ``oracle.yml`` has no script and is left out. Raises ``TaskError`` for a folder without a
    task, for an oracle that cannot be played, and for two tasks with one prompt, by which a task is known.
    """
    scripts: dict[str, tuple[Script, Path]] = {}
    for folder in (task for suite in suite_dirs for task in _task_folders(suite)):
        if not (folder / "oracle.yml").exists():
            continue
        script = load_script(folder)
        key = " ".join(script.prompt.split())
        if key in scripts:
            raise TaskError(
                "another task has the same prompt",
                where=Position(str(folder / "task.yml")),
                hint=f"change one of them; the other is {scripts[key][1] / 'task.yml'}",
            )
        scripts[key] = (script, folder)
    return tuple(script for script, _ in scripts.values())


def load_script(folder: Path) -> Script:
    """Return the script of one task folder. Raises ``TaskError``."""
    task, oracle = read_task_document(folder / "task.yml"), read_task_document(folder / "oracle.yml")
    _only(oracle, ORACLE_KEYS)
    steps = _typed(oracle, list, "steps") if "steps" in oracle.data else []
    script = Script(
        prompt=_text(task, "prompt"),
        steps=tuple(_step(oracle, index) for index in range(len(steps))),
        final=_text(oracle, "final"),
    )
    _require_known_references(oracle, script)
    return script


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


def _step(oracle: Document, index: int) -> Step:
    at = ("steps", index)
    step = _typed(oracle, dict, *at)
    _only(oracle, STEP_KEYS, *at)
    tool = _text(oracle, *at, "tool")
    if tool not in TOOLS:
        raise TaskError(f"unknown tool `{tool}`", where=oracle.place((*at, "tool")), hint=suggest(tool, TOOLS))
    save = _text(oracle, *at, "save") if "save" in step else None
    if save is not None and not save.isidentifier():
        where = oracle.place((*at, "save"))
        raise TaskError(f"`{save}` is no name for an output", where=where, hint="letters, digits and _ only")
    return Step(tool=tool, input=_typed(oracle, dict, *at, "input"), save=save)


def _require_known_references(oracle: Document, script: Script) -> None:
    known = {"cwd"}
    for index, step in enumerate(script.steps):
        _require_known(oracle, references(step.input), known, "steps", index, "input")
        if step.save:
            known.add(step.save)
    _require_known(oracle, references(script.final), known, "final")


def _require_known(oracle: Document, names: set[str], known: set[str], *path: str | int) -> None:
    for name in sorted(names - known):
        raise TaskError(
            f"`${{{name}}}` is the output of no earlier step",
            where=oracle.place(path),
            hint=f"{suggest(name, known)} A shell's own variable is written `${name}`.",
        )


def _only(document: Document, valid: set[str], *path: str | int) -> None:
    for name in _value(document, *path):
        if name not in valid:
            where = document.keys[(*path, name)]
            raise TaskError(f"unknown key `{name}`", where=where, hint=suggest(str(name), valid))


def _text(document: Document, *path: str | int) -> str:
    text: str = _typed(document, str, *path)
    if not text.strip():
        raise TaskError(f"`{path[-1]}` is empty", where=document.place(path))
    return text


def _typed(document: Document, kind: type, *path: str | int) -> Any:
    value = _value(document, *path)
    if isinstance(value, kind):
        return value
    words: dict[type, str] = {str: "text", list: "a list", dict: "a mapping"}
    problem = f"`{path[-1]}` is missing" if value is None else f"`{path[-1]}` has to be {words[kind]}"
    hint = f"add `{path[-1]}:` ({words[kind]})" if value is None else None
    raise TaskError(problem, where=document.place(path), hint=hint)


def _value(document: Document, *path: str | int) -> Any:
    value: Any = document.data
    for key in path:
        value = value.get(key) if isinstance(value, dict) else value[key]
    return value
