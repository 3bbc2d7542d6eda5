"""Upstreams that answer wrongly on the wire: each test is named after the fault that it keeps away."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from aiohttp import web

from tests.integration.gateway.scene import ASK, KEY, Scene, scene
from tests.upstream import Handler, answering, message, streaming, text_events

EVENTS = text_events("hello")
OK = b"HTTP/1.1 200 OK\r\ncontent-type: "
SSE = OK + b"text/event-stream\r\n\r\n"
CHUNK = b'data: {"id":"c","choices":[{"index":0,"delta":{"content":"hey"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
SOON = 4.0  # seconds in which what must end has ended
Write = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def wire(write: Write) -> AsyncIterator[str]:
    """Yield the address of a server that reads a request and lets ``write`` answer, byte by byte."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            fields = dict(line.split(b": ", 1) for line in head.lower().strip().split(b"\r\n")[1:])
            await reader.readexactly(int(fields[b"content-length"]))
            await write(writer)
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@asynccontextmanager
async def over(folder: Path, write: Write, **deployment: Any) -> AsyncIterator[Scene]:
    async with wire(write) as url, scene(folder, extra_urls=[url], **deployment) as s:
        yield s


def sending(*parts: bytes, then_silent: bool = False) -> Write:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(parts))
        await writer.drain()
        if then_silent:
            await asyncio.sleep(60)

    return write


def events_of(reply: httpx.Response) -> list[dict[str, Any]]:
    return [orjson.loads(line[6:]) for line in reply.text.splitlines() if line.startswith("data: {")]


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/chat/completions"])
def test_a_last_event_without_its_empty_line_is_the_end_all_the_same(tmp_path: Path, path: str) -> None:
    async def run() -> None:
        async with over(tmp_path, sending(SSE, *EVENTS[:-1], EVENTS[-1][:-1])) as s:
            reply = await s.http.post(path, json={**ASK, "stream": True})
            assert "error" not in reply.text
            if path == "/v1/messages":
                assert reply.content == b"".join(EVENTS).replace(b"real-name", b"sonnet")
            assert s.receipts[0].complete

    asyncio.run(run())


def test_an_error_does_not_land_inside_an_event_that_was_cut(tmp_path: Path) -> None:
    async def run() -> None:
        async with over(tmp_path, sending(SSE, *EVENTS[:3], EVENTS[3][:40])) as s:
            events = events_of(await s.ask(stream=True))
            assert [one["type"] for one in events][-2:] == ["content_block_delta", "error"]

    asyncio.run(run())


@pytest.mark.parametrize(("speaks", "said"), [("anthropic", b"".join(EVENTS)), ("openai", CHUNK)])
def test_an_upstream_that_goes_on_behind_the_end_does_not_keep_the_client(
    tmp_path: Path, speaks: str, said: bytes
) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(SSE + said)
        while True:
            writer.write(b": x\n\n")
            await writer.drain()
            await asyncio.sleep(0.1)

    async def run() -> None:
        async with over(tmp_path, endless, format=speaks) as s:
            async with asyncio.timeout(SOON):
                assert (await s.ask(stream=True)).status_code == 200
            assert s.receipts[0].complete

    asyncio.run(run())


def test_a_body_that_never_comes_behind_good_headers_is_given_up(tmp_path: Path) -> None:
    async def run() -> None:
        slow = sending(OK + b"application/json\r\ncontent-length: 50\r\n\r\n{", then_silent=True)
        async with over(tmp_path, slow, timeout_s=0.2) as s, asyncio.timeout(SOON):
            assert (await s.ask(stream=True)).status_code == 502
            assert s.receipts[0].tries[0].cause == "the reply broke off (TimeoutError)"

    asyncio.run(run())


def test_the_words_of_an_error_that_never_come_are_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gha_router.gateway.asking.ERROR_S", 0.2)

    async def run() -> None:
        slow = sending(b"HTTP/1.1 500 X\r\ncontent-length: 50\r\n\r\n{", then_silent=True)
        async with over(tmp_path, slow) as s, asyncio.timeout(SOON):
            assert (await s.ask(stream=True)).status_code == 500

    asyncio.run(run())


@pytest.mark.parametrize(
    ("asked", "told"), [(b"9" * 5000, "58"), (b"Wed, 21 Oct 2099 07:28:00 GMT", "58"), (b"0.5", "1"), (b"-1", "58")]
)
def test_every_retry_after_becomes_one_that_claude_code_waits_for(tmp_path: Path, asked: bytes, told: str) -> None:
    async def run() -> None:
        head = b"HTTP/1.1 429 X\r\nretry-after-ms: 3600000\r\ncontent-length: 2\r\nretry-after: "
        async with over(tmp_path, sending(head, asked, b"\r\n\r\n{}")) as s:
            reply = await s.ask()
            assert (reply.status_code, reply.headers["retry-after"]) == (429, told)
            assert "retry-after-ms" not in reply.headers

    asyncio.run(run())


@pytest.mark.parametrize("odd", [{"content": 5}, {"content": ["a"]}, {"content": [], "usage": "x"}])
def test_a_reply_of_another_shape_is_no_message(tmp_path: Path, odd: dict[str, object]) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, orjson.dumps(odd)), answering(200, message())) as s:
            assert (await s.ask(stream=True)).headers["x-gha-router-served"] == "lab1/real-name"

    asyncio.run(run())


def test_an_error_under_a_status_of_success_keeps_its_words(tmp_path: Path) -> None:
    said = {"type": "invalid_request_error", "message": "prompt is too long: 9 tokens > 8 maximum"}

    async def run() -> None:
        async with scene(tmp_path, answering(200, orjson.dumps({"type": "error", "error": said}))) as s:
            reply = await s.ask()
            assert (reply.status_code, reply.json()["error"]) == (400, said)

    asyncio.run(run())


@pytest.mark.parametrize("cut", range(3990, 4001))
def test_a_key_at_the_place_where_an_errors_words_are_cut_does_not_pass_in_part(tmp_path: Path, cut: int) -> None:
    async def run() -> None:
        said = orjson.dumps({"error": {"message": "x" * cut + KEY}})
        async with scene(tmp_path, answering(400, said), format="openai") as s:
            assert KEY[:3] not in (await s.ask()).text

    asyncio.run(run())


nameless: Handler = answering(200, message())


def test_a_receipt_tells_the_first_byte_and_the_id_of_who_served(tmp_path: Path) -> None:
    async def late(request: web.Request, body: bytes) -> web.StreamResponse:
        await asyncio.sleep(0.3)
        return await nameless(request, body)

    async def run() -> None:
        async with scene(tmp_path, streaming(EVENTS[:1]), late) as s:  # the first has a request id
            await s.ask(stream=True)
            receipt = s.receipts[0]
            assert receipt.served == "lab1/real-name"
            assert receipt.upstream_id is None
            assert receipt.ttfb_s is not None
            assert receipt.ttfb_s > 0.3

    asyncio.run(run())


def test_a_header_of_several_lines_arrives_whole(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            lines: Sequence[tuple[str, str]] = [("anthropic-beta", "a"), ("anthropic-beta", "b")]
            await s.http.post("/v1/messages", json=ASK, headers=lines)
            assert s.upstreams[0].sent[0].headers["anthropic-beta"] == "a, b"

    asyncio.run(run())


def test_a_count_is_never_streamed(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, b'{"input_tokens":5}')) as s:
            reply = await s.http.post("/v1/messages/count_tokens", json={**ASK, "stream": True})
            assert reply.json() == {"input_tokens": 5}

    asyncio.run(run())
