"""The client: bare protocols that keep their connection, and note when what arrives."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

from bench.speed.wire import MESSAGES, STAMP, Ask

PATIENCE_S, SLOWEST_RPS = 60.0, 10
SHOWN = 300  # characters of a reply that is no answer
END = b"\r\n\r\n"


class Unanswered(Exception):
    """A target answered with something else than the reply; the message shows it."""


@dataclass(kw_only=True, slots=True)
class Reply:
    """One reply, and when it came: seconds since the request was written."""

    status: int
    body: bytes
    first: float  # byte of the body
    seconds: float
    delays: list[float] = field(default_factory=list)  # of each chunk, seconds since the upstream sent it


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._waiting: asyncio.Future[Reply] | None = None
        self._transport: asyncio.Transport
        self._reset()
        self.open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport, self.open = cast("asyncio.Transport", transport), True

    def connection_lost(self, _exc: Exception | None) -> None:
        """End a reply that lasts until the connection's end; anything else was broken off."""
        self.open = False
        if self._waiting and not self._waiting.done():
            if self._head and self._length is None and not self._chunked:
                self._done()
            else:
                self._waiting.set_exception(Unanswered("the connection was closed in the midst of a reply"))

    def close(self) -> None:
        """Let go of the connection."""
        self._transport.close()

    async def ask(self, request: bytes) -> Reply:
        """Send a request as it is on the wire and return the whole reply."""
        self._reset()
        self._waiting = asyncio.get_running_loop().create_future()
        self._started = time.monotonic_ns()
        self._transport.write(request)
        return await self._waiting

    def _reset(self) -> None:
        self._head, self._body, self._started, self._first = b"", bytearray(), 0, 0
        self._length: int | None = None
        self._chunked = False
        self._seen = 0  # of the body, by the search for stamps
        self._delays: list[float] = []

    def data_received(self, data: bytes) -> None:
        """Take in what arrived; note when, and which chunks it held."""
        now = time.monotonic_ns()
        self._body += data
        if not self._head and not self._read_head():
            return
        if not self._first and self._body:
            self._first = now
        for found in STAMP.finditer(self._body, self._seen):
            self._delays.append((now - int(found[1])) / 1e9)
            self._seen = found.end()
        whole = self._body.endswith(b"0\r\n\r\n") if self._chunked else len(self._body) == self._length
        if whole and self._waiting and not self._waiting.done():
            self._done()

    def _read_head(self) -> bool:
        head, found, rest = bytes(self._body).partition(END)
        if not found:
            return False
        self._head, self._body = head, bytearray(rest)
        for line in head.lower().split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name == b"content-length":
                self._length = int(value)
            elif name == b"transfer-encoding":
                self._chunked = b"chunked" in value
        return True

    def _done(self) -> None:
        assert self._waiting
        now = time.monotonic_ns()
        reply = Reply(
            status=int(self._head.split(b" ", 2)[1]),
            body=bytes(self._body),
            first=((self._first or now) - self._started) / 1e9,
            seconds=(now - self._started) / 1e9,
            delays=self._delays,
        )
        self._waiting.set_result(reply)


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """Sends one kind of request to one address."""

    host: str
    port: int
    request: bytes  # as it is on the wire
    chunks: int | None  # of the stream that is expected; None: not streamed

    @classmethod
    def of(cls, url: str, headers: Mapping[str, str], ask: Ask, chunks: int) -> "Client":
        """Return the client that sends this request to a gateway's address."""
        parts = urlsplit(url)
        assert parts.hostname
        assert parts.port
        body = ask.body()
        named = {
            "host": parts.netloc,
            "content-type": "application/json",
            "content-length": str(len(body)),
            "anthropic-version": "2023-06-01",
            **headers,
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        request = f"POST {MESSAGES} HTTP/1.1\r\n{head}\r\n".encode() + body
        return cls(host=parts.hostname, port=parts.port, request=request, chunks=chunks if ask.stream else None)

    async def replies(self, requests: int, *, at_once: int = 1) -> list[Reply]:
        """Return the replies to so many requests, over so many connections. Raises ``Unanswered``."""
        return await self._replies(iter(range(requests)), at_once, PATIENCE_S + requests / SLOWEST_RPS)

    async def replies_within(self, seconds: float, *, at_once: int = 1, least: int = 0) -> list[Reply]:
        """Return the replies to the requests that begin within this time, and to so many at least."""
        return await self._replies(_until(seconds, least), at_once, PATIENCE_S + seconds)

    async def _replies(self, numbers: Iterator[int], at_once: int, patience_s: float) -> list[Reply]:
        replies: list[Reply] = []
        try:
            async with asyncio.timeout(patience_s), asyncio.TaskGroup() as group:
                for _ in range(at_once):
                    group.create_task(self._one_after_another(numbers, replies))
        except TimeoutError:
            raise Unanswered(f"{len(replies)} replies, then silence") from None
        except ExceptionGroup as failures:
            if failures.split((Unanswered, OSError))[1]:
                raise  # a mistake of the bench
            raise Unanswered(str(failures.exceptions[0])) from None
        return replies

    async def _one_after_another(self, numbers: Iterator[int], replies: list[Reply]) -> None:
        connection = await self._connected()
        try:
            for _ in numbers:
                if not connection.open:  # not every server keeps a connection
                    connection = await self._connected()
                reply = await connection.ask(self.request)
                self._check(reply)
                reply.body = b""  # ten thousand are kept
                replies.append(reply)
        finally:
            connection.close()

    async def _connected(self) -> Connection:
        _, connection = await asyncio.get_running_loop().create_connection(Connection, self.host, self.port)
        return connection

    def _check(self, reply: Reply) -> None:
        good = len(reply.delays) == self.chunks if self.chunks else b"output_tokens" in reply.body
        if reply.status != 200 or not good:
            shown = " ".join(reply.body[:SHOWN].decode(errors="replace").split())
            raise Unanswered(f"{reply.status} {shown}" if shown else f"{reply.status} without a body")


def _until(seconds: float, least: int) -> Iterator[int]:
    deadline = time.monotonic() + seconds
    for number in itertools.count():
        if number >= least and time.monotonic() >= deadline:
            return
        yield number
