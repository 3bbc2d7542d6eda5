"""A session keeps its deployment, over real HTTP; rests pass on a clock that is the test's."""

import asyncio
from pathlib import Path
from typing import Any

from tests.integration.gateway.scene import Scene, scene
from tests.integration.gateway.test_dispatch import ERROR, in_turn
from tests.integration.gateway.test_streams import THOUGHT
from tests.upstream import answering, message

OK = answering(200, message())
LIMITED = answering(429, ERROR, **{"retry-after": "60"})


async def served(s: Scene, session: str, **changes: Any) -> str:
    headers = {"x-claude-code-session-id": session}
    body = {"model": "sonnet", "max_tokens": 100, "messages": [{"role": "user", "content": "hi"}], **changes}
    reply = await s.http.post("/v1/messages", json=body, headers=headers)
    assert reply.status_code == 200
    return reply.headers["x-gha-router-served"].partition("/")[0]


def test_sessions_are_spread_and_each_keeps_its_own(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, OK, OK) as s:
            first = [await served(s, f"session-{number}") for number in range(20)]
            assert set(first) == {"lab0", "lab1"}
            assert [await served(s, f"session-{number}") for number in range(20)] == first
            await s.ask()  # without a session the file's order decides
            assert s.receipts[-1].served == "lab0/real-name"

    asyncio.run(run())


def test_a_session_that_moved_stays_where_its_cache_is_when_the_rest_is_over(tmp_path: Path) -> None:
    async def run() -> None:
        handlers = (in_turn(OK, LIMITED, OK), OK)
        async with scene(tmp_path, *handlers) as s:
            session = await starting_at("lab0", s)
            assert await served(s, session) == "lab1"  # lab0 is limited, and rests
            s.clock.time += 3600
            assert await served(s, session) == "lab1"
            assert len(s.upstreams[0].sent) == 2
            assert await served(s, await starting_at("lab0", s)) == "lab0"  # new ones go there again

    asyncio.run(run())


async def starting_at(name: str, s: Scene) -> str:
    """Return a session that was served first by this deployment, each time another."""
    for number in range(100):
        session = f"session-{number}-{len(s.receipts)}"
        if await served(s, session) == name:
            return session
    raise AssertionError(f"none is sent to {name}")


def test_a_session_returns_to_a_better_order_when_no_warm_cache_is_lost(tmp_path: Path) -> None:
    async def run() -> None:
        handlers = (in_turn(LIMITED, OK, OK, OK), OK)
        async with scene(tmp_path, *handlers, each={"order": (1, 2)}) as s:
            assert await served(s, "a") == "lab1"
            s.clock.time += 120  # lab0 is ready; nothing of the session is there, and all of it here
            assert await served(s, "a") == "lab1"
            assert await served(s, "b") == "lab0"
            s.clock.time += 300  # cold everywhere
            assert await served(s, "a") == "lab0"

    asyncio.run(run())


def test_a_short_rest_costs_no_cache_and_the_session_returns(tmp_path: Path) -> None:
    async def run() -> None:
        handlers = (in_turn(OK, LIMITED, OK), OK)
        async with scene(tmp_path, *handlers, each={"order": (1, 2)}) as s:
            seen = []
            for seconds in (0, 1, 70):
                s.clock.time += seconds
                seen.append(await served(s, "a"))
            assert seen == ["lab0", "lab1", "lab0"]

    asyncio.run(run())


def test_thinking_stays_in_a_session_that_stays(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, OK, OK) as s:
            for _ in range(3):
                await served(s, "a", messages=THOUGHT)
            [asked] = [up for up in s.upstreams if up.sent]
            assert [sent.json["messages"] for sent in asked.sent] == [THOUGHT] * 3

    asyncio.run(run())
