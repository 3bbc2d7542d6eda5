"""Recorded outcomes: which model solved which task, at what cost. One reader for every file that says so.

CSV: ``task_id`` or ``instance_id``, ``model``, ``resolved`` or ``score`` (0 to 1), and where known ``cost_usd``,
``dimension`` or ``task_type``; a task's further lines on a model are its epochs, other columns are not read. This is
what ``experiment`` writes. JSON lines: the same names, or a whole task a line with ``prompt`` and what the ``weak`` and
``strong`` model made of it.

Costs are read as they are written and become floats here: what is computed from them are expectations, not bills.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gha_router.config import suggest
from gha_router.errors import Position, UsageError

TASK = ("task_id", "instance_id", "id")
RIGHT = ("resolved", "score")
TYPE = ("task_type", "dimension")
GROUP = ("repo", "group")
TEXT = ("problem_statement", "prompt", "text")
ROLES = ("weak", "strong")
EXAMPLE = "A line needs a task (task_id or instance_id), a model, and resolved or score (0 to 1)."
FORMULA = ("=", "+", "-", "@")
TRUTH = {"true": 1.0, "false": 0.0}  # as pandas writes them
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # what a terminal, or a log that reads commands, would obey


@dataclass(slots=True)
class Cell:
    """All trials of one task on one model."""

    right: list[float] = field(default_factory=list)  # 0 to 1 each
    costs: list[float] = field(default_factory=list)  # USD; of the trials whose cost is known

    @property
    def quality(self) -> float:
        """Return the share of trials that were right."""
        return sum(self.right) / len(self.right)

    @property
    def cost(self) -> float | None:
        """Return the mean cost in USD; ``None`` when no trial's is known."""
        return sum(self.costs) / len(self.costs) if self.costs else None


@dataclass(slots=True)
class Outcomes:
    """Tasks x models. ``cells[task][model]``; the other mappings hold what is known of a task."""

    file: str
    digest: str  # SHA-256 of the file
    models: tuple[str, ...] = ()  # in the order of the file
    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    def need(self, model: str) -> str:
        """Return the model when it is there. Raises ``UsageError`` with the nearest name."""
        if model not in self.models:
            raise UsageError(
                f"no outcome of a model `{model}`", where=Position(self.file), hint=suggest(model, self.models)
            )
        return model

    def rename(self, names: Mapping[str, str]) -> None:
        """Give models other names: a file of roles (weak, strong) says no others."""
        self.models = tuple(names.get(model, model) for model in self.models)
        for task, row in self.cells.items():
            self.cells[task] = {names.get(model, model): cell for model, cell in row.items()}

    def tried_on(self, models: Iterable[str]) -> list[str]:
        """Return the tasks, in the order of the file, on which all of these models were tried."""
        wanted = tuple(models)
        return [task for task, row in self.cells.items() if all(model in row for model in wanted)]

    def group_of(self, task: str) -> str | None:
        """Return what a task belongs to: as said, else the repository in an id such as django__django-10097."""
        said = self.groups.get(task)
        if said is not None:
            return said
        owner, mark, _ = task.partition("__")
        return owner if mark else None


def read_outcomes(file: Path) -> Outcomes:
    """Return the outcomes of a file. Raises ``UsageError`` with file and line for what cannot be used."""
    outcomes = parse_outcomes(_bytes(file), file)
    if len(outcomes.models) == 1:
        raise UsageError(
            f"all outcomes are of one model, `{outcomes.models[0]}`: there is nothing to choose from",
            where=Position(str(file)),
            hint="Try the same tasks on another model: gha-router experiment --models a,b.",
        )
    return outcomes


def parse_outcomes(data: bytes, file: Path) -> Outcomes:
    """Return the outcomes in a file's content; ``file`` is what errors call it."""
    outcomes = Outcomes(str(file), hashlib.sha256(data).hexdigest())
    text = _decoded(data, file)
    rows = _json_rows(text, file) if text.lstrip().startswith("{") else _csv_rows(text, file)
    models: dict[str, None] = {}
    for row, where in rows:
        for entry in _trials(row, where):
            _add(outcomes, entry, where)
            models[entry["model"]] = None
    if not outcomes.cells:
        raise UsageError("there is no outcome in it", where=Position(str(file)), hint=EXAMPLE)
    outcomes.models = tuple(models)
    return outcomes


def read_prompts(file: Path, outcomes: Outcomes) -> None:
    """Add the texts and groups of tasks, JSON lines with an id and ``problem_statement``, ``prompt`` or ``text``."""
    known = 0
    for row, where in _json_rows(_decoded(_bytes(file), file), file):
        task = _named(row, TASK, where, "an id")
        text = _named(row, TEXT, where, "a text")
        if task in outcomes.cells:
            known += 1
            outcomes.texts[task] = text
            if group := _first(row, GROUP):
                outcomes.groups[task] = str(group)
    if not known:
        raise UsageError(
            f"none of its tasks is in {outcomes.file}",
            where=Position(str(file)),
            hint=f"The ids have to be the same; the first there is `{next(iter(outcomes.cells))}`.",
        )


