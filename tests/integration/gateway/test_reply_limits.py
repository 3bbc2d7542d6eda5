"""Replies that are too large, and replies of the other kind than was asked for."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from gha_router.gateway import asking, sse
from tests.integration.gateway.scene import Scene, scene
from tests.upstream import Handler, answering, event, message, streaming, text_events

SMALL = 64 * 1024
OK = answering(200, message("short"))


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((asking, "MAX_REPLY"), (asking, "MAX_ERROR"), (sse, "MAX_EVENT")):
        monkeypatch.setattr(module, name, SMALL)
    monkeypatch.setattr("gha_router.gateway.gather.MAX_REPLY", SMALL)


def chunked(status: int, part: bytes, kind: str = "application/json") -> tuple[Handler, list[int]]:
    """Return an upstream that sends a part again and again without saying how much will come, and what it has sent."""
    sent: list[int] = []

    async def handler(request: web.Request, _body: bytes) -> web.StreamResponse:
        response = web.StreamResponse(status=status, headers={"content-type": kind})
        await response.prepare(request)
        for _ in range(10_000):
            await response.write(part)
            sent.append(len(part))
        return response

    return handler, sent


BIG_CHAT = orjson.dumps({"id": "c", "choices": [{"index": 0, "message": {"content": "x" * SMALL}}]})


@pytest.mark.parametrize(("speaks", "body"), [("anthropic", message("x" * SMALL)), ("openai", BIG_CHAT)])
@pytest.mark.parametrize("stream", [True, False])
def test_a_whole_reply_that_is_too_large_goes_to_the_next(
    tmp_path: Path, speaks: str, body: bytes, *, stream: bool
) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, body), OK, each={"format": (speaks, None)}) as s:
            reply = await s.ask(stream=stream)
            assert reply.headers["x-gha-router-served"] == "lab1/real-name"
            assert s.receipts[0].tries[0].cause == "the reply is given up: it is larger than 0 MiB"
        async with scene(tmp_path / "alone", answering(200, body), format=speaks) as s:
            told = await s.ask(stream=stream)
            assert (told.status_code, "larger than" in told.json()["error"]["message"]) == (502, True)
            assert len(s.upstreams[0].sent) == 1  # it would be as large again, and billed

    asyncio.run(run())


def test_what_tells_no_length_is_read_no_further_than_the_limit(tmp_path: Path) -> None:
    handler, sent = chunked(200, b"x" * 8192)

    async def run() -> None:
        async with scene(tmp_path, handler) as s:
            assert (await s.ask()).status_code == 502

    asyncio.run(run())
    assert sum(sent) < 8192 * 5_000  # what the sockets hold, and not all of it


def test_the_words_of_an_error_are_left_out_when_they_are_too_many(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(400, b"x" * (SMALL + 1))) as s:
            reply = await s.ask()
            assert (reply.status_code, "left out" in reply.json()["error"]["message"]) == (400, True)
        async with scene(tmp_path / "2", answering(400, b"x" * (SMALL + 1)), format="openai") as s:
            assert "left out" in (await s.ask()).json()["error"]["message"]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("speaks", "part"),
    [("anthropic", b"data: xxxxxxxx"), ("anthropic", b": ping\n\n"), ("openai", b"data: xxxxxxxx")],
)
def test_an_event_without_an_end_and_silence_without_an_end_go_to_the_next(
    tmp_path: Path, speaks: str, part: bytes
) -> None:
    handler, _ = chunked(200, part * 1000, "text/event-stream")

    async def run() -> None:
        async with scene(tmp_path, handler, streaming(text_events("hi")), each={"format": (speaks, None)}) as s:
            reply = await s.ask(stream=True)
            assert reply.headers["x-gha-router-served"] == "lab1/real-name"

    asyncio.run(run())


def test_an_event_that_is_too_large_in_mid_stream_is_told(tmp_path: Path) -> None:
    large = event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "x" * SMALL * 2}})
    events = text_events("hi")

    async def run() -> None:
        seen = asyncio.Event()

        async def handler(request: web.Request, body: bytes) -> web.StreamResponse:
            response = await streaming(events[:3])(request, body)
            await seen.wait()
            await response.write(large)
            return response

        async with scene(tmp_path, handler) as s:
            body = {"model": "sonnet", "stream": True, "messages": []}
            async with s.http.stream("POST", "/v1/messages", json=body) as reply:
                told = ""
                async for part in reply.aiter_text():
                    told += part
                    seen.set()
            assert "event: error" in told
            assert "an event is larger than" in told
            assert not s.receipts[0].complete

    asyncio.run(run())


def chat_chunks(text: str) -> list[bytes]:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        return b"data: " + orjson.dumps({"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    call = {"index": 0, "id": "call_1", "function": {"name": "Read", "arguments": '{"a":'}}
    usage = b"data: " + orjson.dumps({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 20}})
    lines = [
        chunk({"role": "assistant", "content": text}),
        chunk({"tool_calls": [call]}),
        chunk({"tool_calls": [{"index": 0, "function": {"arguments": "1}"}}]}),
        chunk({}, "tool_calls"),
        usage,
        b"data: [DONE]",
    ]
    return [line + b"\n\n" for line in lines]


def claude_events(text: str) -> list[bytes]:
    opening = text_events("")[0]
    blocks: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
        (
            {"type": "thinking", "thinking": "", "signature": ""},
            [
                {"type": "thinking_delta", "thinking": "h"},
                {"type": "thinking_delta", "thinking": "m"},
                {"type": "signature_delta", "signature": "sig"},
            ],
        ),
        ({"type": "text", "text": ""}, [{"type": "text_delta", "text": part} for part in text]),
        (
            {"type": "tool_use", "id": "t", "name": "Read", "input": {}},
            [{"type": "input_json_delta", "partial_json": part} for part in ("", '{"a":', "1}")],
        ),
        (
            {"type": "tool_use", "id": "u", "name": "Now", "input": {}},
            [{"type": "input_json_delta", "partial_json": ""}],
        ),
    ]
    told = [opening]
    for index, (start, deltas) in enumerate(blocks):
        told.append(event({"type": "content_block_start", "index": index, "content_block": start}))
        told += [event({"type": "content_block_delta", "index": index, "delta": delta}) for delta in deltas]
        told.append(event({"type": "content_block_stop", "index": index}))
    stop = {"stop_reason": "tool_use", "stop_sequence": None}
    told.append(event({"type": "message_delta", "delta": stop, "usage": {"output_tokens": 20}}))
    return [*told, event({"type": "message_stop"})]


TOOL = {"name": "Read", "input_schema": {"type": "object"}}
KINDS: dict[str, Callable[[str], list[bytes]]] = {"anthropic": claude_events, "openai": chat_chunks}


@pytest.mark.parametrize("speaks", KINDS)
def test_a_stream_that_comes_where_a_whole_reply_was_asked_for_becomes_one(tmp_path: Path, speaks: str) -> None:
    async def run() -> None:
        async with scene(tmp_path, streaming(KINDS[speaks]("hello")), format=speaks) as s:
            reply = await s.ask(tools=[TOOL])
            assert reply.headers["content-type"] == "application/json"
            got = reply.json()
            assert (got["type"], got["model"], got["stop_reason"]) == ("message", "sonnet", "tool_use")
            blocks = {block["type"]: block for block in reversed(got["content"])}
            assert blocks["text"]["text"] == "hello"
            assert (blocks["tool_use"]["name"], blocks["tool_use"]["input"]) == ("Read", {"a": 1})
            assert (got["usage"]["input_tokens"], got["usage"]["output_tokens"]) == (100, 20)
            if speaks == "anthropic":
                assert got["content"][0] == {"type": "thinking", "thinking": "hm", "signature": "sig"}
                assert got["content"][3]["input"] == {}
            [receipt] = s.receipts
            assert (receipt.complete, receipt.cost_usd) == (True, Decimal(100 * 3 + 20 * 15) / 10**6)
            assert receipt.stop_reason == "tool_use"
            chat = await s.http.post(
                "/v1/chat/completions", json={"model": "sonnet", "messages": [{"role": "user", "content": "hi"}]}
            )
            assert chat.json()["choices"][0]["message"]["content"] == "hello"

    asyncio.run(run())


ERROR = event({"type": "error", "error": {"type": "overloaded_error", "message": "no"}})
EVENTS = text_events("never seen")


@pytest.mark.parametrize(
    ("handler", "cause"),
    [
        (streaming(EVENTS[:4]), "the upstream's stream ended early"),
        (streaming(EVENTS[:4], break_off=True), "the upstream's stream broke off (ClientPayloadError)"),
        (streaming([*EVENTS[:4], ERROR]), "an error instead of content: overloaded_error"),
        (streaming([EVENTS[0], *EVENTS[1:3] * 2000]), "the reply is given up: it is larger than 0 MiB"),
    ],
)
def test_a_stream_that_is_gathered_and_breaks_goes_to_the_next_unseen(
    tmp_path: Path, handler: Handler, cause: str
) -> None:
    async def run() -> None:
        async with scene(tmp_path, handler, OK) as s:
            reply = await s.ask()
            assert (reply.status_code, "never seen" in reply.text) == (200, False)
            assert [one.cause for one in s.receipts[0].tries] == [cause, "ok"]

    asyncio.run(run())


def test_a_count_that_comes_as_a_stream_is_none(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, streaming(EVENTS)) as s:
            assert (await count(s)).json()["input_tokens"] > 0

    asyncio.run(run())


async def count(s: Scene) -> Any:
    return await s.http.post("/v1/messages/count_tokens", json={"model": "sonnet", "messages": []})
