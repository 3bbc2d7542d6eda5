"""The same bare relay by starlette, uvicorn and httpx. ``python starlette_relay.py UPSTREAM PORT``.

It runs among the peers' packages: LiteLLM's proxy is built of the same parts.
"""

import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

PATH = "/v1/messages"


def app(upstream: str) -> Starlette:
    """Return the application."""
    client = httpx.AsyncClient(base_url=upstream, timeout=60, limits=httpx.Limits(max_connections=None))

    async def relay(request: Request) -> Response:
        headers = {name: request.headers[name] for name in ("content-type", "anthropic-version", "x-api-key")}
        asked = client.build_request("POST", PATH, content=await request.body(), headers=headers)
        reply = await client.send(asked, stream=True)
        media_type = reply.headers["content-type"]
        if media_type == "text/event-stream":
            return StreamingResponse(_pieces(reply), reply.status_code, None, media_type, BackgroundTask(reply.aclose))
        return Response(await reply.aread(), reply.status_code, None, media_type)

    return Starlette(routes=[Route(PATH, relay, methods=["POST"])])


async def _pieces(reply: Any) -> AsyncIterator[bytes]:
    async for piece in reply.aiter_raw():
        yield piece


if __name__ == "__main__":
    uvicorn.run(app(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), access_log=False, log_level="warning")
