"""Ask one deployment over HTTP: what every back shares, whatever the upstream speaks."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import lru_cache

import aiohttp
from yarl import URL

from gha_router.gateway.answer import FINAL, Broken, Failure, Refused, Unavailable, retriable
from gha_router.gateway.connections import CLOSED_WHILE_IDLE, Connections
from gha_router.gateway.dialect import error_body as error_envelope
from gha_router.gateway.dialect import is_used_up, redact, redact_text
from gha_router.gateway.exchange import HTTP_ERROR, Exchange, label
from gha_router.gateway.setup import Upstream
from gha_router.gateway.statuses import ANY, STATUS_OF
from gha_router.gateway.upstream import RETRY_AFTER, headers_down, seconds_of

HTTP_OK, HTTP_REDIRECT, HTTP_END = 200, 300, 600
CONNECT_S = 10.0
FIRST_BYTE_S = 600.0
WHOLE_S = 600.0
ERROR_S = 30.0  # for the words of an error, behind its status
# The largest reply that is read whole, and the largest words of an error, in bytes: what the API takes as a request,
# and more than any error says. A stream may be of any length, but not its single events (``sse.MAX_EVENT``).
MAX_REPLY = 32 * 1024 * 1024
MAX_ERROR = 1024 * 1024

JSON = {"content-type": "application/json"}
# What comes before a request is sent, so that nobody bills it.
_UNSENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,  # the proxy has refused the way to the provider
    aiohttp.InvalidURL,
)

ErrorBody = Callable[[int, bytes], bytes]  # status and an upstream's words -> Anthropic's error envelope


@asynccontextmanager
async def asking(
    client: Connections,
    exchange: Exchange,
    upstream: Upstream,
    *,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    error_body: ErrorBody,
) -> AsyncIterator[aiohttp.ClientResponse]:
    """POST a request and yield the reply, its body unread; the connection is let go at the end.

    Raises ``Unavailable`` when there is no answer or another deployment may do better, ``Refused`` for the rest of the
    errors.
    """
    since = time.monotonic()
    exchange.begin()
    whole = None if exchange.body.stream else upstream.timeout_s
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(upstream.first_byte_s or upstream.timeout_s or FIRST_BYTE_S):
                response = await client.post(
                    stack,
                    lambda: exchange.tried(upstream, None, CLOSED_WHILE_IDLE, since),
                    url=URL(url, encoded=True),
                    data=body,
                    headers=headers,
                    timeout=_limits(whole),
                )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            exchange.lost(doubtful=not isinstance(error, _UNSENT))
            cause = _cause(error)
            exchange.tried(upstream, None, cause, since)
            raise Unavailable(cause, again=not isinstance(error, TimeoutError)) from error
        exchange.in_flight = False
        exchange.upstream_id = label(redact_text(response.headers.get("request-id", ""), upstream.api_key))
        if not HTTP_OK <= response.status < HTTP_REDIRECT:
            exchange.tried(upstream, response.status, f"HTTP {response.status}", since)
            raise await _failed(exchange, upstream, response, error_body)
        exchange.tried(upstream, response.status, "ok", since)
        exchange.upstream, exchange.status = upstream, response.status
        yield response


@lru_cache(maxsize=100)
def _limits(total_s: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=total_s, sock_connect=CONNECT_S)


def _cause(error: Exception) -> str:
    """Return what the receipt says; never the error's own words, which may hold a proxy's password."""
    match error:
        case aiohttp.ConnectionTimeoutError():
            return "no connection in time"
        case TimeoutError():
            return "no answer in time"
        case aiohttp.ClientHttpProxyError():
            return f"the proxy refused the way (HTTP {error.status})"
        case aiohttp.InvalidURL():
            return "no connection: base_url or the proxy of the environment is no http address (InvalidURL)"
        case aiohttp.ClientResponseError():
            return "the reply's head is no HTTP, or too large (ClientResponseError)"
    kind = "no connection" if isinstance(error, aiohttp.ClientConnectorError) else "the connection broke"
    return f"{kind} ({type(error).__name__})"


async def _failed(
    exchange: Exchange, upstream: Upstream, response: aiohttp.ClientResponse, error_body: ErrorBody
) -> Unavailable | Refused:
    """Return the error in the upstream's own words, which the agent knows, without our key."""
    status = response.status
    if not HTTP_ERROR <= status < HTTP_END:  # not to be passed on: what is not of HTTP makes a reply no client can read
        what = "a redirect, which is not followed" if HTTP_REDIRECT <= status < HTTP_ERROR else "no status of a reply"
        return Unavailable(f"HTTP {status}: {what}; is base_url right?", again=False)
    try:
        async with asyncio.timeout(ERROR_S):
            # Redacted before it is cut: half a key is no key any more.
            body = redact(await read_up_to(MAX_ERROR, response), upstream.api_key)
    except TooLarge as large:
        body = error_envelope(status, f"the upstream's words of this error are left out: {large}")
    except (aiohttp.ClientError, TimeoutError, OSError):
        body = b""
    words = redact(error_body(status, body), upstream.api_key)
    used_up = is_used_up(status, words)
    final = {"x-should-retry": "false"} if status in FINAL or used_up else {}
    headers = {**headers_down(upstream, response.headers, exchange.id), **JSON, **final}
    failure = Failure(status=status, body=words, headers=headers)
    if retriable(status) or used_up:
        wait = seconds_of(response.headers.get(RETRY_AFTER))
        return Unavailable(f"HTTP {status}", failure, retry_after_s=wait, again=not used_up)
    exchange.upstream = upstream
    exchange.refused(status)
    return Refused(failure)


