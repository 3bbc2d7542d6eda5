"""A Python file with a ``model_list`` and LiteLLM's ``Router``, read and never run.

What is read: names that are given a literal once at the top of the file, lists and mappings of literals and such names,
``os.environ["NAME"]``, ``os.environ.get("NAME")`` and ``os.getenv("NAME")``, and the arguments of ``Router(...)``.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gha_router.config.document import Document, Trail
from gha_router.config.reading import MAX_CHARACTERS, MAX_DEPTH, MAX_VALUES
from gha_router.errors import ConfigError, Position

_ROUTER = "Router"
_ENVIRONMENT = {"os.environ", "environ"}
_GETTERS = {"os.getenv", "getenv", "os.environ.get", "environ.get"}
_LARGEST = 10**18
_HINT = "Write it as a literal: the file is read, and never run."


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFile:
    """A file as LiteLLM's YAML would say it, and what of it is not read."""

    document: Document
    left: Mapping[Trail, str]


def read_python(text: str, *, name: str) -> PythonFile:
    """Return the file as LiteLLM's YAML would say it. Raises ``ConfigError``."""
    if len(text) > MAX_CHARACTERS:
        raise ConfigError(f"longer than {MAX_CHARACTERS:,} characters", where=Position(name))
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        where = Position(name, error.lineno, error.offset)
        raise ConfigError(
            "not valid Python", where=where, hint="Or is it YAML? Then `model_list:` begins it."
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise ConfigError("not readable as Python", where=Position(name)) from None
    return _File(name, tree).read()


class _File:
    """The literals of a file, with their places."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self._name = name
        self._tree = tree
        self._given = dict(_given(tree))
        self._open: list[str] = []  # names that are being read
        self._count = 0
        self._places: dict[Trail, Position] = {(): Position(name, 1, 1)}
        self._keys: dict[Trail, Position] = {}
        self._left: dict[Trail, str] = {}

    def read(self) -> PythonFile:
        """Return what the file's last router is made of, or its only list of models."""
        *earlier, router = _routers(self._tree) or [None]
        data = {"model_list": self._value(self._models(router), ("model_list",))}
        if router is not None and (settings := dict(self._settings(router))):
            self._places["router_settings",] = self._at(router)
            data["router_settings"] = settings
        for call in earlier:
            self._leave(call, "a Router that a later one replaces") if call else None
        for node in self._tree.body:
            for target in node.targets if isinstance(node, ast.Assign) else ():
                if _dotted(target).startswith("litellm."):
                    self._leave(target, f"`{_dotted(target)}`")
        document = Document(file=self._name, data=data, places=self._places, keys=self._keys)
        return PythonFile(document=document, left=self._left)

    def _models(self, router: ast.Call | None) -> ast.expr:
        for keyword in router.keywords if router else ():
            if keyword.arg == "model_list":
                return keyword.value
        if router is not None and router.args:
            return router.args[0]
        return self._only_list()

    def _settings(self, router: ast.Call) -> Iterator[tuple[str, Any]]:
        """Yield the router's arguments; one that is computed is noted."""
        for keyword in router.keywords:
            if keyword.arg == "model_list":
                continue
            trail: Trail = ("router_settings", keyword.arg or "**")
            self._keys[trail] = self._at(keyword)
            try:
                yield str(trail[1]), self._value(keyword.value, trail)
            except ConfigError:
                self._leave(keyword, f"`{trail[1]}`: it is computed")

    def _leave(self, node: ast.expr | ast.keyword, what: str) -> None:
        trail: Trail = ("python", len(self._left))
        self._places[trail] = self._at(node)
        self._left[trail] = what

    def _only_list(self) -> ast.expr:
        lists = [value for value in self._given.values() if _is_model_list(value)]
        if len(lists) == 1:
            return lists[0]
        raise ConfigError(
            "which list of models is meant?" if lists else "there is no list of models",
            where=Position(self._name, 1, 1),
            hint="`Router(model_list=...)` is looked for, else one list of mappings with `model_name`.",
        )

    def _at(self, node: ast.expr | ast.keyword) -> Position:
        return Position(self._name, node.lineno, node.col_offset + 1)

    def _value(self, node: ast.expr, trail: Trail) -> Any:
        self._count += 1
        if self._count > MAX_VALUES or len(trail) + len(self._open) > MAX_DEPTH:
            raise ConfigError("too many values, or too deep", where=self._at(node))
        self._places[trail] = self._at(node)
        match node:
            case ast.Constant(value=value):
                return self._scalar(value, node)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return [self._value(item, (*trail, index)) for index, item in enumerate(items)]
            case ast.Dict(keys=keys, values=values):
                return dict(self._pairs(keys, values, trail))
            case ast.Name(id=name) if name in self._given and name not in self._open:
                self._open.append(name)
                value = self._value(self._given[name], trail)
                self._open.pop()
                return value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return f"-{self._scalar(number, node)}"
        if (variable := _variable(node)) is not None:
            if isinstance(node, ast.Call) and len(node.args) + len(node.keywords) > 1:
                self._leave(node, f"what stands in for `{variable}` when it is not set")
            return f"os.environ/{variable}"
        raise ConfigError("this is computed", where=self._at(node), hint=_HINT)

    def _pairs(self, keys: list[ast.expr | None], values: list[ast.expr], trail: Trail) -> Iterator[tuple[str, Any]]:
        for key, value in zip(keys, values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise ConfigError("a key must be a text", where=self._at(key or value), hint=_HINT)
            self._keys[*trail, key.value] = self._at(key)
            yield key.value, self._value(value, (*trail, key.value))

    def _scalar(self, value: object, node: ast.expr) -> str | None:
        match value:
            case None:
                return None
            case bool():
                return str(value).lower()
            case str() if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
                raise ConfigError("an escape names a character that no program takes", where=self._at(node))
            case str():
                return value
            case int() | float() if abs(value) < _LARGEST:
                return repr(value)
        raise ConfigError("this is no text, number or truth value", where=self._at(node), hint=_HINT)


def _given(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that the top of the file gives a value, the last one last."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def _routers(tree: ast.Module) -> list[ast.Call | None]:
    """Return the routers that the file makes, in its order."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = [call for call in calls if _dotted(call.func).rpartition(".")[2] == _ROUTER]
    return [*sorted(found, key=lambda call: (call.lineno, call.col_offset))]


def _is_model_list(node: ast.expr) -> bool:
    match node:
        case ast.List(elts=[ast.Dict(keys=keys), *_]):
            return any(isinstance(key, ast.Constant) and key.value == "model_name" for key in keys)
    return False


def _variable(node: ast.expr) -> str | None:
    """Return the name of the variable that an expression reads; what stands in for a missing one is left away."""
    match node:
        case ast.Subscript(value=place, slice=ast.Constant(value=str(name))) if _dotted(place) in _ENVIRONMENT:
            return name
        case ast.Call(func=place, args=[ast.Constant(value=str(name)), *_]) if _dotted(place) in _GETTERS:
            return name
    return None


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            return f"{module}.{name}"
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id=module), attr=inner), attr=name):
            return f"{module}.{inner}.{name}"
    return ""
