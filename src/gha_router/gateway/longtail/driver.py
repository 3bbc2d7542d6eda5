"""The gateway's side of the LiteLLM worker: started when a deployment needs it, asked, cancelled, ended."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from gha_router.gateway.longtail import body as bodies
from gha_router.gateway.longtail import frames, quiet, target
from gha_router.gateway.longtail.faults import LongtailError
from gha_router.gateway.setup import Upstream

START_S = 60.0  # until LiteLLM is imported
FIRST_BYTE_S = 600.0
IDLE_S = 300.0
CLOSE_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole reply as the provider's dialect has it, and the names of the fields that did not reach the provider."""

    data: dict[str, Any]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A streamed reply whose first chunk has come: iterate over it for chat chunks, as dicts."""

    dropped: tuple[str, ...]
    chunks: AsyncIterator[dict[str, Any]] = field(repr=False)

    def __aiter__(self) -> AsyncIterator[dict[str, Any]]:
        """Return the chunks; raises ``LongtailError`` where the stream breaks off."""
        return self.chunks


class Driver:
    """Asks providers through LiteLLM. All that waits may be cancelled; the provider's connection is closed then."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = quiet.environment(os.environ if environ is None else environ)
        self._process: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._starting = asyncio.Lock()
        self.pid: int | None = None

    async def warm_up(self) -> None:
        """Start the worker; it imports LiteLLM by itself. Nobody has to wait for it but ``ready``."""
        async with self._starting:
            if self._process is not None and self._process.returncode is None:
                return
            await self._end()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            with theirs:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-I",
                    "-m",
                    "gha_router.gateway.longtail.worker",
                    str(theirs.fileno()),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,  # a library's chatter; its errors come as answers
                    stderr=asyncio.subprocess.DEVNULL,
                    env=self._environ,
                    cwd="/",
                    pass_fds=(theirs.fileno(),),
                )
            ours.setblocking(False)  # noqa: FBT003  the standard library's own form
            self._control, self.pid = ours, self._process.pid

    async def ready(self) -> None:
        """Return once calls are answered at once. Raises ``LongtailError`` when LiteLLM cannot be used."""
        async with self._call({"do": "ready"}) as reader:
            try:
                async with asyncio.timeout(START_S):
                    await _next(reader)
            except TimeoutError:
                raise LongtailError(502, f"LiteLLM was not imported within {START_S:g} s") from None

    async def complete(self, upstream: Upstream, body: Mapping[str, Any]) -> Reply:
        """Return the chat completion that answers OpenAI's chat body. Raises ``LongtailError``."""
        passed, dropped = bodies.chat(body, target.litellm_provider(upstream), upstream.model)
        return await self._whole("complete", upstream, passed, dropped)

    async def messages(self, upstream: Upstream, body: Mapping[str, Any], *, betas: str | None = None) -> Reply:
        """Return the message that answers Anthropic's Messages body; ``betas`` is the header ``anthropic-beta``.

        For upstreams that ``speaks_messages``; never streamed (``playback`` makes a stream of it). Raises
        ``LongtailError``.
        """
        passed, dropped = bodies.messages(body)
        if betas:
            passed["extra_headers"] = {"anthropic-beta": betas}
        return await self._whole("messages", upstream, passed, dropped)

    @asynccontextmanager
    async def stream(self, upstream: Upstream, body: Mapping[str, Any]) -> AsyncIterator[Stream]:
        """Give the chunks that answer OpenAI's chat body, once the first is there. Raises ``LongtailError``."""
        passed, dropped = bodies.chat(body, target.litellm_provider(upstream), upstream.model)
        first_s, idle_s = upstream.first_byte_s or upstream.timeout_s or FIRST_BYTE_S, upstream.idle_s or IDLE_S
        await self.ready()
        with _redacting(upstream):
            async with self._call(_request("stream", upstream, passed, max(first_s, idle_s))) as reader:
                head, first = await _head(reader, first_s)
                left_out = (*dropped, *head["dropped"])
                yield Stream(dropped=left_out, chunks=_chunks(reader, first, idle_s, upstream))

    async def close(self) -> None:
        """End the worker."""
        async with self._starting:
            await self._end()

    async def _whole(self, do: str, upstream: Upstream, passed: dict[str, Any], dropped: list[str]) -> Reply:
        seconds = upstream.timeout_s or FIRST_BYTE_S
        await self.ready()
        with _redacting(upstream):
            async with self._call(_request(do, upstream, passed, seconds)) as reader:
                head, reply = await _head(reader, seconds)
                if reply is None:
                    raise LongtailError(502, "the provider answered nothing")
                return Reply(data=reply, dropped=(*dropped, *head["dropped"]))

    @asynccontextmanager
    async def _call(self, request: dict[str, Any]) -> AsyncIterator[asyncio.StreamReader]:
        """Send one request; to leave the context is to cancel it."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        try:
            with theirs:
                await self._pass(theirs)
            writer.write(frames.pack(request))
            with suppress(ConnectionError):  # the worker died: reading says so
                await writer.drain()
            yield reader
        finally:
            writer.close()

    async def _pass(self, connection: socket.socket) -> None:
        """Hand one end of a call's connection over; a worker that has died since the last call is replaced."""
        for last in (False, True):
            await self.warm_up()
            control = self._control
            try:
                if control is not None:
                    socket.send_fds(control, [b"c"], [connection.fileno()])
                    return
            except BlockingIOError:
                raise LongtailError(503, "too many calls wait for the LiteLLM worker") from None
            except OSError:
                if last:
                    break
                async with self._starting:
                    if self._control is control:
                        await self._end()
        raise LongtailError(502, "the LiteLLM worker died")

    async def _end(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        try:
            async with asyncio.timeout(CLOSE_S):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _request(do: str, upstream: Upstream, body: dict[str, Any], seconds: float) -> dict[str, Any]:
    return {"do": do, "target": target.arguments(upstream), "body": body, "timeout": seconds}


async def _next(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    """Return the next message of an answer; ``None`` at its end. Raises what the worker was told."""
    message = await frames.read(reader)
    match message:
        case None:
            raise LongtailError(502, "the LiteLLM worker died")
        case {"error": error}:
            raise LongtailError(error["status"], str(error["message"]), retry_after=error.get("retry_after"))
        case {"end": True}:
            return None
    return message


async def _head(reader: asyncio.StreamReader, seconds: float) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return what an answer begins with, and its first chunk."""
    try:
        async with asyncio.timeout(seconds):
            head = await _next(reader)
            first = await _next(reader) if head else None
    except TimeoutError:
        raise _silence(seconds) from None
    return head or {"dropped": []}, first["chunk"] if first else None


async def _chunks(
    reader: asyncio.StreamReader, first: dict[str, Any] | None, idle_s: float, upstream: Upstream
) -> AsyncIterator[dict[str, Any]]:
    chunk = first
    with _redacting(upstream):
        while chunk is not None:
            yield chunk
            try:
                async with asyncio.timeout(idle_s):
                    message = await _next(reader)
            except TimeoutError:
                raise _silence(idle_s) from None
            chunk = message["chunk"] if message else None


def _silence(seconds: float) -> LongtailError:
    return LongtailError(504, f"the provider said nothing for {seconds:g} s")


@contextmanager
def _redacting(upstream: Upstream) -> Iterator[None]:
    try:
        yield
    except LongtailError as error:
        raise error.without(target.secrets_of(upstream)) from None
