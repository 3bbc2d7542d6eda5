"""Requests that would cost more than was set aside for them: each test is named after the fault that it keeps away."""

import asyncio
import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from gha_router.gateway.setup import Sharing
from gha_router.gateway.shared.local import FILE
from tests.integration.gateway.scene import ASK, scene
from tests.upstream import answering, message

CAP = Decimal("0.5")
FIELDS = [
    {"speed": "fast"},
    {"inference_geo": "us"},
    {"service_tier": "priority"},
    {"fallbacks": [{"model": "claude-opus-4-6"}]},
    {"models": ["anthropic/claude-opus-4.6"]},
    {"plugins": [{"id": "web"}]},
    {"provider": {"only": ["the-dearest"]}},
    {"tools": [{"type": "advisor_20260301", "name": "advisor", "model": "claude-opus-4-6"}]},
]
PLAIN = [
    {"speed": "standard", "service_tier": "auto", "inference_geo": None},
    {"fallbacks": [], "models": [], "mcp_servers": [], "provider": {}},
    {"context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]}},
]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: next(iter(field)))
def test_what_the_price_does_not_know_is_not_sent_under_a_budget(tmp_path: Path, field: dict[str, Any]) -> None:
    async def run() -> None:
        async with scene(tmp_path / "capped", answering(200, message()), run_usd=CAP) as s:
            reply = await s.ask(**field)
            assert (reply.status_code, reply.headers["x-should-retry"]) == (402, "false")
            assert next(iter(field)) in reply.json()["error"]["message"]
            assert s.upstreams[0].sent == []
            assert [one.cause for one in s.receipts[0].tries] == ["has no known price as it is asked"]
        async with scene(tmp_path / "free", answering(200, message())) as s:
            assert (await s.ask(**field)).status_code == 200  # nobody counts

    asyncio.run(run())


@pytest.mark.parametrize("fields", PLAIN)
def test_what_changes_no_price_is_sent_under_a_budget(tmp_path: Path, fields: dict[str, Any]) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), run_usd=CAP) as s:
            assert (await s.ask(**fields)).status_code == 200

    asyncio.run(run())


UNBOUNDED = [
    {"mcp_servers": [{"type": "url", "url": "https://example.com/mcp", "name": "m"}]},
    {"tools": [{"type": "mcp_toolset", "mcp_server_name": "m"}]},
    {"tools": [{"type": "code_execution_20250825", "name": "code_execution"}]},
]


@pytest.mark.parametrize("fields", UNBOUNDED)
def test_what_a_providers_own_tools_put_into_the_prompt_is_set_aside(tmp_path: Path, fields: dict[str, Any]) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), run_usd=CAP, max_input=200_000) as s:
            assert (await s.ask(**fields)).status_code == 402
            assert (await s.ask()).status_code == 200

    asyncio.run(run())


@pytest.mark.parametrize("odd", [b"1" * 5000, b'{"a":' * 990 + b"1" + b"}" * 990], ids=["digits", "nest"])
def test_what_cannot_be_read_here_does_not_hide_a_document(tmp_path: Path, odd: bytes) -> None:
    body = (
        b'{"model":"sonnet","max_tokens":9,"messages":[{"role":"user","content":[{"type":"document","source":'
        b'{"type":"url","url":"https://example.com/a.pdf"}}]},{"role":"assistant","content":[{"type":"tool_use",'
        b'"id":"t","name":"Read","input":{"n":' + odd + b"}}]}]}"
    )

    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), run_usd=CAP, max_input=200_000) as s:
            assert (await s.http.post("/v1/messages", content=body)).status_code in {400, 402}
            assert s.upstreams[0].sent == []

    asyncio.run(run())


