"""A whole message told as the events of a stream, for a client that asked for one.

Event shapes: docs.claude.com/en/docs/build-with-claude/streaming. Every block comes in one delta.
"""

import json
from collections.abc import Iterator, Mapping

from gha_router.gateway import sse
from gha_router.gateway.answer import Event
from gha_router.records import Json


class Playback:
    """All events of one message, at once."""

    def __init__(self, message: Json, headers: Mapping[str, str]) -> None:
        """``headers`` are those of the reply that was not streamed."""
        self.headers: Mapping[str, str] = {**headers, "content-type": "text/event-stream"}
        self._message: Json | None = message

    async def read(self) -> list[Event] | None:
        """Return all events, then ``None``."""
        message, self._message = self._message, None
        if message is None:
            return None
        return events_of(message)


def events_of(message: Json) -> list[Event]:
    """Return a message as the events that a stream sends."""
    return [Event(data["type"], sse.encode(data["type"], data)) for data in playback(message)]


def playback(message: Json) -> Iterator[Json]:
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


def _opened(block: Json) -> tuple[Json, list[Json]]:
    """Return a block as it starts, and the deltas that fill it; a kind without deltas starts complete."""
    match block:
        case {"type": "text", "text": text}:
            citations = block.get("citations")
            given = citations if isinstance(citations, list) else ()
            cited = [{"type": "citations_delta", "citation": one} for one in given]
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
            partial = json.dumps(given, ensure_ascii=False, separators=(",", ":")) if given else ""
            return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": partial}]
    return block, []
