"""Connections to upstreams, kept open between requests; and what to do when one was closed while it lay idle.

A server that closes an idle connection may do so in the moment in which we use it again. The request then meets a
closed socket and nobody answers it. HTTP leaves it to the client to send it again (RFC 9112, section 9.3.1); aiohttp
does so for methods that may be repeated, which POST is not.
"""

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp

# A server that had closed the connection says so within one round trip. One that takes the request, and dies over it,
# takes longer, as a rule.
RACE_S = 1.0
CLOSED_WHILE_IDLE = "closed while idle; sent again over a new connection"  # a try's cause
_CLOSED = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


@dataclass(slots=True)
class Call:
    """What a session's tracing tells of one request."""

    reused: bool = False  # it went over a connection that had served before


def session() -> aiohttp.ClientSession:
    """Return what keeps connections open, and tells ``post`` which were."""
    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(_reused)
    return _session(aiohttp.TCPConnector(limit=0), trace)


async def post(
    client: aiohttp.ClientSession, stack: AsyncExitStack, on_closed: Callable[[], None], **request: Any
) -> aiohttp.ClientResponse:
    """POST a request; return the reply, its body unread, which ``stack`` ends.

    A request that met a connection that was closed while it lay idle is sent again, once, over a new one, after
    ``on_closed``: only where the connection had served before, no head of a reply came, and it failed within
    ``RACE_S``. A server that takes a request and dies over it so fast is taken for one that did not read it: it could
    bill twice, once for a request at most, and the receipt has both tries. Raises what aiohttp raises.
    """
    call, since = Call(), time.monotonic()
    try:
        response = await client.post(**request, trace_request_ctx=call)
    except _CLOSED:
        if not call.reused or time.monotonic() - since > RACE_S:
            raise
        on_closed()
        fresh = await stack.enter_async_context(_session(aiohttp.TCPConnector(force_close=True)))
        response = await fresh.post(**request)
    return await stack.enter_async_context(response)


def _session(connector: aiohttp.TCPConnector, *traces: aiohttp.TraceConfig) -> aiohttp.ClientSession:
    jar = aiohttp.DummyCookieJar()
    return aiohttp.ClientSession(connector=connector, cookie_jar=jar, trace_configs=list(traces))


async def _reused(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceConnectionReuseconnParams
) -> None:
    if isinstance(context.trace_request_ctx, Call):
        context.trace_request_ctx.reused = True
