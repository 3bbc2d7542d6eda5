"""A reply as one JSON message, and that message as server-sent events.

Source: https://docs.anthropic.com/en/api/messages-streaming.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gha_router.sim.reply import Block, Reply, Text, ToolUse
from gha_router.sim.wire import Json, compact, digest, output_tokens, pieces, tokens


def input_tokens(body: Mapping[str, Any]) -> int:
    """Return the estimated input of a request: its system prompt, messages and tools."""
    return tokens(compact([body.get("system"), body["messages"], body.get("tools")]))


def message(reply: Reply, body: Mapping[str, Any]) -> Json:
    """Return the reply as the API's message. Its ids follow from the request alone."""
    stem = digest(body)
    return {
        "id": f"msg_{stem}",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": [_block(block, f"{stem}{index:02d}") for index, block in enumerate(reply.blocks)],
        "stop_reason": reply.stop_reason,
        "stop_sequence": None,
        "usage": {
            "input_tokens": input_tokens(body),
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": output_tokens(reply),
        },
    }


def events(whole: Json) -> Iterator[Json]:
    """Return the events that stream this message: empty first, then block by block, then why it ended."""
    usage = {**whole["usage"], "output_tokens": 1}
    opening = {**whole, "content": [], "stop_reason": None, "usage": usage}
    yield {"type": "message_start", "message": opening}
    yield {"type": "ping"}
    for index, block in enumerate(whole["content"]):
        yield {"type": "content_block_start", "index": index, "content_block": _opened(block)}
        for delta in _deltas(block):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": whole["stop_reason"], "stop_sequence": None},
        "usage": {"output_tokens": whole["usage"]["output_tokens"]},
    }
    yield {"type": "message_stop"}


def encode(event: Json) -> bytes:
    """Return one event as it stands in the stream."""
    return f"event: {event['type']}\ndata: {compact(event)}\n\n".encode(errors="replace")


def _block(block: Block, suffix: str) -> Json:
    match block:
        case Text(text=text):
            return {"type": "text", "text": text}
        case ToolUse(name=name, input=given):
            return {"type": "tool_use", "id": f"toolu_{suffix}", "name": name, "input": dict(given)}


def _opened(block: Json) -> Json:
    return {**block, "text": ""} if block["type"] == "text" else {**block, "input": {}}


def _deltas(block: Json) -> Iterator[Json]:
    if block["type"] == "text":
        yield from ({"type": "text_delta", "text": part} for part in pieces(block["text"]))
        return
    yield {"type": "input_json_delta", "partial_json": ""}
    for part in pieces(compact(block["input"])):
        yield {"type": "input_json_delta", "partial_json": part}
