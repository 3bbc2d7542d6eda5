"""A Python file with a ``model_list`` and LiteLLM's ``Router``, read and never run.

What is read: names that are given a literal at the top of the file, lists and mappings of literals and such names
(``dict(...)`` and ``**`` too), of which what is done to them later is listed,
``os.environ["NAME"]``, ``os.environ.get("NAME")`` and ``os.getenv("NAME")``, and the arguments of ``Router(...)``.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gha_router.config.document import Document, Trail
from gha_router.config.reading import MAX_VALUES, check_length
from gha_router.errors import ConfigError, Position
from gha_router.variables import MAX_DEPTH

_ROUTER = "Router"
_ENVIRONMENT = {"os.environ", "environ"}
_GETTERS = {"os.getenv", "getenv", "os.environ.get", "environ.get"}
_CHANGING = {
    *("append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault", "sort", "update"),
}
_LARGEST = 10**18
_HINT = "Write it as a literal: the file is read, and never run."


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFile:
    """A file as LiteLLM's YAML would say it, and what of it is not read."""

    document: Document
    left: Mapping[Trail, str]


def read_python(text: str, *, name: str) -> PythonFile:
    """Return the file as LiteLLM's YAML would say it. Raises ``ConfigError``."""
    check_length(text, name)
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
        self._read: set[str] = set()  # names whose first value counts here
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
        for statement in self._tree.body:
            for target in statement.targets if isinstance(statement, ast.Assign) else ():
                if _dotted(target).startswith("litellm."):
                    self._leave(target, f"`{_dotted(target)}`")
        for node, name in _changes(self._tree):
            if name in self._read:
                self._leave(node, f"what is done to `{name}` here: only the value that it is given at first is read")
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
            if keyword.arg is None:
                yield from self._spread(keyword)
                continue
            trail: Trail = ("router_settings", keyword.arg)
            self._keys[trail] = self._at(keyword)
            try:
                yield str(trail[1]), self._value(keyword.value, trail)
            except ConfigError:
                self._leave(keyword, f"`{trail[1]}`: it is computed")

    def _spread(self, keyword: ast.keyword) -> Iterator[tuple[str, Any]]:
        """Yield the arguments in a mapping that is handed over with ``**``."""
        try:
            found = self._value(keyword.value, ("router_settings",))
        except ConfigError:
            found = None
        if isinstance(found, dict):
            yield from found.items()
        else:
            self._leave(keyword, "arguments in `**`: they are computed")

    def _leave(self, node: ast.expr | ast.stmt | ast.keyword, what: str) -> None:
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

    def _at(self, node: ast.expr | ast.stmt | ast.keyword) -> Position:
        return Position(self._name, node.lineno, node.col_offset + 1)

    def _value(self, node: ast.expr, trail: Trail) -> Any:
        self._count += 1
        if self._count > MAX_VALUES or len(trail) + len(self._open) > MAX_DEPTH:
            raise ConfigError("too many values, or too deep", where=self._at(node))
        self._places[trail] = self._at(node)
        match _as_literal(node):
            case ast.Constant(value=value):
                return self._scalar(value, node)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return [self._value(item, (*trail, index)) for index, item in enumerate(items)]
            case ast.Dict(keys=keys, values=values):
                return dict(self._pairs(keys, values, trail))
            case ast.Name(id=name) if name in self._given and name not in self._open:
                self._read.add(name)
                self._open.append(name)
                value = self._value(self._given[name], trail)
                self._open.pop()
                return value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return f"-{self._scalar(number, node)}"
        return self._from_environment(node)

    def _from_environment(self, node: ast.expr) -> str:
        variable = _variable(node)
        if variable is None:
            why = f": `{node.id}` is given no literal at the top of the file" if isinstance(node, ast.Name) else ""
            raise ConfigError(f"this is computed{why}", where=self._at(node), hint=_HINT)
        if isinstance(node, ast.Call) and len(node.args) + len(node.keywords) > 1:
            self._leave(node, f"what stands in for `{variable}` when it is not set")
        return f"os.environ/{variable}"

    def _pairs(self, keys: list[ast.expr | None], values: list[ast.expr], trail: Trail) -> Iterator[tuple[str, Any]]:
        for key, value in zip(keys, values, strict=True):
            if key is None and isinstance(other := self._other(value, trail), dict):
                yield from other.items()
                continue
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise ConfigError("a key must be a text", where=self._at(key or value), hint=_HINT)
            self._keys[*trail, key.value] = self._at(key)
            yield key.value, self._value(value, (*trail, key.value))

    def _other(self, node: ast.expr, trail: Trail) -> Any:
        """Return what stands behind ``**``, which counts as one level: its entries are on this one."""
        self._open.append("**")
        value = self._value(node, trail)
        self._open.pop()
        return value

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


def _as_literal(node: ast.expr) -> ast.expr:
    """Return ``dict(a=1)`` as ``{"a": 1}``, everything else as it is."""
    match node:
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            keys: list[ast.expr | None] = [
                ast.copy_location(ast.Constant(one.arg), one) if one.arg is not None else None for one in keywords
            ]
            return ast.copy_location(ast.Dict(keys=keys, values=[one.value for one in keywords]), node)
    return node


def _changes(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Yield where a name's value is changed after it was given, or given only under a condition."""
    top = set(map(id, tree.body))
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=place, attr=method)) if method in _CHANGING:
                targets = [place]
            case ast.AugAssign(target=target):
                targets = [target]
            case ast.Assign(targets=assigned) if id(node) in top:
                targets = [one for one in assigned if not isinstance(one, ast.Name)]
            case ast.Assign(targets=targets) | ast.Delete(targets=targets):
                pass
            case _:
                continue
        yield from ((node, name) for name in filter(None, map(_root, targets)))


def _root(place: ast.expr) -> str | None:
    """Return the name that ``models[0]["litellm_params"]`` begins with."""
    while isinstance(place, ast.Subscript | ast.Attribute):
        place = place.value
    return place.id if isinstance(place, ast.Name) else None


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
