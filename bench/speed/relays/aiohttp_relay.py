"""The bare limit: bytes in, bytes out, by aiohttp on both sides. ``python aiohttp_relay.py UPSTREAM PORT``.

It does nothing that a gateway is for: no key, no route, no budget, no receipt, no look into what passes. It runs on the
same interpreter, event loop and library as the gateway, so that what is between the two is the gateway's own work.
"""

import asyncio
import sys

import aiohttp
import uvloop
from aiohttp import web

PATH = "/v1/messages"
CLIENT: web.AppKey[aiohttp.ClientSession] = web.AppKey("client", aiohttp.ClientSession)


async def relay(request: web.Request) -> web.StreamResponse:
    """Ask the upstream the same and answer the same."""
    headers = {name: request.headers[name] for name in ("content-type", "anthropic-version", "x-api-key")}
    body = await request.read()
    async with request.app[CLIENT].post(PATH, data=body, headers=headers) as reply:
        if reply.content_type != "text/event-stream":
            return web.Response(status=reply.status, body=await reply.read(), content_type=reply.content_type)
        response = web.StreamResponse(status=reply.status, headers={"content-type": reply.headers["content-type"]})
        await response.prepare(request)
        async for piece in reply.content.iter_any():
            await response.write(piece)
        return response


async def main(upstream: str, port: str) -> None:
    """Serve until the process is ended."""
    app = web.Application(client_max_size=1 << 26)
    app.router.add_post(PATH, relay)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(upstream, connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as client:
        app[CLIENT] = client
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(port)).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