class TooLarge(Exception):
    """A body that is larger than it may be; the message is a cause for the receipt."""


async def read_up_to(limit: int, response: aiohttp.ClientResponse) -> bytes:
    """Return a reply's body. Raises ``TooLarge`` as soon as it is known to have more than ``limit`` bytes."""
    chunks: list[bytes] = []
    size = 0
    while max(size, response.content_length or 0) <= limit and (chunk := await response.content.readany()):
        chunks.append(chunk)
        size += len(chunk)
    if max(size, response.content_length or 0) > limit:
        raise TooLarge(f"it is larger than {limit >> 20} MiB")
    return b"".join(chunks)


async def read_whole(response: aiohttp.ClientResponse, exchange: Exchange, upstream: Upstream) -> bytes:
    """Return a whole reply's body. Raises ``Unavailable`` when it breaks off, or does not come."""
    try:
        async with asyncio.timeout(upstream.timeout_s or WHOLE_S):
            body = await read_up_to(MAX_REPLY, response)
    except TooLarge as large:
        raise too_large(exchange, str(large)) from large
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        cause = f"the reply broke off ({type(error).__name__})"
        exchange.gave_up(cause, doubtful=True)
        raise Unavailable(cause) from error
    exchange.first_byte = time.monotonic()
    return body


async def read_some(response: aiohttp.ClientResponse, exchange: Exchange) -> bytes:
    """Return the next bytes of a stream, none at its end. Raises ``Broken``."""
    try:
        chunk = await response.content.readany()
    except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, OSError) as error:
        raise Broken(f"the upstream's stream broke off ({type(error).__name__})") from error
    if exchange.first_byte is None:
        exchange.first_byte = time.monotonic()
    return chunk


def failed_inside(exchange: Exchange, upstream: Upstream, kind: str, body: bytes) -> Unavailable | Refused:
    """Return what to raise for an error under a status of success: as the status that it would have been."""
    status = STATUS_OF.get(kind, STATUS_OF[ANY])
    cause = f"an error instead of content: {kind}"
    failure = Failure(status=status, body=redact(body, upstream.api_key), headers=JSON)
    exchange.gave_up(cause, doubtful=False)
    if retriable(status) or is_used_up(status, failure.body):
        return Unavailable(cause, failure)
    exchange.refused(status)
    return Refused(failure)


def too_large(exchange: Exchange, why: str) -> Unavailable:
    """Return what to raise for a reply that is not read to its end; the provider bills it."""
    cause = f"the reply is given up: {why}"
    exchange.gave_up(cause, doubtful=True)
    return Unavailable(cause, again=False)


def no_message(exchange: Exchange) -> Unavailable:
    """Return what to raise for a reply that is none."""
    exchange.gave_up("the reply is no message", doubtful=True)
    return Unavailable("the reply is no message of the API; are base_url and format right?", again=False)
