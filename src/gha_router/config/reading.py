"""YAML text to plain data, and where each entry of it stands.

Scalars stay the text that was written, so that a model may be called ``on`` or ``012`` and a price keeps its digits;
the schema reads numbers and truth values out of them. Only where a trail is ``typed``, because what stands there is
handed on as it is, YAML 1.2's core schema decides what a plain scalar is.

What no file of ours needs is refused: tags, merge keys, several documents, keys that are no text, a key twice,
characters that no program takes, and aliases or brackets that would blow up.
"""

import re
from collections.abc import Callable
from typing import Any, Protocol

import yaml

from gha_router.config.document import Document, Trail
from gha_router.errors import ConfigError, Position
from gha_router.variables import MAX_CHARACTERS, MAX_DEPTH

MAX_VALUES = 20_000


def read_document(text: str, *, name: str, typed: Callable[[Trail], bool]) -> Document:
    """Return the mapping that the text holds. Raises ``ConfigError`` for everything else."""
    check_length(text, name)
    try:
        _check_events(text, name)
        root = yaml.compose(text, Loader=_CoreLoader)
    except yaml.reader.ReaderError as error:
        code = f"U+{ord(text[error.position]):04X}"
        where = _at(text, error.position, name)
        raise ConfigError(f"the character {code} is not allowed in YAML", where=where) from None
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, name) from None
    except (ValueError, OverflowError):  # PyYAML's own on "\UFFFFFFFF"
        escape = _BEYOND_UNICODE.search(text)
        where = _at(text, escape.start(), name) if escape else Position(name)
        raise ConfigError("not valid YAML: an escape names no character", where=where) from None
    if root is None:
        raise _no_mapping("the file is empty", name)
    reader = _Reader(name, typed)
    data = reader.read(root, ())
    if not isinstance(data, dict):
        raise _no_mapping("the file must hold a mapping", name)
    return Document(file=name, data=data, places=reader.places, keys=reader.keys, blocks=frozenset(reader.blocks))


def check_length(text: str, name: str) -> None:
    """Raise ``ConfigError`` for a text that is too long to be a configuration."""
    if len(text) > MAX_CHARACTERS:
        raise ConfigError(f"longer than {MAX_CHARACTERS:,} characters", where=Position(name))


class _CoreLoader(yaml.SafeLoader):
    """PyYAML with YAML 1.2's core schema: ``on`` and dates are texts, ``012`` is no octal number."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML looks for it on the class


_CORE = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?[0-9]{1,18}", list("-+0123456789")),
    "float": (r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
}
for _name, (_pattern, _first) in _CORE.items():
    _CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"(?:{_pattern})\Z"), _first)


def _check_events(text: str, name: str) -> None:
    """Refuse tags, and nesting that PyYAML's recursion would not survive, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_CoreLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _too_deep(_position(event.start_mark, name))
        if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None:
            raise ConfigError(
                "a tag (`!...`) has no meaning here",
                where=_position(event.start_mark, name),
                hint="Put a text that begins with `!` in quotes.",
            )


class _Mark(Protocol):
    """A place as PyYAML notes it, counted from 0."""

    line: int
    column: int


class _Reader:
    """Turns nodes into data and notes where each stands."""

    def __init__(self, file: str, typed: Callable[[Trail], bool]) -> None:
        self.file = file
        self.typed = typed
        self.places: dict[Trail, Position] = {}
        self.keys: dict[Trail, Position] = {}
        self.blocks: set[Trail] = set()
        self.values = 0

    def read(self, node: yaml.Node, trail: Trail) -> Any:
        """Return the value of a node; an alias is read again wherever it is used, hence the limits."""
        where = _position(node.start_mark, self.file)
        self.values += 1
        if self.values > MAX_VALUES:
            raise ConfigError(
                f"more than {MAX_VALUES:,} values", where=where, hint="Do aliases (`*name`) multiply each other?"
            )
        if len(trail) > MAX_DEPTH:
            raise _too_deep(where)
        key = self.keys.get(trail)
        self.places[trail] = key if key and key.line != where.line else where
        match node:
            case yaml.MappingNode():
                return self._mapping(node, trail)
            case yaml.SequenceNode():
                return [self.read(item, (*trail, index)) for index, item in enumerate(node.value)]
            case _:
                return self._scalar(node, trail)

    def _mapping(self, node: yaml.MappingNode, trail: Trail) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value in node.value:
            where = _position(key_node.start_mark, self.file)
            key = self._key(key_node, where)
            if key in data:
                raise ConfigError(
                    f"`{key}` is here twice",
                    where=where,
                    hint=f"The first is in line {self.keys[(*trail, key)].line}; keep one.",
                )
            self.keys[(*trail, key)] = where
            data[key] = self.read(value, (*trail, key))
        return data

    def _key(self, node: yaml.Node, where: Position) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise ConfigError("a key must be a text", where=where, hint="Is a pair of quotes missing?")
        if node.value == "<<" and node.style is None:
            raise ConfigError("merge keys (`<<`) are not read", where=where, hint="Write the keys out.")
        return self._text(node)

    def _scalar(self, node: yaml.Node, trail: Trail) -> str | float | bool | None:
        text = self._text(node)
        if isinstance(node, yaml.ScalarNode) and node.style == "|":
            self.blocks.add(trail)
        match node.tag.rpartition(":")[2]:
            case "null":
                return None
            case "bool" if self.typed(trail):
                return text.lower() == "true"
            case "int" if self.typed(trail):
                return int(text)
            case "float" if self.typed(trail):
                return float(text)
        return text

    def _text(self, node: yaml.Node) -> str:
        text: str = node.value
        if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text):
            raise ConfigError(
                "an escape names a character that no program takes", where=_position(node.start_mark, self.file)
            )
        return text


def _position(mark: _Mark | None, file: str) -> Position:
    return Position(file, mark.line + 1, mark.column + 1) if mark else Position(file)


def _no_mapping(what: str, name: str) -> ConfigError:
    return ConfigError(what, where=Position(name, 1, 1), hint="Write lines of `key: value`.")


def _too_deep(where: Position) -> ConfigError:
    return ConfigError(
        f"nested deeper than {MAX_DEPTH} levels", where=where, hint="Does an alias (`*name`) contain itself?"
    )


def _at(text: str, index: int, name: str) -> Position:
    before = text[:index]
    return Position(name, before.count("\n") + 1, index - before.rfind("\n"))


def _syntax_error(error: yaml.MarkedYAMLError, name: str) -> ConfigError:
    problem = error.problem or "it cannot be read"
    if problem.startswith("but") and error.context:
        problem = f"{error.context}, {problem}"
    tab = "'\\t'" in problem
    open_quote = problem == "found unexpected end of stream" and error.context == "while scanning a quoted scalar"
    return ConfigError(
        f"not valid YAML: {_QUOTED.sub(_veiled, problem)}",
        where=_position(error.context_mark if open_quote else error.problem_mark or error.context_mark, name),
        hint="YAML is indented by spaces, never by tabs."
        if tab
        else "Look at the quotes, brackets and indentation here and in the line before.",
    )


_BEYOND_UNICODE = re.compile(r"\\U(?!0010|000)[0-9a-fA-F]{8}")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")


def _veiled(quote: re.Match[str]) -> str:
    """Return what PyYAML quotes if it is its own word (``<block end>``) or a sign; a longer text may be a secret."""
    inner = quote[1] or quote[2] or ""
    return quote[0] if len(inner) <= 2 or inner.startswith("<") else "..."  # noqa: PLR2004 - a sign, maybe escaped
