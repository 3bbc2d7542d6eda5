"""The load and its upstream against each other, and against answers that are none."""

import asyncio

import pytest
from aiohttp import web
from bench.speed.load import Client, Unanswered
from bench.speed.upstream import upstream
from bench.speed.wire import Ask

from tests.upstream import Handler, answering, message, streaming
from tests.upstream import upstream as answers

CHUNKS = 4


async def asked(url: str, *, stream: bool = False, requests: int = 6, at_once: int = 2) -> list[float]:
    client = Client.of(url, {"x-api-key": "k"}, Ask(model="m", size=60_000, stream=stream), CHUNKS)
    replies = await client.replies(requests, at_once=at_once)
    assert all(len(reply.delays) == (CHUNKS if stream else 0) for reply in replies)
    assert all(0 < reply.first <= reply.seconds for reply in replies)
    assert all(delay >= 0 for reply in replies for delay in reply.delays)
    return [reply.seconds for reply in replies]


@pytest.mark.parametrize("stream", [True, False])
def test_every_request_is_answered(stream: bool) -> None:  # noqa: FBT001
    async def play() -> int:
        async with upstream(chunks=CHUNKS, pause_s=0.001) as url:
            return len(await asked(url, stream=stream))

    assert asyncio.run(play()) == 6


def test_a_time_ends_the_load_but_not_before_the_least() -> None:
    async def play() -> tuple[int, int]:
        async with upstream(chunks=CHUNKS, pause_s=0) as url:
            client = Client.of(url, {}, Ask(model="m", size=1_000), CHUNKS)
            return len(await client.replies_within(0, least=7)), len(await client.replies_within(0.05, at_once=2))

    least, many = asyncio.run(play())
    assert least == 7
    assert many > 0


async def _closing(_request: web.Request, _body: bytes) -> web.StreamResponse:
    return web.Response(body=message(), headers={"connection": "close"})


async def _chunked(request: web.Request, _body: bytes) -> web.StreamResponse:
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(message())
    return response


@pytest.mark.parametrize("handler", [_closing, _chunked, answering(200, message())])
def test_any_framing_of_a_reply_is_read(handler: Handler) -> None:
    async def play() -> int:
        async with answers(handler) as other:
            return len(await asked(other.url))

    assert asyncio.run(play()) == 6


@pytest.mark.parametrize(
    ("handler", "stream", "why"),
    [
        (answering(500, b'{"status":"failure"}'), False, '500 {"status":"failure"}'),
        (answering(200, b"{}"), False, "200 {}"),
        (answering(502, b""), False, "502 without a body"),
        (streaming([b"event: error\ndata: {}\n\n"]), True, "200 17 event: error"),
        (streaming([b"data: {}\n\n"], break_off=True), True, "closed in the midst"),
    ],
)
def test_what_is_no_answer_is_said(handler: Handler, stream: bool, why: str) -> None:  # noqa: FBT001
    async def play() -> None:
        async with answers(handler) as other:
            await asked(other.url, stream=stream, at_once=1)

    with pytest.raises(Unanswered, match=why.replace("{", r"\{")):
        asyncio.run(play())


def test_nobody_there_is_said() -> None:
    async def play() -> None:
        async with upstream(chunks=1, pause_s=0) as url:
            pass
        await asked(url)

    with pytest.raises(Unanswered, match="Connect"):
        asyncio.run(play())
