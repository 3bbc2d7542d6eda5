"""What stands beside the messages: counting tokens, listing models, paths that are none."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path

import httpx

from tests.integration.gateway.scene import ASK, KEY, one_upstream, scene
from tests.loopback import NO_TLS
from tests.upstream import answering, message, upstream


def test_count_tokens_is_the_upstreams_and_else_an_estimate_that_errs_high(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path / "own", answering(200, b'{"input_tokens":17}')) as s:
            assert (await s.http.post("/v1/messages/count_tokens", json=ASK)).json() == {"input_tokens": 17}
            assert s.receipts[0].cost_usd == Decimal(0)
        async with scene(tmp_path / "estimate", answering(404, b"{}")) as s:
            estimate = (await s.http.post("/v1/messages/count_tokens", json=ASK)).json()["input_tokens"]
            assert estimate > len(json.dumps(ASK)) / 4

    asyncio.run(run())


def test_models_are_listed_by_the_names_that_may_be_asked_for(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            assert [one["id"] for one in (await s.http.get("/v1/models")).json()["data"]] == ["sonnet"]
            assert (await s.http.get("/healthz")).json() == {"status": "ok"}

    asyncio.run(run())


def test_no_such_path_is_told_in_the_words_of_the_api(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            assert (await s.http.get("/v1/nothing")).json()["error"]["type"] == "not_found_error"
            assert (await s.http.get("/v1/messages")).json()["type"] == "error"

    asyncio.run(run())


def test_a_whole_reply_says_who_answered_by_the_upstreams_own_account(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message(model="claude-sonnet-4-5-20250929"))) as s:
            reply = await s.http.post("/v1/messages", json=ASK)
            assert reply.headers["x-gha-router-model"] == "claude-sonnet-4-5-20250929"
            assert reply.json()["model"] == ASK["model"]  # the alias is kept where clients look

    asyncio.run(run())


def test_a_name_that_no_header_takes_is_left_out_and_a_key_in_it_is_redacted(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path / "lines", answering(200, message(model="a\r\nset-cookie: x"))) as s:
            reply = await s.http.post("/v1/messages", json=ASK)
            assert reply.status_code == 200
            assert not {"x-gha-router-model", "set-cookie"} & reply.headers.keys()
        async with scene(tmp_path / "key", answering(200, message(model=f"m-{KEY}"))) as s:
            reply = await s.http.post("/v1/messages", json=ASK)
            assert KEY not in reply.headers["x-gha-router-model"]

    asyncio.run(run())


def test_a_translated_reply_says_who_answered_too(tmp_path: Path) -> None:
    chat = {
        "id": "1",
        "object": "chat.completion",
        "model": "gpt-5-2025-08-07",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }

    async def run() -> None:
        async with (
            upstream(answering(200, json.dumps(chat).encode())) as up,
            one_upstream(tmp_path, base_url=up.url, speaks="openai") as (url, key),
            httpx.AsyncClient(verify=NO_TLS, base_url=url, headers={"x-api-key": key}) as client,
        ):
            reply = await client.post("/v1/messages", json={**ASK, "stream": False})
            assert reply.headers["x-gha-router-model"] == "gpt-5-2025-08-07"

    asyncio.run(run())
