"""A strict reader of Anthropic's stream: it takes what a client must be able to rely on, and nothing else.

Source: docs.claude.com, "Streaming messages"; and Claude Code 2.1, which gives up on a delta for a block that is not
open, or of another kind.
"""

from dataclasses import dataclass, field

import orjson

from gha_router.records import Json

STOP_REASONS = {"end_turn", "max_tokens", "stop_sequence", "tool_use", "refusal"}
DELTAS = {
    "text": {"text_delta": "text"},
    "thinking": {"thinking_delta": "thinking", "signature_delta": "signature"},
    "tool_use": {"input_json_delta": "partial_json"},
}


@dataclass(slots=True, kw_only=True)
class Received:
    """What a client has at the end of a stream."""

    message: Json
    blocks: list[Json] = field(default_factory=list)  # tool_use: the raw arguments in `json`, parsed in `input`
    stop_reason: str | None = None
    stop_sequence: str | None = None
    usage: Json | None = None
    error: Json | None = None

    @property
    def text(self) -> str:
        return "".join(block["text"] for block in self.blocks if block["type"] == "text")

    @property
    def thinking(self) -> str:
        return "".join(block["thinking"] for block in self.blocks if block["type"] == "thinking")

    @property
    def calls(self) -> list[Json]:
        return [block for block in self.blocks if block["type"] == "tool_use"]


def read(events: list[Json]) -> Received:
    """Read a whole stream, and assert that it is a valid one. An error may end it at any point."""
    assert orjson.dumps(events)
    events, error = (events[:-1], events[-1]) if events and events[-1]["type"] == "error" else (events, None)
    if error is not None:
        assert error.keys() == {"type", "error"}
        assert error["error"].keys() == {"type", "message"}
        assert error["error"]["message"]
        if not events:
            return Received(message={}, error=error["error"])
    received = _start(events[0])
    received.error = error["error"] if error else None
    kinds = [event["type"] for event in events]
    assert "error" not in kinds
    assert kinds.count("message_start") == 1
    body = events[1:]
    if error is None:
        assert kinds[-2:] == ["message_delta", "message_stop"]
        assert kinds.count("message_delta") == kinds.count("message_stop") == 1
        _end(events[-2], received)
        body = events[1:-2]
    is_open = _blocks(body, received)
    assert error is not None or not is_open
    if error is None:
        assert (received.stop_reason == "tool_use") <= bool(received.calls)
    ids = [call["id"] for call in received.calls]
    assert len(set(ids)) == len(ids)
    return received


def _start(event: Json) -> Received:
    assert event["type"] == "message_start"
    message = event["message"]
    assert message.keys() == {"id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage"}
    assert (message["type"], message["role"], message["content"]) == ("message", "assistant", [])
    assert message["id"].startswith("msg_")
    assert message["stop_reason"] is message["stop_sequence"] is None
    assert message["usage"]["input_tokens"] >= 0
    return Received(message=message)


def _end(event: Json, received: Received) -> None:
    assert event["delta"].keys() == {"stop_reason", "stop_sequence"}
    received.stop_reason, received.stop_sequence = event["delta"]["stop_reason"], event["delta"]["stop_sequence"]
    assert received.stop_reason in STOP_REASONS
    assert (received.stop_reason == "stop_sequence") == (received.stop_sequence is not None)
    received.usage = event["usage"]
    assert all(event["usage"][name] >= 0 for name in ("input_tokens", "output_tokens"))


def _blocks(events: list[Json], received: Received) -> bool:
    open_block: Json | None = None
    for event in events:
        match event["type"]:
            case "content_block_start":
                assert open_block is None
                assert event["index"] == len(received.blocks)
                open_block = _opened(event["content_block"])
                received.blocks.append(open_block)
            case "content_block_delta":
                assert open_block is not None
                assert event["index"] == len(received.blocks) - 1
                _take(open_block, event["delta"])
            case "content_block_stop":
                assert open_block is not None
                assert event["index"] == len(received.blocks) - 1
                _closed(open_block)
                open_block = None
            case kind:
                raise AssertionError(f"an event that has no place here: {kind}")
    return open_block is not None


def _opened(block: Json) -> Json:
    match block["type"]:
        case "text":
            assert block == {"type": "text", "text": ""}
        case "thinking":
            assert block == {"type": "thinking", "thinking": "", "signature": ""}
        case "tool_use":
            assert block.keys() == {"type", "id", "name", "input"}
            assert block["input"] == {}
            assert block["id"]
            assert block["name"]
            return {**block, "json": ""}
        case kind:
            raise AssertionError(f"a block of an unknown kind: {kind}")
    return dict(block)


def _take(block: Json, delta: Json) -> None:
    field_name = DELTAS[block["type"]][delta["type"]]
    assert delta.keys() == {"type", field_name}
    assert isinstance(delta[field_name], str)
    if delta["type"] == "signature_delta":
        assert block["signature"] == ""
        block["signature"] = delta["signature"]
    else:
        key = "json" if block["type"] == "tool_use" else field_name
        block[key] += delta[field_name]


def _closed(block: Json) -> None:
    if block["type"] == "text":
        assert block["text"].strip(), "a text block of nothing but blanks is refused when it comes back"
    if block["type"] == "thinking":
        assert block["signature"], "a thinking block without a signature is refused when it comes back"
    if block["type"] == "tool_use":
        assert block["json"], "some clients parse the arguments whatever they are"
        try:
            block["input"] = orjson.loads(block["json"])
        except orjson.JSONDecodeError:
            block["input"] = None
