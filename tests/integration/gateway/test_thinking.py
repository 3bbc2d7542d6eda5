"""What is left of a request for the deployment that gets it, and what a reply keeps."""

import asyncio
from pathlib import Path

from aiohttp import web

from gha_router.gateway.translate.thinking import seal
from tests.integration.gateway.scene import ASK, scene
from tests.integration.gateway.test_streams import THOUGHT
from tests.upstream import answering, message, streaming, text_events


def sealed(thinking: str) -> list[dict[str, object]]:
    blocks = [{"type": "thinking", "thinking": thinking, "signature": seal("m")}, {"type": "text", "text": "a"}]
    ask: list[dict[str, object]] = [{"role": "user", "content": "hi"}]
    return [*ask, {"role": "assistant", "content": blocks}, *ask]


def test_thinking_from_behind_the_translation_is_never_relayed_even_without_a_session(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            await s.ask(messages=sealed("hm"))
            await s.http.post("/v1/messages/count_tokens", json={**ASK, "messages": sealed("hm")})
            for sent in s.upstreams[0].sent:
                assert [block["type"] for block in sent.json["messages"][1]["content"]] == ["text"]

    asyncio.run(run())


def test_a_sessions_next_request_may_come_before_the_last_has_been_left(tmp_path: Path) -> None:
    async def lingering(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"".join(text_events("one")))
        await asyncio.sleep(5)
        return response

    asked = 0

    async def first(request: web.Request, body: bytes) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        return await (lingering(request) if asked == 1 else answering(529, b"{}")(request, body))

    async def run() -> None:
        async with scene(tmp_path, first, streaming(text_events("two")), each={"order": (1, 2)}) as s:
            s.http.headers["x-claude-code-session-id"] = "session"
            async with s.http.stream("POST", "/v1/messages", json={**ASK, "stream": True}) as reply:
                async for line in reply.aiter_lines():
                    if "message_stop" in line:
                        await s.ask(stream=True, messages=THOUGHT)
                        break
            other = s.upstreams[1].sent[0].json
            assert [block["type"] for block in other["messages"][1]["content"]] == ["tool_use"]

    asyncio.run(run())


def test_an_image_is_not_counted_as_text(tmp_path: Path) -> None:
    source = {"type": "base64", "media_type": "image/png", "data": "A" * 400_000}
    seen = [{"role": "user", "content": [{"type": "image", "source": source}]}]

    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), context=32_768) as s:
            assert (await s.ask(messages=seen)).status_code == 200
        async with scene(tmp_path / "small", answering(200, message()), context=1_000) as s:
            assert (await s.ask(messages=seen)).status_code == 400

    asyncio.run(run())


def test_a_placeholder_for_a_key_is_left_in_what_the_model_says(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message("run tests/test_a.py")), api_key="test") as s:
            assert (await s.ask()).json()["content"][0]["text"] == "run tests/test_a.py"

    asyncio.run(run())
