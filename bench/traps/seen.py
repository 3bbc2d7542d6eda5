"""What a case's check looks at: what the client got, what the upstream was sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.traps import assemble
from bench.traps.wire import MODEL, Json


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """One request as it arrived at the upstream."""

    deployment: str  # "first" or "second"
    path: str  # with its query, without the deployment's folder
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    cancelled: bool  # whoever asked went away before the reply's end

    @property
    def json(self) -> Json:
        """Return the body as JSON."""
        return dict(json.loads(self.body))

    @property
    def messages(self) -> list[Json]:
        """Return the messages."""
        return list(self.json["messages"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Got:
    """What the client got."""

    status: int | None  # None: no answer in time, or no connection
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    end: str  # "whole", "cut", "late" (not ended within the patience), "left" (by us)

    @property
    def streamed(self) -> bool:
        """Return whether it is an event stream."""
        return self.headers.get("content-type", "").startswith("text/event-stream")

    @property
    def json(self) -> Json:
        """Return a body that was not streamed; fails when it is no JSON object."""
        try:
            value = json.loads(self.body)
        except ValueError:
            raise AssertionError(f"expected a JSON body, found {self.shown}") from None
        assert isinstance(value, dict), f"expected a JSON object, found {self.shown}"
        return value

    @property
    def events(self) -> list[Json]:
        """Return the events of a stream, their data parsed."""
        return assemble.events(self.body)

    def of_type(self, kind: str) -> list[Json]:
        """Return the events of one type."""
        return [event for event in self.events if event.get("type") == kind]

    @property
    def message(self) -> Json:
        """Return the message, a stream's put together as a strict client does; fails when that is not possible."""
        assert self.status == 200, f"expected 200, found {self.status}: {self.shown}"
        if self.streamed:
            assert self.end == "whole", f"expected the stream to end, found it {self.end}: {self.shown}"
            return assemble.message(self.events)
        assert self.json.get("type") == "message", f"expected a message, found {self.shown}"
        return self.json

    @property
    def text(self) -> str:
        """Return the message's text blocks as one text."""
        return "".join(block["text"] for block in self.message["content"] if block["type"] == "text")

    @property
    def tools(self) -> list[tuple[str, str, Any]]:
        """Return (id, name, input) of the message's tool calls."""
        return [(one["id"], one["name"], one["input"]) for one in self.message["content"] if one["type"] == "tool_use"]

    @property
    def error(self) -> Json:
        """Return the error of Anthropic's envelope, from a body or the one ``error`` event."""
        if self.streamed:
            found = self.of_type("error")
            assert len(found) == 1, f"expected one `event: error`, found {len(found)}: {self.shown}"
            envelope = found[0]
        else:
            envelope = self.json
        error = envelope.get("error")
        ok = envelope.get("type") == "error" and isinstance(error, dict) and isinstance(error.get("message"), str)
        assert ok, f"expected Anthropic's error envelope, found {self.shown}"
        return dict(envelope["error"])

    @property
    def shown(self) -> str:
        """Return the beginning and the end of what came, for a message."""
        text = self.body.decode(errors="replace")
        return repr(text if len(text) <= SHOWN else f"{text[: SHOWN // 2]}…{text[-SHOWN // 2 :]}")


SHOWN = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One exchange as it went."""

    asked: bytes  # the request's body as it left
    got: Got
    sent: tuple[Sent, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Everything of one case."""

    turns: tuple[Turn, ...]
    model: str  # the name that was asked for
    receipts: tuple[Json, ...] = field(default=())  # of this case's requests

    @property
    def got(self) -> Got:
        """Return what the client got last."""
        return self.turns[-1].got

    @property
    def sent(self) -> Sent:
        """Return the one request that the upstream was sent in the last exchange."""
        found = self.turns[-1].sent
        assert len(found) == 1, f"expected one request at the upstream, found {len(found)}; client got {self.got.shown}"
        return found[0]

    @property
    def reached(self) -> list[str]:
        """Return which deployments were asked in the last exchange, in order, repeats left out."""
        return list(dict.fromkeys(sent.deployment for sent in self.turns[-1].sent))

    def kept(self, sent: Sent) -> None:
        """Check that what the upstream was sent says what was asked, but for the model; how it is spelt may differ."""
        wanted = json.loads(self.relayed("up-one"))
        found = sent.json
        for name in sorted(wanted.keys() | found.keys()):
            was, is_ = (one.get(name, "(absent)") for one in (wanted, found))
            assert was == is_, f"expected `{name}` as it was, {str(was)[-SHOWN:]}, found {str(is_)[-SHOWN:]}"

    def relayed(self, model: str) -> bytes:
        """Return what the last request's bytes become when only the model's name is replaced."""
        return self.turns[-1].asked.replace(MODEL.encode(), model.encode())
