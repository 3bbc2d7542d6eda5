"""Anthropic's dialect as Anthropic's own Python SDK meets it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anthropic
import pytest

from gha_router.sim import PERSONALITIES, Simulation, load_scripts
from tests.claude_code import TASKS
from tests.integration.sim.agent import first_request, scripts
from tests.loopback import NO_TLS

PROMPT = next(script.prompt for script in load_scripts([TASKS / "parallel-calls"]))
BODY: dict[str, Any] = {
    key: value for key, value in first_request("sim/honest", PROMPT, Path("/w")).items() if key != "stream"
}


def ask(question: Callable[[anthropic.AsyncAnthropic], Awaitable[Any]]) -> Any:
    async def conversation() -> Any:
        async with (
            Simulation(scripts(TASKS), speed=0) as simulation,
            anthropic.AsyncAnthropic(
                base_url=simulation.url,
                api_key="any",
                max_retries=0,
                http_client=anthropic.DefaultAsyncHttpxClient(verify=NO_TLS, trust_env=False),
            ) as sdk,
        ):
            return await question(sdk)

    return asyncio.run(conversation())


def test_a_stream_and_a_whole_message_say_the_same() -> None:
    async def streamed(sdk: anthropic.AsyncAnthropic) -> Any:
        async with sdk.messages.stream(**BODY) as stream:
            return await stream.get_final_message()

    pieces, whole = ask(streamed), ask(lambda sdk: sdk.messages.create(**BODY))
    assert [block.name for block in whole.content] == ["Write", "Write", "Write"]
    assert [(block.name, block.input) for block in pieces.content] == [
        (block.name, block.input) for block in whole.content
    ]
    assert pieces.stop_reason == whole.stop_reason == "tool_use"
    assert pieces.usage.output_tokens == whole.usage.output_tokens


def test_tokens_are_counted_as_they_are_charged() -> None:
    counted = {key: BODY[key] for key in ("model", "messages", "tools")}
    whole = ask(lambda sdk: sdk.messages.create(**BODY))
    assert ask(lambda sdk: sdk.messages.count_tokens(**counted)).input_tokens == whole.usage.input_tokens


def test_the_models_are_the_personalities() -> None:
    page = ask(lambda sdk: sdk.models.list())
    assert [model.id for model in page.data] == sorted(PERSONALITIES)
    assert page.has_more is False


def test_an_unknown_model_is_not_found() -> None:
    with pytest.raises(anthropic.NotFoundError, match="model: claude-nine"):
        ask(lambda sdk: sdk.messages.create(**{**BODY, "model": "claude-nine"}))
