"""Kinds of requests inside a session, over real sockets: who was asked, what the receipt says, what thinking stays."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from gha_router.gateway.keys import Grant
from gha_router.gateway.setup import Way
from gha_router.records import Decision
from tests.integration.gateway.scene import Scene, scene
from tests.upstream import answering, message

STEP = Decision(asked=None, model="sonnet", deployments=("lab0/real-name",), reason="asked by name")
THOUGHT = [
    {"role": "user", "content": "hi"},
    {
        "role": "assistant",
        "content": [{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "text", "text": "a"}],
    },
    {"role": "user", "content": "go on"},
]


@asynccontextmanager
async def routed(folder: Path, kind: str) -> AsyncIterator[Scene]:
    """Bind the client's key to a step on the first upstream, and route one kind of request to the second."""
    way = Way(decision=replace(STEP, model="other", deployments=("lab1/real-name",), reason="other"))
    replies = answering(200, message()), answering(200, message())
    async with scene(folder, *replies, told={"routes": {kind: way}}) as s:
        key = s.gateway.keys.mint(Grant(step="fix", decision=STEP))
        s.http.headers.update({"x-api-key": key, "x-claude-code-session-id": "s"})
        yield s


def test_background_requests_go_elsewhere_and_the_conversation_keeps_its_thinking(tmp_path: Path) -> None:
    async def run() -> None:
        async with routed(tmp_path, "background") as s:
            for asked, messages in (("sonnet", THOUGHT), ("claude-haiku-4-5", THOUGHT[:1]), ("sonnet", THOUGHT)):
                assert (await s.ask(model=asked, messages=messages)).status_code == 200
            assert [len(one.sent) for one in s.upstreams] == [2, 1]
            assert s.upstreams[0].sent[1].json["messages"] == THOUGHT
        assert [(one.model, one.reason, one.asked) for one in s.receipts] == [
            ("sonnet", "asked by name", "sonnet"),
            ("other", "background (haiku was asked for) -> other", "claude-haiku-4-5"),
            ("sonnet", "asked by name", "sonnet"),
        ]

    asyncio.run(run())


def test_a_conversation_that_moves_loses_its_thinking_once_and_stays(tmp_path: Path) -> None:
    async def run() -> None:
        async with routed(tmp_path, "think") as s:
            await s.ask(messages=THOUGHT[:1])
            for thinking in ({"type": "enabled", "budget_tokens": 50}, {"type": "disabled"}):
                await s.ask(messages=THOUGHT, thinking=thinking)
            assert [len(one.sent) for one in s.upstreams] == [1, 2]
            content = s.upstreams[1].sent[0].json["messages"][1]["content"]
            assert content == [{"type": "text", "text": "a"}]

    asyncio.run(run())
