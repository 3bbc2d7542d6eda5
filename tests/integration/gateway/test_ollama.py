"""Ollama: asked in Messages where its server has them, else in chat completions; never with more than it reads."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.integration.gateway.scene import Scene, scene
from tests.ollama import Local, ollama
from tests.upstream import answering, message

HERE: dict[str, Any] = {"provider": "ollama", "model": "coder:7b", "context": 8192}
CHAT = {
    "id": "1",
    "object": "chat.completion",
    "created": 1,
    "model": "coder:7b",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 12, "completion_tokens": 1, "total_tokens": 13},
}


async def before_messages(request: web.Request, _body: bytes) -> web.StreamResponse:
    """An Ollama before 0.14."""
    if request.path == "/v1/messages":
        return web.Response(status=404, text="404 page not found")
    return web.json_response(CHAT)


def paths(s: Scene) -> Sequence[str]:
    return [one.path.partition("?")[0] for one in s.upstreams[0].sent]


def test_messages_are_relayed_where_there_are_any(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), **HERE) as s:
            assert (await s.ask()).status_code == 200
            assert paths(s) == ["/v1/messages"]

    asyncio.run(run())


def test_an_older_server_is_asked_in_chat_completions_and_that_is_remembered(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, before_messages, **HERE) as s:
            for _ in range(2):
                reply = await s.ask()
                assert reply.json()["content"] == [{"type": "text", "text": "hello"}]
                assert reply.json()["model"] == "sonnet"
            assert paths(s) == ["/v1/messages", "/v1/chat/completions", "/v1/chat/completions"]
            assert [[one.status for one in receipt.tries] for receipt in s.receipts] == [[404, 200], [200]]

    asyncio.run(run())


def test_a_model_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    async def run() -> None:
        async with (
            ollama([Local(name="other:1b", size=1)]) as server,
            scene(tmp_path, answering(500, b"unused"), extra_urls=[server.url], decided=1, **HERE) as s,
        ):
            reply = await s.ask()
            assert "not found" in reply.json()["error"]["message"]
            assert server.asked == ["coder:7b"]

    asyncio.run(run())


@pytest.mark.parametrize("context", [8192, None])
def test_what_it_would_cut_in_silence_is_not_sent(context: int | None, tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), **(HERE | {"context": context})) as s:
            reply = await s.ask(messages=[{"role": "user", "content": "word " * 20_000}])
            told = reply.json()["error"]["message"]
            assert reply.status_code == 400
            assert f"> {context or 4096} maximum" in told
            assert "OLLAMA_CONTEXT_LENGTH" in told
            assert not s.upstreams[0].sent

    asyncio.run(run())
