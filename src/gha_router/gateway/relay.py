"""Bytes in, bytes out: an upstream that speaks the Anthropic API itself.

What is changed is the model's name: in the request, and back to the asked name in the reply (in a stream: in its
``message_start``). A reply's receipt is written before its last bytes are passed on.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import aiohttp
from aiohttp import web
from yarl import URL

from gha_router.gateway import model_name, sse
from gha_router.gateway.dialect import Redactor, redact, redact_text
from gha_router.gateway.exchange import HTTP_ERROR, Exchange, label
from gha_router.gateway.setup import Upstream
from gha_router.gateway.upstream import headers_down, headers_up, url

HTTP_REDIRECT = 300
CONNECT_S = 10.0
FIRST_BYTE_S = 600.0
IDLE_S = 300.0
# What the next deployment may do better: this one is busy, broken, or will not have our key.
RETRIABLE = frozenset({401, 402, 403, 408, 409, 429, 500, 502, 503, 504, 529})
FINAL = frozenset({401, 402, 403})  # to ask again changes nothing, and Claude Code would, for minutes

Settle = Callable[[Exchange], None]  # writes the receipt, once


class Unavailable(Exception):
    """A deployment did not answer, or answered that another try may help."""

    def __init__(self, cause: str, response: web.Response | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.response = response  # what the agent is shown when nobody else answers


async def relay(
    client: aiohttp.ClientSession, request: web.Request, exchange: Exchange, upstream: Upstream, settle: Settle
) -> web.StreamResponse:
    """Ask one deployment and pass its reply on. Raises ``Unavailable`` as long as nothing was passed on."""
    since = time.monotonic()
    exchange.begin()
    try:
        async with asyncio.timeout(_first_byte_s(upstream)):
            response = await client.post(
                URL(url(upstream, exchange.endpoint, exchange.query), encoded=True),
                data=exchange.body.asking_for(upstream.model),
                headers=headers_up(upstream, request.headers),
                timeout=_timeout(exchange, upstream),
                allow_redirects=False,
            )
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        reached = not isinstance(error, aiohttp.ClientConnectorError)
        exchange.in_flight, exchange.doubtful = False, exchange.doubtful or reached
        cause = _cause(error)
        exchange.tried(upstream, None, cause, since)
        raise Unavailable(cause) from error
    exchange.in_flight = False
    async with response:
        exchange.upstream_id = label(redact_text(response.headers.get("request-id", ""), upstream.api_key))
        if response.status >= HTTP_REDIRECT:
            return await _failed(exchange, upstream, response, since)
        exchange.tried(upstream, response.status, "ok", since)
        exchange.upstream = upstream
        exchange.status = response.status
        if response.content_type == "text/event-stream":
            return await _stream(request, exchange, upstream, response, settle)
        return await _whole(exchange, upstream, response, settle)


def _timeout(exchange: Exchange, upstream: Upstream) -> aiohttp.ClientTimeout:
    whole = None if exchange.body.stream else upstream.timeout_s
    idle = upstream.idle_s or (IDLE_S if exchange.body.stream else None)
    return aiohttp.ClientTimeout(total=whole, sock_connect=CONNECT_S, sock_read=idle)


def _first_byte_s(upstream: Upstream) -> float:
    return upstream.first_byte_s or upstream.timeout_s or FIRST_BYTE_S


def _cause(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    kind = "no connection" if isinstance(error, aiohttp.ClientConnectorError) else "the connection broke"
    return f"{kind} ({type(error).__name__})"


async def _failed(
    exchange: Exchange, upstream: Upstream, response: aiohttp.ClientResponse, since: float
) -> web.StreamResponse:
    """Pass an error on in the upstream's own words, which the agent knows, without our key."""
    exchange.tried(upstream, response.status, f"HTTP {response.status}", since)
    try:
        body = await response.read()
    except (aiohttp.ClientError, TimeoutError):
        body = b""
    answer = web.Response(
        status=response.status,
        body=redact(body, upstream.api_key),
        headers={**headers_down(upstream, response.headers, exchange.id), **_final(response.status)},
    )
    if response.status < HTTP_ERROR:
        raise Unavailable(f"HTTP {response.status}: a redirect, which is not followed; is base_url right?")
    if response.status in RETRIABLE:
        raise Unavailable(f"HTTP {response.status}", answer)
    exchange.upstream = upstream
    exchange.refused(response.status)
    return answer


