"""Connections to upstreams, kept open between requests; and what to do when one was closed while it lay idle.

A server that closes an idle connection may do so in the moment in which we use it again. The request then meets a
closed socket and nobody answers it. HTTP leaves it to the client to send it again (RFC 9112, section 9.3.1); aiohttp
does so for methods that may be repeated, which POST is not.
"""

import socket
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

from gha_router.gateway.proxies import proxy_of

# A server that had closed the connection says so within one round trip. One that takes the request, and dies over it,
# takes longer, as a rule.
RACE_S = 1.0
CLOSED_WHILE_IDLE = "closed while idle; sent again over a new connection"  # a try's cause
_CLOSED = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


@dataclass(slots=True)
class _Call:
    """One request, as the connector sees it."""

    reused: bool = True  # it went over a connection that had served before


_CALL: ContextVar[_Call] = ContextVar("call")


class Connections:
    """The gateway's way out. Made in a running loop; a context that closes what it has opened."""

    def __init__(self) -> None:
        self._session = _session(aiohttp.TCPConnector(limit=0, socket_factory=_new_socket))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def post(
        self, stack: AsyncExitStack, on_closed: Callable[[], None], *, url: URL, **request: Any
    ) -> aiohttp.ClientResponse:
        """POST a request; return the reply, its body unread, which ``stack`` ends. ``request`` is aiohttp's.

        A request that met a connection that was closed while it lay idle is sent again, once, over a new one, after
        ``on_closed``: only where the connection had served before, no head of a reply came, and it failed within
        ``RACE_S``. A server that takes a request and dies over it so fast is taken for one that did not read it: it
        could bill twice, once for a request at most, and the receipt has both tries. Raises what aiohttp raises.
        """
        since, call = time.monotonic(), _Call()
        _CALL.set(call)
        request |= {"url": url, "proxy": proxy_of(url.origin()), "allow_redirects": False}
        try:
            response = await self._session.post(**request)
        except _CLOSED:
            if not call.reused or time.monotonic() - since > RACE_S:
                raise
            on_closed()
            fresh = await stack.enter_async_context(_session(aiohttp.TCPConnector(force_close=True)))
            response = await fresh.post(**request)
        return await stack.enter_async_context(response)


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


def _new_socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """Open a socket, for the request that is being sent: tracing would tell the same, and costs each request more."""
    if (call := _CALL.get(None)) is not None:
        call.reused = False
    family, kind, protocol, *_ = address
    return socket.socket(family, kind, protocol)
