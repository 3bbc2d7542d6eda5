"""Chat completions and Messages, over each cloud's own wire format."""

from collections.abc import Callable
from typing import Any

import pytest

from gha_router.gateway.longtail import LongtailError, speaks_messages
from gha_router.gateway.setup import Upstream
from tests.integration.longtail import clouds
from tests.integration.longtail.conftest import World
from tests.upstream import upstream

pytestmark = pytest.mark.xdist_group("litellm")  # one worker imports it

TUPLE = {"type": "array", "items": [{"type": "string"}, {"type": "integer"}]}
TOOL = {"type": "function", "function": {"name": "Read", "parameters": {"type": "object", "properties": {"a": TUPLE}}}}
BODY: dict[str, Any] = {
    "model": "whatever",
    "max_tokens": 50,
    "tools": [TOOL],
    "messages": [{"role": "system", "content": "sys"}, {"role": "user", "content": "hi"}],
}
CLOUDS: dict[str, Callable[[str], Upstream]] = {
    "azure": clouds.azure,
    "gemini": clouds.gemini,
    "bedrock": clouds.bedrock,
    "vertex": lambda url: clouds.vertex(url, "gemini-2.5-pro"),
}


@pytest.mark.parametrize("name", CLOUDS)
def test_a_whole_reply_comes_as_one_chat_completion(name: str, world: World) -> None:
    async def scene() -> None:
        async with upstream(clouds.cloud()) as seen:
            reply = await world.driver.complete(CLOUDS[name](seen.url), BODY)
        assert reply.data["choices"][0]["message"]["content"] == "hello"
        assert reply.data["choices"][0]["finish_reason"] == "stop"
        assert reply.data["usage"]["prompt_tokens"] == 10
        assert reply.data["usage"]["prompt_tokens_details"]["cached_tokens"] == 6
        assert reply.data["usage"]["completion_tokens"] == (7 if name in {"gemini", "vertex"} else 4)

    world.run(scene())


@pytest.mark.parametrize("name", CLOUDS)
def test_a_stream_comes_as_chat_chunks_that_end_with_the_usage(name: str, world: World) -> None:
    async def scene() -> None:
        async with (
            upstream(clouds.cloud()) as seen,
            world.driver.stream(CLOUDS[name](seen.url), BODY) as stream,
        ):
            chunks = [chunk async for chunk in stream]
        deltas = [choice.get("delta", {}) for chunk in chunks for choice in chunk["choices"]]
        calls = [call for delta in deltas for call in delta.get("tool_calls", ())]
        assert next(call["function"]["name"] for call in calls if call["function"].get("name")) == "Read"
        finished = [c["finish_reason"] for chunk in chunks for c in chunk["choices"] if c.get("finish_reason")]
        assert finished == ["tool_calls"]
        assert chunks[-1]["usage"]["prompt_tokens"] == 10
        assert chunks[-1]["usage"]["prompt_tokens_details"]["cached_tokens"] == 6

    world.run(scene())


def test_interleaved_parallel_calls_keep_the_upstreams_index(world: World) -> None:
    async def scene() -> None:
        async with upstream(clouds.cloud()) as seen, world.driver.stream(clouds.azure(seen.url), BODY) as stream:
            said = {0: "", 1: ""}
            async for chunk in stream:
                for call in chunk["choices"][0]["delta"].get("tool_calls", ()):
                    said[call["index"]] += call["function"]["arguments"]
        assert said == {0: '{"a":1}', 1: '{"b":2}'}

    world.run(scene())


def test_tuples_constants_and_dialects_are_gone_from_geminis_schemas(world: World) -> None:
    """Trap 14. LiteLLM itself fails on the tuple: 'list' object has no attribute 'get'."""
    parameters = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {"a": TUPLE, "b": {"const": "x"}, "c": {"type": "object", "propertyNames": {"pattern": "x"}}},
        "additionalProperties": False,
    }
    body = BODY | {"tools": [{"type": "function", "function": {"name": "Read", "parameters": parameters}}]}

    async def scene() -> None:
        async with upstream(clouds.cloud()) as seen:
            await world.driver.complete(clouds.gemini(seen.url), body)
            sent = seen.sent[0].json
        (declared,) = sent["tools"][0]["function_declarations"]
        assert declared["parameters"]["properties"] == {
            "a": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
            "b": {"type": "string", "enum": ["x"]},
            "c": {"type": "object"},
        }

    world.run(scene())


def test_geminis_thought_signatures_travel_in_the_ids_of_the_calls(world: World) -> None:
    part = {"functionCall": {"name": "Read", "args": {"a": 1}}, "thoughtSignature": "U0lHTkFUVVJF"}

    async def scene() -> None:
        chunks = clouds.data_lines([clouds.gemini_reply(part)])
        async with upstream(clouds.sending(clouds.SSE, chunks)) as seen:
            gemini = clouds.gemini(seen.url, "gemini-3-pro-preview")
            async with world.driver.stream(gemini, BODY) as stream:
                calls = [
                    c for chunk in [c async for c in stream] for c in chunk["choices"][0]["delta"].get("tool_calls", ())
                ]
            again = [
                *BODY["messages"],
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [{k: calls[0][k] for k in ("id", "type", "function")}],
                },
                {"role": "tool", "tool_call_id": calls[0]["id"], "content": "r"},
            ]
            async with world.driver.stream(gemini, BODY | {"messages": again}) as stream:
                assert [chunk async for chunk in stream]
            contents = seen.sent[1].json["contents"]
        assert [part["thoughtSignature"] for c in contents for part in c["parts"] if "thoughtSignature" in part] == [
            "U0lHTkFUVVJF"
        ]

    world.run(scene())


