"""A small agent: sends the conversation, runs the tools that the model calls, until the turn ends."""

import asyncio
import json
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from gha_router.sim import Script, load_scripts
from tests.unit.sim.stream import assemble

Json = dict[str, Any]
KEY = {"x-api-key": "any"}
TURNS = 20
TOOLS = [{"name": name, "input_schema": {"type": "object"}} for name in ("Bash", "Read", "Write")]


@cache
def scripts(*suites: Path) -> tuple[Script, ...]:
    """Return the scripts of these suites; they are read once."""
    return load_scripts(suites)


def first_request(model: str, prompt: str, cwd: Path) -> Json:
    """Return the request that opens a conversation."""
    environment = f"# Environment\n - Primary working directory: {cwd}\n"
    messages = [{"role": "user", "content": prompt}, {"role": "system", "content": environment}]
    return {"model": model, "max_tokens": 1000, "messages": messages, "tools": TOOLS, "stream": True}


async def work(client: httpx.AsyncClient, model: str, prompt: str, cwd: Path) -> tuple[str, list[str]]:
    """Let the model do the task in ``cwd``; return its final message and the tools that it called."""
    body = first_request(model, prompt, cwd)
    called: list[str] = []
    for _ in range(TURNS):
        response = await client.post("/v1/messages?beta=true", json=body, headers=KEY)
        assert response.status_code == 200
        message = assemble(response.content)
        calls = [block for block in message["content"] if block["type"] == "tool_use"]
        if not calls:
            assert message["stop_reason"] == "end_turn"
            return "".join(block["text"] for block in message["content"]), called
        assert message["stop_reason"] == "tool_use"
        called += [call["name"] for call in calls]
        results = [await _run(call, cwd) for call in calls]
        body["messages"] += [
            {"role": "assistant", "content": message["content"]},
            {"role": "user", "content": results},
        ]
    raise AssertionError(f"no end after {TURNS} turns: {json.dumps(called)}")


async def _run(call: Json, cwd: Path) -> Json:
    output, failed = await run_tool(call["name"], call["input"], cwd)
    content = [{"type": "text", "text": output}]
    return {"type": "tool_result", "tool_use_id": call["id"], "content": content, "is_error": failed}


async def run_tool(name: str, given: Json, cwd: Path) -> tuple[str, bool]:
    """Run a tool; return its output and whether it failed."""
    match name:
        case "Bash":
            return await _bash(given["command"], cwd)
        case "Write":
            return _write(Path(given["file_path"]), given["content"]), False
        case "Read":
            return _read(Path(given["file_path"])), False
    raise AssertionError(f"no such tool: {name}")


def _write(file: Path, content: str) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return f"File created successfully at: {file}"


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


async def _bash(command: str, cwd: Path) -> tuple[str, bool]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec("sh", "-c", command, cwd=cwd, stdout=pipe, stderr=pipe)
    out, err = await process.communicate()
    return (out + err).decode(), process.returncode != 0
