"""What stands beside the messages: counting tokens, listing models, paths that are none."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path

from tests.integration.gateway.scene import ASK, scene
from tests.upstream import answering, message


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
