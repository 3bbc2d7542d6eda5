"""Money over real HTTP: caps of a run, a step and a day, and a plan's credit, under requests at the same time."""

import asyncio
import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from aiohttp import web

from gha_router.errors import GatewayError
from gha_router.gateway.budget import worst_case
from gha_router.gateway.setup import Pool, Sharing
from gha_router.gateway.shared.local import FILE
from gha_router.pricing import FREE
from tests.integration.gateway.scene import ASK, Scene, scene
from tests.processes import wait_until
from tests.upstream import Handler, answering, message, streaming, text_events

COST = Decimal("0.0006")  # of one reply: 100 tokens in, 20 out
REQUESTS = 64
MAX = Pool(name="max", usd=Decimal("0.05"), reset_day=15)
LOW_BALANCE = orjson.dumps(
    {
        "type": "error",
        "error": {
            "type": "invalid_request_error",
            "message": "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to"
            " upgrade or purchase credits.",
        },
    }
)


def sharing(folder: Path, **changes: Any) -> dict[str, Sharing]:
    return {"sharing": replace(Sharing(folder=folder / "state"), **changes)}


def silent() -> Handler:
    async def handler(_request: web.Request, _body: bytes) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    return handler


def spent(s: Scene) -> Decimal:
    return sum((one.cost_usd or Decimal(0) for one in s.receipts), Decimal(0))


def worst_of(s: Scene) -> Decimal:
    size = max(len(sent.body) for one in s.upstreams for sent in one.sent)
    worst = worst_case(size, 100, s.gateway.setup.upstreams["lab0/real-name"])
    assert worst is not None
    return worst


def kept(folder: Path) -> dict[str, Decimal]:
    """What the file holds, in dollars."""
    with sqlite3.connect(folder / "state" / FILE) as file:
        rows = file.execute("SELECT key, used FROM account").fetchall()
    file.close()
    return {key: Decimal(used) / 10**9 for key, used in rows}


def message_of(reply: httpx.Response) -> str:
    return str(reply.json()["error"]["message"])


@pytest.mark.parametrize("cap", ["run_usd", "step_usd", "day_usd", "credit"])
def test_no_cap_is_passed_by_64_requests_at_once(tmp_path: Path, cap: str) -> None:
    usd = Decimal("0.05")
    told: dict[str, Any] = {"run_usd": {"run_usd": usd}, "step_usd": {"step_usd": usd}}.get(cap, {})
    fields: dict[str, Any] = {}
    if cap == "day_usd":
        told = sharing(tmp_path, day_usd=usd)
    elif cap == "credit":
        told, fields = sharing(tmp_path, pools={"max": MAX}), {"pool": "max"}

    async def run() -> None:
        handler = streaming(text_events("hello"))
        async with scene(tmp_path, handler, told=told, **fields) as s:
            for _ in range(3):  # what was reserved and not spent is free again for the next ones
                replies = await asyncio.gather(*(s.ask(stream=True) for _ in range(REQUESTS)))
                assert {reply.status_code for reply in replies} <= {200, 402}
                assert spent(s) <= usd
            refused = next(reply for reply in replies if reply.status_code == 402)
            assert refused.headers["x-should-retry"] == "false"
            assert refused.json()["error"]["type"] == "billing_error"
            assert spent(s) > usd - worst_of(s)  # and nobody is refused what still fits
            assert spent(s) == COST * len(s.upstreams[0].sent)
        if cap in {"day_usd", "credit"}:
            assert list(kept(tmp_path).values()) == [spent(s)]

    asyncio.run(run())


def test_two_gateways_of_one_machine_keep_the_same_day(tmp_path: Path) -> None:
    async def run() -> None:
        told = sharing(tmp_path, day_usd=Decimal("0.05"))
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        upstream = answering(200, message())
        async with scene(tmp_path / "a", upstream, told=told) as a, scene(tmp_path / "b", upstream, told=told) as b:
            for _ in range(4):
                await asyncio.gather(*(s.ask() for s in (a, b) for _ in range(REQUESTS)))
            both = spent(a) + spent(b)
            assert Decimal("0.05") - worst_of(a) < both <= Decimal("0.05")
            assert kept(tmp_path) == {"day:2026-11-21": both}
            a.clock.time += 12 * 3600
            assert (await a.ask()).status_code == 200  # a new day
            assert (await b.ask(max_tokens=2000)).status_code == 402  # whose clock says that it is still yesterday

    asyncio.run(run())


