"""What several gateways keep together in a real Redis: money, rests, quotas; and what happens when it goes away."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from gha_router.errors import GatewayError
from gha_router.gateway.fits import estimate
from gha_router.gateway.setup import Pool, Sharing
from gha_router.pricing import FREE
from gha_router.redis_client import CONNECTIONS
from tests.e2e.redis_server import PASSWORD, RedisServer, redis_server
from tests.integration.cli.day import CONFIG, WORST, ask_all, days
from tests.integration.cli.test_serve import serving
from tests.integration.gateway.scene import ASK, Scene, scene
from tests.upstream import answering, message, streaming, text_events, upstream

CAP = Decimal("0.05")
REQUESTS = 64
ERROR = b'{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}'
LOW = b'{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    folder = tmp_path / "redis"
    folder.mkdir()
    with redis_server(folder) as started:
        yield started


def shared(server: RedisServer, **changes: Any) -> dict[str, Sharing]:
    return {"sharing": replace(Sharing(redis_url=server.url), **changes)}


def folders(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "a", tmp_path / "b"]
    for folder in made:
        folder.mkdir()
    return made


def spent(*scenes: Scene) -> Decimal:
    return sum((one.cost_usd or Decimal(0) for s in scenes for one in s.receipts), Decimal(0))


def causes(s: Scene) -> list[str]:
    return [one.cause for one in s.receipts[-1].tries]


def message_of(reply: httpx.Response) -> str:
    return str(reply.json()["error"]["message"])


@pytest.mark.parametrize("cap", ["run_usd", "step_usd", "day_usd", "credit"])
def test_no_cap_is_passed_by_64_requests_at_once(tmp_path: Path, server: RedisServer, cap: str) -> None:
    told: dict[str, Any] = shared(server)
    fields: dict[str, Any] = {}
    if cap == "day_usd":
        told = shared(server, day_usd=CAP)
    elif cap == "credit":
        told, fields = shared(server, pools={"max": Pool(name="max", usd=CAP)}), {"pool": "max"}
    else:
        told[cap] = CAP

    async def run() -> None:
        async with scene(tmp_path, streaming(text_events("hello")), told=told, **fields) as s:
            for _ in range(3):
                replies = await asyncio.gather(*(s.ask(stream=True) for _ in range(REQUESTS)))
                assert {reply.status_code for reply in replies} <= {200, 402}
                assert spent(s) <= CAP
            assert spent(s) > CAP - WORST
            assert spent(s) == Decimal("0.0006") * len(s.upstreams[0].sent)

    asyncio.run(run())
    if cap in {"day_usd", "credit"}:
        with server.client as client:
            [key] = client.keys()
            assert CAP - WORST < Decimal(int(client.get(key) or 0)) / 10**9 <= CAP
            assert client.ttl(key) > 3600


def test_many_requests_share_few_connections(tmp_path: Path, server: RedisServer) -> None:
    async def run() -> int:
        async with scene(tmp_path, answering(200, message()), told=shared(server, day_usd=Decimal(1000))) as s:
            limits = httpx.Limits(max_connections=None)
            async with httpx.AsyncClient(base_url=s.url, headers={"x-api-key": s.key}, limits=limits) as client:
                asked = (client.post("/v1/messages", json=ASK, timeout=60) for _ in range(250))
                assert {reply.status_code for reply in await asyncio.gather(*asked)} == {200}
            with server.client as redis:
                return int(redis.info("clients")["connected_clients"])

    assert asyncio.run(run()) <= CONNECTIONS + 1


def test_two_gateway_processes_keep_one_day_and_nobody_writes_the_password(tmp_path: Path, server: RedisServer) -> None:
    both = folders(tmp_path)
    env = {"REDIS_URL": server.url}

    async def run() -> None:
        with days() as passed:
            async with upstream(answering(200, message())) as up:
                config = CONFIG.format(url=up.url, day_usd=CAP) + 'router_settings: {redis_url: "${REDIS_URL}"}\n'
                with serving(both[0], config, **env) as (_, a), serving(both[1], config, **env) as (_, b):
                    asked = await ask_all(both, (a, b))
        assert asked.statuses == {200, 402}
        assert CAP - WORST < asked.spent <= CAP * len(passed)

    asyncio.run(run())
    for file in (file for folder in both for file in folder.iterdir()):
        assert PASSWORD not in file.read_text(), file


def test_what_one_gateway_is_told_to_leave_alone_rests_for_the_other(tmp_path: Path, server: RedisServer) -> None:
    first, second = folders(tmp_path)

    async def run() -> None:
        handlers = (answering(429, ERROR, **{"retry-after": "600"}), answering(200, message()))
        told = shared(server)
        async with scene(first, *handlers, told=told) as a, scene(second, *handlers, told=told) as b:
            assert (await a.ask()).headers["x-gha-router-served"] == "lab1/real-name"
            for _ in range(2):
                assert (await b.ask()).headers["x-gha-router-served"] == "lab1/real-name"
            assert not b.upstreams[0].sent
            assert causes(b)[0].startswith("rests for another")

    asyncio.run(run())


@pytest.mark.parametrize("limit", ["rpm", "tpm"])
def test_a_quota_of_a_minute_holds_over_all_gateways(tmp_path: Path, server: RedisServer, limit: str) -> None:
    first, second = folders(tmp_path)
    tokens = estimate(httpx.Request("POST", "http://127.0.0.1", json=ASK).content)
    each = {limit: ({"rpm": 5, "tpm": 5 * tokens}[limit], None)}

    async def run() -> None:
        handler = answering(200, message())
        told = shared(server)
        async with (
            scene(first, handler, handler, told=told, each=each) as a,
            scene(second, handler, handler, told=told, each=each) as b,
        ):
            replies = await asyncio.gather(*(s.ask() for s in (a, b) for _ in range(REQUESTS // 2)))
            assert {reply.status_code for reply in replies} == {200}
            assert len(a.upstreams[0].sent) + len(b.upstreams[0].sent) == 5

    asyncio.run(run())


def test_a_credit_that_is_used_up_is_so_for_the_other_gateway(tmp_path: Path, server: RedisServer) -> None:
    first, second = folders(tmp_path)

    async def run() -> None:
        told = shared(server, pools={"max": Pool(name="max", usd=Decimal(1))})
        low = answering(400, LOW)
        async with scene(first, low, told=told, pool="max") as a, scene(second, low, told=told, pool="max") as b:
            for s in (a, b):
                refused = await s.ask()
                assert (refused.status_code, refused.headers["x-should-retry"]) == (402, "false")
                assert "the credit `max` is used up" in message_of(refused)
            assert not b.upstreams[0].sent

    asyncio.run(run())


def test_a_redis_that_goes_away_stops_what_costs_money_and_nothing_else(
    tmp_path: Path, server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    async def run() -> None:
        handler = answering(200, message())
        told = shared(server, day_usd=Decimal(1))
        async with scene(tmp_path, handler, handler, told=told, each={"price": (None, FREE)}) as s:
            assert (await s.ask()).headers["x-gha-router-served"] == "lab0/real-name"
            server.stop()
            for _ in range(5):
                assert (await s.ask()).headers["x-gha-router-served"] == "lab1/real-name"
                assert causes(s) == ["its budget cannot be counted", "ok"]
            server.start()
            s.clock.time += 6
            assert (await s.ask()).headers["x-gha-router-served"] == "lab0/real-name"

    asyncio.run(run())
    lost, back = [record.getMessage() for record in caplog.records]  # each once
    assert f"the Redis at 127.0.0.1:{server.port}/0 cannot be used" in lost
    assert "shared again" in back
    assert PASSWORD not in caplog.text


def test_without_a_budget_a_redis_that_goes_away_leaves_rests_and_quotas_to_each_gateway(
    tmp_path: Path, server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    async def run() -> None:
        handlers = (answering(429, ERROR, **{"retry-after": "600"}), answering(200, message()))
        async with scene(tmp_path, *handlers, told=shared(server), each={"rpm": (None, 3)}) as s:
            server.stop()
            for _ in range(3):
                assert (await s.ask()).headers["x-gha-router-served"] == "lab1/real-name"
            assert len(s.upstreams[0].sent) == 1  # it rests
            assert (await s.ask()).status_code == 429  # and the other's quota is full
        assert len(caplog.records) == 1

    asyncio.run(run())


def test_a_redis_that_is_not_there_stops_a_gateway_with_a_budget_before_it_serves(
    tmp_path: Path, server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.stop()

    async def run(folder: Path, **changes: Any) -> int:
        async with scene(folder, answering(200, message()), told=shared(server, **changes)) as s:
            return (await s.ask()).status_code

    capped, uncapped = folders(tmp_path)
    with pytest.raises(GatewayError, match="cannot be used") as caught:
        asyncio.run(run(capped, day_usd=Decimal(1)))
    assert PASSWORD not in str(caught.value)
    assert asyncio.run(run(uncapped)) == 200
    assert PASSWORD not in caplog.text


def test_a_wrong_password_is_told_without_it(tmp_path: Path, server: RedisServer) -> None:
    wrong = Sharing(redis_url=server.url.replace(PASSWORD, "wrong-canary"), day_usd=Decimal(1))

    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), told={"sharing": wrong}):
            pass

    with pytest.raises(GatewayError, match="AuthenticationError") as caught:
        asyncio.run(run())
    assert "wrong-canary" not in str(caught.value)


def test_a_gateway_whose_clock_is_days_behind_keeps_its_sum(tmp_path: Path, server: RedisServer) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), told=shared(server, day_usd=CAP)) as s:
            s.clock.started -= timedelta(days=9)
            assert (await s.ask()).status_code == 200
            with server.client as client:
                assert int(client.get("{gha-router}:day:2026-11-12") or 0) == 600_000  # billionths
                assert 24 * 3600 < client.ttl("{gha-router}:day:2026-11-12") <= 48 * 3600

    asyncio.run(run())


def test_keys_of_another_kind_refuse_what_costs_money_in_words(tmp_path: Path, server: RedisServer) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), told=shared(server, day_usd=CAP)) as s:
            with server.client as client:
                client.lpush("{gha-router}:day:2026-11-21", "another program's")
            refused = await s.ask()
            assert (refused.status_code, refused.headers["x-should-retry"]) == (402, "false")
            assert "cannot be used (ResponseError)" in message_of(refused)
            assert s.upstreams[0].sent == []

    asyncio.run(run())
