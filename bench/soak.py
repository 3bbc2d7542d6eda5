"""Twenty thousand requests through one gateway: memory, descriptors, and whether the chain is whole.

One in ten is streamed, one in fifty is answered 529 by the first deployment, one in a hundred client goes away at once.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import aiohttp
import orjson
from aiohttp import web
from tests.upstream import Sent, answering, message, streaming, text_events, upstream

from bench.gateway import PRICE, _cpu_seconds, _rss_mb
from gha_router.gateway.setup import Policy, Setup, Upstream
from gha_router.ledger import verify
from gha_router.pipeline.gateway_process import gateway_process
from gha_router.records import Decision

REQUESTS, AT_ONCE, WARM = 20_000, 32, 2_000
FILL = "x" * 20_000


def main() -> Iterator[tuple[str, str]]:
    """Start a gateway, load it, look at its process."""
    yield from asyncio.run(_measure())


async def _sometimes_busy(request: web.Request, body: bytes) -> web.StreamResponse:
    asked = orjson.loads(body)
    if asked["number"] % 50 == 0:
        return web.Response(status=529, body=b"{}")
    handler = streaming(text_events("hello")) if asked.get("stream") else answering(200, message())
    return await handler(request, body)


async def _measure() -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        async with upstream(_sometimes_busy) as first, upstream(answering(200, message())) as second:
            ledger = Path(folder) / "ledger.jsonl"
            setup = _setup(ledger, first.url, second.url)
            async with gateway_process(setup, environ=os.environ) as gateway:
                key = await gateway.mint(run=None, step="soak", attempt=1, decision=setup.names["m"])
                await _load(gateway.url, key, WARM, first.sent, second.sent)
                rss, descriptors = _rss_mb(gateway.pid), _descriptors(gateway.pid)
                cpu, since = _cpu_seconds(gateway.pid), time.perf_counter()
                answered = await _load(gateway.url, key, REQUESTS, first.sent, second.sent)
                seconds = time.perf_counter() - since
                cpu = _cpu_seconds(gateway.pid) - cpu
                await asyncio.sleep(1)  # until the connections of clients that went away are closed
                after, left = _rss_mb(gateway.pid), _descriptors(gateway.pid)
            receipts = verify(ledger).receipts
    return [
        ("requests answered, of 20,000 (one in a hundred went away)", f"{answered}"),
        ("receipts in a ledger that verifies", f"{receipts} = {WARM} + {REQUESTS}"),
        ("RSS before, after", f"{rss:.0f} MB, {after:.0f} MB"),
        ("open descriptors before, after", f"{descriptors}, {left}"),
        ("CPU a request, 20 kB, one in ten streamed", f"{cpu / REQUESTS * 1e3:.2f} ms"),
        ("requests a second (client, upstream and gateway share the machine)", f"{REQUESTS / seconds:.0f}"),
    ]


def _setup(ledger: Path, *urls: str) -> Setup:
    upstreams = {
        f"lab{number}/x": Upstream(
            name=f"lab{number}/x", model="x", provider=f"lab{number}", base_url=url, api_key="k", price=PRICE, group="m"
        )
        for number, url in enumerate(urls)
    }
    decision = Decision(asked=None, model="m", deployments=tuple(upstreams), reason="bench")
    policy = Policy(cooldown_s=0)
    cap = Decimal(1_000_000)
    return Setup(ledger=ledger, upstreams=upstreams, names={"m": decision}, default=None, run_usd=cap, policy=policy)


async def _load(url: str, key: str, requests: int, *seen: list[Sent]) -> int:
    numbers = iter(range(requests))
    answered = 0

    async def client(session: aiohttp.ClientSession) -> None:
        nonlocal answered
        for number in numbers:
            if await _ask(session, number):
                answered += 1
            for sent in seen:
                sent.clear()  # what the upstream keeps of each request is not our memory, but the machine's

    headers = {"x-api-key": key}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(url, headers=headers, connector=connector) as session:
        await asyncio.gather(*(client(session) for _ in range(AT_ONCE)))
    return answered


async def _ask(session: aiohttp.ClientSession, number: int) -> bool:
    body = {"model": "m", "max_tokens": 10, "number": number, "stream": number % 10 == 0}
    asked = body | {"messages": [{"role": "user", "content": FILL}]}
    async with session.post("/v1/messages", json=asked) as reply:
        assert reply.status == 200
        if number % 100 == 7:
            reply.close()
            return False
        await reply.read()
    return True


def _descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))
