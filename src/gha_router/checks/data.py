"""Checks of structured files: yaml, json, toml."""

import json
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, ClassVar, Self

import yaml

from gha_router.checks.base import PureCheck, Sight, sight
from gha_router.checks.datapath import NotThere, PathError, Segment, parse_path, walk
from gha_router.checks.loading import toml_of, yaml_of
from gha_router.checks.say import value as shown
from gha_router.checks.spec import Params
from gha_router.checks.workspace import read_text
from gha_router.records import Evidence

QUESTIONS = ("equals", "length", "contains")

# PyYAML lets these out for values with a wrong tag, such as `!!bool maybe` and `!!int ""`.
_YAML_SLIPS = (LookupError, AttributeError, TypeError, ArithmeticError)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCheck(PureCheck):
    """A file is well-formed; what its path leads to is there, and is, has the length of, or contains a value."""

    parameters: ClassVar = {
        "file": "path in the workspace",
        "path": 'where in the data: `a.b[0]."c.d"`; without it, all of it',
        "equals": "the value there, or",
        "length": "how many items, keys or characters it has, or",
        "contains": "an item, key or part of the text there",
    }
    short: ClassVar = "file"
    format: ClassVar[str]

    file: str
    path: str
    segments: tuple[Segment, ...]
    question: str | None  # one of QUESTIONS, ``None``: it is there
    wanted: Any

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check with its path parsed."""
        questions = params.present(*QUESTIONS)
        if len(questions) > 1:
            raise params.wrong(f"one of `equals`, `length` and `contains`, not {len(questions)}")
        params.maybe_whole("length")
        question = questions[0] if questions else None
        path = params.maybe_text("path")
        try:
            segments = parse_path(path) if path else ()
        except PathError as mistake:
            raise params.wrong(f"`path` {shown(path)} {mistake}") from None
        return cls(
            **params.common,
            file=params.path("file"),
            path=path or "",
            segments=segments,
            question=question,
            wanted=params.values[question] if question else None,
        )

    @property
    def expected(self) -> str:
        """The place and the value."""
        place = f"{self.path} in {self.file}" if self.path else self.file
        if self.question is None:
            return f"{place} is there" if self.path else f"{place} is valid {self.format}"
        verb = {"equals": "is", "length": "has length", "contains": "contains"}[self.question]
        return f"{place} {verb} {shown(self.wanted)}"

    @property
    def where(self) -> str:
        """The file."""
        return self.file

    @staticmethod
    @abstractmethod
    def parse(text: str) -> Any:
        """Return the data; raises ``ValueError`` with the reason."""

    def look(self, evidence: Evidence) -> Sight:
        """Parse, walk, compare."""
        read = read_text(evidence.workspace, self.file)
        if read.empty:
            return sight(holds=False, found=read.empty)
        try:
            seen = self._judge(walk(self.parse(read.text), self.segments))
        except NotThere as obstacle:
            return sight(holds=False, found=str(obstacle))
        except (ValueError, RecursionError) as mistake:
            why = "nested too deeply" if isinstance(mistake, RecursionError) else mistake
            return sight(holds=False, found=read.remark(f"not valid {self.format}: {why}"))
        return seen

    def _judge(self, there: Any) -> Sight:
        match self.question:
            case "equals":
                return sight(holds=same(self.wanted, there), found=shown(there))
            case "length" if isinstance(there, (str, list, Mapping)):
                return sight(holds=len(there) == self.wanted, found=f"length {len(there):,}")
            case "length":
                return sight(holds=False, found=f"{shown(there)}, which has no length")
            case "contains":
                return sight(holds=holds_in(self.wanted, there), found=shown(there))
            case _:
                return sight(holds=True, found=shown(there))


@dataclass(frozen=True, slots=True, kw_only=True)
class Yaml(DataCheck):
    """YAML 1.1, as PyYAML reads it; the path segment ``on`` finds the key that it makes a truth value."""

    kind: ClassVar = "yaml"
    summary: ClassVar = "a YAML file is valid, and holds a value at a path"
    example: ClassVar = 'yaml: {file: ci.yml, path: "jobs.build.steps[0].uses", equals: actions/checkout@v4}'
    format: ClassVar = "YAML"

    @staticmethod
    def parse(text: str) -> Any:
        """Return the first and only document."""
        try:
            return yaml_of(text)
        except yaml.MarkedYAMLError as mistake:
            line = f"line {mistake.problem_mark.line + 1}: " if mistake.problem_mark else ""
            raise ValueError(f"{line}{mistake.problem}") from None
        except yaml.YAMLError as mistake:
            raise ValueError(str(mistake)) from None
        except _YAML_SLIPS:
            raise ValueError("a value does not fit its tag") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Json(DataCheck):
    """JSON, as RFC 8259 has it and Python reads it."""

    kind: ClassVar = "json"
    summary: ClassVar = "a JSON file is valid, and holds a value at a path"
    example: ClassVar = "json: {file: package.json, path: scripts.test, contains: vitest}"
    format: ClassVar = "JSON"

    @staticmethod
    def parse(text: str) -> Any:
        """Return the value."""
        return json.loads(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toml(DataCheck):
    """TOML 1.0."""

    kind: ClassVar = "toml"
    summary: ClassVar = "a TOML file is valid, and holds a value at a path"
    example: ClassVar = "toml: {file: pyproject.toml, path: project.dependencies, length: 9}"
    format: ClassVar = "TOML"

    @staticmethod
    def parse(text: str) -> Any:
        """Return the table."""
        return toml_of(text)


def same(wanted: object, there: object) -> bool:
    """Return whether two values are the same data: true is not 1, and a date may be written as text."""
    if isinstance(wanted, bool) or isinstance(there, bool):
        return wanted is there
    if isinstance(wanted, (date, time)) != isinstance(there, (date, time)):
        return _as_text(wanted) == _as_text(there)
    if isinstance(wanted, Mapping) and isinstance(there, Mapping):
        keys_match = len(wanted) == len(there) and all(key in there for key in wanted)
        return keys_match and all(same(part, there[key]) for key, part in wanted.items())
    if isinstance(wanted, list) and isinstance(there, list):
        return len(wanted) == len(there) and all(map(same, wanted, there))
    return wanted == there


def holds_in(part: object, there: object) -> bool:
    """Return whether a list has this item, a mapping this key, a text this part."""
    match there:
        case str():
            return isinstance(part, str) and part in there
        case list():
            return any(same(part, item) for item in there)
        case Mapping():
            return any(same(part, key) for key in there)
        case _:
            return False


def _as_text(thing: object) -> object:
    return thing.isoformat() if isinstance(thing, (date, time)) else thing
