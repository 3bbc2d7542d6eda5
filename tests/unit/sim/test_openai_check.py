"""What the chat completions API refuses, the simulation refuses: another dialect's words do not slip through."""

from typing import Any

import openai.types.chat as sdk
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import completion_create_params

from gha_router.sim.openai_api.check import check
from gha_router.sim.openai_api.request import read_conversation
from gha_router.sim.openai_api.shape import FUNCTION_KEYS, KEYS, PARAMETERS, PART_KEYS
from gha_router.sim.refusal import Refusal
from tests.unit.sim.chats import calling, chat, part, result, tool

HELLO = {"role": "user", "content": "Hello"}


def refused(body: dict[str, Any]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        check(body)
    assert caught.value.status == 400
    return caught.value


def saying(*messages: object, **more: object) -> dict[str, Any]:
    return {"model": "sim/honest", "messages": list(messages), **more}


def test_the_parameters_are_those_of_the_sdk() -> None:
    theirs = completion_create_params.CompletionCreateParamsStreaming.__annotations__
    assert set(theirs) | {"stream"} == PARAMETERS


@pytest.mark.parametrize("role", KEYS)
def test_the_keys_of_a_message_are_those_of_the_sdk(role: str) -> None:
    theirs = getattr(sdk, f"ChatCompletion{role.capitalize()}MessageParam")
    assert set(theirs.__annotations__) == KEYS[role]


@pytest.mark.parametrize(("kind", "name"), [("text", "Text"), ("image_url", "Image"), ("input_audio", "InputAudio")])
def test_the_keys_of_a_part_are_those_of_the_sdk(kind: str, name: str) -> None:
    assert set(getattr(sdk, f"ChatCompletionContentPart{name}Param").__annotations__) == PART_KEYS[kind]


def test_the_keys_of_a_function_are_those_of_the_sdk() -> None:
    from openai.types import FunctionDefinition  # noqa: PLC0415

    assert set(FunctionDefinition.model_fields) == FUNCTION_KEYS


GOOD = [
    chat("Count.", "3", "4"),
    saying({"role": "developer", "content": "Be kind."}, HELLO, stream=True, stream_options={"include_usage": True}),
    saying(HELLO, calling("a", "b"), result("b", "2"), result("a", "1"), HELLO, tools=[tool("Bash")], n=1),
    saying(HELLO, {"role": "assistant", "content": [part("Yes?")]}, HELLO, tools=None, tool_choice="auto"),
]


@pytest.mark.parametrize("body", GOOD)
def test_what_the_api_takes_passes(body: dict[str, Any]) -> None:
    check(body)


LEAKS = [
    ("system", saying(HELLO, system="Be kind.")),
    ("thinking", saying(HELLO, thinking={"type": "adaptive"})),
    ("messages[0].cache_control", saying({**HELLO, "cache_control": {}})),
    ("messages[0].content[0].cache_control", saying({"role": "user", "content": [{**part("a"), "cache_control": {}}]})),
    ("tools[0].defer_loading", saying(HELLO, tools=[{**tool("Bash"), "defer_loading": True}])),
    ("tools[0].function.input_schema", saying(HELLO, tools=[{"type": "function", "function": {"input_schema": {}}}])),
    ("messages[0].tool_call_id", saying({**HELLO, "tool_call_id": "a"})),
]


@pytest.mark.parametrize(("where", "body"), LEAKS)
def test_a_parameter_of_another_dialect_is_unknown(where: str, body: dict[str, Any]) -> None:
    refusal = refused(body)
    assert (refusal.message, refusal.param) == (f"Unknown parameter: '{where}'.", where)
    assert refusal.code == "unknown_parameter"


PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
SHORT_PICTURE = {"type": "image_url", "image_url": "data:image/png;base64,AAAA"}
LONG_CALL = calling("c" * 41)
WRONG = [
    ({"messages": [HELLO]}, "you must provide a model parameter"),
    ({"model": "m"}, "Missing required parameter: 'messages'."),
    (saying(), "Invalid 'messages': empty array."),
    ({"model": "m", "messages": "Hello"}, "Invalid type for 'messages': expected an array, but got a string instead."),
    (saying(None), "Invalid type for 'messages[0]': expected an object, but got null instead."),
    (saying({"content": "Hello"}), "Missing required parameter: 'messages[0].role'."),
    (saying({"role": "model", "content": "Hello"}), "Invalid value: 'model'. Supported values are: 'assistant',"),
    (saying({"role": "user"}), "Invalid type for 'messages[0].content': expected a string, but got null instead."),
    (saying({"role": "user", "content": []}), "Invalid 'messages[0].content': empty array."),
    (saying({"role": "assistant"}), "Invalid type for 'messages[0].content'"),
    (saying({"role": "assistant", "tool_calls": []}), "Invalid type for 'messages[0].content'"),
    (saying({"role": "assistant", "content": "", "tool_calls": []}), "Invalid 'messages[0].tool_calls': empty array."),
    (saying({"role": "user", "content": [{"type": "text", "text": None}]}), "Invalid type for 'messages[0].content[0]"),
    (saying({"role": "user", "content": [{"type": "text"}]}), "Missing required parameter: 'messages[0].content[0]."),
    (saying({"role": "user", "content": [PICTURE]}), "Invalid value: 'image'. Supported values are: 'file',"),
    (saying({"role": "user", "content": [SHORT_PICTURE]}), "Invalid type for 'messages[0].content[0].image_url'"),
    (saying({"role": "tool", "content": "3"}), "Missing required parameter: 'messages[0].tool_call_id'."),
    (saying(LONG_CALL, result("c" * 41, "3")), "Invalid 'messages[0].tool_calls[0].id': string too long."),
    (saying(HELLO, stream_options={}), "The 'stream_options' parameter is only allowed when 'stream' is enabled."),
    (saying(HELLO, n=2), "sim: one choice is all that is simulated."),
    (saying(HELLO, tools=[{"name": "Bash", "input_schema": {}}]), "Missing required parameter: 'tools[0].type'."),
    (saying(HELLO, tools=[tool("mcp.server")]), "Invalid 'tools[0].function.name'"),
    (saying(HELLO, tools=[tool("a" * 65)]), "Invalid 'tools[0].function.name'"),
]


@pytest.mark.parametrize(("body", "says"), WRONG)
def test_a_wrong_shape_is_refused_with_its_place(body: dict[str, Any], says: str) -> None:
    assert refused(body).message.startswith(says)


def test_the_arguments_of_a_call_are_a_text() -> None:
    call = calling("a")
    call["tool_calls"][0]["function"] = {"name": "Bash", "arguments": {"command": "true"}}
    where = "messages[0].tool_calls[0].function.arguments"
    assert refused(saying(call)).message == f"Invalid type for '{where}': expected a string, but got an object instead."


LOST = [
    (1, "b", saying(calling("a", "b"), result("a", "1"))),
    (1, "a", saying(calling("a"), HELLO, result("a", "1"))),
    (2, "a", saying(HELLO, calling("a"))),
]


@pytest.mark.parametrize(("index", "call", "body"), LOST)
def test_a_call_without_an_answer_right_after_it_is_refused(index: int, call: str, body: dict[str, Any]) -> None:
    refusal = refused(body)
    assert refusal.message.endswith(f"The following tool_call_ids did not have response messages: {call}")
    assert refusal.param in {f"messages.[{index}].role", f"messages.[{index + 1}].role"}


@pytest.mark.parametrize("messages", [[result("a", "1")], [calling("a"), result("a", "1"), result("a", "1")]])
def test_an_answer_to_no_call_is_refused(messages: list[Any]) -> None:
    assert "must be a response to a preceeding message with 'tool_calls'" in refused(saying(*messages)).message


keys = st.sampled_from(["role", "content", "type", "text", "tool_calls", "tool_call_id", "id", "function", "name"])
words = st.sampled_from(["user", "assistant", "tool", "text", "function", "a", ""])
odd = st.recursive(
    words | st.none() | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
)


@given(messages=odd, tools=odd)
def test_whatever_is_asked_it_is_refused_or_read(messages: object, tools: object) -> None:
    body = {"model": "m", "messages": messages, "tools": tools}
    try:
        check(body)
    except Refusal:
        return
    read_conversation(body)
