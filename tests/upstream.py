"""A real HTTP upstream for tests: it answers what the test wrote, and keeps what it was sent."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

Handler = Callable[[web.Request, bytes], Awaitable[web.StreamResponse]]

USAGE = {"input_tokens": 100, "output_tokens": 1}


@dataclass
class Sent:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return dict(orjson.loads(self.body))


@dataclass
class Upstream:
    url: str
    sent: list[Sent] = field(default_factory=list)


def event(data: dict[str, Any]) -> bytes:
    return f"event: {data['type']}\n".encode() + b"data: " + orjson.dumps(data) + b"\n\n"


def text_events(text: str, model: str = "real-name", output: int = 20) -> list[bytes]:
    message: dict[str, object] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": USAGE,
    }
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    return [
        event({"type": "message_start", "message": message}),
        event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}),
        event({"type": "content_block_stop", "index": 0}),
        event({"type": "message_delta", "delta": stop, "usage": {"input_tokens": 100, "output_tokens": output}}),
        event({"type": "message_stop"}),
    ]


def streaming(chunks: Sequence[bytes], *, break_off: bool = False) -> Handler:
    """Send these chunks; with ``break_off`` cut the connection after the last."""

    async def handler(request: web.Request, _body: bytes) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream", "request-id": "req_1"})
        await response.prepare(request)
        for chunk in chunks:
            await response.write(chunk)
        if break_off and request.transport:
            request.transport.abort()
        return response

    return handler


def answering(status: int, data: bytes, **headers: str) -> Handler:
    async def handler(_request: web.Request, _body: bytes) -> web.StreamResponse:
        return web.Response(status=status, body=data, headers={"content-type": "application/json", **headers})

    return handler


def message(text: str = "hello", model: str = "real-name") -> bytes:
    return orjson.dumps(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 100, "output_tokens": 20},
        }
    )


@asynccontextmanager
async def upstream(handler: Handler) -> AsyncIterator[Upstream]:
    seen = Upstream(url="")

    async def receive(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        seen.sent.append(Sent(path=request.path_qs, headers=dict(request.headers), body=body))
        return await handler(request, body)

    app = web.Application(client_max_size=1 << 26)
    app.router.add_route("*", "/{path:.*}", receive)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    seen.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield seen
    finally:
        await runner.cleanup()
