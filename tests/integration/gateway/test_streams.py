"""Streams that fail, fall silent or change hands."""

import asyncio
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.integration.gateway.scene import ASK, KEY, scene
from tests.upstream import Handler, answering, event, message, streaming, text_events

START = text_events("never seen")[0]
PING = event({"type": "ping"})


def error_event(kind: str) -> bytes:
    return event({"type": "error", "error": {"type": kind, "message": f"no more, {KEY}"}})


def then(chunks: Sequence[bytes], *, repeat: bytes = b"", pause_s: float = 0.02) -> Handler:
    """Send these chunks, then ``repeat`` for ever."""

    async def handler(request: web.Request, _body: bytes) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"".join(chunks))
        while True:
            await asyncio.sleep(pause_s)
            if repeat:
                await response.write(repeat)

    return handler


@pytest.mark.parametrize(
    "first",
    [
        streaming([START, error_event("overloaded_error")]),
        streaming([START + PING, b": comment\n\n"]),
        streaming([START], break_off=True),
        streaming([]),
        then([START], repeat=PING),
        answering(200, b""),
    ],
    ids=["error", "ends", "cut", "empty", "only pings", "no bytes"],
)
def test_before_content_a_failing_stream_goes_to_the_next_deployment_and_nothing_is_spliced(
    tmp_path: Path, first: Handler
) -> None:
    async def run() -> None:
        async with scene(tmp_path, first, streaming(text_events("answered")), first_byte_s=0.3) as s:
            reply = await s.ask(stream=True)
            assert reply.headers["x-gha-router-served"] == "lab1/real-name"
            assert reply.text.count("message_start") == 2  # once as the event's name, once in its data
            assert "answered" in reply.text
            [receipt] = s.receipts
            assert [one.cause == "ok" for one in receipt.tries] == [False, True]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("kind", "status"), [("overloaded_error", 529), ("rate_limit_error", 429), ("invalid_request_error", 400)]
)
def test_an_error_before_content_is_the_status_that_it_would_have_been(tmp_path: Path, kind: str, status: int) -> None:
    async def run() -> None:
        async with scene(tmp_path, streaming([START, error_event(kind)])) as s:
            reply = await s.ask(stream=True)
            assert (reply.status_code, reply.json()["error"]["type"]) == (status, kind)
            assert reply.json()["error"]["message"] == "no more, [redacted]"
            assert (s.receipts[0].status, s.receipts[0].cost_usd) == (status, Decimal(0))

    asyncio.run(run())


def test_what_the_request_itself_is_refused_for_is_not_asked_of_the_next(tmp_path: Path) -> None:
    async def run() -> None:
        refusing = streaming([error_event("invalid_request_error")])
        async with scene(tmp_path, refusing, streaming(text_events("no"))) as s:
            assert (await s.ask(stream=True)).status_code == 400
            assert s.upstreams[1].sent == []

    asyncio.run(run())


def test_an_error_after_content_is_told_in_the_stream_and_nobody_else_answers(tmp_path: Path) -> None:
    async def run() -> None:
        half = [*text_events("half")[:3], error_event("overloaded_error")]
        async with scene(tmp_path, streaming(half), streaming(text_events("other"))) as s:
            reply = await s.ask(stream=True)
            assert "half" in reply.text
            assert "other" not in reply.text
            assert reply.text.endswith('"message":"no more, [redacted]"}}\n\n')
            assert s.upstreams[1].sent == []
            [receipt] = s.receipts
            assert (receipt.complete, receipt.tries[-1].cause) == (False, "broke off: overloaded_error")

    asyncio.run(run())


def test_a_stream_that_just_ends_is_told_as_an_error(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, streaming(text_events("half")[:3])) as s:
            reply = await s.ask(stream=True)
            assert reply.text.endswith('"message":"gha-router: the upstream\'s stream ended early"}}\n\n')
            assert s.receipts[0].complete is False

    asyncio.run(run())


def test_a_silence_after_content_is_filled_with_pings_and_ended_by_the_idle_limit(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, then(text_events("slow")[:3]), ping_s=0.03, idle_s=0.2) as s:
            reply = await s.ask(stream=True)
            assert reply.text.count("event: ping") >= 2
            assert reply.text.endswith('"message":"gha-router: the upstream was silent for 0.2 s"}}\n\n')
            assert s.receipts[0].tries[-1].cause == "broke off: the upstream was silent for 0.2 s"

    asyncio.run(run())


def test_an_upstream_that_only_pings_is_dead(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, then(text_events("slow")[:3], repeat=PING), idle_s=0.2) as s:
            assert "silent for 0.2 s" in (await s.ask(stream=True)).text

    asyncio.run(run())


def test_an_event_that_was_cut_is_not_passed_on_before_the_error(tmp_path: Path) -> None:
    async def run() -> None:
        events = text_events("whole")
        cut = [*events[:3], events[3][:20]]
        async with scene(tmp_path, streaming(cut, break_off=True)) as s:
            lines = (await s.ask(stream=True)).text.rstrip().split("\n\n")
            assert lines[-2].startswith("event: content_block_delta")
            assert lines[-1].startswith("event: error")

    asyncio.run(run())


