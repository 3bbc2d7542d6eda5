"""Bytes in, bytes out: an upstream that speaks the Anthropic API itself.

What is changed is the model's name: in the request, and back to the asked name in the reply (in a stream: in its
``message_start``). A request that asks for more output than the model has gets the model's maximum.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import orjson

from gha_router.gateway import model_name, sse
from gha_router.gateway.answer import Answer, Broken, Event, Refused, Unavailable, Whole
from gha_router.gateway.asking import asking, failed_inside, no_message, read_some, read_whole
from gha_router.gateway.connections import Connections
from gha_router.gateway.dialect import envelope
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.meter import LABEL
from gha_router.gateway.playback import Playback
from gha_router.gateway.setup import Upstream
from gha_router.gateway.translate import error_of
from gha_router.gateway.upstream import MESSAGES_PATH, headers_down, headers_up, url

if TYPE_CHECKING:
    from multidict import CIMultiDictProxy

DELTA = b"event: content_block_delta"


@asynccontextmanager
async def relay(
    client: Connections,
    received: "CIMultiDictProxy[str]",
    exchange: Exchange,
    upstream: Upstream,
    path: str,
) -> AsyncIterator[Answer]:
    """Ask one deployment's ``path`` and yield its answer."""
    async with asking(
        client,
        exchange,
        upstream,
        url=url(upstream, path, exchange.query),
        body=exchange.body.asking_for(upstream.model, upstream.max_output),
        headers=headers_up(upstream, received),
        error_body=_error_body,
    ) as response:
        headers = headers_down(upstream, response.headers, exchange.id)
        if response.content_type == "text/event-stream":
            if path != MESSAGES_PATH:
                raise no_message(exchange)
            yield RelayedStream(response, exchange, headers)
            return
        body = await read_whole(response, exchange, upstream)
        if not exchange.meter.body(body, counted=path != MESSAGES_PATH):
            raise _error_in(body, exchange, upstream)
        exchange.complete = True
        body = model_name.replace(body, ("model",), exchange.asked)
        streamed = exchange.body.stream and path == MESSAGES_PATH
        yield Playback(orjson.loads(body), headers) if streamed else Whole(body=body, headers=headers)


def _error_body(status: int, body: bytes) -> bytes:
    """Return an error in the API's envelope: as it is, or what a server before the API says in other words."""
    match sse.object_in(body):
        case {"type": "error", "error": {"type": str(), "message": str()}}:
            return body
    return envelope(*error_of(status, body))


def _error_in(body: bytes, exchange: Exchange, upstream: Upstream) -> Unavailable | Refused:
    """Return what to raise for a reply that is no message: perhaps an error under a status of success."""
    data = sse.object_in(body) or {}
    error = data.get("error")
    if data.get("type") != "error" or not isinstance(error, dict):
        return no_message(exchange)
    return failed_inside(exchange, upstream, str(error.get("type"))[:LABEL], body)


class RelayedStream:
    """The upstream's events, byte for byte but for the name."""

    def __init__(self, response: aiohttp.ClientResponse, exchange: Exchange, headers: Mapping[str, str]) -> None:
        self.headers = headers
        self._response = response
        self._exchange = exchange
        self._splitter = sse.Splitter()
        self._ended = False

    async def read(self) -> list[Event] | None:
        """Return the events that the next bytes complete; ``None`` at the end. Raises ``Broken``."""
        if self._ended:
            return None
        chunk = await read_some(self._response, self._exchange)
        if chunk:
            try:
                return list(map(self._event, self._splitter.feed(chunk)))
            except sse.TooLarge as large:
                raise Broken(str(large)) from large
        self._ended = True
        return self._last(self._splitter.rest)

    def _last(self, rest: bytes) -> list[Event]:
        """Return what the end of the bytes completes: an event may lack its empty line; one that was cut is dropped."""
        if sse.data_of(rest) is not None:
            return [self._event(rest.rstrip(b"\r\n") + b"\n\n")]
        return [Event(None, rest)] if self._exchange.meter.finished else []

    def _event(self, event: bytes) -> Event:
        """Meter one event. Deltas of content carry nothing to meter, and are most of a stream."""
        meter = self._exchange.meter
        if event.startswith(DELTA):
            meter.content(event)
            return Event("content_block_delta", event)
        data = sse.data_of(event)
        if data is None:
            return Event(None, event)
        meter.event(data)
        kind = str(data.get("type"))
        if kind == "content_block_delta":  # in another spelling
            meter.content(event)
        if kind == "message_start":
            asked = self._exchange.asked
            event = sse.edit_data(event, lambda text: model_name.replace(text, ("message", "model"), asked))
        return Event(kind, event)