def _bytes(file: Path) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", hint="Name a csv or jsonl file.") from None
    if not data.strip():
        raise UsageError("the file is empty", where=Position(str(file)), hint=EXAMPLE)
    return data


def _decoded(data: bytes, file: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError("not UTF-8", where=Position(str(file), line)) from None


def _csv_rows(text: str, file: Path) -> Iterator[tuple[dict[str, Any], Position]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)  # a quoted prompt keeps its line ends
    columns = _columns(reader, file)
    for choices in (TASK, ("model",), RIGHT):
        if not any(choice in columns for choice in choices):
            near = ", ".join(f"`{column}`" for column in columns)
            wanted = " or ".join(f"`{choice}`" for choice in choices)
            raise UsageError(f"no column {wanted}", where=Position(str(file), 1), hint=f"There are: {near}. {EXAMPLE}")
    try:
        for row in reader:
            where = Position(str(file), reader.line_num)
            if None in row or None in row.values():
                raise UsageError(f"the line has not {len(columns)} fields as the first has", where=where)
            yield row, where
    except csv.Error as error:
        raise UsageError(f"not CSV: {error}", where=Position(str(file), reader.line_num)) from None


def _columns(reader: "csv.DictReader[str]", file: Path) -> list[str]:
    """Return the first line's names. Raises ``UsageError`` for one that stands there twice."""
    try:
        columns = list(reader.fieldnames or [])
    except csv.Error as error:
        raise UsageError(f"not CSV: {error}", where=Position(str(file), 1)) from None
    for name in columns:
        _printable(name, Position(str(file), 1))
    if twice := next((name for name in columns if columns.count(name) > 1), None):
        raise UsageError(f"there are two columns `{twice}`", where=Position(str(file), 1))
    return columns


def _json_rows(text: str, file: Path) -> Iterator[tuple[dict[str, Any], Position]]:
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: JSON may hold U+2028
        if not line.strip():
            continue
        where = Position(str(file), number)
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"not JSON: {error}", where=where, hint="One object a line.") from None
        if not isinstance(row, dict):
            raise UsageError("the line is no JSON object", where=where, hint=EXAMPLE)
        yield row, where


def _trials(row: dict[str, Any], where: Position) -> Iterator[dict[str, Any]]:
    """Yield a row as trials: it is one already, or a task with what became of it in each role."""
    if "model" in row or not all(role in row for role in ROLES):
        yield row
        return
    task = _first(row, TASK) or f"line-{where.line}"
    for role in ROLES:
        yield {**row, "task_id": task, "model": role, "resolved": row[role], "cost_usd": row.get(f"{role}_cost_usd")}


def _add(outcomes: Outcomes, row: dict[str, Any], where: Position) -> None:
    task = _named(row, TASK, where, "a task")
    model = _named(row, ("model",), where, "a model")
    row["model"] = model
    cell = outcomes.cells.setdefault(task, {}).setdefault(model, Cell())
    name, value = next(((name, row[name]) for name in RIGHT if row.get(name) not in (None, "")), (RIGHT[0], None))
    right = _number(value, name, where)
    if not 0 <= right <= 1:
        raise UsageError(f"`{name}` is {right:g}", where=where, hint="It is a share, from 0 to 1.")
    cell.right.append(right)
    cost = row.get("cost_usd")
    if cost not in (None, ""):
        usd = _number(cost, "cost_usd", where)
        if usd < 0:
            raise UsageError(f"`cost_usd` is {usd:g}", where=where, hint="Leave it empty where it is unknown.")
        cell.costs.append(usd)
    for names, known in ((TEXT, outcomes.texts), (GROUP, outcomes.groups), (TYPE, outcomes.types)):
        if said := _first(row, names):
            known[task] = str(said) if known is outcomes.texts else _printable(str(said), where)


def _number(value: Any, name: str, where: Position) -> float:
    try:
        number = TRUTH[value.lower()] if isinstance(value, str) and value.lower() in TRUTH else float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if number - number != 0:  # nan, or infinite
        raise UsageError(f"`{name}` is no number: {str(value)[:40]!r}", where=where)
    return number


def _named(row: Mapping[str, Any], names: tuple[str, ...], where: Position, what: str) -> str:
    found = _first(row, names)
    if found is None:
        wanted = " or ".join(f"`{name}`" for name in names)
        raise UsageError(f"the line does not name {what}: {wanted}", where=where, hint=EXAMPLE)
    text = str(found)
    if names is not TEXT:
        _printable(text, where)
    return (
        text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
    )  # `experiment` guards spreadsheets


def _printable(name: str, where: Position) -> str:
    """Return a name that is safe to print. Raises ``UsageError`` for one with control characters."""
    if _CONTROL.search(name):
        raise UsageError(f"a name holds control characters: {ascii(name)[:80]}", where=where)
    return name


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)
