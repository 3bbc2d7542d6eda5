"""An upstream that speaks OpenAI's chat completions: asked over HTTP, translated by ``translate``."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import orjson

from gha_router.gateway import sse
from gha_router.gateway.answer import Answer, Broken, Event, Failure, Unavailable, Whole
from gha_router.gateway.asking import asking, failed_inside, no_message, read_some, read_whole
from gha_router.gateway.connections import Connections
from gha_router.gateway.dialect import JSON_FINAL, envelope, error_body
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.playback import Playback
from gha_router.gateway.setup import Upstream
from gha_router.gateway.translate import (
    BrokenReply,
    ChatBytes,
    ChatRequest,
    ChatStream,
    Untranslatable,
    chat_request,
    error_of,
    message,
    quirks_of,
)
from gha_router.gateway.translate.reading import encoded
from gha_router.gateway.upstream import chat_headers_up, chat_url, headers_down
from gha_router.records import Json


def translate(exchange: Exchange, upstream: Upstream, provider: str) -> ChatRequest:
    """Return the request in OpenAI's words, as this provider wants them.

    Raises ``Unavailable`` when there are none for it.
    """
    try:
        return chat_request(
            parsed(exchange.body.raw),
            model=upstream.model,
            quirks=quirks_of(provider),
            max_output=upstream.max_output,
            context=upstream.context,
        )
    except Untranslatable as error:
        raise unsayable(exchange, upstream, error) from error


def parsed(body: bytes) -> Json:
    """Return a request's body. Raises ``Untranslatable`` for what is no JSON to a strict reader."""
    try:
        request: Json = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Untranslatable(f"the request is no valid JSON: {error}") from error
    return request


def unsayable(exchange: Exchange, upstream: Upstream, error: Untranslatable) -> Unavailable:
    """Return what to raise for a request that this deployment has no words for."""
    cause = str(error)
    exchange.passed_over(upstream, cause)
    return Unavailable(cause, Failure(status=400, body=error_body(400, cause), headers=JSON_FINAL), again=False)


@asynccontextmanager
async def translated(client: Connections, exchange: Exchange, upstream: Upstream) -> AsyncIterator[Answer]:
    """Ask one deployment and yield its answer."""
    request = translate(exchange, upstream, upstream.kind)
    async with asking(
        client,
        exchange,
        upstream,
        url=chat_url(upstream),
        body=request.encode(),
        headers=chat_headers_up(upstream),
        error_body=lambda status, body: envelope(*error_of(status, body)),
    ) as response:
        headers = headers_down(upstream, response.headers, exchange.id)
        if response.content_type == "text/event-stream":
            yield TranslatedStream(response, exchange, request, headers)
            return
        reply = _parsed(await read_whole(response, exchange, upstream), exchange)
        whole = message_of(reply, exchange, upstream, request)
        exchange.complete = True
        yield Playback(whole, headers) if exchange.body.stream else Whole(body=encoded(whole), headers=headers)


def _parsed(body: bytes, exchange: Exchange) -> Json:
    reply = sse.object_in(body)
    if reply is None:
        raise no_message(exchange)
    return reply


def message_of(reply: Json, exchange: Exchange, upstream: Upstream, request: ChatRequest) -> Json:
    """Return a chat completion as a message, metered. Raises ``Unavailable`` or ``Refused`` when it holds no answer."""
    try:
        whole = message(reply, asked=exchange.asked, request=request)
    except BrokenReply as broken:
        kind = broken.failure.type
        raise failed_inside(exchange, upstream, kind, envelope(kind, str(broken))) from broken
    exchange.meter.message(whole)
    exchange.meter.answered_by(reply)  # the message says what was asked
    return whole


class TranslatedStream:
    """The upstream's chunks as Anthropic's events."""

    def __init__(
        self, response: aiohttp.ClientResponse, exchange: Exchange, request: ChatRequest, headers: Mapping[str, str]
    ) -> None:
        self.headers = headers
        self._response = response
        self._exchange = exchange
        stream = ChatStream(asked=exchange.asked, request=request, input_estimate=request.input_tokens)
        self._chat = ChatBytes(stream)
        self._ended = False

    async def read(self) -> list[Event] | None:
        """Return the events that the next bytes bring; ``None`` at the end. Raises ``Broken``."""
        if self._ended:
            return None
        chunk = await read_some(self._response, self._exchange)
        self._ended = not chunk
        try:
            found = self._chat.feed(chunk) if chunk else self._chat.finish()
        except sse.TooLarge as large:
            raise Broken(str(large)) from large
        return [metered(data, self._exchange) for data in found]


def metered(data: Json, exchange: Exchange) -> Event:
    """Return an event of ours as it is sent, read by the meter."""
    kind = data["type"]
    event = sse.encode(kind, data)
    if kind == "content_block_delta":
        exchange.meter.content(event)
    else:
        exchange.meter.event(data)
    return Event(kind, event)