def _final(status: int) -> dict[str, str]:
    return {"x-should-retry": "false"} if status in FINAL else {}


async def _whole(
    exchange: Exchange, upstream: Upstream, response: aiohttp.ClientResponse, settle: Settle
) -> web.StreamResponse:
    try:
        body = await response.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        exchange.broke_off(type(error).__name__)
        exchange.upstream, exchange.doubtful = None, True
        raise Unavailable("the reply broke off") from error
    exchange.first_byte = time.monotonic()
    if not exchange.meter.body(body):
        exchange.broke_off("the reply is no message")
        exchange.upstream, exchange.doubtful = None, True
        raise Unavailable("the reply is no message of the Anthropic API; is base_url right?")
    exchange.complete = True
    settle(exchange)
    body = redact(body, upstream.api_key)
    body = model_name.replace(body, ("model",), exchange.asked)
    return web.Response(
        status=response.status, body=body, headers=headers_down(upstream, response.headers, exchange.id)
    )


async def _stream(
    request: web.Request,
    exchange: Exchange,
    upstream: Upstream,
    response: aiohttp.ClientResponse,
    settle: Settle,
) -> web.StreamResponse:
    down = web.StreamResponse(status=response.status, headers=headers_down(upstream, response.headers, exchange.id))
    await down.prepare(request)
    redactor = Redactor(upstream.api_key)
    try:
        async for piece in _pieces(response, exchange):
            if exchange.meter.finished:
                exchange.complete = True
                settle(exchange)
            if clean := redactor.feed(piece):
                await down.write(clean)
    except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, aiohttp.SocketTimeoutError) as error:
        # The agent has bytes of this reply: the end of the stream is told, never another model's reply.
        exchange.broke_off(type(error).__name__)
        settle(exchange)
        message = {"type": "api_error", "message": "gha-router: the upstream's stream broke off"}
        await down.write(sse.encode("error", {"type": "error", "error": message}))
    if exchange.meter.error:
        exchange.broke_off(exchange.meter.error)
    settle(exchange)
    await down.write_eof(redactor.rest())
    return down


async def _pieces(response: aiohttp.ClientResponse, exchange: Exchange) -> AsyncIterator[bytes]:
    """Yield the upstream's bytes as they come; up to ``message_start`` in whole events, with the asked name in it."""
    splitter, started = sse.Splitter(), False
    async for chunk in response.content.iter_any():
        if exchange.first_byte is None:
            exchange.first_byte = time.monotonic()
        if started:
            for event in splitter.feed(chunk):
                _read(event, exchange)
            yield chunk
            continue
        held = []
        for event in splitter.feed(chunk):
            is_start = _read(event, exchange) == "message_start"
            held.append(_renamed(event, exchange.asked) if is_start else event)
            started = started or is_start
        yield b"".join(held) + (splitter.rest if started else b"")
    if not started:
        yield splitter.rest


def _read(event: bytes, exchange: Exchange) -> str | None:
    """Meter one event and return its type. Deltas of content carry nothing to meter, and are most of a stream."""
    if event.startswith(b"event: content_block_delta"):
        exchange.meter.content(event)
        return None
    data = sse.data_of(event)
    if data is None:
        return None
    exchange.meter.event(data)
    return str(data.get("type"))


def _renamed(event: bytes, asked: str) -> bytes:
    return sse.edit_data(event, lambda data: model_name.replace(data, ("message", "model"), asked))
