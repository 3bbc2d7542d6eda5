"""Write a reply to the client: commit late, keep it company in a silence, book it before its last byte.

A stream is held until its first event with content. Before that point a failure goes to the next deployment; after it,
the client is told by an ``error`` event, and two models are never spliced. Only whole events are passed on, so that
neither a ping nor an error lands inside one.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress

import orjson
from aiohttp import web

from gha_router.gateway import sse
from gha_router.gateway.answer import Broken, Event, Stream, Unavailable, Whole
from gha_router.gateway.asking import failed_inside
from gha_router.gateway.dialect import Redactor, redact
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.setup import Upstream
from gha_router.gateway.slip import headers_of
from gha_router.gateway.upstream import model_header

FIRST_EVENT_S = 600.0
IDLE_S = 300.0
LINGER_S = 1.0  # for an upstream that does not close its stream behind the last event
PREAMBLE = frozenset({"message_start", "ping", None})  # what comes before any content
SILENT = frozenset({"ping", None})  # what says nothing: a dead model behind a living proxy sends these for ever
LATE = "no content in time"
PING = Event("ping", sse.encode("ping", {"type": "ping"}))

Settle = Callable[[Exchange], None]  # writes the receipt, once


def write_whole(exchange: Exchange, upstream: Upstream, whole: Whole) -> web.Response:
    """Return a reply that is not streamed."""
    body = redact(exchange.front.whole(whole.body), upstream.api_key)
    if exchange.slip:
        exchange.slip.whole = whole.body
    headers = {**whole.headers, **model_header(exchange.meter.model, upstream), **headers_of(exchange.slip)}
    return web.Response(status=exchange.status, body=body, headers=headers)


async def write_stream(
    request: web.Request, exchange: Exchange, upstream: Upstream, stream: Stream, settle: Settle, ping_s: float
) -> web.StreamResponse:
    """Pass a stream on. Raises ``Unavailable`` or ``Refused`` as long as the client has not been sent anything."""
    held = await _first_events(exchange, upstream, stream)
    down = web.StreamResponse(status=exchange.status, headers={**stream.headers, **headers_of(exchange.slip)})
    await down.prepare(request)
    encoder, redactor = exchange.front.stream(), Redactor(upstream.api_key)
    try:
        async for events in _all_events(held, exchange, upstream, stream, ping_s):
            if exchange.slip:
                exchange.slip.take(events)
            if exchange.over:
                settle(exchange)
            if clean := redactor.feed(encoder.encode(events)):
                await down.write(clean)
        settle(exchange)
        with suppress(ConnectionResetError):  # the client has read all it wants
            await down.write_eof(redactor.rest())
    except Exception:
        if request.transport:  # an error's reply would be written into the middle of this one
            request.transport.abort()
        raise
    return down


async def _first_events(exchange: Exchange, upstream: Upstream, stream: Stream) -> list[Event]:
    """Return the events up to the first with content, and what came with it."""
    held: list[Event] = []
    size = 0
    try:
        async with asyncio.timeout(upstream.first_byte_s or upstream.timeout_s or FIRST_EVENT_S):
            while (events := await stream.read()) is not None:
                held += events
                first = next((event for event in events if event.kind not in PREAMBLE), None)
                if first and first.kind == "error":
                    kind = exchange.meter.error or "api_error"
                    raise failed_inside(exchange, upstream, kind, orjson.dumps(sse.data_of(first.data)))
                if first:
                    return held
                size = _held(size, events)
    except (TimeoutError, Broken) as error:
        cause = str(error) if isinstance(error, Broken) else LATE
    else:
        cause = "the stream ended before any content"
    exchange.gave_up(cause, doubtful=True)
    raise Unavailable(cause, again=cause != LATE)


def _held(size: int, events: Sequence[Event]) -> int:
    """Return how much is held with these events. Raises ``Broken`` when that is more than one event may be."""
    size += sum(len(event.data) for event in events)
    if size > sse.MAX_EVENT:
        raise Broken(f"more than {sse.MAX_EVENT >> 20} MiB came before any content")
    return size


async def _all_events(
    held: Sequence[Event], exchange: Exchange, upstream: Upstream, stream: Stream, ping_s: float
) -> AsyncIterator[Sequence[Event]]:
    """Yield what was held, what follows, a ping in a silence, and an error where the reply breaks off."""
    idle_s = upstream.idle_s or IDLE_S
    heard = time.monotonic()
    ended: float | None = None  # when the last event came
    events: Sequence[Event] | None = held
    while events is not None:
        if exchange.meter.error:
            exchange.broke_off(exchange.meter.error)
            yield events
            return
        yield events
        if any(event.kind not in SILENT for event in events):
            heard = time.monotonic()
        if exchange.meter.finished:
            ended = ended or time.monotonic()
        patience = (heard + idle_s if ended is None else ended + LINGER_S) - time.monotonic()
        try:
            async with asyncio.timeout(max(0.0, min(ping_s, patience))):
                events = await stream.read()
        except TimeoutError:
            if ended is not None:
                return
            if time.monotonic() - heard >= idle_s:
                yield [_break_off(exchange, f"the upstream was silent for {idle_s:g} s")]
                return
            events = [PING]
        except Broken as broken:
            yield [_break_off(exchange, str(broken))]
            return
    if not exchange.meter.finished:
        yield [_break_off(exchange, "the upstream's stream ended early")]


def _break_off(exchange: Exchange, cause: str) -> Event:
    exchange.broke_off(cause)
    message = {"type": "api_error", "message": f"gha-router: {cause}"}
    return Event("error", sse.encode("error", {"type": "error", "error": message}))
