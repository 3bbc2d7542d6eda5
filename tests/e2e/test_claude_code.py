"""The real Claude Code CLI through the gateway, on upstreams of three dialects."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from aiohttp import web

from gha_router.gateway.setup import ANTHROPIC, OPENAI, RESPONSES
from gha_router.ledger import receipts
from gha_router.sim import Simulation, load_scripts
from tests.claude_code import TASKS, CliRun, files_in, run_cli
from tests.integration.gateway.scene import one_upstream
from tests.upstream import upstream

TASK_NAMES = ["three-turns", "parallel-calls", "subagent"]


def play(task: str, folder: Path, speaks: str, **extra: str) -> CliRun:
    async def conversation() -> CliRun:
        async with Simulation(load_scripts([TASKS]), speed=0, interleaved=True) as simulation:
            base_url = f"{simulation.url}/v1" if speaks in (OPENAI, RESPONSES) else simulation.url
            async with one_upstream(folder, base_url=base_url, speaks=speaks) as (url, key):
                return await run_cli(
                    TASKS / task, base_url=url, key=key, folder=folder / "work", model="coder", **extra
                )

    return asyncio.run(conversation())


@pytest.mark.parametrize("task", TASK_NAMES)
@pytest.mark.parametrize(("translated", "deferred"), [(OPENAI, "true"), (OPENAI, "false"), (RESPONSES, "true")])
def test_a_task_over_a_translated_upstream_gives_the_files_of_an_anthropic_one(
    task: str, translated: str, deferred: str, tmp_path: Path
) -> None:
    runs = {}
    for speaks in (translated, ANTHROPIC):
        (tmp_path / speaks).mkdir()
        runs[speaks] = run = play(task, tmp_path / speaks, speaks, ENABLE_TOOL_SEARCH=deferred)
        assert run.code == 0, run.stderr
        assert run.files == files_in(TASKS / task / "expected"), run.final_message
        written = list(receipts(tmp_path / speaks / "ledger.jsonl"))
        assert all(receipt.complete and receipt.cost_usd for receipt in written)
    one, anthropic = runs[translated], runs[ANTHROPIC]
    assert one.final_message == anthropic.final_message
    assert (one.calls(), one.calls(subagent=True)) == (anthropic.calls(), anthropic.calls(subagent=True))


def test_a_codex_model_is_sent_its_own_thoughts_again(tmp_path: Path) -> None:
    """The simulation refuses a thought that came back changed, or without what it led to."""
    asked: list[dict[str, Any]] = []

    async def run() -> CliRun:
        async with Simulation(load_scripts([TASKS]), speed=0) as simulation:

            async def codex(_request: web.Request, body: bytes) -> web.StreamResponse:
                asked.append(orjson.loads(body))
                played = asked[-1] | {"model": "sim/honest"}
                async with httpx.AsyncClient(headers={"authorization": "Bearer k"}) as client:
                    reply = await client.post(f"{simulation.url}/v1/responses", json=played, timeout=30)
                kind = reply.headers["content-type"].partition(";")[0]
                return web.Response(status=reply.status_code, body=reply.content, content_type=kind)

            async with (
                upstream(codex) as up,
                one_upstream(tmp_path, base_url=f"{up.url}/v1", speaks=RESPONSES, model="gpt-5.3-codex") as (url, key),
            ):
                task = TASKS / "parallel-calls"
                return await run_cli(task, base_url=url, key=key, folder=tmp_path / "work", model="coder")

    ended = asyncio.run(run())
    assert ended.files == files_in(TASKS / "parallel-calls" / "expected"), ended.final_message
    turns = [[item["type"] for item in body["input"]] for body in asked]
    assert max(turn.count("reasoning") for turn in turns) >= 1
    assert all(body["include"] == ["reasoning.encrypted_content"] for body in asked)
    assert all([one.status for one in receipt.tries] == [200] for receipt in receipts(tmp_path / "ledger.jsonl"))
    assert all(receipt.usage and receipt.usage.output for receipt in receipts(tmp_path / "ledger.jsonl"))


def chat(message: dict[str, Any]) -> web.Response:
    reason = "tool_calls" if "tool_calls" in message else "stop"
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    }
    return web.json_response(body)


def test_a_web_search_on_a_model_that_cannot_is_refused_in_words_that_the_agent_reads(tmp_path: Path) -> None:
    told: list[str] = []

    async def searching(_request: web.Request, body: bytes) -> web.StreamResponse:
        results = [one["content"] for one in orjson.loads(body)["messages"] if one["role"] == "tool"]
        told.extend(results)
        if results:
            return chat({"content": "I could not search."})
        arguments = '{"query":"the weather"}'
        call = {"id": "call_1", "type": "function", "function": {"name": "WebSearch", "arguments": arguments}}
        return chat({"content": None, "tool_calls": [call]})

    async def run() -> CliRun:
        async with (
            upstream(searching) as up,
            one_upstream(tmp_path, base_url=f"{up.url}/v1", speaks=OPENAI) as (url, key),
        ):
            task = TASKS / "three-turns"
            extra = {"ENABLE_TOOL_SEARCH": "false"}
            return await run_cli(task, base_url=url, key=key, folder=tmp_path / "work", model="coder", **extra)

    ended = asyncio.run(run())
    assert ended.final_message == "I could not search.", ended.stderr
    assert "search the web" in str(told[0])
