"""What the gateway reads of a request's body: the few fields that it decides by, and where the model's name stands.

The name is replaced in place and no other byte is touched. What decides must be what the upstream will see, so a body
is refused in which one of these fields stands twice (parsers differ in which one they take), or is of another kind.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SPACE = re.compile(r"[ \t\n\r]*")
_decode = json.JSONDecoder().raw_decode
FIELDS = frozenset({"model", "stream", "max_tokens"})


class BadBody(ValueError):
    """The body cannot be served; the message is for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A request's body, and what was read of it."""

    raw: bytes
    model: str
    stream: bool
    max_tokens: int | None  # None: left to the upstream
    span: tuple[int, int]  # of the model's name in ``raw``, its quotes included

    def asking_for(self, name: str) -> bytes:
        """Return the body with another model's name in the place of its own."""
        start, end = self.span
        return self.raw[:start] + json.dumps(name).encode() + self.raw[end:]


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
    model, start, end = found.get("model", (None, 0, 0))
    max_tokens = found.get("max_tokens", (None, 0, 0))[0]
    if not isinstance(model, str):
        raise BadBody("the request names no model")
    if max_tokens is not None and (not isinstance(max_tokens, int) or isinstance(max_tokens, bool) or max_tokens < 1):
        raise BadBody("`max_tokens` must be a whole number above 0")
    offset = len(text[:start].encode())
    return Body(
        raw=raw,
        model=model,
        stream=found.get("stream", (False, 0, 0))[0] is True,
        max_tokens=max_tokens,
        span=(offset, offset + len(text[start:end].encode())),
    )


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
