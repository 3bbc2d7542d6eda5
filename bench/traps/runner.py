"""Runs cases against a gateway by its URL, one after the other."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

import aiohttp

from bench.traps.case import Ask, Case, Exchange, Feature, Role, model_name
from bench.traps.seen import Got, Seen, Turn
from bench.traps.upstream import Scene, ScriptedUpstream
from bench.traps.wire import HEADERS, MODEL, Dialect, Json

PATIENCE_S = 16.0  # a ping is due every 10 to 15 s
MARGIN = 1.25  # what the client waits longer than the upstream


class Verdict(StrEnum):
    """How a case ended."""

    PASS = "pass"  # noqa: S105  no password
    FAIL = "fail"
    NOT_APPLICABLE = "n/a"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """A case's verdict for one target."""

    case: Case
    verdict: Verdict
    reason: str = ""
    seconds: float = 0.0


async def no_receipts() -> list[Json]:
    """Return what a gateway without receipts has of them."""
    return []


@dataclass(frozen=True, kw_only=True, slots=True)
class Gateway:
    """A gateway that runs, and how it is addressed."""

    url: str
    key: str
    features: frozenset[Feature]
    pid: int
    patience_s: float = PATIENCE_S
    name: Callable[[Dialect, Role], str] = model_name  # of a case's model in this gateway's configuration
    receipts: Callable[[], Awaitable[list[Json]]] = field(default=no_receipts)


async def run(case: Case, gateway: Gateway, upstream: ScriptedUpstream) -> Outcome:
    """Play a case and judge it."""
    if missing := case.needs - gateway.features:
        return Outcome(case=case, verdict=Verdict.NOT_APPLICABLE, reason=f"has no {', '.join(sorted(missing))}")
    since = time.monotonic()
    try:
        case.check(await _play(case, gateway, upstream))
    except AssertionError as failed:
        verdict, reason = Verdict.FAIL, str(failed)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as odd:
        verdict, reason = Verdict.FAIL, f"expected the format's fields, found otherwise: {type(odd).__name__}: {odd}"
    else:
        verdict, reason = Verdict.PASS, ""
    return Outcome(case=case, verdict=verdict, reason=reason, seconds=round(time.monotonic() - since, 3))


async def _play(case: Case, gateway: Gateway, upstream: ScriptedUpstream) -> Seen:
    before = len(await gateway.receipts())
    model = gateway.name(case.dialect, case.role)
    turns = [await _exchange(case, exchange, model, gateway, upstream) for exchange in case.exchanges]
    receipts = (await gateway.receipts())[before:]
    return Seen(turns=tuple(turns), model=model, receipts=tuple(receipts))


async def _exchange(case: Case, exchange: Exchange, model: str, gateway: Gateway, upstream: ScriptedUpstream) -> Turn:
    ask = exchange.ask
    key = gateway.key if ask.known_key else "sk-nobody-knows-this-key"
    headers = {**HEADERS, "x-claude-code-session-id": f"session-{case.name}", "x-api-key": key, **ask.headers}
    body = ask.body.replace(MODEL.encode(), json.dumps(model)[1:-1].encode())
    async with (
        upstream.playing(case.dialect, exchange, gateway.patience_s) as scene,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as client,
    ):
        got = await _Client(client, scene, ask).post(gateway.url + ask.path, body, headers, gateway.patience_s)
        if ask.leave_at is not None:
            await _see_cancelled(scene, gateway.patience_s)
    return Turn(asked=ask.body, got=got, sent=tuple(one.sent() for one in scene.arrived))


async def _see_cancelled(scene: Scene, patience_s: float) -> None:
    waits = [one.cancelled.wait() for one in scene.arrived]
    await asyncio.wait([asyncio.ensure_future(wait) for wait in waits], timeout=patience_s) if waits else None


class _Client:
    """A client that keeps every byte, leaves when it is told to, and tells the upstream of pings."""

    def __init__(self, client: aiohttp.ClientSession, scene: Scene, ask: Ask) -> None:
        self._client = client
        self._scene = scene
        self._leave_at = ask.leave_at
        self._status: int | None = None
        self._headers: dict[str, str] = {}
        self._body = bytearray()

    async def post(self, url: str, body: bytes, headers: dict[str, str], patience_s: float) -> Got:
        end = await self._until_end(url, body, headers, patience_s)
        return Got(status=self._status, headers=self._headers, body=bytes(self._body), end=end)

    async def _until_end(self, url: str, body: bytes, headers: dict[str, str], patience_s: float) -> str:
        reading = asyncio.ensure_future(self._read(url, body, headers))
        leaving = [asyncio.ensure_future(self._scene.first.wait())] if self._leave_at == b"" else []
        done, _ = await asyncio.wait(
            [reading, *leaving], timeout=patience_s * MARGIN, return_when=asyncio.FIRST_COMPLETED
        )
        for task in (reading, *leaving):
            task.cancel()
        await asyncio.gather(reading, *leaving, return_exceptions=True)
        if reading in done:
            return reading.result()
        return "left" if done else "late"

    async def _read(self, url: str, body: bytes, headers: dict[str, str]) -> str:
        timeout = aiohttp.ClientTimeout(total=None)
        try:
            async with self._client.post(url, data=body, headers=headers, timeout=timeout) as response:
                self._status = response.status
                self._headers = {name.lower(): value for name, value in response.headers.items()}
                async for piece in response.content.iter_any():
                    self._body += piece
                    if self._leave_at and self._leave_at in self._body:
                        response.close()
                        return "left"
                    if self._scene.holding and self._pinged():
                        self._scene.pinged.set()
        except aiohttp.ClientError:
            return "cut"
        return "whole"

    def _pinged(self) -> bool:
        content = self._body.rfind(b"content_block_delta")
        return content >= 0 and self._body.find(b"event: ping", content) >= 0
