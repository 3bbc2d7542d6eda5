"""An Ollama server: asked in Messages where it knows them (from 0.14 on), else in chat completions, translated.

A server without Messages says so by itself, before it reads anything: the path is none of its own, and its router
answers ``404 page not found`` in plain text, where a model that is not there is an error in JSON. It is remembered for
as long as the gateway lives.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from gha_router.gateway.answer import Answer, Refused
from gha_router.gateway.connections import Connections
from gha_router.gateway.dialect import message_of
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.fits import OLLAMA
from gha_router.gateway.relay import relay
from gha_router.gateway.setup import ANTHROPIC, OPENAI, Upstream
from gha_router.gateway.translated import translated
from gha_router.gateway.upstream import MESSAGES_PATH

if TYPE_CHECKING:
    from multidict import CIMultiDictProxy

_NOT_FOUND = 404
_NO_SUCH_PATH = "page not found"


def is_ollama(upstream: Upstream) -> bool:
    """Return whether a deployment is asked in whichever of its server's two ways there is."""
    return upstream.kind == OLLAMA and upstream.format == ANTHROPIC


class OllamaServers:
    """What was learnt of the servers in use."""

    def __init__(self) -> None:
        self._without_messages: set[str] = set()  # their addresses

    @asynccontextmanager
    async def ask(
        self, client: Connections, received: "CIMultiDictProxy[str]", exchange: Exchange, upstream: Upstream
    ) -> AsyncIterator[Answer]:
        """Ask one deployment and yield its answer. Raises ``Unavailable`` or ``Refused``."""
        async with AsyncExitStack() as stack:
            if upstream.base_url not in self._without_messages:
                try:
                    native = relay(client, received, exchange, upstream, MESSAGES_PATH)
                    answer = await stack.enter_async_context(native)
                except Refused as refused:
                    if not _lacks_messages(refused):
                        raise
                    self._without_messages.add(upstream.base_url)
                else:
                    yield answer
                    return
            chat = translated(client, exchange, _in_chat(upstream))
            yield await stack.enter_async_context(chat)


def _lacks_messages(refused: Refused) -> bool:
    return refused.failure.status == _NOT_FOUND and _NO_SUCH_PATH in message_of(refused.failure.body)


def _in_chat(upstream: Upstream) -> Upstream:
    root = upstream.base_url.rstrip("/").removesuffix("/v1")
    return replace(upstream, format=OPENAI, base_url=f"{root}/v1")
