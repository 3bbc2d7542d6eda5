"""A little gateway that does what a test wrote, right or wrong: it shows that a case can pass, and that it can fail."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import aiohttp
from aiohttp import web
from bench.traps.case import FIRST, Case, Feature, Reply, model_name
from bench.traps.runner import Gateway, Outcome, run
from bench.traps.upstream import ScriptedUpstream, answer, scripted_upstream
from bench.traps.wire import MODEL, PATHS, Json

Up = Callable[[str, bytes], bytes]  # a deployment, and the client's body: what it is sent


@dataclass(frozen=True, kw_only=True)
class Play:
    """What the little gateway does with one request."""

    reply: Reply
    up: Up
    asks: Sequence[str] = (FIRST,)
    path: str | None = None  # of the upstream, with a query
    headers: dict[str, str] = field(default_factory=dict)  # of the upstream's request
    hangs_on: bool = False  # the upstream's call goes on when the client has left


@dataclass(frozen=True, kw_only=True)
class Played:
    """What it does in a case, request by request, and the receipts that it shows afterwards."""

    plays: Sequence[Play]
    receipts: Sequence[Json] = ()


async def judged(case: Case, played: Played, *, patience_s: float) -> Outcome:
    """Return the outcome of a case against a gateway that does this."""
    asked: list[None] = []

    async def receipts() -> list[Json]:
        return list(played.receipts) if asked else []

    async with scripted_upstream() as upstream, _serving(case, played, upstream, asked) as url:
        gateway = Gateway(
            url=url,
            key="k",
            features=frozenset(Feature),
            pid=os.getpid(),
            patience_s=patience_s,
            name=model_name,
            receipts=receipts,
        )
        return await run(case, gateway, upstream)


@asynccontextmanager
async def _serving(case: Case, played: Played, upstream: ScriptedUpstream, asked: list[None]) -> AsyncIterator[str]:
    calls: set[asyncio.Task[None]] = set()

    async def receive(request: web.Request) -> web.StreamResponse:
        body, scene = await request.read(), upstream.scene
        assert scene is not None
        play = played.plays[len(asked)]
        asked.append(None)
        for deployment in play.asks:
            scene.first.clear()
            address = f"{upstream.url}/{case.role}-{deployment}{play.path or PATHS[case.dialect][0]}"
            calls.add(asyncio.create_task(_call(address, play.up(deployment, body), play.headers)))
            await asyncio.wait_for(scene.first.wait(), 5)
        try:
            return await answer(request, _filled(play.reply, case), scene)
        except asyncio.CancelledError:
            if not play.hangs_on:
                await _ended(calls)
            raise

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receive)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await _ended(calls)
        await runner.cleanup()


async def _ended(calls: set[asyncio.Task[None]]) -> None:
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)


async def _call(address: str, body: bytes, headers: dict[str, str]) -> None:
    async with aiohttp.ClientSession() as client, client.post(address, data=body, headers=headers) as response:
        await response.read()


def _filled(reply: Reply, case: Case) -> Reply:
    """Put the asked model's name in."""
    name = model_name(case.dialect, case.role).encode()
    body = reply.body and reply.body.replace(MODEL.encode(), name)
    chunks = reply.chunks and [
        one.replace(MODEL.encode(), name) if isinstance(one, bytes) else one for one in reply.chunks
    ]
    return replace(reply, body=body, chunks=chunks)
