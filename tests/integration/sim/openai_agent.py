"""The small agent again, with OpenAI's own Python SDK for its client."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openai
from openai.types.chat import ChatCompletion, ChatCompletionMessage

from tests.integration.sim.agent import TURNS, run_tool
from tests.loopback import NO_TLS

Json = dict[str, Any]
ENVIRONMENT = "# Environment\n - Primary working directory: {cwd}\n"
NAMES = ("Agent", "Bash", "Read", "Write")
TOOLS: list[Any] = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in NAMES
]


@asynccontextmanager
async def client(url: str, key: str = "any") -> AsyncIterator[openai.AsyncOpenAI]:
    """Yield the SDK's client of a simulation; it tries once."""
    async with openai.AsyncOpenAI(
        base_url=f"{url}/v1",
        api_key=key,
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(verify=NO_TLS, trust_env=False),
    ) as sdk:
        yield sdk


def opening(prompt: str, cwd: Path) -> list[Any]:
    """Return the messages that open a conversation."""
    return [
        {"role": "user", "content": [{"type": "text", "text": prompt}]},
        {"role": "system", "content": ENVIRONMENT.format(cwd=cwd)},
    ]


async def streamed(sdk: openai.AsyncOpenAI, model: str, messages: list[Any]) -> ChatCompletion:
    """Return the completion that the SDK puts together from a stream."""
    options: Any = {"include_usage": True}
    # Not as `tools`: the SDK would parse their arguments, which it takes for whole when another call's piece comes.
    async with sdk.chat.completions.stream(
        model=model, messages=messages, extra_body={"tools": TOOLS}, stream_options=options
    ) as stream:
        async for _ in stream:
            pass
        return await stream.get_final_completion()


async def work(sdk: openai.AsyncOpenAI, model: str, prompt: str, cwd: Path) -> tuple[str, list[str]]:
    """Let the model do the task in ``cwd``; return its final message and the tools that it called."""
    messages, called = opening(prompt, cwd), list[str]()
    for _ in range(TURNS):
        (choice,) = (await streamed(sdk, model, messages)).choices
        if not choice.message.tool_calls:
            assert choice.finish_reason == "stop"
            return choice.message.content or "", called
        assert choice.finish_reason == "tool_calls"
        messages += [_again(choice.message), *[await _answer(call, cwd) for call in choice.message.tool_calls]]
        called += [call.function.name for call in choice.message.tool_calls if call.type == "function"]
    raise AssertionError(f"no end after {TURNS} turns: {json.dumps(called)}")


def _again(message: ChatCompletionMessage) -> Json:
    """Return a reply as it stands in the next request."""
    calls = [
        call.model_dump(include={"id": True, "type": True, "function": {"name", "arguments"}})
        for call in message.tool_calls or []
    ]
    return {"role": "assistant", "content": message.content, "tool_calls": calls}


async def _answer(call: Any, cwd: Path) -> Json:
    output, failed = await run_tool(call.function.name, json.loads(call.function.arguments), cwd)
    # The dialect has no mark for a failure: the words have to tell.
    return {"role": "tool", "tool_call_id": call.id, "content": f"Error: {output}" if failed else output}
