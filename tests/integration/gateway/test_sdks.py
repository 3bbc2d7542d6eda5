"""The vendors' own Python clients, on either endpoint, over upstreams of either dialect."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from gha_router.gateway.setup import ANTHROPIC, OPENAI
from gha_router.sim import Simulation
from tests.claude_code import TASKS
from tests.integration.gateway.scene import one_upstream
from tests.integration.sim.agent import scripts

PROMPT = "Create a file hello.txt containing hi"
SCHEMA = {"type": "object", "properties": {"file_path": {"type": "string"}, "content": {"type": "string"}}}


@asynccontextmanager
async def address(folder: Path, speaks: str) -> AsyncIterator[tuple[str, str]]:
    """Yield the address and a key of a gateway in front of the simulated models."""
    async with Simulation(scripts(TASKS), speed=0) as simulation:
        base_url = f"{simulation.url}/v1" if speaks == OPENAI else simulation.url
        async with one_upstream(folder, base_url=base_url, speaks=speaks) as found:
            yield found


@pytest.mark.parametrize("speaks", [OPENAI, ANTHROPIC])
@pytest.mark.parametrize("streamed", [True, False])
def test_anthropics_client_calls_a_tool(tmp_path: Path, speaks: str, streamed: bool) -> None:  # noqa: FBT001
    tool: Any = {"name": "Write", "description": "Write a file", "input_schema": SCHEMA}
    asked: Any = {
        "model": "coder",
        "max_tokens": 500,
        "messages": [{"role": "user", "content": PROMPT}],
        "tools": [tool],
    }

    async def run() -> None:
        async with (
            address(tmp_path, speaks) as (url, key),
            anthropic.AsyncAnthropic(base_url=url, api_key=key, max_retries=0) as client,
        ):
            if streamed:
                async with client.messages.stream(**asked) as stream:
                    message = await stream.get_final_message()
            else:
                message = await client.messages.create(**asked)
            assert (message.model, message.stop_reason) == ("coder", "tool_use")
            (call,) = [block for block in message.content if block.type == "tool_use"]
            assert (call.name, call.input["content"]) == ("Write", "hi\n")
            assert message.usage.input_tokens > 0
            assert [model.id async for model in client.models.list()] == ["coder"]

    asyncio.run(run())


@pytest.mark.parametrize("speaks", [OPENAI, ANTHROPIC])
@pytest.mark.parametrize("streamed", [True, False])
def test_openais_client_calls_a_tool(tmp_path: Path, speaks: str, streamed: bool) -> None:  # noqa: FBT001
    tools = [{"type": "function", "function": {"name": "Write", "parameters": SCHEMA}}]
    asked: Any = {"model": "coder", "messages": [{"role": "user", "content": PROMPT}], "extra_body": {"tools": tools}}

    async def run() -> None:
        async with (
            address(tmp_path, speaks) as (url, key),
            openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0) as client,
        ):
            if streamed:
                async with client.chat.completions.stream(**asked, stream_options={"include_usage": True}) as stream:
                    completion: Any = await stream.get_final_completion()
            else:
                completion = await client.chat.completions.create(**asked)
            (choice,) = completion.choices
            assert (completion.model, choice.finish_reason) == ("coder", "tool_calls")
            (call,) = choice.message.tool_calls
            assert call.function.name == "Write"
            assert '"hi\\n"' in call.function.arguments
            assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens
            assert [model.id async for model in client.models.list()] == ["coder"]

    asyncio.run(run())


@pytest.mark.parametrize("speaks", [OPENAI, ANTHROPIC])
@pytest.mark.parametrize("streamed", [True, False])
def test_openais_client_calls_a_tool_by_responses(tmp_path: Path, speaks: str, streamed: bool) -> None:  # noqa: FBT001
    tools: Any = [{"type": "function", "name": "Write", "parameters": SCHEMA}]
    asked: Any = {"model": "coder", "input": PROMPT, "tools": tools, "store": False}

    async def run() -> None:
        async with (
            address(tmp_path, speaks) as (url, key),
            openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0) as client,
        ):
            if streamed:
                events = [event async for event in await client.responses.create(**asked, stream=True)]
                assert [event.sequence_number for event in events] == list(range(len(events)))
                response: Any = events[-1].response
            else:
                response = await client.responses.create(**asked)
            assert (response.model, response.status) == ("coder", "completed")
            (call,) = response.output
            assert (call.type, call.name) == ("function_call", "Write")
            assert '"hi\\n"' in call.arguments
            assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens
            result = {"type": "function_call_output", "call_id": call.call_id, "output": "written"}
            turns = [{"role": "user", "content": PROMPT}, call.model_dump(exclude_none=True), result]
            after = await client.responses.create(**asked | {"input": turns})
            assert after.output_text.startswith("Created `hello.txt`.")

    asyncio.run(run())


@pytest.mark.parametrize("speaks", [OPENAI, ANTHROPIC])
def test_errors_have_the_form_that_each_client_reads(tmp_path: Path, speaks: str) -> None:
    async def run() -> None:
        async with address(tmp_path, speaks) as (url, key):
            theirs = openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="ghar-unknown", max_retries=0)
            with pytest.raises(openai.PermissionDeniedError, match="this key is unknown"):
                await theirs.chat.completions.create(model="coder", messages=[{"role": "user", "content": "x"}])
            ours = openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)
            with pytest.raises(openai.BadRequestError):
                await ours.chat.completions.create(model="coder", messages=[])
            with pytest.raises(openai.PermissionDeniedError, match="this key is unknown"):
                await theirs.responses.create(model="coder", input="x")
            with pytest.raises(openai.BadRequestError, match="keeps no conversations"):
                await ours.responses.create(model="coder", input="x", previous_response_id="resp_1")
            with pytest.raises(openai.NotFoundError, match="gha-router"):
                await ours.responses.retrieve("resp_1")
            with pytest.raises(openai.NotFoundError):
                await ours.embeddings.create(model="coder", input="x")
            client = anthropic.AsyncAnthropic(base_url=url, api_key="ghar-unknown", max_retries=0)
            with pytest.raises(anthropic.PermissionDeniedError, match="this key is unknown"):
                await client.messages.create(model="coder", max_tokens=5, messages=[{"role": "user", "content": "x"}])
            await asyncio.gather(theirs.close(), ours.close(), client.close())

    asyncio.run(run())
