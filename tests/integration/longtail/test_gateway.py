"""The gateway in front of clouds: one worker, every cloud's own wire format, Anthropic's Messages in front."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from aiohttp import web

from gha_router.gateway.app import Gateway
from gha_router.gateway.keys import Grant
from gha_router.gateway.longtail import Driver
from gha_router.gateway.server import serving
from gha_router.gateway.setup import LITELLM, Policy, Setup, Upstream
from gha_router.ledger import Ledger, receipts
from gha_router.pricing import Price
from gha_router.records import Decision, Receipt
from tests.integration.longtail import clouds
from tests.integration.longtail.conftest import World
from tests.loopback import NO_TLS
from tests.upstream import upstream

pytestmark = pytest.mark.xdist_group("litellm")  # one worker imports it

PRICE = Price(input=Decimal(3), output=Decimal(15), cache_read=Decimal(1), source="configured", digest="d")
POLICY = Policy(num_retries=0, cooldown_s=0)  # so that one case does not speak for the next
TOOL = {"name": "Read", "description": "Read a file", "input_schema": {"type": "object", "properties": {"a": {}}}}
ASK: dict[str, Any] = {"max_tokens": 100, "tools": [TOOL], "messages": [{"role": "user", "content": "hi"}]}


@asynccontextmanager
async def gateway(
    folder: Path, groups: Mapping[str, Sequence[Upstream]], driver: Driver
) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of a gateway that serves each group by its name."""
    found = {one.name: replace(one, format=LITELLM, price=PRICE) for group in groups.values() for one in group}
    names = {
        name: Decision(asked=None, model=name, deployments=tuple(one.name for one in group), reason="by name")
        for name, group in groups.items()
    }
    one = Gateway(
        Setup(ledger=folder / "ledger.jsonl", upstreams=found, names=names, default=None, policy=POLICY),
        Ledger(folder / "ledger.jsonl"),
        driver=driver,
    )
    key = one.keys.mint(Grant(step="fix"))
    async with (
        serving(one) as url,
        httpx.AsyncClient(verify=NO_TLS, base_url=url, headers={"x-api-key": key}, timeout=90) as client,
    ):
        yield client
    one.ledger.close()


def last(folder: Path) -> Receipt:
    return list(receipts(folder / "ledger.jsonl"))[-1]


def events(text: str) -> list[dict[str, Any]]:
    return [orjson.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]


async def overloaded(_request: web.Request, _body: bytes) -> web.StreamResponse:
    error = b'{"error": {"code": "429", "message": "slow down, key-canary-0123456789"}}'
    return web.Response(status=429, body=error, headers={"retry-after": "3600", "content-type": "application/json"})


def test_every_cloud_answers_in_anthropics_words_and_is_booked(tmp_path: Path, world: World) -> None:
    async def run() -> None:
        async with upstream(clouds.cloud()) as up, upstream(overloaded) as busy:
            groups = {
                "azure": [clouds.azure(up.url)],
                "gemini": [clouds.gemini(up.url)],
                "bedrock": [clouds.bedrock(up.url)],
                "vertex": [clouds.vertex(up.url, "gemini-2.5-pro")],
                "claude": [clouds.bedrock(up.url, "eu.anthropic.claude-sonnet-4-5-20250929-v1:0")],
                "busy": [replace(clouds.azure(busy.url), name="azure/busy")],
                "group": [replace(clouds.azure(busy.url), name="azure/busy"), clouds.bedrock(up.url)],
            }
            async with gateway(tmp_path, groups, world.driver) as client:
                for name in ("azure", "gemini", "bedrock", "vertex", "claude"):
                    await _whole(client, name, tmp_path)
                    await _streamed(client, name, tmp_path)
                await _failing(client, tmp_path)

    world.run(run())


async def _whole(client: httpx.AsyncClient, name: str, folder: Path) -> None:
    reply = await client.post("/v1/messages", json={**ASK, "model": name})
    assert reply.status_code == 200, (name, reply.text)
    message = reply.json()
    assert message["model"] == name
    assert "hello" in [block.get("text") for block in message["content"]]
    usage = message["usage"]
    assert (usage["input_tokens"], usage["cache_read_input_tokens"]) == (4, 6), name
    receipt = last(folder)
    assert receipt.served == reply.headers["x-gha-router-served"]
    assert receipt.cost_usd is not None
    assert receipt.complete


async def _streamed(client: httpx.AsyncClient, name: str, folder: Path) -> None:
    reply = await client.post("/v1/messages", json={**ASK, "model": name, "stream": True})
    assert reply.headers["content-type"].startswith("text/event-stream"), (name, reply.text)
    told = events(reply.text)
    assert (told[0]["type"], told[-1]["type"]) == ("message_start", "message_stop"), name
    assert told[0]["message"]["model"] == name
    started = [one["content_block"] for one in told if one["type"] == "content_block_start"]
    assert "Read" in [block.get("name") for block in started], name
    assert told[-2]["delta"]["stop_reason"] == "tool_use"
    assert last(folder).complete


async def _failing(client: httpx.AsyncClient, folder: Path) -> None:
    alone = await client.post("/v1/messages", json={**ASK, "model": "busy", "stream": True})
    assert (alone.status_code, alone.json()["error"]["type"]) == (429, "rate_limit_error")
    assert alone.headers["retry-after"] == "58"
    assert "slow down" in alone.text
    assert "canary" not in alone.text
    group = await client.post("/v1/messages", json={**ASK, "model": "group"})
    assert (group.status_code, group.headers["x-gha-router-served"][:8]) == (200, "bedrock/")
    assert [one.status for one in last(folder).tries] == [429, 200]


def test_geminis_signatures_come_back_to_it_through_the_clients_thinking_blocks(tmp_path: Path, world: World) -> None:
    part = {"functionCall": {"name": "Read", "args": {"a": 1}}, "thoughtSignature": "U0lHTkFUVVJF"}

    async def run() -> None:
        chunks = clouds.data_lines([clouds.gemini_reply(part)])
        async with upstream(clouds.sending(clouds.SSE, chunks)) as up:
            groups = {"gemini": [clouds.gemini(up.url, "gemini-3-pro-preview")]}
            async with gateway(tmp_path, groups, world.driver) as client:
                asked = {**ASK, "model": "gemini", "stream": True}
                told = events((await client.post("/v1/messages", json=asked)).text)
                content = _blocks(told)
                (call,) = [block for block in content if block["type"] == "tool_use"]
                result = {"type": "tool_result", "tool_use_id": call["id"], "content": "r"}
                again = [
                    *ASK["messages"],
                    {"role": "assistant", "content": content},
                    {"role": "user", "content": [result]},
                ]
                await client.post("/v1/messages", json={**asked, "messages": again})
                contents = up.sent[1].json["contents"]
            parts = [one for turn in contents for one in turn["parts"]]
            assert [one["thoughtSignature"] for one in parts if "thoughtSignature" in one] == ["U0lHTkFUVVJF"]
            assert len(call["id"]) < 65

    world.run(run())


def _blocks(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put a stream's blocks together as a client does."""
    blocks: list[dict[str, Any]] = []
    for event in told:
        match event:
            case {"type": "content_block_start", "content_block": block}:
                blocks.append(dict(block))
            case {"delta": {"type": "input_json_delta", "partial_json": text}}:
                blocks[-1]["json"] = blocks[-1].get("json", "") + text
            case {"delta": {"type": "signature_delta", "signature": signature}}:
                blocks[-1]["signature"] = signature
    for block in blocks:
        if "json" in block:
            block["input"] = orjson.loads(block.pop("json"))
    return blocks
