"""What the gateway reads of a request's body: the few fields that it decides by, and where the model's name stands.

The name is replaced in place and no other byte is touched. What decides must be what the upstream will see, so a body
is refused in which one of these fields stands twice (parsers differ in which one they take), or is of another kind.

Clients write their JSON without a space, and such a body is read without making anything of what is inside it: its
members' lengths alone say where each stands, and that none stands twice. Any other is walked through member by member.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import orjson

from gha_router.gateway.needs import Needs, needs_in

_SPACE = re.compile(r"[ \t\n\r]*")
_decode = json.JSONDecoder().raw_decode
_raw_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
FIELDS = ("model", "stream", "max_tokens", "tools", "messages", "thinking")
# What makes a request dearer than its model's price says, or lets another model answer it; and what of it does not.
# docs.claude.com: "Fast mode", "Data residency", "Service tiers", "Server-side fallback"; openrouter.ai/docs: "Model
# Fallbacks" (priced as the model that answered), "Provider Routing", "Web Search".
_STANDARD: Mapping[str, tuple[object, ...]] = {
    "speed": ("standard",),
    "inference_geo": ("global",),
    "service_tier": ("auto", "standard_only", "default", "standard", "flex"),
    "fallbacks": ([],),
    "models": ([],),
    "plugins": ([],),
    "provider": ({},),
}
_MCP, _CONTEXT = "mcp_servers", "context_management"
_READ = frozenset({*FIELDS, *_STANDARD, _MCP, _CONTEXT})
Spans = Mapping[str, tuple[int, int]]  # where a field's value stands, in bytes


class BadBody(ValueError):
    """The body cannot be served; the message is for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A request's body, and what was read of it."""

    raw: bytes
    model: str
    stream: bool
    max_tokens: int | None  # None: left to the upstream
    spans: Spans  # of these fields' values in ``raw``

    @property
    def needs(self) -> Needs:
        """Return what the request needs of a model beside text; looked for anew each time."""
        needs = needs_in(self.part("tools"), self.part("messages"))
        return replace(needs, unbounded=True) if self._value(_MCP) else needs

    @property
    def unpriced(self) -> str | None:
        """Return a field by which the request costs more than the model's price says, or is answered by another."""
        named = (name for name in self.spans if name in _STANDARD)
        return next((name for name in named if self._value(name) not in (None, *_STANDARD[name])), None)

    @property
    def compacts(self) -> bool:
        """Return whether the provider may sum up the conversation first, which is a request of its own."""
        edits = value.get("edits") if isinstance(value := self._value(_CONTEXT), dict) else None
        return isinstance(edits, list) and any(
            isinstance(edit, dict) and str(edit.get("type")).startswith("compact") for edit in edits
        )

    def _value(self, name: str) -> Any:
        try:
            return _value(self.raw, self.spans.get(name))
        except BadBody:
            return "unreadable"  # and so neither absent nor harmless

    def part(self, name: str) -> bytes:
        """Return the bytes of a field's value; none when it is not there."""
        start, end = self.spans.get(name, (0, 0))
        return self.raw[start:end]

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
    spans = _without_spaces(raw) or _member_by_member(raw)
    model, stream, max_tokens = (_value(raw, spans.get(name)) for name in ("model", "stream", "max_tokens"))
    if not isinstance(model, str):
        raise BadBody("the request names no model")
    if not _is_text(model):  # half a surrogate pair: no receipt could hold it
        raise BadBody("the model's name is no text: it holds half of a character")
    if max_tokens is not None and (not isinstance(max_tokens, int) or isinstance(max_tokens, bool) or max_tokens < 1):
        raise BadBody("`max_tokens` must be a whole number above 0")
    return Body(raw=raw, model=model, stream=stream is True, max_tokens=max_tokens, spans=spans)


def _without_spaces(raw: bytes) -> Spans | None:
    """Return where the fields of a body stand that has no space between its tokens, ``None`` for any other.

    A space, an escape or a wide character in a name, and a name that stands twice all make the members' lengths add up
    to less than the body has, so an equal sum shows that there is none of them.
    """
    try:
        raw.decode()
        members = _raw_members(raw)
    except (ValueError, RecursionError):
        return None
    spans, at = {}, len("{")
    for name, value in members.items():
        at += len(name) + len('"":')
        spans[name] = at, at + len(value)
        at += len(value) + len(",")
    if at != len(raw) or any(_is_variant(name) for name in spans):
        return None
    return {name: place for name, place in spans.items() if name in _READ}


def _member_by_member(raw: bytes) -> Spans:
    try:
        text = raw.decode()
        members = list(members_of(text))
    except (ValueError, IndexError, RecursionError):
        raise BadBody("the request's body is not a JSON object") from None
    spans: dict[str, tuple[int, int]] = {}
    for name, start, end in members:
        if _is_variant(name):  # read in the field's place by parsers that do not tell letters apart, as Go's
            raise BadBody(f"`{name.casefold()}` stands in the request in other letters")
        if name in _READ:
            if name in spans:
                raise BadBody(f"`{name}` stands in the request twice")
            spans[name] = in_bytes(text, start, end)
    return spans


def _is_variant(name: str) -> bool:
    return name not in _READ and name.casefold() in _READ


def _value(raw: bytes, span: tuple[int, int] | None) -> Any:
    if span is None:
        return None
    value = raw[slice(*span)]
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:  # half a character, a number without end
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise BadBody("a field of the request cannot be read") from None


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def in_bytes(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a place in a text as one in its bytes."""
    if text.isascii():
        return start, end
    offset = len(text[:start].encode())
    return offset, offset + len(text[start:end].encode())


def members_of(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield name and the value's place for each member of the object that a text is (RFC 8259, section 4)."""
    at = _after_space(text, 0)
    _expect(text, at, "{")
    at = _after_space(text, at + 1)
    while text[at] != "}":
        _expect(text, at, '"')
        name, at = _decode(text, at)
        at = _after_space(text, at)
        _expect(text, at, ":")
        start = _after_space(text, at + 1)
        _, end = _decode(text, start)
        yield name, start, end
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
