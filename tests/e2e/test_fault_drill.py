"""A thousand requests, thirty-two at a time, on an upstream that fails in every way: none lost, none answered twice."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from aiohttp import web

from gha_router.gateway.budget import worst_case
from gha_router.gateway.setup import ANTHROPIC, OPENAI, Policy
from gha_router.ledger import verify
from tests.integration.gateway.scene import Scene, scene
from tests.unit.translate.anthropic_stream import read
from tests.upstream import event, text_events

REQUESTS, AT_ONCE = 1000, 32
LIMIT_S = 3.0  # for the first content, and between two events
BIG = "x" * 5_000_000

Fault = Callable[[web.Request, list[bytes]], Awaitable[web.StreamResponse]]


async def _send(request: web.Request, chunks: list[bytes]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    for chunk in chunks:
        await response.write(chunk)
    return response


def _status(status: int) -> Fault:
    async def fault(_request: web.Request, _events: list[bytes]) -> web.StreamResponse:
        body = b'{"type":"error","error":{"type":"api_error","message":"no"}}'
        return web.Response(status=status, body=body, headers={"retry-after": "1"})

    return fault


async def hangs(_request: web.Request, _events: list[bytes]) -> web.StreamResponse:
    await asyncio.sleep(60)
    raise AssertionError("somebody waited for it")


async def stalls(request: web.Request, events: list[bytes]) -> web.StreamResponse:
    response = await _send(request, events[:3])
    await asyncio.sleep(60)
    return response


async def cut_before(request: web.Request, events: list[bytes]) -> web.StreamResponse:
    return await _abort(request, await _send(request, events[:1]))


async def cut_after(request: web.Request, events: list[bytes]) -> web.StreamResponse:
    return await _abort(request, await _send(request, events[:3]))


async def _abort(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    await asyncio.sleep(0.01)  # for what was written to arrive
    assert request.transport
    request.transport.abort()
    return response


async def malformed(request: web.Request, _events: list[bytes]) -> web.StreamResponse:
    return await _send(request, [b"data: {not json\n\n", b"nonsense\n\n"])


async def error_first(request: web.Request, _events: list[bytes]) -> web.StreamResponse:
    return await _send(request, [event({"type": "error", "error": {"type": "overloaded_error", "message": "no"}})])


async def error_late(request: web.Request, events: list[bytes]) -> web.StreamResponse:
    error = event({"type": "error", "error": {"type": "overloaded_error", "message": "no"}})
    return await _send(request, [*events[:3], error])


async def closes(request: web.Request, events: list[bytes]) -> web.StreamResponse:
    response = await _send(request, events)
    response.force_close()
    return response


async def well(request: web.Request, events: list[bytes]) -> web.StreamResponse:
    return await _send(request, events)


# Fault -> True: another deployment has to answer; False: the client sees a broken stream; None: all is well.
FAULTS: dict[str, tuple[Fault, bool | None]] = {
    "429": (_status(429), True),
    "529": (_status(529), True),
    "500": (_status(500), True),
    "hangs": (hangs, True),
    "stalls": (stalls, False),
    "cut before": (cut_before, True),
    "cut after": (cut_after, False),
    "malformed": (malformed, True),
    "error first": (error_first, True),
    "error late": (error_late, False),
    "closes": (closes, None),
    "well": (well, None),
}
LARGE = 100  # one request of so many is answered with 5 MB
NAMES = list(FAULTS)
BREAKING = sum(other is False for _, other in FAULTS.values())
# Causes of tries that may be billed although nothing came of them.
DOUBTFUL = (
    "no answer in time",
    "no content in time",
    "the connection broke",
    "the upstream's stream",
    "the stream ended",
)


def said(body: bytes) -> tuple[str, str]:
    """Return the number and the fault that a request names, in either dialect."""
    content = orjson.loads(body)["messages"][-1]["content"]
    text = content if isinstance(content, str) else content[0]["text"]
    number, _, fault = text.partition(" ")
    return number, fault


def chat_events(text: str) -> list[bytes]:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return b"data: " + orjson.dumps({"id": "c", "choices": [choice]}) + b"\n\n"

    usage = {"prompt_tokens": 100, "completion_tokens": 20}
    last = b"data: " + orjson.dumps({"id": "c", "choices": [], "usage": usage}) + b"\n\n"
    return [chunk({"role": "assistant"}), chunk({"content": text}), chunk({"content": "!"}), chunk({}, "stop"), last]


def faulty(speaks: str) -> Callable[[web.Request, bytes], Awaitable[web.StreamResponse]]:
    async def handler(request: web.Request, body: bytes) -> web.StreamResponse:
        number, fault = said(body)
        text = f"first {number}" + (BIG if fault == "5 MB" else "")
        events = text_events(text) if speaks == ANTHROPIC else [*chat_events(text), b"data: [DONE]\n\n"]
        return await FAULTS.get(fault, (well, None))[0](request, events)

    return handler


async def reliable(request: web.Request, body: bytes) -> web.StreamResponse:
    return await _send(request, text_events(f"second {said(body)[0]}"))


@pytest.mark.parametrize("speaks", [ANTHROPIC, OPENAI])
def test_none_is_lost_none_is_answered_twice_and_every_cent_is_booked(tmp_path: Path, speaks: str) -> None:
    policy = Policy(num_retries=0, cooldown_s=0)
    limits: dict[str, Any] = {"first_byte_s": LIMIT_S, "idle_s": LIMIT_S, "policy": policy, "run_usd": Decimal(1000)}

    async def run() -> Counter[str]:
        async with scene(tmp_path, faulty(speaks), reliable, each={"format": (speaks, ANTHROPIC)}, **limits) as s:
            s.http.timeout = httpx.Timeout(30)
            gate = asyncio.Semaphore(AT_ONCE)

            sizes: dict[str, int] = {}  # of each request, by its receipt

            async def ask(number: int) -> str:
                fault = "5 MB" if number % LARGE == 0 else NAMES[number % len(NAMES)]
                async with gate:
                    content = [{"role": "user", "content": f"{number} {fault}"}]
                    reply = await s.ask(stream=True, messages=content)
                sizes[reply.headers["x-gha-router-receipt"]] = len(reply.request.content)
                return outcome(reply, number, fault)

            seen = Counter(await asyncio.gather(*map(ask, range(REQUESTS))))
            check_the_books(s, sizes)
            return seen

    seen = asyncio.run(run())
    assert sum(seen.values()) == REQUESTS
    assert seen["broken off"] > REQUESTS * 0.9 * BREAKING / len(NAMES)
    assert verify(tmp_path / "ledger.jsonl").receipts == REQUESTS


def outcome(reply: httpx.Response, number: int, fault: str) -> str:
    """Check one reply, and return what became of the request."""
    other = FAULTS.get(fault, (well, None))[1]
    assert reply.status_code == 200, (fault, reply.text)
    events = [orjson.loads(line[6:]) for line in reply.text.splitlines() if line.startswith("data: ")]
    text = "".join(one["delta"].get("text", "") for one in events if one["type"] == "content_block_delta")
    # An idle connection that the upstream closes just then costs any request its first try.
    if other is False and "second" not in text:
        assert read(events).error, fault
        assert text.startswith(f"first {number}"), fault
        return "broken off"
    assert read(events).stop_reason == "end_turn", fault
    allowed = {True: ("second",), False: ("second",), None: ("first", "second")}[other]
    (who,) = [name for name in ("first", "second") if name in text]
    assert who in allowed, fault
    assert text.startswith(f"{who} {number}"), (fault, text[:40])
    return who


def worst_of(s: Scene, size: int) -> Decimal:
    """Return what is set aside for a try that may be billed although it never answered."""
    worst = worst_case(size, 100, s.gateway.setup.upstreams["lab0/real-name"])
    assert worst is not None
    return worst


def check_the_books(s: Scene, sizes: dict[str, int]) -> None:
    """One receipt a request; the budget has what they say, and what was set aside for tries that may be billed."""
    receipts = s.receipts
    assert len({receipt.id for receipt in receipts}) == REQUESTS
    costs = [receipt.cost_usd for receipt in receipts]
    spent = sum((cost for cost in costs if cost is not None), Decimal(0))
    assert None not in costs
    assert sizes.keys() == {receipt.id for receipt in receipts}
    lost = [one.id for one in receipts for tried in one.tries if tried.cause.startswith(DOUBTFUL)]
    doubtful = sum((worst_of(s, sizes[name]) for name in lost), Decimal(0))
    assert s.gateway._dispatcher._admission._budget._run == spent + doubtful
