"""A whole message as the stream that its client asked for: some upstreams do not stream."""

from collections.abc import Iterator, Mapping

import orjson

from gha_router.gateway import sse
from gha_router.gateway.answer import Event
from gha_router.records import Json


class Unfolded:
    """All events of one message, at once."""

    def __init__(self, message: bytes, headers: Mapping[str, str]) -> None:
        """``message`` is the API's JSON; ``headers`` are those of the reply that was not streamed."""
        self.headers: Mapping[str, str] = {**headers, "content-type": "text/event-stream"}
        self._message: Json | None = orjson.loads(message)

    async def read(self) -> list[Event] | None:
        """Return all events, then ``None``."""
        message, self._message = self._message, None
        if message is None:
            return None
        return [Event(data["type"], sse.encode(data["type"], data)) for data in events_of(message)]


def events_of(message: Json) -> Iterator[Json]:
    """Yield the events that a message would have been streamed as (docs.claude.com, "Streaming Messages")."""
    usage = message.get("usage") or {}
    yield {"type": "message_start", "message": message | {"content": [], "stop_reason": None, "stop_sequence": None}}
    for index, block in enumerate(message.get("content") or []):
        empty, deltas = _apart(block)
        yield {"type": "content_block_start", "index": index, "content_block": empty}
        yield from ({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas)
        yield {"type": "content_block_stop", "index": index}
    stop = {"stop_reason": message.get("stop_reason"), "stop_sequence": message.get("stop_sequence")}
    yield {"type": "message_delta", "delta": stop, "usage": usage}
    yield {"type": "message_stop"}


def _apart(block: Json) -> tuple[Json, list[Json]]:
    """Return how a block begins, and the deltas that fill it."""
    match block:
        case {"type": "text", "text": text}:
            return {**block, "text": ""}, [{"type": "text_delta", "text": text}]
        case {"type": "tool_use", "input": given}:
            return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": orjson.dumps(given).decode()}]
        case {"type": "thinking", "thinking": thought}:
            signature = {"type": "signature_delta", "signature": block.get("signature", "")}
            return {**block, "thinking": "", "signature": ""}, [
                {"type": "thinking_delta", "thinking": thought},
                signature,
            ]
    return block, []
