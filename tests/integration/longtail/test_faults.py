"""Errors in one form, silence cut short, clients that go away."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from gha_router.gateway.longtail import Driver, LongtailError
from gha_router.gateway.longtail.worker import MEMORY
from gha_router.gateway.setup import Upstream
from tests.integration.longtail import clouds
from tests.integration.longtail.conftest import World
from tests.upstream import Handler, answering, upstream

pytestmark = pytest.mark.xdist_group("litellm")  # one worker imports it

BODY: dict[str, Any] = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}
TOO_LONG = "prompt is too long: 210000 tokens > 200000 maximum"
FORMS: dict[str, tuple[Callable[[str], Upstream], Callable[[str], dict[str, Any]]]] = {
    "azure": (clouds.azure, lambda text: {"error": {"code": "x", "message": text}}),
    "gemini": (clouds.gemini, lambda text: {"error": {"code": 400, "message": text, "status": "X"}}),
    "bedrock": (clouds.bedrock, lambda text: {"message": text}),
}


def claude(url: str) -> Upstream:
    return clouds.bedrock(url, "anthropic.claude-sonnet-4-5-20250929-v1:0")


async def fault(driver: Driver, found: Upstream, *, streamed: bool = False) -> LongtailError:
    try:
        if streamed:
            async with driver.stream(found, BODY) as stream:
                chunks = [chunk async for chunk in stream]
            raise AssertionError(chunks)
        reply = await driver.complete(found, BODY)
    except LongtailError as error:
        return error
    raise AssertionError(reply)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
@pytest.mark.parametrize("name", FORMS)
def test_an_error_keeps_its_status_its_words_and_when_to_come_back(
    name: str, status: int, *, streamed: bool, world: World
) -> None:
    make, form = FORMS[name]
    text = f"{TOO_LONG if status == 400 else 'not now'} ({clouds.KEY} {clouds.SECRET})"

    async def scene() -> None:
        handler = answering(status, orjson.dumps(form(text)), **{"retry-after": "7"})
        async with upstream(handler) as seen:
            error = await fault(world.driver, make(seen.url), streamed=streamed)
            assert len(seen.sent) == 1, "tried again"
        assert error.status == status
        assert error.message.startswith(text.partition(" (")[0])
        assert clouds.KEY not in error.message or name == "bedrock"
        assert clouds.SECRET not in error.message or name != "bedrock"
        assert "Traceback" not in error.message
        assert error.retry_after == "7"

    world.run(scene())


def test_a_reply_that_is_too_large_is_given_up_and_a_large_one_is_not(world: World) -> None:
    def reply(size: int) -> bytes:
        said = {"role": "assistant", "content": "x" * size}
        return orjson.dumps({"id": "c", "model": "m", "choices": [{"index": 0, "message": said}]})

    async def scene() -> None:
        async with upstream(answering(200, reply(33 << 20))) as large, upstream(answering(200, reply(5 << 20))) as fine:
            error = await fault(world.driver, clouds.azure(large.url))
            assert (error.status, error.message) == (502, "the reply is given up: it is larger than 32 MiB")
            answer = await world.driver.complete(clouds.azure(fine.url), BODY)
            assert len(answer.data["choices"][0]["message"]["content"]) == 5 << 20

    world.run(scene())


def test_the_workers_memory_is_bounded(world: World) -> None:
    world.run(world.driver.ready())
    limits = Path(f"/proc/{world.driver.pid}/limits").read_text()
    [line] = [line for line in limits.splitlines() if line.startswith("Max data size")]
    assert line.split()[3] == str(MEMORY)


def test_an_error_of_claude_in_a_cloud_has_the_same_form(world: World) -> None:
    async def scene() -> None:
        handler = answering(429, orjson.dumps({"message": f"slow down {clouds.SECRET}"}), **{"retry-after": "7"})
        async with upstream(handler) as seen:
            with pytest.raises(LongtailError) as caught:
                await world.driver.messages(claude(seen.url), BODY)
            assert len(seen.sent) == 1, "tried again"
        assert (caught.value.status, caught.value.retry_after) == (429, "7")
        assert caught.value.message == "slow down [redacted]"

    world.run(scene())


@pytest.mark.parametrize("name", FORMS)
def test_nobody_there_is_502_without_a_traceback(name: str, world: World) -> None:
    async def scene() -> None:
        error = await fault(world.driver, FORMS[name][0]("http://127.0.0.1:1"))
        assert error.status == 502
        assert "Traceback" not in error.message

    world.run(scene())


def test_a_provider_that_litellm_does_not_know_is_an_error_that_says_so(world: World) -> None:
    async def scene() -> None:
        error = await fault(world.driver, clouds.deployment("http://127.0.0.1:1", "nobody", "x"))
        assert error.status == 400
        assert "nobody" in error.message

    world.run(scene())


def silent(asked: asyncio.Event, left: asyncio.Event, first: bytes = b"") -> Handler:
    """Say nothing, or one thing and then nothing, until the client goes."""

    async def handler(request: web.Request, _body: bytes) -> web.StreamResponse:
        try:
            response = web.StreamResponse(headers={"content-type": clouds.SSE})
            if first:
                await response.prepare(request)
                await response.write(first)
            asked.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            left.set()
            raise
        return response

    return handler


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("streamed", [False, True])
def test_a_client_that_goes_away_closes_the_providers_connection(name: str, *, streamed: bool, world: World) -> None:
    async def scene() -> None:
        asked, left = asyncio.Event(), asyncio.Event()
        async with upstream(silent(asked, left)) as seen:
            call = asyncio.create_task(fault(world.driver, FORMS[name][0](seen.url), streamed=streamed))
            await asked.wait()
            call.cancel()
            await left.wait()

    world.run(scene())


def test_a_client_that_goes_away_in_mid_stream_closes_the_providers_connection(world: World) -> None:
    async def scene() -> None:
        asked, left = asyncio.Event(), asyncio.Event()
        first = clouds.data_lines([clouds.openai_chunk({"role": "assistant", "content": "hel"})])[0]
        async with upstream(silent(asked, left, first)) as seen:
            async with world.driver.stream(clouds.azure(seen.url), BODY) as stream:
                assert (await anext(aiter(stream)))["choices"][0]["delta"]["content"] == "hel"
            await left.wait()

    world.run(scene())


def test_claude_in_a_cloud_is_cancelled_too(world: World) -> None:
    async def scene() -> None:
        asked, left = asyncio.Event(), asyncio.Event()
        async with upstream(silent(asked, left)) as seen:
            call = asyncio.create_task(world.driver.messages(claude(seen.url), BODY))
            await asked.wait()
            call.cancel()
            await left.wait()

    world.run(scene())


@pytest.mark.parametrize("streamed", [False, True])
def test_silence_before_the_first_byte_ends_with_504(*, streamed: bool, world: World) -> None:
    async def scene() -> None:
        asked, left = asyncio.Event(), asyncio.Event()
        async with upstream(clouds.cloud()) as seen:
            await world.driver.complete(clouds.azure(seen.url), BODY)  # the first call of all takes a second longer
        async with upstream(silent(asked, left)) as seen:
            hurried = replace(clouds.azure(seen.url), timeout_s=0.5, first_byte_s=0.5)
            error = await fault(world.driver, hurried, streamed=streamed)
            assert error.status == 504
            await left.wait()

    world.run(scene())


def test_silence_in_mid_stream_ends_with_504(world: World) -> None:
    async def scene() -> None:
        asked, left = asyncio.Event(), asyncio.Event()
        first = clouds.data_lines([clouds.openai_chunk({"role": "assistant", "content": "hel"})])[0]
        async with upstream(silent(asked, left, first)) as seen:
            hurried = replace(clouds.azure(seen.url), idle_s=0.3)
            async with world.driver.stream(hurried, BODY) as stream:
                chunks = aiter(stream)
                await anext(chunks)
                with pytest.raises(LongtailError) as caught:
                    await anext(chunks)
            assert caught.value.status == 504
            await left.wait()

    world.run(scene())


def test_a_stream_that_breaks_off_is_an_error_and_no_end(world: World) -> None:
    async def scene() -> None:
        lines = clouds.data_lines([clouds.openai_chunk({"role": "assistant", "content": "hel"})])

        async def broken(request: web.Request, _body: bytes) -> web.StreamResponse:
            response = web.StreamResponse(headers={"content-type": clouds.SSE})
            await response.prepare(request)
            await response.write(lines[0])
            if request.transport:
                request.transport.abort()
            return response

        async with upstream(broken) as seen:
            error = await fault(world.driver, clouds.azure(seen.url), streamed=True)
        assert error.status == 502

    world.run(scene())
