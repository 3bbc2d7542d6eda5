"""Start-up and relay of the gateway, beside the upstream asked directly. One client, one request at a time."""

import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import httpx
from tests.upstream import answering, message, upstream

from gha_router.gateway.setup import Setup, Upstream
from gha_router.pipeline.gateway_process import gateway_process
from gha_router.pricing import Price
from gha_router.records import Decision

ROUNDS = 400
BODY = json.dumps({"model": "m", "max_tokens": 10, "messages": [{"role": "user", "content": "x" * 60_000}]}).encode()
PRICE = Price(input=Decimal(3), output=Decimal(15), source="configured", digest="d")


def main() -> Iterator[tuple[str, str]]:
    """Start a gateway, relay, compare."""
    yield from asyncio.run(_measure())


async def _measure() -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        async with upstream(answering(200, message())) as up, httpx.AsyncClient() as client:
            decision = Decision(asked=None, model="m", deployments=("lab/x",), reason="bench")
            deployment = Upstream(name="lab/x", model="x", provider="lab", base_url=up.url, api_key="k", price=PRICE)
            setup = Setup(
                ledger=Path(folder) / "ledger.jsonl",
                upstreams={"lab/x": deployment},
                names={"m": decision},
                default=None,
            )
            started = time.perf_counter()
            async with gateway_process(setup, environ=os.environ) as gateway:
                key = await gateway.mint(run=None, step="bench", attempt=1, decision=decision)
                await _ask(client, gateway.url, key)
                first = time.perf_counter() - started
                direct, relayed = [], []
                cpu = _cpu_seconds(gateway.pid)
                for _ in range(ROUNDS):
                    direct.append(await _ask(client, up.url, key))
                    relayed.append(await _ask(client, gateway.url, key))
                cpu = (_cpu_seconds(gateway.pid) - cpu) / ROUNDS
                rss = _rss_mb(gateway.pid)
    added = statistics.median(relayed) - statistics.median(direct)
    return [
        ("process start -> first proxied 200", f"{first:.2f} s"),
        ("added p50, 60 kB, no stream, one at a time", f"{added * 1e3:.2f} ms"),
        ("CPU a request (authentication, budget, receipt on)", f"{cpu * 1e3:.2f} ms"),
        ("RSS", f"{rss:.0f} MB"),
    ]


async def _ask(client: httpx.AsyncClient, url: str, key: str) -> float:
    started = time.perf_counter()
    reply = await client.post(f"{url}/v1/messages", content=BODY, headers={"x-api-key": key})
    assert reply.status_code == 200
    return time.perf_counter() - started


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
