"""LiteLLM in a process of its own: ``python -m gha_router.gateway.longtail.worker FD``.

FD is a socket over which the gateway passes one end of a socket pair for each call. On that goes one request and comes
the answer, each in ``frames``; to close it is to cancel the call::

    > {"do":"stream","target":{...},"body":{...},"timeout":600}      < {"dropped":["seed"]}
                                                                     < {"chunk":{...}}  (any number)
                                                                     < {"end":true}  or  {"error":{...}}

``do`` is ``stream`` or ``complete`` (chat completions), ``messages`` (Anthropic's own, never streamed) or ``ready``.
A call holds its provider's key, and nobody else's is in this process.
"""

import asyncio
import os
import resource
import socket
import sys
from contextlib import suppress
from typing import Any

from gha_router.gateway.longtail import calls, frames

MEMORY = 2 * 1024**3  # bytes of data; LiteLLM itself takes 0.2 GB


async def main(control: socket.socket) -> None:
    """Import LiteLLM, then answer calls until the gateway goes away. What comes meanwhile waits in the socket."""
    try:
        litellm = await calls.load()
        failure = None
    except Exception as error:  # noqa: BLE001  whatever a library's import raises: each call is told
        litellm, failure = None, f"LiteLLM cannot be imported: {type(error).__name__}: {error}"
    loop = asyncio.get_running_loop()
    running: set[asyncio.Task[None]] = set()
    gone = loop.create_future()

    def accept() -> None:
        data, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not data and not gone.done():
            gone.set_result(None)
        for descriptor in descriptors:
            task = loop.create_task(_serve(litellm, failure, socket.socket(fileno=descriptor)))
            running.add(task)
            task.add_done_callback(running.discard)

    loop.add_reader(control, accept)
    await gone


async def _serve(litellm: Any, failure: str | None, connection: socket.socket) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=connection)
    try:
        request = await frames.read(reader)
        if request is None:
            return
        if failure is not None:
            writer.write(frames.pack({"error": {"status": 500, "message": failure}}))
            await writer.drain()
            return
        answering = asyncio.create_task(_answer(litellm, request, writer))
        leaving = asyncio.create_task(reader.read(1))  # the gateway says nothing more: its end is a cancellation
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        for task in (answering, leaving):
            task.cancel()
        await asyncio.gather(answering, leaving, return_exceptions=True)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _answer(litellm: Any, request: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    try:
        async for message in calls.answer(litellm, request):
            writer.write(frames.pack_answer(message))
            await writer.drain()
        last: dict[str, Any] = {"end": True}
    except Exception as error:  # noqa: BLE001  LiteLLM raises its own and everybody else's; all become one form
        last = {"error": calls.described(error)}
    writer.write(frames.pack(last))
    await writer.drain()


def bounded() -> None:
    """Bound this process's memory: LiteLLM reads a reply whole, however large it is. What does not fit fails alone."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY if hard < 0 else min(MEMORY, hard), hard))


if __name__ == "__main__":
    bounded()
    asyncio.run(main(socket.socket(fileno=int(sys.argv[1]))))
    os._exit(0)  # nothing here is worth the seconds that LiteLLM's own farewell takes
