"""An upstream that speaks OpenAI's chat completions or Responses: asked over HTTP, translated by ``translate``."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import aiohttp
import orjson

from gha_router.gateway import dialect, sse
from gha_router.gateway.answer import Answer, Broken, Event, Failure, Refused, Unavailable, Whole
from gha_router.gateway.asking import asking, failed_inside, no_message, read_some, read_whole
from gha_router.gateway.connections import Connections
from gha_router.gateway.dialect import JSON_FINAL, envelope, error_body
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.playback import Playback
from gha_router.gateway.setup import OPENAI, RESPONSES, Upstream
from gha_router.gateway.translate import (
    BrokenReply,
    ChatBytes,
    ChatRequest,
    ChatStream,
    Chunks,
    ResponseStream,
    Untranslatable,
    chat_request,
    error_of,
    is_refused,
    message,
    quirks_of,
    response_message,
    responses_request,
    without_thoughts,
)
from gha_router.gateway.translate.reading import encoded
from gha_router.gateway.upstream import chat_headers_up, chat_url, headers_down, responses_url
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


def translate_for_responses(exchange: Exchange, upstream: Upstream) -> ChatRequest:
    """Return the request in the words of OpenAI's Responses API. Raises ``Unavailable`` when there are none for it."""
    try:
        return responses_request(
            parsed(exchange.body.raw),
            model=upstream.model,
            origin=f"{RESPONSES} {upstream.name}",
            session=exchange.conversation,
            max_output=upstream.max_output,
            context=upstream.context,
        )
    except Untranslatable as error:
        raise unsayable(exchange, upstream, error) from error


class Message(Protocol):
    """Makes a message of a whole reply. Raises ``BrokenReply`` when it holds no answer."""

    def __call__(self, reply: Json, /, *, asked: str, request: ChatRequest) -> Json:
        """Return the message under the asked model's name."""


class ToChunks(Protocol):
    """Makes what takes a stream's chunks."""

    def __call__(self, *, asked: str, request: ChatRequest, input_estimate: int) -> Chunks:
        """Return it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One of OpenAI's interfaces: how it is asked, and how its replies are read."""

    request: Callable[[Exchange, Upstream], ChatRequest]
    url: Callable[[Upstream], str]
    message: Message
    stream: ToChunks


TRANSLATED = {
    OPENAI: Speech(
        request=lambda exchange, upstream: translate(exchange, upstream, upstream.kind),
        url=chat_url,
        message=message,
        stream=ChatStream,
    ),
    RESPONSES: Speech(
        request=translate_for_responses, url=responses_url, message=response_message, stream=ResponseStream
    ),
}


@asynccontextmanager
async def translated(client: Connections, exchange: Exchange, upstream: Upstream) -> AsyncIterator[Answer]:
    """Ask one deployment and yield its answer."""
    speech = TRANSLATED[upstream.format]
    request = speech.request(exchange, upstream)
    async with AsyncExitStack() as stack:
        response = await _asked(stack, client, exchange, upstream, request)
        headers = headers_down(upstream, response.headers, exchange.id)
        if response.content_type == "text/event-stream":
            chunks = speech.stream(asked=exchange.asked, request=request, input_estimate=request.input_tokens)
            yield TranslatedStream(response, exchange, chunks, headers)
            return
        reply = _parsed(await read_whole(response, exchange, upstream), exchange)
        whole = message_of(reply, exchange, upstream, request, speech.message)
        exchange.complete = True
        yield Playback(whole, headers) if exchange.body.stream else Whole(body=encoded(whole), headers=headers)


async def _asked(
    stack: AsyncExitStack, client: Connections, exchange: Exchange, upstream: Upstream, request: ChatRequest
) -> aiohttp.ClientResponse:
    """Return the head of the reply; a request that is refused for its earlier thoughts is sent again without them."""
    headers = chat_headers_up(upstream)

    async def ask(body: Json) -> aiohttp.ClientResponse:
        return await stack.enter_async_context(
            asking(
                client,
                exchange,
                upstream,
                url=TRANSLATED[upstream.format].url(upstream),
                body=encoded(body),
                headers=headers,
                error_body=lambda status, words: envelope(*error_of(status, words)),
            )
        )

    try:
        return await ask(request.body)
    except Refused as refused:
        if upstream.format != RESPONSES or not is_refused(dialect.message_of(refused.failure.body)):
            raise
        bare = without_thoughts(request.body)
        if bare is request.body:
            raise
        return await ask(bare)


def _parsed(body: bytes, exchange: Exchange) -> Json:
    reply = sse.object_in(body)
    if reply is None:
        raise no_message(exchange)
    return reply


def message_of(
    reply: Json, exchange: Exchange, upstream: Upstream, request: ChatRequest, read: Message = message
) -> Json:
    """Return a reply as a message, metered. Raises ``Unavailable`` or ``Refused`` when it holds no answer."""
    try:
        whole = read(reply, asked=exchange.asked, request=request)
    except BrokenReply as broken:
        kind = broken.failure.type
        raise failed_inside(exchange, upstream, kind, envelope(kind, str(broken))) from broken
    exchange.meter.message(whole)
    exchange.meter.answered_by(reply)  # the message says what was asked
    return whole


class TranslatedStream:
    """The upstream's chunks as Anthropic's events."""

    def __init__(
        self, response: aiohttp.ClientResponse, exchange: Exchange, chunks: Chunks, headers: Mapping[str, str]
    ) -> None:
        self.headers = headers
        self._response = response
        self._exchange = exchange
        self._chat = ChatBytes(chunks)
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
