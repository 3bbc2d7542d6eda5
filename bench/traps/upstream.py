"""The scripted upstream: it keeps what it was sent and answers what the case says, byte for byte."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web

from bench.traps.case import End, Exchange, Pause, Reply
from bench.traps.seen import Sent
from bench.traps.wire import PATHS, Dialect

TICK_S = 0.01  # between two chunks of an endless stream
MAX_BODY = 1 << 26


@dataclass
class Arrived:
    """One request, while its reply is under way."""

    deployment: str
    path: str
    headers: dict[str, str]
    body: bytes
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)

    def sent(self) -> Sent:
        """Return what there is to see of it."""
        return Sent(
            deployment=self.deployment,
            path=self.path,
            headers=self.headers,
            body=self.body,
            cancelled=self.cancelled.is_set(),
        )


@dataclass
class Scene:
    """One exchange, as the upstream plays it."""

    dialect: Dialect
    exchange: Exchange
    patience_s: float
    arrived: list[Arrived] = field(default_factory=list)
    first: asyncio.Event = field(default_factory=asyncio.Event)  # a request has arrived
    holding: bool = False  # silent until the client has seen a ping
    pinged: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)


class ScriptedUpstream:
    """An HTTP server on the loopback. Deployments are folders: ``{url}/plain-first``, ``{url}/pair-second``."""

    def __init__(self) -> None:
        self.url = ""
        self.scene: Scene | None = None

    @asynccontextmanager
    async def playing(self, dialect: Dialect, exchange: Exchange, patience_s: float) -> AsyncIterator[Scene]:
        """Play one exchange as long as the context lasts; one at a time."""
        assert self.scene is None, "scenes are played one at a time"
        self.scene = scene = Scene(dialect, exchange, patience_s)
        try:
            yield scene
        finally:
            self.scene = None
            scene.over.set()

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        body = await request.read()
        scene = self.scene
        folder, _, path = request.path_qs.removeprefix("/").partition("/")
        if scene is not None and scene.dialect is Dialect.OLLAMA_CHAT and request.path.endswith("/v1/messages"):
            return web.Response(status=404, text="404 page not found")  # as its router says it
        if scene is None or not request.path.endswith(PATHS[scene.dialect]):
            return web.json_response({"error": {"message": "this is in no script"}}, status=404)
        reply = scene.exchange.script.get(folder.rpartition("-")[2])
        headers = {name.lower(): value for name, value in request.headers.items()}
        arrived = Arrived(folder.rpartition("-")[2], f"/{path}", headers, body)
        scene.arrived.append(arrived)
        scene.first.set()
        if reply is None:
            return web.json_response({"error": {"message": "nobody was to come here"}}, status=503)
        try:
            return await answer(request, reply, scene)
        except (asyncio.CancelledError, ConnectionResetError):
            arrived.cancelled.set()
            raise


async def answer(request: web.Request, reply: Reply, scene: Scene) -> web.StreamResponse:
    """Send a reply as it is written."""
    if reply.body is not None:
        return web.Response(status=reply.status, body=reply.body, headers=reply.headers)
    if reply.chunks is None:
        await scene.over.wait()
        return web.Response(status=503)
    response = web.StreamResponse(status=reply.status, headers=reply.headers)
    await response.prepare(request)
    for chunk in reply.chunks:
        if isinstance(chunk, Pause):
            await _until_ping(scene)
        else:
            await response.write(chunk)
            await asyncio.sleep(0)
    await _end(request, response, reply, scene)
    return response


async def _until_ping(scene: Scene) -> None:
    scene.holding = True
    with suppress(TimeoutError):
        await asyncio.wait_for(scene.pinged.wait(), scene.patience_s)
    scene.holding = False


async def _end(request: web.Request, response: web.StreamResponse, reply: Reply, scene: Scene) -> None:
    match reply.end:
        case End.CLOSE:
            return
        case End.SILENCE:
            await scene.over.wait()
        case End.ENDLESS:
            while not scene.over.is_set():
                last = (reply.chunks or ())[-1]
                assert isinstance(last, bytes), "an endless stream ends with a chunk"
                await response.write(last)
                await asyncio.sleep(TICK_S)
        case End.CUT:
            await asyncio.sleep(TICK_S)  # a reset may overtake bytes that are still in a buffer
    if request.transport:
        request.transport.abort()


@asynccontextmanager
async def scripted_upstream() -> AsyncIterator[ScriptedUpstream]:
    """Serve on a free port of the loopback as long as the context lasts."""
    upstream = ScriptedUpstream()
    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_route("*", "/{path:.*}", upstream.receive)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    upstream.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield upstream
    finally:
        await runner.cleanup()
