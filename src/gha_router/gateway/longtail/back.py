"""A deployment that is asked through LiteLLM, as one of the gateway's backs."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from gha_router.gateway.answer import FINAL, Answer, Broken, Event, Failure, Refused, Unavailable, Whole, retriable
from gha_router.gateway.dialect import envelope, is_used_up
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.longtail import signatures
from gha_router.gateway.longtail.driver import Driver, Stream
from gha_router.gateway.longtail.faults import LongtailError
from gha_router.gateway.longtail.target import dialect_of, speaks_messages
from gha_router.gateway.playback import Playback
from gha_router.gateway.setup import Upstream
from gha_router.gateway.translate import ChatRequest, ChatStream, Untranslatable, error_of
from gha_router.gateway.translate.reading import encoded
from gha_router.gateway.translated import message_of, metered, parsed, translate, unsayable
from gha_router.gateway.upstream import capped_retry_after, own_headers, seconds_of
from gha_router.records import Json

BETAS = "anthropic-beta"
TIMED_OUT = 504  # asked, and nobody knows whether it is billed


@asynccontextmanager
async def longtail(
    driver: Driver, received: Mapping[str, str], exchange: Exchange, upstream: Upstream
) -> AsyncIterator[Answer]:
    """Ask one deployment and yield its answer. Raises ``Unavailable`` or ``Refused``."""
    headers = own_headers(upstream, exchange.id)
    since = time.monotonic()
    if speaks_messages(upstream):
        try:
            body = parsed(exchange.body.raw)
        except Untranslatable as error:
            raise unsayable(exchange, upstream, error) from error
        exchange.begin()
        try:
            reply = await driver.messages(upstream, body, betas=received.get(BETAS))
        except LongtailError as error:
            raise _failed(exchange, upstream, error, since) from error
        _answered(exchange, upstream, since)
        message = reply.data | {"model": exchange.asked}
        exchange.meter.message(reply.data)
        yield _whole(exchange, message, headers)
        return
    request = translate(exchange, upstream, dialect_of(upstream))
    signatures.written(request.body)
    exchange.begin()
    try:
        if exchange.body.stream:
            async with driver.stream(upstream, request.body) as stream:
                _answered(exchange, upstream, since)
                async with _reading(stream, exchange, request, headers) as chunks:
                    yield chunks
            return
        reply = await driver.complete(upstream, request.body)
    except LongtailError as error:
        raise _failed(exchange, upstream, error, since) from error
    _answered(exchange, upstream, since)
    yield _whole(exchange, message_of(signatures.read(reply.data), exchange, upstream, request), headers)


def _answered(exchange: Exchange, upstream: Upstream, since: float) -> None:
    exchange.in_flight = False
    exchange.tried(upstream, 200, "ok", since)
    exchange.upstream, exchange.status = upstream, 200
    exchange.first_byte = time.monotonic()


def _whole(exchange: Exchange, message: Json, headers: Mapping[str, str]) -> Answer:
    exchange.complete = True
    if exchange.body.stream:
        return Playback(message, headers)
    return Whole(body=encoded(message), headers={**headers, "content-type": "application/json"})


def _failed(exchange: Exchange, upstream: Upstream, error: LongtailError, since: float) -> Unavailable | Refused:
    exchange.lost(doubtful=error.status == TIMED_OUT)
    cause = f"HTTP {error.status} (LiteLLM)"
    exchange.tried(upstream, error.status, cause, since)
    headers = {"content-type": "application/json"}
    body = envelope(*error_of(error.status, error.message))
    used_up = is_used_up(error.status, body)
    if error.status in FINAL or used_up:
        headers["x-should-retry"] = "false"
    if error.retry_after:
        headers["retry-after"] = capped_retry_after(error.retry_after)
    failure = Failure(status=error.status, body=body, headers=headers)
    if retriable(error.status) or used_up:
        again = error.status != TIMED_OUT and not used_up
        return Unavailable(cause, failure, retry_after_s=seconds_of(error.retry_after), again=again)
    exchange.upstream = upstream
    exchange.refused(error.status)
    return Refused(failure)


class LongtailStream:
    """LiteLLM's chunks as Anthropic's events.

    What waits for the next chunk is a task of its own, for to cancel a wait on an async generator ends the generator.
    """

    def __init__(self, stream: Stream, exchange: Exchange, request: ChatRequest, headers: Mapping[str, str]) -> None:
        self.headers: Mapping[str, str] = {**headers, "content-type": "text/event-stream"}
        self._chunks = aiter(stream)
        self._exchange = exchange
        self._chat = ChatStream(asked=exchange.asked, request=request, input_estimate=request.input_tokens)
        self._next: asyncio.Task[Json | None] | None = None
        self._ended = False

    async def read(self) -> list[Event] | None:
        """Return the events that the next chunk brings; ``None`` at the end. Raises ``Broken``."""
        if self._ended:
            return None
        self._next = self._next or asyncio.create_task(self._chunk())
        try:
            chunk = await asyncio.shield(self._next)
        except LongtailError as error:
            raise Broken(f"the provider's stream broke off ({error.status})") from error
        self._next = None
        self._ended = chunk is None
        found = self._chat.finish() if chunk is None else self._chat.feed(signatures.read(chunk))
        return [metered(data, self._exchange) for data in found]

    async def _chunk(self) -> Json | None:
        return await anext(self._chunks, None)

    async def close(self) -> None:
        """End the wait for a chunk that nobody reads any more."""
        if self._next is not None:
            self._next.cancel()
            with suppress(asyncio.CancelledError, LongtailError):
                await self._next


@asynccontextmanager
async def _reading(
    stream: Stream, exchange: Exchange, request: ChatRequest, headers: Mapping[str, str]
) -> AsyncIterator[LongtailStream]:
    one = LongtailStream(stream, exchange, request, headers)
    try:
        yield one
    finally:
        await one.close()
