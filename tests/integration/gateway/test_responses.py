"""Upstreams that speak OpenAI's Responses API, through the whole gateway."""

import asyncio
import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from gha_router.gateway.setup import RESPONSES
from tests.integration.gateway.scene import Scene, scene
from tests.unit.translate.chat import assistant, user
from tests.unit.translate.responses import called, events, message, response, sse, thought
from tests.upstream import Handler, answering, streaming

CODEX: dict[str, Any] = {"format": RESPONSES, "model": "gpt-5.3-codex"}
ANSWER = response(thought("I weigh it."), message("I look."), called(path="a"))


def told(**fields: Any) -> Handler:
    return answering(200, orjson.dumps(ANSWER | fields))


async def turn(s: Scene, *messages: Any, **fields: Any) -> list[dict[str, Any]]:
    """Ask, and return the reply's blocks."""
    reply = await s.ask(messages=list(messages), thinking={"type": "adaptive"}, **fields)
    assert reply.status_code == 200, reply.text
    return list(reply.json()["content"])


def test_a_reply_is_a_message_under_the_asked_name(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, told(), **CODEX) as s:
            reply = await s.ask()
            assert s.upstreams[0].sent[0].path.endswith("/responses")
            assert (reply.json()["model"], reply.json()["stop_reason"]) == ("sonnet", "tool_use")
            assert reply.headers["x-gha-router-served"] == "lab0/real-name"
            [receipt] = s.receipts
            assert receipt.usage is not None
            assert (receipt.usage.input, receipt.usage.cache_read, receipt.usage.output) == (200, 800, 50)

    asyncio.run(run())


def test_a_thought_goes_back_to_whom_it_came_from(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, streaming([sse(list(events(ANSWER)))]), **CODEX) as s:
            async with s.http.stream("POST", "/v1/messages", json=_ask(user("go"), stream=True)) as reply:
                text = (await reply.aread()).decode()
            signature = re.search(r'"signature":"(gha-router[^"]+)"', text)
            assert signature
            block = {"type": "thinking", "thinking": "I weigh it.", "signature": signature[1]}
            await s.ask(messages=[user("go"), assistant(block, "I look."), user("on")], stream=True)
            assert s.upstreams[0].sent[1].json["input"][1] == thought("I weigh it.")

    asyncio.run(run())


def _ask(*messages: Any, **fields: Any) -> dict[str, Any]:
    return {
        "model": "sonnet",
        "max_tokens": 100,
        "messages": list(messages),
        "thinking": {"type": "adaptive"},
        **fields,
    }


REFUSALS = [
    "The encrypted content for item rs_1 could not be verified. Reason: Encrypted content could not be decrypted.",
    "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
]


@pytest.mark.parametrize("words", REFUSALS)
def test_a_request_that_is_refused_for_its_thoughts_is_sent_without_them(words: str, tmp_path: Path) -> None:
    async def strict(_request: web.Request, body: bytes) -> web.StreamResponse:
        if any(item["type"] == "reasoning" for item in orjson.loads(body)["input"]):
            error = {"message": words, "type": "invalid_request_error", "code": "invalid_encrypted_content"}
            return web.json_response({"error": error}, status=400)
        return web.json_response(ANSWER)

    async def run() -> None:
        async with scene(tmp_path, strict, **CODEX) as s:
            first = await turn(s, user("go"))
            await turn(s, user("go"), {"role": "assistant", "content": first}, user("on"))
            assert [one.status for one in s.receipts[-1].tries] == [400, 200]
            kinds = [item["type"] for item in s.upstreams[0].sent[-1].json["input"]]
            assert kinds == ["message", "message", "function_call", "function_call_output", "message"]

    asyncio.run(run())


def test_any_other_refusal_is_the_clients_to_read(tmp_path: Path) -> None:
    async def run() -> None:
        refused = answering(
            400, orjson.dumps({"error": {"message": "Unsupported value", "type": "invalid_request_error"}})
        )
        async with scene(tmp_path, refused, **CODEX) as s:
            reply = await s.ask()
            assert (reply.status_code, reply.json()["error"]["message"]) == (400, "Unsupported value")
            assert len(s.upstreams[0].sent) == 1

    asyncio.run(run())


def test_a_failed_response_is_another_deployments_turn(tmp_path: Path) -> None:
    async def run() -> None:
        failed = told(status="failed", error={"code": "server_error", "message": "boom"}, output=[])
        async with scene(tmp_path, failed, told(), **CODEX, each={"order": (1, 2)}) as s:
            reply = await s.ask()
            assert reply.headers["x-gha-router-served"] == "lab1/real-name"

    asyncio.run(run())


def test_a_client_of_chat_completions_is_served_as_well(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, told(), **CODEX) as s:
            ask = {"model": "sonnet", "messages": [{"role": "user", "content": "hi"}]}
            reply = await s.http.post("/v1/chat/completions", json=ask)
            [choice] = reply.json()["choices"]
            assert (choice["finish_reason"], choice["message"]["content"]) == ("tool_calls", "I look.")

    asyncio.run(run())