def test_a_days_refusal_says_what_is_spent_and_when_it_begins_afresh(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), told=sharing(tmp_path, day_usd=Decimal("0.01"))) as s:
            assert (await s.ask()).status_code == 200
            refused = await s.ask(max_tokens=4000)
            assert (refused.status_code, refused.headers["x-should-retry"]) == (402, "false")
            assert "the day's budget of $0.01 could be passed: $0.0006 is spent or reserved" in message_of(refused)
            assert "2026-11-22 00:00 UTC" in message_of(refused)
            assert [one.cause for one in s.receipts[-1].tries] == ["could pass the day's budget"]
            assert s.receipts[-1].cost_usd == 0

    asyncio.run(run())


def test_a_client_that_went_away_leaves_its_reservation_where_a_bill_may_come(tmp_path: Path) -> None:
    async def run() -> None:
        told = sharing(tmp_path, day_usd=Decimal(1))
        async with scene(tmp_path, silent(), told=told) as s:
            with pytest.raises(httpx.ReadTimeout):
                await s.http.post("/v1/messages", json=ASK, timeout=0.3)
            worst = worst_of(s)
        [reserved] = kept(tmp_path).values()
        assert COST < reserved <= worst

    asyncio.run(run())


def test_a_client_that_goes_away_while_money_is_taken_gets_it_back(tmp_path: Path) -> None:
    async def run() -> None:
        told = sharing(tmp_path, day_usd=Decimal(1))
        async with scene(tmp_path, answering(200, message()), told=told, rpm=1) as s:
            other = sqlite3.connect(tmp_path / "state" / FILE, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")  # another gateway, which takes its time
            with pytest.raises(httpx.ReadTimeout):
                await s.http.post("/v1/messages", json=ASK, timeout=0.3)
            await asyncio.to_thread(wait_until, lambda: bool(s.receipts))
            other.execute("ROLLBACK")
            other.close()
            assert (await s.ask()).status_code == 200  # nor does it count against the quota
            assert len(s.upstreams[0].sent) == 1
        assert kept(tmp_path) == {"day:2026-11-21": COST}

    asyncio.run(run())


def test_a_credit_that_runs_low_is_routed_around(tmp_path: Path) -> None:
    async def run() -> None:
        told = sharing(tmp_path, pools={"max": replace(MAX, usd=Decimal("0.01"), low_at=Decimal("0.5"))})
        handler = answering(200, message())
        async with scene(tmp_path, handler, handler, told=told, each={"pool": ("max", None)}) as s:
            served = [(await s.ask()).headers["x-gha-router-served"] for _ in range(12)]
            first = served.count("lab0/real-name")
            assert served == ["lab0/real-name"] * first + ["lab1/real-name"] * (12 - first)
            assert first == 9  # 0.0054 of 0.01: less than the half is left
            assert [one.cause for one in s.receipts[-1].tries] == ["the credit `max` runs low", "ok"]

    asyncio.run(run())


def test_a_credit_that_can_not_hold_a_request_is_named_when_nobody_else_is_left(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(
            tmp_path, answering(200, message()), told=sharing(tmp_path, pools={"max": MAX}), pool="max"
        ) as s:
            refused = await s.ask(max_tokens=9000)
            assert (refused.status_code, refused.headers["x-should-retry"]) == (402, "false")
            assert "the credit `max` has $0.0500 of $0.05 left and this request can cost up to $0.1" in message_of(
                refused
            )
            assert "It refills on 2026-12-15 (UTC)" in message_of(refused)
            assert not s.upstreams[0].sent

    asyncio.run(run())


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Your credit balance is too low to access the Anthropic API."),
        (400, "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC."),
        (400, "You're out of extra usage. Add more at claude.ai/settings/usage and keep going."),
        (429, "You exceeded your current quota, please check your plan and billing details."),
        (402, "Insufficient credits"),
    ],
)
def test_a_credit_that_its_provider_calls_used_up_is_routed_around(tmp_path: Path, status: int, words: str) -> None:
    async def run() -> None:
        body = LOW_BALANCE.replace(orjson.loads(LOW_BALANCE)["error"]["message"].encode(), words.encode())
        told = sharing(tmp_path, pools={"max": MAX})
        handlers = (answering(status, body), answering(200, message()))
        async with scene(tmp_path, *handlers, told=told, each={"pool": ("max", None)}) as s:
            for _ in range(3):
                assert (await s.ask()).headers["x-gha-router-served"] == "lab1/real-name"
            assert len(s.upstreams[0].sent) == 1  # nobody asks it again
            assert [one.cause for one in s.receipts[-1].tries] == ["the credit `max` is used up", "ok"]
            assert kept(tmp_path)["credit:max:2026-11-15"] == 0  # it refused: nothing was spent
            s.clock.time += 3601
            await s.ask()
            assert len(s.upstreams[0].sent) == 2  # somebody may have added to it meanwhile

    asyncio.run(run())


