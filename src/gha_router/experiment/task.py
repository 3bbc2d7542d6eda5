"""Tasks: a folder with a prompt, what the agent finds, and checks that it never sees.

tasks/<name>/
    task.yml     id, title, prompt, time_limit_s, turn_limit, checks, claims, structured_claims, seal, trust
    workspace/   what the agent finds; or the same as one file, workspace.tar.xz
    checks/      what it never sees; commands find it as $CHECKS_DIR
    oracle.yml   a scripted solution that passes, and mutations: wrong ones, each with the check that catches it
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gha_router import checks
from gha_router.checks import Check
from gha_router.claims import ExpectedClaim, parse_expected
from gha_router.config import Document, read_task_document, suggest
from gha_router.errors import Position, TaskError
from gha_router.experiment import packed
from gha_router.paths import mistake_in
from gha_router.pipeline.plan import TIME_LIMIT_S, TURN_LIMIT, StepPlan
from gha_router.records import Decision

SUITES = Path(__file__).parent / "suites"
KEYS = (
    *("id", "title", "prompt", "time_limit_s", "turn_limit", "checks", "claims", "structured_claims", "seal", "trust"),
)
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task, read and checked as a whole."""

    id: str
    title: str
    prompt: str
    folder: Path
    checks: tuple[Check, ...]
    claims: tuple[ExpectedClaim, ...]
    time_limit_s: float
    turn_limit: int
    seal: tuple[str, ...] | None = None
    trust: tuple[str, ...] = ()
    structured_claims: bool = False

    @property
    def workspace(self) -> Path:
        """Return what the agent finds."""
        folder = self.folder / "workspace"
        return folder if folder.is_dir() else packed.unpacked((self.folder / packed.NAME).resolve())

    def plan(self, *attempts: Decision) -> StepPlan:
        """Return the task as a step."""
        sealed = self.folder / "checks"
        return StepPlan(
            id=self.id,
            prompt=self.prompt,
            asked=attempts[0].asked or attempts[0].model,
            attempts=attempts,
            checks=self.checks,
            claims=self.claims,
            structured_claims=self.structured_claims,
            time_limit_s=self.time_limit_s,
            turn_limit=self.turn_limit,
            sealed=sealed if sealed.is_dir() else None,
            seal_globs=self.seal,
            trust=self.trust,
        )


def suite_folder(name: str) -> Path:
    """Return the folder of a suite: one of ours by name, or any folder by path."""
    own = sorted(folder.name for folder in SUITES.iterdir() if folder.is_dir())
    if name in own:
        return SUITES / name
    folder = Path(name)
    if folder.is_dir():
        return folder
    raise TaskError(f"there is no suite {name!r}", hint=f"{suggest(name, own)} A folder of tasks works too.")


def load_suite(folder: Path) -> tuple[Task, ...]:
    """Return the tasks of a suite, by name. Raises ``TaskError`` for a folder without tasks."""
    folders = sorted(file.parent for file in folder.glob("*/task.yml"))
    if not folders:
        raise TaskError(
            "no task in this folder", where=Position(str(folder)), hint="Each task is a folder with task.yml."
        )
    tasks = tuple(load_task(folder) for folder in folders)
    seen: dict[str, Path] = {}
    for task in tasks:
        if task.id in seen:
            raise TaskError(f"the task id {task.id!r} is used twice", where=Position(str(task.folder)))
        seen[task.id] = task.folder
    return tasks


def load_task(folder: Path) -> Task:
    """Return the task in a folder. Raises ``TaskError`` or ``ConfigError`` with the place of the first mistake."""
    document = read_task_document(folder / "task.yml")
    for key in document.data:
        if key not in KEYS:
            raise TaskError(f"unknown key `{key}`", where=document.keys[key,], hint=suggest(key, KEYS))
    found = [name for name in ("workspace", packed.NAME) if (folder / name).exists()]
    if len(found) != 1 or (found == ["workspace"] and not (folder / "workspace").is_dir()):
        what = f"the task has both workspace/ and {packed.NAME}" if len(found) > 1 else "the task has no workspace/"
        raise TaskError(what, where=Position(str(folder)), hint="An empty folder will do." if not found else None)
    identity = _text(document, "id")
    if not ID.fullmatch(identity):
        raise TaskError("an id has small letters, digits and hyphens", where=document.place(("id",)))
    raw_checks, raw_claims = _list(document, "checks"), _list(document, "claims")
    if not raw_checks:
        raise TaskError("a task without checks proves nothing", where=document.place(("checks",)))
    return Task(
        id=identity,
        title=_text(document, "title") if "title" in document.data else identity,
        prompt=_text(document, "prompt"),
        folder=folder,
        checks=checks.parse_all(raw_checks, lambda index: document.place(("checks", index))),
        claims=tuple(parse_expected(raw, document.place(("claims", index))) for index, raw in enumerate(raw_claims)),
        time_limit_s=_number(document, "time_limit_s", TIME_LIMIT_S),
        turn_limit=int(_number(document, "turn_limit", TURN_LIMIT)),
        seal=_patterns(document, "seal") if "seal" in document.data else None,
        trust=_patterns(document, "trust"),
        structured_claims=_switch(document, "structured_claims"),
    )


def digest(folder: Path) -> str:
    """Return the SHA-256 of all files of a task: names the very task that a result belongs to."""
    total = hashlib.sha256()
    for file in sorted(_files(folder)):
        total.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a task; what Python compiled beside them when it was installed is none."""
    files = (file for file in folder.rglob("*") if "__pycache__" not in file.parts)
    return (file for file in files if file.is_file() and not file.is_symlink())


def _text(document: Document, key: str) -> str:
    value = document.data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise TaskError(f"`{key}` has to be a text", where=document.place((key,)), hint=f"Write `{key}: ...`.")
    return value


def _list(document: Document, key: str) -> list[Any]:
    value = document.data.get(key, [])
    if not isinstance(value, list):
        raise TaskError(f"`{key}` has to be a list", where=document.place((key,)))
    return value


def _patterns(document: Document, key: str) -> tuple[str, ...]:
    """Return patterns of paths, as ``gha_router.paths`` has them."""
    for index, value in enumerate(found := _list(document, key)):
        if why := mistake_in(value) if isinstance(value, str) else "is no text":
            raise TaskError(f"`{key}` has to be a list of paths: this {why}", where=document.place((key, index)))
    return tuple(found)


def _switch(document: Document, key: str) -> bool:
    value = document.data.get(key, False)
    if not isinstance(value, bool):
        raise TaskError(f"`{key}` has to be true or false", where=document.place((key,)))
    return value


def _number(document: Document, key: str, default: float) -> float:
    value = document.data.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
        raise TaskError(f"`{key}` has to be a number above 0", where=document.place((key,)))
    return float(value)
