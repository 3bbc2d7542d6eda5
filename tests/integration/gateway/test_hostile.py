"""Requests and upstreams that mean harm, or are broken: each test is named after the fault that it keeps away."""

import asyncio
import errno
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from aiohttp import web

from gha_router.gateway.keys import Grant
from tests.integration.gateway.scene import ASK, Scene, scene
from tests.upstream import answering, message, streaming, text_events

CHAT = "/v1/chat/completions"
HALF = b'{"model":"\\ud800","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"hi"}]}'


def test_a_name_that_no_receipt_can_hold_does_not_get_a_reply_without_a_receipt(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, streaming(text_events("paid for"))) as s:
            decision = s.gateway.setup.names["sonnet"]
            granted = s.gateway.keys.mint(Grant(step="fix", decision=decision))  # whatever name is asked for
            reply = await s.http.post("/v1/messages", content=HALF, headers={"x-api-key": granted})
            assert (reply.status_code, reply.json()["error"]["type"]) == (400, "invalid_request_error")
            assert s.upstreams[0].sent == []

    asyncio.run(run())


@asynccontextmanager
async def full_disk(s: Scene) -> AsyncIterator[None]:
    """Put the ledger on a disk without room."""
    descriptor = s.gateway.ledger._fd
    kept = os.dup(descriptor)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, descriptor)
    try:
        yield
    finally:
        os.dup2(kept, descriptor)
        os.close(full)
        os.close(kept)


def test_a_full_disk_ends_a_stream_without_a_second_reply_inside_it(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, streaming(text_events("hello"))) as s:
            async with full_disk(s):
                with pytest.raises(httpx.RemoteProtocolError, match="peer closed"):
                    await s.ask(stream=True)
                after = await s.ask()
            assert (after.status_code, after.headers["x-should-retry"]) == (500, "false")
            assert os.strerror(errno.ENOSPC) in after.json()["error"]["message"]
            assert len(s.upstreams[0].sent) == 1

    asyncio.run(run())


def test_a_full_disk_ends_the_service_at_the_first_receipt_even_of_an_error(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(400, b"{}")) as s:
            async with full_disk(s):
                reply = await s.ask()
            assert os.strerror(errno.ENOSPC) in reply.json()["error"]["message"]
            assert (await s.http.get("/healthz")).status_code == 500

    asyncio.run(run())


def test_a_body_that_is_not_compressed_as_it_says_is_refused_in_the_words_of_the_api(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            for path, kind in (("/v1/messages", "invalid_request_error"), (CHAT, "invalid_request_error")):
                reply = await s.http.post(path, content=b"plain", headers={"content-encoding": "gzip"})
                assert (reply.status_code, reply.json()["error"]["type"]) == (400, kind)

    asyncio.run(run())


def test_a_mistake_of_ours_is_told_in_the_words_of_the_api_and_booked_as_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    deep = b'{"a":' * 1000 + b"1" + b"}" * 1000  # more than a stream's event can be written with

    async def run() -> None:
        odd = b'{"content":[{"type":"odd","deep":%b}],"usage":{"input_tokens":1}}' % deep
        async with scene(tmp_path, answering(200, odd)) as s:
            reply = await s.ask(stream=True)
            assert (reply.status_code, reply.json()["error"]["type"]) == (500, "api_error")
            assert (s.receipts[0].status, s.receipts[0].complete) == (500, False)

    asyncio.run(run())


@pytest.mark.parametrize("odd", [b'"\\ud800"', b"NaN"])
@pytest.mark.parametrize("speaks", ["openai", "litellm"])
def test_what_only_a_lenient_reader_takes_is_refused_where_it_has_to_be_translated(
    tmp_path: Path, odd: bytes, speaks: str
) -> None:
    body = orjson.dumps(ASK)[:-1] + b',"x":' + odd + b"}"

    async def run() -> None:
        clouds: dict[str, Any] = {"provider": "bedrock", "model": "claude"} if speaks == "litellm" else {}
        async with scene(tmp_path, answering(200, message()), format=speaks, **clouds) as s:
            reply = await s.http.post("/v1/messages", content=body)
            assert (reply.status_code, reply.json()["error"]["type"]) == (400, "invalid_request_error")
            assert s.upstreams[0].sent == []

    asyncio.run(run())


def test_a_deep_schema_of_a_chat_is_passed_on(tmp_path: Path) -> None:
    deep = b'{"a":' * 300 + b"1" + b"}" * 300
    tool = b'{"type":"function","function":{"name":"t","parameters":%b}}' % deep
    body = orjson.dumps(ASK)[:-1] + b',"tools":[' + tool + b"]}"

    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            assert (await s.http.post(CHAT, content=body)).status_code == 200
            assert deep[:-300] in s.upstreams[0].sent[0].body

    asyncio.run(run())


def test_the_deep_arguments_of_a_call_are_passed_on(tmp_path: Path) -> None:
    deep = '{"a":' * 300 + "1" + "}" * 300
    call = {"id": "c", "type": "function", "function": {"name": "t", "arguments": deep}}
    said = {"role": "assistant", "tool_calls": [call]}
    reply = orjson.dumps({"choices": [{"index": 0, "message": said, "finish_reason": "tool_calls"}]})

    async def run() -> None:
        async with scene(tmp_path, answering(200, reply), format="openai") as s:
            assert deep in (await s.ask(tools=[{"name": "t", "input_schema": {"type": "object"}}])).text

    asyncio.run(run())


def test_a_key_that_is_revoked_ends_what_is_being_answered_and_has_its_receipt(tmp_path: Path) -> None:
    async def run() -> None:
        asked = asyncio.Event()

        async def silent(_request: web.Request, _body: bytes) -> web.StreamResponse:
            asked.set()
            await asyncio.Event().wait()
            raise AssertionError("nobody sets it")

        async with scene(tmp_path, silent) as s:
            left_behind = asyncio.create_task(s.ask(stream=True))
            await asked.wait()
            [receipt] = await s.gateway.revoke(s.key)
            assert (receipt["cost_usd"], receipt["complete"]) == (None, False)  # a bill may come
            with pytest.raises(httpx.RemoteProtocolError):
                await left_behind
            assert (await s.ask()).status_code == 403
            assert len(s.receipts) == 1

    asyncio.run(run())


def test_a_body_that_still_comes_when_its_key_is_revoked_is_not_served(tmp_path: Path) -> None:
    async def run() -> None:
        begun, more = asyncio.Event(), asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield orjson.dumps(ASK)[:-1]
            begun.set()
            await more.wait()
            yield b"}"

        async with scene(tmp_path, answering(200, message())) as s:
            late = asyncio.create_task(s.http.post("/v1/messages", content=slowly()))
            await begun.wait()
            await asyncio.sleep(0.1)  # the gateway has its headers
            assert await s.gateway.revoke(s.key) == []
            more.set()
            with pytest.raises(httpx.HTTPError):
                await late
            assert s.upstreams[0].sent == []

    asyncio.run(run())
