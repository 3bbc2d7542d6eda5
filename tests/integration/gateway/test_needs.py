"""Who is not asked because of what a request holds, what a search costs, and what is set aside for a file."""

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from gha_router.gateway.setup import Policy
from tests.integration.gateway.scene import scene
from tests.upstream import answering, event, message, streaming, text_events

PNG = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
PDF = {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}}
RESULT = {"type": "tool_result", "tool_use_id": "t", "content": [PNG]}
CALL = {"type": "tool_use", "id": "t", "name": "Read", "input": {}}
TOOL = {"name": "Read", "input_schema": {"type": "object"}}
SEARCH = {"type": "web_search_20250305", "name": "web_search", "max_uses": 2}


def said(*blocks: object) -> list[dict[str, Any]]:
    return [{"role": "user", "content": list(blocks)}]


HISTORY = [
    {"role": "user", "content": "look"},
    {"role": "assistant", "content": [CALL]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "x"}]},
]
CASES = [
    ("tools", {"tools": [TOOL]}, "does not take tools"),
    ("tools", {"messages": HISTORY}, "does not take tools"),
    ("vision", {"messages": said(PNG)}, "does not take images"),
    ("vision", {"messages": said(RESULT)}, "does not take images"),
    ("pdf", {"messages": said(PDF)}, "does not take PDF documents"),
    ("web_search", {"tools": [SEARCH]}, "does not take its provider's web search"),
]


@pytest.mark.parametrize("speaks", ["anthropic", "openai"])
@pytest.mark.parametrize(("word", "request_", "cause"), CASES)
def test_who_is_known_not_to_take_it_is_passed_over(
    tmp_path: Path, word: str, request_: dict[str, Any], cause: str, speaks: str
) -> None:
    async def run() -> None:
        handlers = (answering(200, message()), answering(200, message()))
        each = {"unable": ((word,), None), "format": (speaks, None)}
        async with scene(tmp_path, *handlers, each=each) as s:
            reply = await s.ask(**request_)
            assert (reply.status_code, reply.headers["x-gha-router-served"]) == (200, "lab1/real-name")
            assert s.upstreams[0].sent == []
            assert [one.cause for one in s.receipts[0].tries] == [cause, "ok"]
            await s.ask()
            assert len(s.upstreams[0].sent) == 1  # it needs none of that

    asyncio.run(run())


@pytest.mark.parametrize(("word", "request_", "cause"), CASES)
def test_when_nobody_takes_it_the_client_is_told_so_in_words(
    tmp_path: Path, word: str, request_: dict[str, Any], cause: str
) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), unable=(word,), run_usd=Decimal(10)) as s:
            reply = await s.ask(stream=True, **request_)
            error = reply.json()["error"]
            assert (reply.status_code, error["type"]) == (400, "invalid_request_error")
            assert cause in error["message"]
            assert f"`supports: {{{word}: true}}`" in error["message"]
            assert reply.headers["x-should-retry"] == "false"
            assert s.upstreams[0].sent == []
            assert s.receipts[0].cost_usd == 0
            assert (await s.ask()).status_code == 200

    asyncio.run(run())


def test_unknown_is_asked_and_so_is_anybody_when_the_checks_are_off(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path / "unknown", answering(200, message())) as s:
            assert (await s.ask(messages=said(PNG, PDF), tools=[TOOL])).status_code == 200
        off = Policy(pre_call_checks=False)
        async with scene(tmp_path / "off", answering(200, message()), unable=("vision",), policy=off) as s:
            assert (await s.ask(messages=said(PNG))).status_code == 200

    asyncio.run(run())


def test_what_a_model_does_not_take_is_no_reason_for_a_longer_context(tmp_path: Path) -> None:
    async def run() -> None:
        policy = Policy(context_window_fallbacks={"sonnet": ("lab1/real-name",)})
        handlers = (answering(200, message()), answering(200, message()))
        async with scene(tmp_path, *handlers, policy=policy, decided=1, each={"unable": (("vision",), None)}) as s:
            assert (await s.ask(messages=said(PNG))).status_code == 400
            assert s.upstreams[1].sent == []

    asyncio.run(run())


SEARCHED = {"input_tokens": 100, "output_tokens": 20, "server_tool_use": {"web_search_requests": 3}}
TOKENS = Decimal(100 * 3 + 20 * 15) / 10**6


@pytest.mark.parametrize("stream", [True, False])
def test_searches_are_metered_and_priced(tmp_path: Path, *, stream: bool) -> None:
    stop = event({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": SEARCHED})
    whole = orjson.dumps({**orjson.loads(message()), "usage": SEARCHED})
    events = text_events("found")
    handler = streaming([*events[:4], stop, events[5]]) if stream else answering(200, whole)

    async def run() -> None:
        async with scene(tmp_path, handler) as s:
            await s.ask(stream=stream, tools=[SEARCH])
            [receipt] = s.receipts
            assert receipt.usage
            assert receipt.usage.web_searches == 3
            assert receipt.cost_usd == TOKENS + 3 * Decimal("0.01")

    asyncio.run(run())


@pytest.mark.parametrize(
    ("request_", "fits", "too_little"),
    [
        ({"messages": said(PDF)}, "1.21", "1.19"),  # 200,000 tokens at twice $3, the dearest way to be cached
        ({"messages": said({"type": "image", "source": {"type": "file", "file_id": "f"}})}, "0.04", "0.02"),
        ({"tools": [SEARCH]}, "0.27", "0.25"),  # two searches: $0.02, and 40,000 tokens
    ],
)
def test_what_no_byte_shows_is_set_aside_before_it_is_sent(
    tmp_path: Path, request_: dict[str, Any], fits: str, too_little: str
) -> None:
    async def run() -> None:
        for cap, status in ((fits, 200), (too_little, 402)):
            async with scene(tmp_path / cap, answering(200, message()), run_usd=Decimal(cap), max_input=200_000) as s:
                assert (await s.ask(**request_)).status_code == status

    asyncio.run(run())