@pytest.mark.parametrize(
    "members", ['"MODEL":"dear"', '"Max_Tokens":99999', '"me\u017f\u017fages":[]', '"max_to\u212aens":9', ' "Model":1']
)
def test_a_field_in_other_letters_is_not_read_by_the_upstream_in_the_place_of_ours(
    tmp_path: Path, members: str
) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            reply = await s.http.post("/v1/messages", content=orjson.dumps(ASK)[:-1] + b"," + members.encode() + b"}")
            assert (reply.status_code, s.upstreams[0].sent) == (400, [])
            assert "in other letters" in reply.json()["error"]["message"]

    asyncio.run(run())


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json; charset=utf-7"])
def test_a_content_type_does_not_have_the_upstream_read_another_request(tmp_path: Path, kind: str) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            await s.http.post("/v1/messages", content=orjson.dumps(ASK), headers={"content-type": kind})
            sent = {name.lower(): value for name, value in s.upstreams[0].sent[0].headers.items()}
            assert sent["content-type"] == "application/json"

    asyncio.run(run())


def test_a_number_too_long_to_be_read_is_no_mistake_of_the_gateway(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            body = orjson.dumps(ASK).replace(b'"max_tokens":100', b'"max_tokens":' + b"1" * 5000)
            assert (await s.http.post("/v1/messages", content=body)).status_code == 400

    asyncio.run(run())


COMPACT = {"context_management": {"edits": [{"type": "compact_20260112"}]}}
USAGE = {"input_tokens": 23_000, "output_tokens": 1_000}
STEPS = [{"type": "compaction", "input_tokens": 180_000, "output_tokens": 3_500}, {"type": "message", **USAGE}]


def test_summing_up_the_conversation_is_set_aside_and_paid(tmp_path: Path) -> None:
    body = orjson.dumps({**orjson.loads(message()), "usage": {**USAGE, "iterations": STEPS}})

    async def run() -> None:
        async with scene(tmp_path / "a", answering(200, body)) as s:
            await s.ask(**COMPACT)
            assert s.receipts[0].cost_usd == (Decimal(203_000) * 3 + Decimal(4_500) * 15) / 10**6
        async with scene(tmp_path / "b", answering(200, body), run_usd=Decimal("0.003")) as s:
            assert (await s.ask(**COMPACT)).status_code == 402
            assert (await s.ask()).status_code == 200

    asyncio.run(run())


@pytest.mark.parametrize("tokens", [2**63 + 5, 2**64 + 5, 10**30])
def test_a_count_that_no_store_can_hold_empties_the_day_and_breaks_nothing(tmp_path: Path, tokens: int) -> None:
    body = message().replace(b'"input_tokens":100', b'"input_tokens":%d' % tokens)
    assert str(tokens).encode() in body
    told = {"sharing": replace(Sharing(folder=tmp_path / "state"), day_usd=Decimal(1))}

    async def run() -> None:
        async with scene(tmp_path, answering(200, body), told=told) as s:
            assert [(await s.ask()).status_code for _ in range(2)] == [200, 402]
            assert len(s.receipts) == 2

    asyncio.run(run())


@pytest.mark.parametrize("used", ["'abc'", "x'00'"])
def test_a_sum_that_is_no_number_refuses_what_costs_money_in_words(tmp_path: Path, used: str) -> None:
    told = {"sharing": replace(Sharing(folder=tmp_path / "state"), day_usd=Decimal(1))}

    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), told=told) as s:
            assert (await s.ask()).status_code == 200
            with sqlite3.connect(tmp_path / "state" / FILE) as file:
                file.execute(f"UPDATE account SET used = {used}")  # noqa: S608  a constant of this test
            file.close()
            refused = await s.ask()
            assert refused.status_code == 402
            assert "cannot be used" in refused.json()["error"]["message"]

    asyncio.run(run())


def test_more_output_than_the_model_gives_is_not_set_aside(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), run_usd=Decimal("0.2"), max_output=8192) as s:
            assert (await s.ask(max_tokens=64_000)).status_code == 200
            assert b'"max_tokens":8192' in s.upstreams[0].sent[0].body

    asyncio.run(run())
