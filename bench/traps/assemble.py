"""Server-sent events, and a message put together from them as strictly as the wire format allows.

Anthropic, "Streaming messages": message_start; then blocks, each a start, its deltas and a stop, indexes counting up;
message_delta; message_stop. ``ping`` anywhere. Clients add a block on its start and apply a delta to the block of its
index; the input of a tool is the JSON of its pieces, joined. Blocks that overlap are put together here as well, because
Claude Code (2.1.329) does that; ``overlapping`` finds them.
"""

import json
from typing import Any

Json = dict[str, Any]
_FIELDS = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "signature_delta": ("thinking", "signature"),
    "input_json_delta": ("tool_use", "partial_json"),
}


def events(body: bytes) -> list[Json]:
    """Return the data of all events; fails for one that is no JSON object."""
    found = []
    for part in body.replace(b"\r\n", b"\n").split(b"\n\n"):
        lines = part.split(b"\n")
        value = b"\n".join(line[5:].removeprefix(b" ") for line in lines if line.startswith(b"data:"))
        if not value:
            continue
        name = next((line[6:].strip().decode() for line in lines if line.startswith(b"event:")), None)
        try:
            data = json.loads(value)
        except ValueError:
            raise AssertionError(f"expected JSON in an event, found {value[:200]!r}") from None
        assert isinstance(data, dict), f"expected an object in an event, found {value[:200]!r}"
        kind = data.get("type")
        assert name == kind, f"expected `event: {kind}` (clients read events by that line), found {name!r}"
        found.append(data)
    return found


def message(stream: list[Json]) -> Json:
    """Return the message that a stream's events describe; fails where they break the format."""
    built = _Message()
    for event in stream:
        built.take(event)
    assert built.stopped, f"expected the stream to end with message_stop, found {stream[-1]['type'] if stream else ''}"
    return built.message


def overlapping(stream: list[Json]) -> list[int]:
    """Return the indexes of blocks that start while another one is open; the API itself sends none."""
    found: list[int] = []
    opened: set[int] = set()
    for event in stream:
        match event.get("type"):
            case "content_block_start":
                found += [event["index"]] if opened else []
                opened.add(event["index"])
            case "content_block_stop":
                opened.discard(event["index"])
    return found


class _Message:
    def __init__(self) -> None:
        self.message: Json = {}
        self.stopped = False
        self._open: set[int] = set()

    def take(self, event: Json) -> None:
        kind = event["type"]
        if kind == "ping":
            return
        assert kind != "error", f"expected a whole message, found an error: {event.get('error')}"
        assert not self.stopped, f"expected nothing behind message_stop, found {kind}"
        assert self.message or kind == "message_start", f"expected message_start first, found {kind}"
        match kind:
            case "message_start":
                assert not self.message, "expected one message_start, found two"
                self.message = dict(event["message"], content=[])
            case "content_block_start":
                self._start(event["index"], event["content_block"])
            case "content_block_delta":
                self._delta(event["index"], event["delta"])
            case "content_block_stop":
                self._stop(event["index"])
            case "message_delta":
                self._end(event)
            case "message_stop":
                assert self.message.get("stop_reason"), "expected a stop reason before message_stop, found none"
                self.stopped = True
            case _:
                raise AssertionError(f"expected a known event, found {kind}")

    def _start(self, index: int, block: Json) -> None:
        content = self.message["content"]
        assert index == len(content), f"expected block {len(content)} to start, found {index}"
        if block["type"] == "tool_use":
            assert block["input"] == {}, f"expected input {{}} at a tool's start, found {block['input']}"
            block = {**block, "partial_json": ""}
        content.append(dict(block))
        self._open.add(index)

    def _delta(self, index: int, delta: Json) -> None:
        assert index in self._open, (
            f"expected deltas between a block's start and its stop, found one of {index} outside"
        )
        block = self.message["content"][index]
        kind, field = _FIELDS.get(delta["type"], ("", ""))
        assert block["type"] == kind, f"expected a delta for a {block['type']} block, found {delta['type']}"
        block[field] = block.get(field, "") + delta[field]

    def _stop(self, index: int) -> None:
        assert index in self._open, f"expected a stop of an open block ({self._open}), found one of {index}"
        block = self.message["content"][index]
        if block["type"] == "tool_use":
            block["input"] = _tool_input(block)
        self._open.discard(index)

    def _end(self, event: Json) -> None:
        assert not self._open, f"expected the blocks {self._open} to stop before message_delta"
        self.message |= {name: value for name, value in event["delta"].items() if value is not None}
        counts = {name: value for name, value in event.get("usage", {}).items() if value is not None}
        self.message["usage"] = {**self.message.get("usage", {}), **counts}


def _tool_input(block: Json) -> Any:
    pieces = block.pop("partial_json")
    try:
        return json.loads(pieces) if pieces.strip() else {}
    except ValueError:
        raise AssertionError(f"expected JSON as the input of {block['name']}, found {pieces!r}") from None
