"""A YAML file that a person wrote, with the place of each value, so that errors can point at it."""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from gha_router.errors import Position, TaskError


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The parsed file: plain values, and the nodes that they came from."""

    file: Path
    data: Any
    root: yaml.Node

    def where(self, *path: str | int) -> Position:
        """Return the place of the value at ``path``, or of the nearest value around it."""
        node = self.root
        for key in path:
            inner = _child(node, key)
            if inner is None:
                break
            node = inner
        return Position(str(self.file), node.start_mark.line + 1, node.start_mark.column + 1)


def read_document(file: Path) -> Document:
    """Read a YAML file whose top level is a mapping. Raises ``TaskError`` for any other."""
    try:
        text = file.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise TaskError(f"cannot be read: {error}", where=Position(str(file))) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = Position(str(file), mark.line + 1, mark.column + 1) if mark else Position(str(file))
        raise TaskError(f"not valid YAML: {error.problem}", where=where) from error
    except yaml.YAMLError as error:
        raise TaskError(f"not valid YAML: {error}", where=Position(str(file))) from error
    if not isinstance(data, dict) or root is None:
        raise TaskError("the file has to be a mapping (`key: value` lines)", where=Position(str(file), 1))
    return Document(file=file, data=data, root=root)


def nearest(name: str, valid: set[str]) -> str:
    """Return the hint for a wrong name: the nearest valid one, or all of them."""
    close = get_close_matches(name, sorted(valid), n=1)
    return f"did you mean `{close[0]}`?" if close else f"valid: {', '.join(sorted(valid))}"


def _child(node: yaml.Node, key: str | int) -> yaml.Node | None:
    match node, key:
        case yaml.MappingNode(), str():
            return next((value for name, value in node.value if name.value == key), None)
        case yaml.SequenceNode(), int() if key < len(node.value):
            inner: yaml.Node = node.value[key]
            return inner
        case _:
            return None
