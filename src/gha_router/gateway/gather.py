"""A stream put together to one message, for a client that asked for a whole one: what ``playback`` does, backwards.

Event shapes: docs.claude.com/en/docs/build-with-claude/streaming. Nothing has been sent to the client yet, so when a
stream breaks off the next deployment is asked.
"""

import asyncio
import time
from typing import Any

import orjson

from gha_router.gateway import sse
from gha_router.gateway.answer import Broken, Event, Stream, Unavailable, Whole
from gha_router.gateway.asking import MAX_REPLY, WHOLE_S, failed_inside, no_message, too_large
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.setup import Upstream
from gha_router.gateway.translate.reading import an_object, encoded, text
from gha_router.records import Json

# A delta's type -> the block's field that grows by the delta's field.
_TEXTS = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "signature_delta": ("signature", "signature"),
    "input_json_delta": ("partial_json", "input"),
}


class Gathering:
    """One message as it grows, event by event."""

    def __init__(self) -> None:
        self._message: Json = {}
        self._blocks: dict[int, Json] = {}
        self._parts: dict[tuple[int, str], list[str]] = {}

    def event(self, data: Json) -> None:
        """Take one event; what is not known is passed over."""
        index = data.get("index")
        match data.get("type"):
            case "message_start":
                self._message = dict(an_object(data.get("message")))
            case "content_block_start" if isinstance(index, int):
                self._blocks[index] = dict(an_object(data.get("content_block")))
            case "content_block_delta" if isinstance(index, int) and index in self._blocks:
                self._delta(index, an_object(data.get("delta")))
            case "message_delta":
                usage = an_object(self._message.get("usage")) | an_object(data.get("usage"))
                beside = {name: value for name, value in data.items() if name not in ("type", "delta", "usage")}
                self._message |= an_object(data.get("delta")) | beside | {"usage": usage}

    def message(self) -> Json:
        """Return the message so far. Raises ``ValueError`` for a tool's arguments that are no JSON."""
        for (index, name), parts in self._parts.items():
            whole = "".join(parts)
            self._blocks[index][name] = self._arguments(whole) if name == "input" else whole
        return {**self._message, "content": [self._blocks[index] for index in sorted(self._blocks)]}

    def _arguments(self, written: str) -> Any:
        try:
            return orjson.loads(written or "{}")
        except orjson.JSONDecodeError:
            if self._message.get("stop_reason") == "max_tokens":  # cut in the middle of them
                return {}
            raise

    def _delta(self, index: int, delta: Json) -> None:
        kind = text(delta.get("type"))
        if kind == "citations_delta":
            block = self._blocks[index]
            if not isinstance(block.get("citations"), list):
                block["citations"] = []
            block["citations"].append(delta.get("citation"))
        elif kind in _TEXTS:
            given, grown = _TEXTS[kind]
            start = self._blocks[index].get(grown)
            parts = self._parts.setdefault((index, grown), [start] if isinstance(start, str) else [])
            parts.append(text(delta.get(given)))


async def gathered(exchange: Exchange, upstream: Upstream, stream: Stream) -> Whole:
    """Return a stream as the whole reply that was asked for. Raises ``Unavailable`` or ``Refused``."""
    gathering = Gathering()
    size = 0
    try:
        async with asyncio.timeout(upstream.timeout_s or WHOLE_S):
            while not exchange.meter.finished and (events := await stream.read()) is not None:
                size += sum(len(event.data) for event in events)
                if size > MAX_REPLY:
                    raise too_large(exchange, f"it is larger than {MAX_REPLY >> 20} MiB")
                for event in events:
                    _take(event, gathering, exchange, upstream)
    except (TimeoutError, Broken) as error:
        cause = str(error) if isinstance(error, Broken) else "the reply broke off (TimeoutError)"
        exchange.gave_up(cause, doubtful=True)
        raise Unavailable(cause) from error
    if not exchange.meter.finished:
        cause = "the upstream's stream ended early"
        exchange.gave_up(cause, doubtful=True)
        raise Unavailable(cause)
    try:
        message = gathering.message()
    except ValueError as error:
        raise no_message(exchange) from error
    exchange.complete = True
    exchange.first_byte = exchange.first_byte or time.monotonic()
    return Whole(body=encoded(message), headers={**stream.headers, "content-type": "application/json"})


def _take(event: Event, gathering: Gathering, exchange: Exchange, upstream: Upstream) -> None:
    data = sse.data_of(event.data)
    if data is None:
        return
    if event.kind == "error":
        raise failed_inside(exchange, upstream, exchange.meter.error or "api_error", orjson.dumps(data))
    gathering.event(data)