def test_a_credit_that_is_used_up_is_named_with_its_refill_when_nobody_else_is_left(tmp_path: Path) -> None:
    async def run() -> None:
        told = sharing(tmp_path, pools={"max": MAX})
        async with scene(tmp_path, answering(400, LOW_BALANCE), told=told, pool="max") as s:
            for causes in (["HTTP 400"], ["the credit `max` is used up"]):
                refused = await s.ask()
                assert (refused.status_code, refused.headers["x-should-retry"]) == (402, "false")
                assert "the credit `max` is used up, says its provider" in message_of(refused)
                assert "2026-12-15" in message_of(refused)
                assert [one.cause for one in s.receipts[-1].tries] == causes

    asyncio.run(run())


def test_an_account_without_money_is_left_for_the_next_deployment_also_without_a_credit(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(400, LOW_BALANCE), answering(200, message())) as s:
            assert (await s.ask()).headers["x-gha-router-served"] == "lab1/real-name"
            assert (await s.ask()).headers["x-gha-router-served"] == "lab1/real-name"
            assert len(s.upstreams[0].sent) == 1  # its key rests
        (tmp_path / "alone").mkdir()
        async with scene(tmp_path / "alone", answering(400, LOW_BALANCE)) as s:
            refused = await s.ask()
            assert (refused.status_code, refused.headers["x-should-retry"]) == (400, "false")
            assert "credit balance is too low" in message_of(refused)

    asyncio.run(run())


def test_what_costs_nothing_needs_no_day_and_what_has_no_price_gets_none(tmp_path: Path) -> None:
    async def run() -> None:
        told = sharing(tmp_path, day_usd=Decimal("0.000001"))
        handler = answering(200, message())
        async with scene(tmp_path, handler, told=told, price=FREE) as s:
            assert (await s.ask()).status_code == 200
        assert kept(tmp_path) == {}
        (tmp_path / "b").mkdir()
        async with scene(tmp_path / "b", handler, told=told, price=None) as s:
            refused = await s.ask()
            assert refused.status_code == 402
            assert "no known price" in message_of(refused)

    asyncio.run(run())


def test_a_file_that_cannot_be_used_any_more_refuses_what_costs_money(tmp_path: Path) -> None:
    async def run() -> None:
        told = sharing(tmp_path, day_usd=Decimal(1))
        handler = answering(200, message())
        async with scene(tmp_path, handler, handler, told=told, each={"price": (None, FREE)}) as s:
            with sqlite3.connect(tmp_path / "state" / FILE) as file:
                file.execute("DROP TABLE account")
            file.close()
            reply = await s.ask()
            assert reply.headers["x-gha-router-served"] == "lab1/real-name"  # which is free
            assert [one.cause for one in s.receipts[-1].tries] == ["its budget cannot be counted", "ok"]
        (tmp_path / "b").mkdir()
        async with scene(tmp_path / "b", handler, told=told) as s:
            with sqlite3.connect(tmp_path / "state" / FILE) as file:
                file.execute("DROP TABLE account")
            file.close()
            refused = await s.ask()
            assert (refused.status_code, refused.headers["x-should-retry"]) == (402, "false")
            assert "budgets.sqlite cannot be used" in message_of(refused)
            assert not s.upstreams[0].sent

    asyncio.run(run())


def test_a_file_that_cannot_be_made_stops_the_gateway_before_it_serves(tmp_path: Path) -> None:
    (tmp_path / "state").touch()

    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), told=sharing(tmp_path, day_usd=Decimal(1))):
            pass

    with pytest.raises(GatewayError, match=r"budgets\.sqlite cannot be used") as caught:
        asyncio.run(run())
    assert "run_usd" in str(caught.value)
