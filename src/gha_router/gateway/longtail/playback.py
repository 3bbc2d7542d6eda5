"""A whole message told as the events of a stream, for a client that asked for one.

Event shapes: docs.claude.com/en/docs/build-with-claude/streaming. Every block comes in one delta.
"""

import json
from collections.abc import Iterator
from typing import Any

Event = dict[str, Any]


def playback(message: Event) -> Iterator[Event]:
    """Yield the events that a client puts together to exactly this message."""
    usage = message.get("usage") or {}
    opening = {
        **message,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {**usage, "output_tokens": 1},
    }
    yield {"type": "message_start", "message": opening}
    for index, block in enumerate(message.get("content") or ()):
        start, deltas = _opened(block)
        yield {"type": "content_block_start", "index": index, "content_block": start}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    ending = {"stop_reason": message.get("stop_reason"), "stop_sequence": message.get("stop_sequence")}
    yield {"type": "message_delta", "delta": ending, "usage": usage}
    yield {"type": "message_stop"}


def _opened(block: Event) -> tuple[Event, list[Event]]:
    """Return a block as it starts, and the deltas that fill it; a kind without deltas starts complete."""
    match block:
        case {"type": "text", "text": text}:
            cited = [{"type": "citations_delta", "citation": one} for one in block.get("citations") or ()]
            return {**block, "text": "", **({"citations": []} if cited else {})}, [
                *cited,
                {"type": "text_delta", "text": text},
            ]
        case {"type": "thinking", "thinking": thinking}:
            deltas = [{"type": "thinking_delta", "thinking": thinking}]
            if signature := block.get("signature"):
                deltas.append({"type": "signature_delta", "signature": signature})
            return {**block, "thinking": "", "signature": ""}, deltas
        case {"type": "tool_use" | "server_tool_use", "input": given}:
            partial = json.dumps(given, ensure_ascii=False) if given else ""
            return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": partial}]
    return block, []
