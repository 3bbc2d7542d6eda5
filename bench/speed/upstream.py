"""An upstream that costs next to nothing: a bare protocol that answers at once, in the dialect of the path.

It reads no more of a request than its path, its length and whether it is to be streamed.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from bench.speed.wire import CHAT, MESSAGES, pieces, whole

WHOLE = {path: whole(path) for path in (MESSAGES, CHAT)}
END, LAST_CHUNK = b"\r\n\r\n", b"0\r\n\r\n"


class Requests(asyncio.Protocol):
    """One connection: requests one after another, bodies with a length or chunked."""

    def __init__(self, chunks: int, pause_s: float) -> None:
        self._chunks, self._pause_s = chunks, pause_s
        self._parts: list[bytes] = []
        self._missing: int | None = None  # bytes of the body; None: the head is not whole yet, or it is chunked
        self._sending: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop has classes of its own

    def connection_lost(self, _exc: Exception | None) -> None:
        """Stop a stream that nobody reads."""
        if self._sending:
            self._sending.cancel()

    def data_received(self, data: bytes) -> None:
        """Gather a request; answer when it is whole. A body's parts are joined once."""
        self._parts.append(data)
        if self._missing is None:
            self._missing = self._of_body()
        else:
            self._missing -= len(data)
        if self._missing is not None and self._missing <= 0:
            request, self._parts, self._missing = b"".join(self._parts), [], None
            self._answer(request)

    def _of_body(self) -> int | None:
        """Return how much is missing after what is here; None: unknown yet."""
        here = b"".join(self._parts)
        self._parts = [here]
        head, found, body = here.partition(END)
        if not found:
            return None
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                return int(value) - len(body)
            if name.lower() == b"transfer-encoding":
                return 0 if body.endswith(LAST_CHUNK) else None
        return 0

    def _answer(self, request: bytes) -> None:
        path = CHAT if b"/chat/completions" in request[: request.index(b"\r\n")] else MESSAGES
        if b'"stream":true' in request or b'"stream": true' in request:
            self._sending = asyncio.get_running_loop().create_task(self._stream(path))
        else:
            self._transport.write(WHOLE[path])

    async def _stream(self, path: str) -> None:
        for piece in pieces(path, self._chunks):
            self._transport.write(piece)
            await asyncio.sleep(self._pause_s)  # after the write: the next piece is stamped when it is made


@asynccontextmanager
async def upstream(*, chunks: int, pause_s: float) -> AsyncIterator[str]:
    """Listen as long as the context lasts; yields the address. Streams have that many chunks, with a pause between."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Requests(chunks, pause_s), "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
