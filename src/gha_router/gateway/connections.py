"""Connections to upstreams, kept open between requests; and what to do when one was closed while it lay idle.

A server that closes an idle connection may do so in the moment in which we use it again. The request then meets a
closed socket and nobody answers it. HTTP leaves it to the client to send it again (RFC 9112, section 9.3.1); aiohttp
does so for methods that may be repeated, which POST is not.
"""

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
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


class Connections:
    """The gateway's way out. Made in a running loop; a context that closes what it has opened."""

    def __init__(self) -> None:
        self._session = _session(aiohttp.TCPConnector(limit=0))
        self._answered: set[URL] = set()  # origins: only a connection to one of these can have lain idle

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
        ``on_closed``: only where the server had answered before, no head of a reply came, and it failed within
        ``RACE_S``. A server that takes a request and dies over it so fast is taken for one that did not read it: it
        could bill twice, once for a request at most, and the receipt has both tries. Raises what aiohttp raises.

        Whether this very connection had served before could be traced, for a tenth of a request's time.
        """
        since, origin = time.monotonic(), url.origin()
        request |= {"url": url, "proxy": proxy_of(origin), "allow_redirects": False}
        try:
            response = await self._session.post(**request)
        except _CLOSED as error:
            refused = isinstance(error, aiohttp.ClientConnectorError)
            if refused or origin not in self._answered or time.monotonic() - since > RACE_S:
                raise
            on_closed()
            fresh = await stack.enter_async_context(_session(aiohttp.TCPConnector(force_close=True)))
            response = await fresh.post(**request)
        self._answered.add(origin)
        return await stack.enter_async_context(response)


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