CLAUDE: dict[str, Any] = {
    "model": "whatever",
    "max_tokens": 2000,
    "stream": True,
    "system": [{"type": "text", "text": "sys", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "tools": [{"name": "Read", "input_schema": {"type": "object"}, "cache_control": {"type": "ephemeral"}}],
    "context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]},
    "messages": [
        {"role": "user", "content": "hi"},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
                {"type": "tool_use", "id": "toolu_0", "name": "Read", "input": {}},
            ],
        },
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_0", "content": "r"}]},
    ],
}
NATIVE: dict[str, Callable[[str], Upstream]] = {
    "bedrock": lambda url: clouds.bedrock(url, "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    "vertex": lambda url: clouds.vertex(url, "claude-sonnet-4-5@20250929"),
}


@pytest.mark.parametrize("name", NATIVE)
def test_claude_in_a_cloud_keeps_cache_marks_signatures_and_beta_fields(name: str, world: World) -> None:
    async def scene() -> None:
        async with upstream(clouds.cloud()) as seen:
            found = NATIVE[name](seen.url)
            assert speaks_messages(found)
            reply = await world.driver.messages(found, CLAUDE, betas="context-management-2025-06-27")
            sent = seen.sent[-1].json
        assert reply.data == clouds.CLAUDE_REPLY
        assert reply.dropped == ()
        for field in ("messages", "tools", "thinking", "context_management", "max_tokens"):
            assert sent[field] == CLAUDE[field], field
        assert sent["system"] == CLAUDE["system"]

    world.run(scene())


def test_a_body_cannot_say_where_a_call_goes_or_what_litellm_does(world: World) -> None:
    """LiteLLM takes all of these as arguments beside the request's own; the body comes from an agent."""
    theirs = {"api_base": "http://127.0.0.1:1", "api_key": "other", "mock_response": "made up", "timeout": 0.001}
    more = {"aws_bedrock_runtime_endpoint": "http://127.0.0.1:1", "fallbacks": ["gpt-4"], "num_retries": 9}

    async def scene() -> None:
        async with upstream(clouds.cloud()) as seen:
            reply = await world.driver.complete(clouds.azure(seen.url), BODY | theirs | more)
            claude = NATIVE["bedrock"](seen.url)
            message = await world.driver.messages(claude, CLAUDE | theirs | more)
            paths = [sent.path for sent in seen.sent]
        assert len(paths) == 2
        assert reply.data["choices"][0]["message"]["content"] == "hello"
        assert set(reply.dropped) == set(message.dropped) == theirs.keys() | more.keys()

    world.run(scene())


def test_pictures_by_their_address_are_refused_because_litellm_would_fetch_them(world: World) -> None:
    picture = {"type": "image_url", "image_url": {"url": "http://127.0.0.1:1/secret.png"}}
    source = {"type": "image", "source": {"type": "url", "url": "http://127.0.0.1:1/secret.png"}}
    inside = {"type": "tool_result", "tool_use_id": "t", "content": [source]}

    async def scene() -> None:
        async with upstream(clouds.cloud()) as seen:
            with pytest.raises(LongtailError, match="base64") as caught:
                await world.driver.complete(
                    clouds.gemini(seen.url), BODY | {"messages": [{"role": "user", "content": [picture]}]}
                )
            assert caught.value.status == 400
            with pytest.raises(LongtailError, match="base64"):
                await world.driver.messages(
                    NATIVE["vertex"](seen.url), CLAUDE | {"messages": [{"role": "user", "content": [inside]}]}
                )
            assert seen.sent == []

    world.run(scene())


def test_what_a_model_does_not_take_is_left_out_and_named(world: World) -> None:
    async def scene() -> None:
        async with upstream(clouds.cloud()) as seen:
            reply = await world.driver.complete(clouds.gemini(seen.url), BODY | {"user": "u", "logit_bias": {"1": 1}})
            assert b"logit" not in seen.sent[0].body
        assert set(reply.dropped) == {"user", "logit_bias"}

    world.run(scene())


def test_cache_marks_make_no_calls_of_their_own(world: World) -> None:
    """LiteLLM stores marked messages with Gemini by a call of its own (``cachedContents``)."""
    part = {"type": "text", "text": "long " * 5000, "cache_control": {"type": "ephemeral"}}

    async def scene() -> None:
        async with upstream(clouds.cloud()) as seen:
            await world.driver.complete(
                clouds.gemini(seen.url), BODY | {"messages": [{"role": "user", "content": [part]}]}
            )
            assert [sent.path for sent in seen.sent] == ["/models/gemini-2.5-flash:generateContent"]

    world.run(scene())