def test_a_message_without_content_is_passed_on(tmp_path: Path) -> None:
    async def run() -> None:
        events = text_events("")
        async with scene(tmp_path, streaming([events[0], *events[-2:]])) as s:
            reply = await s.ask(stream=True)
            assert "message_stop" in reply.text
            assert s.receipts[0].complete is True

    asyncio.run(run())


def test_an_upstream_that_does_not_stream_is_streamed_for_its_client(tmp_path: Path) -> None:
    content: list[dict[str, Any]] = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "text", "text": "hello"},
        {"type": "tool_use", "id": "t", "name": "Read", "input": {"file": "a"}},
    ]
    whole = json.loads(message()) | {"content": content, "stop_reason": "tool_use"}

    async def run() -> None:
        async with scene(tmp_path, answering(200, json.dumps(whole).encode())) as s:
            reply = await s.ask(stream=True)
            assert reply.headers["content-type"] == "text/event-stream"
            events = [json.loads(line[6:]) for line in reply.text.splitlines() if line.startswith("data: ")]
            assert [one["type"] for one in events if one["type"] != "content_block_delta"] == [
                "message_start",
                *["content_block_start", "content_block_stop"] * 3,
                "message_delta",
                "message_stop",
            ]
            deltas = [one["delta"] for one in events if one["type"] == "content_block_delta"]
            assert [next(value for name, value in delta.items() if name != "type") for delta in deltas] == [
                "hm",
                "s",
                "hello",
                '{"file":"a"}',
            ]
            assert events[0]["message"]["model"] == "sonnet"
            assert s.receipts[0].stop_reason == "tool_use"

    asyncio.run(run())


THOUGHT = [
    {"role": "user", "content": "hi"},
    {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "of the first"},
            {"type": "tool_use", "id": "t1", "name": "Read", "input": {}},
        ],
    },
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "x"}]},
]


def once_then_overloaded(chunks: Sequence[bytes]) -> Handler:
    asked = 0

    async def handler(request: web.Request, body: bytes) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        return await (streaming(chunks) if asked == 1 else answering(529, b"{}"))(request, body)

    return handler


def test_thinking_stays_with_the_model_that_thought_it(tmp_path: Path) -> None:
    async def run() -> None:
        first = once_then_overloaded(text_events("one"))
        async with scene(tmp_path, first, streaming(text_events("two")), each={"order": (1, 2)}) as s:
            s.http.headers["x-claude-code-session-id"] = "session"
            thinking = {"type": "enabled", "budget_tokens": 50}
            await s.ask(stream=True)
            await s.ask(stream=True, messages=THOUGHT, thinking=thinking)
            same, other = s.upstreams[0].sent[1].json, s.upstreams[1].sent[0].json
            assert (same["messages"], same["thinking"]) == (THOUGHT, thinking)
            assert [block["type"] for block in other["messages"][1]["content"]] == ["tool_use"]
            assert "thinking" not in other  # the turn's own thinking is gone, and the API would miss it

    asyncio.run(run())


def test_a_retry_after_that_claude_code_would_not_wait_for_is_cut_to_one_that_it_does(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(429, b"{}", **{"retry-after": "3600"})) as s:
            assert (await s.ask()).headers["retry-after"] == "58"

    asyncio.run(run())


def test_a_subscription_token_goes_as_bearer_with_its_beta(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), api_key="sk-ant-oat01-canary") as s:
            await s.http.post("/v1/messages", json=ASK, headers={"anthropic-beta": "a,b"})
            sent = {name.lower(): value for name, value in s.upstreams[0].sent[0].headers.items()}
            assert sent["authorization"] == "Bearer sk-ant-oat01-canary"
            assert sent["anthropic-beta"] == "a,b,oauth-2025-04-20"
            assert "x-api-key" not in sent

    asyncio.run(run())


def test_a_prompt_that_does_not_fit_is_refused_before_it_is_cut_in_silence(tmp_path: Path) -> None:
    async def run() -> None:
        long = [{"role": "user", "content": "x" * 30_000}]
        async with scene(tmp_path, answering(200, message()), provider="ollama") as s:
            reply = await s.ask(messages=long)
            assert reply.status_code == 400
            assert "prompt is too long" in reply.json()["error"]["message"]
            assert "`context`" in reply.json()["error"]["message"]
            assert s.upstreams[0].sent == []
            assert "do not fit" in s.receipts[0].tries[0].cause
        async with scene(tmp_path / "large", answering(200, message()), provider="ollama", context=32_768) as s:
            assert (await s.ask(messages=long)).status_code == 200

    asyncio.run(run())


def test_more_output_than_the_model_has_is_not_asked_for(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), max_output=64) as s:
            await s.http.post("/v1/messages", content=b'{"max_tokens" : 100 , "model":"sonnet","x":1.0e2}')
            assert s.upstreams[0].sent[0].body == b'{"max_tokens" : 64 , "model":"real-name","x":1.0e2}'

    asyncio.run(run())
