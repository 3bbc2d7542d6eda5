"""Who is asked after a failure, when, and who rests. No test waits: the clock is the test's."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from aiohttp import web

from gha_router.gateway.budget import worst_case
from gha_router.gateway.setup import Policy, own_name
from gha_router.pricing import Price
from tests.integration.gateway.scene import PRICE, scene
from tests.upstream import Handler, answering, message, streaming, text_events

ERROR = b'{"type":"error","error":{"type":"overloaded_error","message":"later"}}'
TOO_LONG = (
    b'{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 5 maximum"}}'
)
BLOCKED = (
    b'{"type":"error","error":{"type":"invalid_request_error","message":"Output blocked by content filtering policy"}}'
)


def in_turn(*handlers: Handler) -> Handler:
    """Answer each request by the next of these, the last for ever."""
    left = list(handlers)

    async def handler(request: web.Request, body: bytes) -> web.StreamResponse:
        return await (left.pop(0) if len(left) > 1 else left[0])(request, body)

    return handler


def causes(tries: Sequence[object]) -> list[str]:
    return [one.cause for one in tries]  # type: ignore[attr-defined]


def test_a_single_deployment_is_asked_again_after_a_pause_that_grows(tmp_path: Path) -> None:
    async def run() -> None:
        busy = answering(529, ERROR)
        async with scene(tmp_path, in_turn(busy, busy, answering(200, message()))) as s:
            assert (await s.ask()).status_code == 200
            first, second = s.clock.slept
            assert 0.25 <= first <= 0.5 <= second <= 1.0
            assert [one.status for one in s.receipts[0].tries] == [529, 529, 200]

    asyncio.run(run())


def test_retries_end_and_the_upstreams_own_words_reach_the_client(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(529, ERROR), policy=Policy(num_retries=4)) as s:
            reply = await s.ask()
            assert (reply.status_code, reply.json()["error"]["message"]) == (529, "later")
            assert len(s.upstreams[0].sent) == 5
            assert len(s.receipts) == 1

    asyncio.run(run())


def test_another_deployment_of_the_group_is_asked_before_the_same_one_again(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(500, ERROR), answering(200, message())) as s:
            assert (await s.ask()).status_code == 200
            assert s.clock.slept == []
            assert len(s.upstreams[0].sent) == 1

    asyncio.run(run())


def test_a_fallback_is_asked_after_the_retries_of_the_one_before(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(500, ERROR), answering(200, message()), group=None) as s:
            assert (await s.ask()).headers["x-gha-router-served"] == "lab1/real-name"
            assert (len(s.upstreams[0].sent), len(s.clock.slept)) == (3, 2)

    asyncio.run(run())


def test_retry_after_is_kept_and_one_that_is_too_long_goes_to_the_next_at_once(tmp_path: Path) -> None:
    async def run() -> None:
        soon = in_turn(answering(429, ERROR, **{"retry-after": "7"}), answering(200, message()))
        async with scene(tmp_path / "soon", soon) as s:
            assert (await s.ask()).status_code == 200
            assert s.clock.slept == [7.0]
        late = answering(429, ERROR, **{"retry-after": "3600"})
        async with scene(tmp_path / "late", late, answering(200, message()), group=None) as s:
            assert (await s.ask()).status_code == 200
            assert s.clock.slept == []
            assert len(s.upstreams[0].sent) == 1
        async with scene(tmp_path / "alone", late) as s:
            reply = await s.ask()
            assert (reply.status_code, reply.headers["retry-after"]) == (429, "58")

    asyncio.run(run())


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_refused_key_is_not_tried_again(tmp_path: Path, status: int) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(status, ERROR)) as s:
            assert (await s.ask()).status_code == status
            assert (len(s.upstreams[0].sent), s.clock.slept) == (1, [])

    asyncio.run(run())


def test_a_deployment_rests_after_a_full_quota_and_comes_back(tmp_path: Path) -> None:
    async def run() -> None:
        first = in_turn(answering(429, ERROR, **{"retry-after": "90"}), answering(200, message()))
        async with scene(tmp_path, first, answering(200, message())) as s:
            served = []
            for seconds in (0, 30, 70):
                s.clock.time += seconds
                served.append((await s.ask()).headers["x-gha-router-served"])
            assert served == ["lab1/real-name", "lab1/real-name", "lab0/real-name"]
            assert causes(s.receipts[1].tries) == ["rests for another 60 s", "ok"]

    asyncio.run(run())


def test_it_rests_after_more_than_the_allowed_fails_in_a_minute(tmp_path: Path) -> None:
    async def run() -> None:
        policy = Policy(num_retries=0, allowed_fails=2, cooldown_s=30)
        async with scene(tmp_path, answering(500, ERROR), answering(200, message()), policy=policy) as s:
            for _ in range(4):
                await s.ask()
            assert len(s.upstreams[0].sent) == 3
            s.clock.time += 31
            await s.ask()
            assert len(s.upstreams[0].sent) == 4

    asyncio.run(run())


def test_all_that_rest_are_waited_for_when_that_is_soon_and_told_when_not(tmp_path: Path) -> None:
    async def run() -> None:
        busy = answering(429, ERROR, **{"retry-after": "50"})
        async with scene(tmp_path, in_turn(busy, answering(200, message()))) as s:
            assert (await s.ask()).status_code == 429
            told = await s.ask()
            assert (told.status_code, told.headers["retry-after"]) == (429, "50")
            assert "rests" in told.json()["error"]["message"]
            s.clock.time += 20
            assert (await s.ask()).status_code == 200
            assert s.clock.slept == [30.0]

    asyncio.run(run())


def test_free_models_of_openrouter_rest_together(tmp_path: Path) -> None:
    async def run() -> None:
        busy = answering(429, ERROR, **{"retry-after": "60"})
        shape = {"provider": "openrouter", "model": "x:free", "policy": Policy(num_retries=0)}
        async with scene(tmp_path, busy, answering(200, message()), **shape) as s:  # type: ignore[arg-type]
            assert (await s.ask()).status_code == 429
            assert s.upstreams[1].sent == []  # another free model, the same quota

    asyncio.run(run())


def test_requests_a_minute_are_kept_before_the_upstream_has_to_say_so(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), rpm=2) as s:
            # The third would wait for the first to be a minute old, which is more than a request waits.
            assert [(await s.ask()).status_code for _ in range(3)] == [200, 200, 429]
            assert len(s.upstreams[0].sent) == 2
            s.clock.time += 30
            assert (await s.ask()).status_code == 200
            assert s.clock.slept == [30.0]

    asyncio.run(run())


def test_tokens_a_minute_are_kept_too(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), answering(200, message()), tpm=50) as s:
            served = [(await s.ask()).headers["x-gha-router-served"] for _ in range(2)]
            assert served == ["lab0/real-name", "lab1/real-name"]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("body", "kind"), [(TOO_LONG, "context_window_fallbacks"), (BLOCKED, "content_policy_fallbacks")]
)
def test_what_was_refused_for_its_length_or_content_goes_where_the_configuration_says(
    tmp_path: Path, body: bytes, kind: str
) -> None:
    async def run() -> None:
        policy = Policy(**{kind: {"sonnet": ("lab1/real-name",)}})  # type: ignore[arg-type]
        handlers = (answering(400, body), answering(200, message()))
        async with scene(tmp_path, *handlers, policy=policy, decided=1) as s:
            reply = await s.ask()
            assert (reply.status_code, reply.headers["x-gha-router-served"]) == (200, "lab1/real-name")
            [receipt] = s.receipts
            assert [one.status for one in receipt.tries] == [400, 200]
            assert receipt.cost_usd
        async with scene(tmp_path / "without", *handlers, decided=1) as s:
            assert (await s.ask()).status_code == 400

    asyncio.run(run())


def test_a_prompt_that_cannot_fit_goes_to_the_context_window_fallback_unasked(tmp_path: Path) -> None:
    async def run() -> None:
        policy = Policy(context_window_fallbacks={"sonnet": ("lab1/real-name",)})
        handlers = (answering(200, message()), answering(200, message()))
        async with scene(tmp_path, *handlers, policy=policy, decided=1, each={"context": (100, None)}) as s:
            reply = await s.ask(messages=[{"role": "user", "content": "x" * 3000}])
            assert reply.headers["x-gha-router-served"] == "lab1/real-name"
            assert s.upstreams[0].sent == []

    asyncio.run(run())


def test_the_whole_chain_is_walked_to_its_last_fortress(tmp_path: Path) -> None:
    """Five stages: rate limited, too complex for its context, broken, out of free requests, and one that answers."""

    async def run() -> None:
        limited = answering(429, ERROR, **{"retry-after": "3600"})
        handlers = (
            limited,
            answering(200, message()),
            answering(500, ERROR),
            limited,
            streaming(text_events("at last")),
        )
        policy = Policy(num_retries=1)
        async with scene(
            tmp_path, *handlers, policy=policy, group=None, each={"context": (None, 10, None, None, None)}
        ) as s:
            reply = await s.ask(stream=True)
            assert reply.headers["x-gha-router-served"] == "lab4/real-name"
            assert "at last" in reply.text
            [receipt] = s.receipts
            assert [(one.deployment[:4], one.status) for one in receipt.tries] == [
                ("lab0", 429),
                ("lab1", None),
                ("lab2", 500),
                ("lab2", 500),
                ("lab3", 429),
                ("lab4", 200),
            ]

    asyncio.run(run())


def test_what_could_pass_the_budget_goes_to_a_cheaper_deployment(tmp_path: Path) -> None:
    async def run() -> None:
        free = Price(input=Decimal(0), output=Decimal(0), source="configured", digest="free")
        handlers = (answering(200, message()), answering(200, message()))
        async with scene(tmp_path, *handlers, run_usd=Decimal("0.001"), each={"price": (PRICE, free)}) as s:
            reply = await s.ask(max_tokens=4000)
            assert reply.headers["x-gha-router-served"] == "lab1/real-name"
            assert s.upstreams[0].sent == []
            assert causes(s.receipts[0].tries) == ["could pass the budget", "ok"]
            s.clock.time += 1
            assert (await s.ask(max_tokens=10)).headers["x-gha-router-served"] == "lab0/real-name"  # it does not rest

    asyncio.run(run())


def test_one_doubtful_try_keeps_its_own_reservation_only(tmp_path: Path) -> None:
    async def cut(request: web.Request, _body: bytes) -> web.StreamResponse:
        assert request.transport
        request.transport.abort()
        return web.Response()

    async def run() -> None:
        policy = Policy(num_retries=0, cooldown_s=0)
        async with scene(tmp_path, cut, answering(429, ERROR), run_usd=Decimal(1), policy=policy) as s:
            assert (await s.ask()).status_code == 429
            worst = worst_case(len(s.upstreams[0].sent[0].body), 100, s.gateway.setup.upstreams["lab0/real-name"])
            assert worst is not None
            kept = s.gateway._dispatcher._admission._budget._run
            assert worst - Decimal("0.0001") < kept < worst + Decimal("0.0001")

    asyncio.run(run())


def test_words_of_one_deployment_are_told_rather_than_the_silence_of_the_next(tmp_path: Path) -> None:
    async def run() -> None:
        policy = Policy(num_retries=0)
        limited = answering(429, ERROR, **{"retry-after": "30"})
        async with scene(
            tmp_path, limited, limited, policy=policy, each={"base_url": (None, "http://127.0.0.1:9")}
        ) as s:
            reply = await s.ask()
            assert (reply.status_code, reply.headers["retry-after"]) == (429, "30")

    asyncio.run(run())


def test_a_deployment_with_settings_of_its_own_is_waited_for_with_these(tmp_path: Path) -> None:
    async def run() -> None:
        busy = in_turn(answering(429, ERROR, **{"retry-after": "50"}), answering(200, message()))
        async with scene(tmp_path, answering(500, ERROR), busy, decided=1) as s:
            upstreams, decision = s.gateway.setup.upstreams, s.gateway.setup.names["sonnet"]
            assert isinstance(upstreams, dict)
            own = replace(upstreams["lab0/real-name"], base_url=s.upstreams[1].url)
            upstreams[own_name(decision, "lab0/real-name")] = own
            assert (await s.ask()).status_code == 429
            s.clock.time += 20
            assert (await s.ask()).status_code == 200
            assert s.upstreams[0].sent == []

    asyncio.run(run())
