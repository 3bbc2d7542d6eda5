"""What the gateway reads of a request's body: the few fields that it decides by, and where the model's name stands.

The name is replaced in place and no other byte is touched. What decides must be what the upstream will see, so a body
is refused in which one of these fields stands twice (parsers differ in which one they take), or is of another kind.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gha_router.gateway.needs import NOTHING, Needs, needs_of

_SPACE = re.compile(r"[ \t\n\r]*")
_decode = json.JSONDecoder().raw_decode
FIELDS = frozenset({"model", "stream", "max_tokens", "tools", "messages"})
EDITED = frozenset({"model", "max_tokens"})


class BadBody(ValueError):
    """The body cannot be served; the message is for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A request's body, and what was read of it."""

    raw: bytes
    model: str
    stream: bool
    max_tokens: int | None  # None: left to the upstream
    spans: Mapping[str, tuple[int, int]]  # of these fields' values in ``raw``
    needs: Needs = NOTHING

    def asking_for(self, name: str, max_output: int | None = None) -> bytes:
        """Return the body with another model's name in its place, and at most ``max_output`` asked for."""
        edits = [(*self.spans["model"], json.dumps(name).encode())]
        if self.max_tokens and max_output and self.max_tokens > max_output:
            edits.append((*self.spans["max_tokens"], str(max_output).encode()))
        body = self.raw
        for start, end, value in sorted(edits, reverse=True):  # from the end, so that places stay true
            body = body[:start] + value + body[end:]
        return body


def read_body(raw: bytes) -> Body:
    """Return what the gateway reads of a body. Raises ``BadBody`` for what it must not pass on."""
    try:
        text = raw.decode()
        members = list(_members(text))
    except (ValueError, IndexError, RecursionError):
        raise BadBody("the request's body is not a JSON object") from None
    found: dict[str, tuple[Any, int, int]] = {}
    for name, value, start, end in members:
        if name in FIELDS:
            if name in found:
                raise BadBody(f"`{name}` stands in the request twice")
            found[name] = value, start, end
    model = found.get("model", (None, 0, 0))[0]
    max_tokens = found.get("max_tokens", (None, 0, 0))[0]
    if not isinstance(model, str):
        raise BadBody("the request names no model")
    if not _is_text(model):  # half a surrogate pair: no receipt could hold it
        raise BadBody("the model's name is no text: it holds half of a character")
    if max_tokens is not None and (not isinstance(max_tokens, int) or isinstance(max_tokens, bool) or max_tokens < 1):
        raise BadBody("`max_tokens` must be a whole number above 0")
    return Body(
        raw=raw,
        model=model,
        stream=found.get("stream", (False, 0, 0))[0] is True,
        max_tokens=max_tokens,
        spans={name: _in_bytes(text, *found[name][1:]) for name in EDITED & found.keys()},
        needs=needs_of(found.get("tools", (None, 0, 0))[0], found.get("messages", (None, 0, 0))[0]),
    )


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _in_bytes(text: str, start: int, end: int) -> tuple[int, int]:
    if text.isascii():
        return start, end
    offset = len(text[:start].encode())
    return offset, offset + len(text[start:end].encode())


def _members(text: str) -> Iterator[tuple[str, Any, int, int]]:
    """Yield name, value and the value's place for each member of the object that a text is (RFC 8259, section 4)."""
    at = _after_space(text, 0)
    _expect(text, at, "{")
    at = _after_space(text, at + 1)
    while text[at] != "}":
        _expect(text, at, '"')
        name, at = _decode(text, at)
        at = _after_space(text, at)
        _expect(text, at, ":")
        start = _after_space(text, at + 1)
        value, end = _decode(text, start)
        yield name, value, start, end
        at = _after_space(text, end)
        if text[at] == ",":
            at = _after_space(text, at + 1)
            _expect(text, at, '"')
        else:
            _expect(text, at, "}")
    if _after_space(text, at + 1) != len(text):
        raise ValueError("something behind the object")


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _expect(text: str, at: int, char: str) -> None:
    if text[at] != char:
        raise ValueError(f"no {char} at {at}")
