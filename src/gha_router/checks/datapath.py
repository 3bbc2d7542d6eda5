r"""The grammar of a path into parsed data, and the walk along it.

    path    = segment *( "." key / index )      segment = key / index
    key     = 1*( any but . [ ] " ) / quoted    index   = "[" 1*9DIGIT "]"
    quoted  = '"' *( any but " \ / "\" any ) '"'

``jobs.build.steps[0].uses``, ``dependencies."my.package"``.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

Segment = str | int

_SEGMENT = re.compile(
    r'\[(?P<index>[0-9]{1,9})\]|(?P<dot>\.?)(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^.\[\]"]+))', re.DOTALL
)
_BARE = re.compile(r'[^.\[\]"]+')

# YAML 1.1 reads these keys as truth values, so that a workflow's `on:` is the key True.
_YAML_TRUTH = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


class PathError(ValueError):
    """A path that does not follow the grammar; ``column`` counts from 1."""

    def __init__(self, column: int) -> None:
        super().__init__(f"cannot be read from character {column} on")
        self.column = column


class NotThere(LookupError):
    """The data has nothing at this place; the text says how far the path leads."""


def parse_path(text: str) -> tuple[Segment, ...]:
    """Return the segments of a path. Raises ``PathError``."""
    segments: list[Segment] = []
    at = 0
    while at < len(text) or not segments:
        match = _SEGMENT.match(text, at)
        # A dot stands between two segments and nowhere else.
        if match is None or (match["index"] is None and bool(match["dot"]) != bool(segments)):
            raise PathError(at + 1)
        if match["index"] is not None:
            segments.append(int(match["index"]))
        elif match["bare"] is not None:
            segments.append(match["bare"])
        else:
            segments.append(re.sub(r"\\(.)", r"\1", match["quoted"], flags=re.DOTALL))
        at = match.end()
    return tuple(segments)


def format_path(segments: Sequence[Segment]) -> str:
    """Return the path as text, so that ``parse_path`` gives the segments again."""
    text = ""
    for segment in segments:
        match segment:
            case int():
                text += f"[{segment}]"
            case _:
                key = segment if _BARE.fullmatch(segment) else '"' + re.sub(r'(["\\])', r"\\\1", segment) + '"'
                text += f".{key}" if text else key
    return text


def walk(data: Any, segments: Sequence[Segment]) -> Any:
    """Return the value at the end of the path. Raises ``NotThere``."""
    for place, segment in enumerate(segments):
        try:
            data = _step(data, segment)
        except LookupError:
            before = format_path(segments[:place]) or "the top"
            raise NotThere(f"no {format_path([segment])} at {before}") from None
    return data


def _step(data: Any, segment: Segment) -> Any:
    match data, segment:
        case Mapping(), str():
            return data[_key(data, segment)]
        case list(), int():
            return data[segment]
        case _:
            raise LookupError


def _key(data: Mapping[Any, Any], segment: str) -> Any:
    """Return the key as it stands in the data: text, or what YAML made of it (a truth value, a whole number)."""
    if segment in data:
        return segment
    truth = _YAML_TRUTH.get(segment.lower())
    # 1 == True in Python, so that the type is asked for too.
    for key in data:
        if truth is not None and key is truth:
            return key
        if isinstance(key, int) and not isinstance(key, bool) and str(key) == segment:
            return key
    raise LookupError
