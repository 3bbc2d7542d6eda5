"""Clients that speak OpenAI's chat completions, towards an upstream that speaks Anthropic."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.translate import (
    MessageStream,
    Untranslatable,
    chat_error,
    chat_request,
    completion,
    messages_request,
    quirks_of,
)
from gha_router.records import Json
from tests.unit.translate.chat import STOP, USAGE, call, calls, chunk, events_of
from tests.unit.translate.strategies import STEADY, block, ids, kinds, names, nonsense, said

TOOL = {
    "type": "function",
    "function": {"name": "look", "description": "Looks.", "parameters": {"type": "object", "properties": {}}},
}


def chat(*messages: Json, **fields: Any) -> Json:
    turns = list(messages) or [{"role": "user", "content": "hello"}]
    return {"model": "tier1", "messages": turns, **fields}


def tool_call(identity: str = "call_1", arguments: str = '{"at":"a"}') -> Json:
    return {"id": identity, "type": "function", "function": {"name": "look", "arguments": arguments}}


def tool(said: str, identity: str = "call_1") -> Json:
    return {"role": "tool", "tool_call_id": identity, "content": said}


def turns(*messages: Json) -> list[Json]:
    found: list[Json] = messages_request(chat(*messages))["messages"]
    return found


HELLO = {"role": "user", "content": "hello"}
SAID = {"role": "user", "content": [{"type": "text", "text": "hello"}]}
USED = {"type": "tool_use", "id": "call_1", "name": "look", "input": {"at": "a"}}


def test_a_whole_conversation() -> None:
    made = messages_request(
        chat(
            {"role": "developer", "content": "Be brief."},
            HELLO,
            {"role": "assistant", "content": "I look.", "tool_calls": [tool_call()]},
            tool("a tree"),
            {"role": "user", "content": "and?"},
            tools=[TOOL],
            tool_choice="required",
            parallel_tool_calls=False,
            max_completion_tokens=50,
            temperature=1.7,
            stop="END",
            stream=True,
            seed=1,
            logit_bias={},
            user="u",
            reasoning_effort="high",
        )
    )
    assert made == {
        "model": "tier1",
        "max_tokens": 50,
        "system": "Be brief.",
        "messages": [
            SAID,
            {"role": "assistant", "content": [{"type": "text", "text": "I look."}, USED]},
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "call_1",
                        "content": [{"type": "text", "text": "a tree"}],
                    },
                    {"type": "text", "text": "and?"},
                ],
            },
        ],
        "tools": [{"name": "look", "description": "Looks.", "input_schema": {"type": "object", "properties": {}}}],
        "tool_choice": {"type": "any", "disable_parallel_tool_use": True},
        "temperature": 1,
        "stop_sequences": ["END"],
        "stream": True,
    }


def test_results_come_first_in_the_turn_after_their_calls() -> None:
    both = {"role": "assistant", "content": None, "tool_calls": [tool_call(), tool_call("call_2", "")]}
    found = turns(HELLO, both, tool("one"), {"role": "system", "content": "note"}, tool("two", "call_2"))
    assert [item["type"] for item in found[2]["content"]] == ["tool_result", "tool_result", "text"]
    assert found[1]["content"][1]["input"] == {}


def test_calls_without_results_and_results_without_calls_are_mended() -> None:
    found = turns(HELLO, {"role": "assistant", "tool_calls": [tool_call()]}, {"role": "user", "content": "stop"})
    assert [item["type"] for item in found[2]["content"]] == ["tool_result", "text"]
    found = turns(HELLO, tool("lost", "call_9"))
    assert [item["text"] for item in found[0]["content"]] == ["hello", "[Result of an earlier tool call]\n", "lost"]


def test_a_later_system_message_stays_in_its_place() -> None:
    found = turns(HELLO, {"role": "assistant", "content": "hi"}, {"role": "system", "content": "late"})
    assert found[2]["content"][0]["text"] == "<system-reminder>\nlate\n</system-reminder>"


def test_a_conversation_that_the_assistant_begins_and_ends() -> None:
    found = turns({"role": "assistant", "content": "hi"}, HELLO, {"role": "assistant", "content": "{ "})
    assert [turn["role"] for turn in found] == ["user", "assistant", "user", "assistant"]
    assert found[-1]["content"][-1]["text"] == "{"


def test_images_and_files() -> None:
    content = [
        {"type": "text", "text": "look"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AAAA"}},
    ]
    _, inline, linked, file = turns({"role": "user", "content": content})[0]["content"]
    assert inline["source"] == {"type": "base64", "media_type": "image/png", "data": "AAAA"}
    assert linked["source"] == {"type": "url", "url": "https://example.org/a.png"}
    assert (file["type"], file["title"], file["source"]["media_type"]) == ("document", "a.pdf", "application/pdf")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"n": 2}, "`n`"),
        ({"functions": [{}]}, "`tools`"),
        ({"messages": []}, "no message"),
        ({"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]}, "input_audio"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}, "data:"),
        ({"tools": [{"type": "custom", "custom": {"name": "x"}}]}, "declare a function"),
    ],
)
def test_what_cannot_be_said_is_refused_with_words(fields: Json, words: str) -> None:
    with pytest.raises(Untranslatable, match=words):
        messages_request(chat(**fields))


def test_structured_outputs() -> None:
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}}
    made = messages_request(chat(response_format=form))
    assert made["output_config"] == {"format": {"type": "json_schema", "schema": {"type": "object"}}}
    assert "JSON" in messages_request(chat(response_format={"type": "json_object"}))["system"]


MESSAGE = {
    "id": "msg_1",
    "content": [
        {"type": "thinking", "thinking": "hm", "signature": "x"},
        {"type": "text", "text": "I look."},
        USED,
    ],
    "stop_reason": "tool_use",
    "usage": {"input_tokens": 10, "cache_read_input_tokens": 80, "cache_creation_input_tokens": 10, "output_tokens": 5},
}
COUNTED = {
    "prompt_tokens": 100,
    "completion_tokens": 5,
    "total_tokens": 105,
    "prompt_tokens_details": {"cached_tokens": 80, "cache_write_tokens": 10},
}


def test_a_whole_reply() -> None:
    made = completion(MESSAGE, "tier1", created=7)
    (choice,) = made["choices"]
    assert (made["id"], made["object"], made["created"], made["model"]) == (
        "chatcmpl-1",
        "chat.completion",
        7,
        "tier1",
    )
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"] == {
        "role": "assistant",
        "content": "I look.",
        "refusal": None,
        "reasoning_content": "hm",
        "tool_calls": [tool_call()],
    }
    assert made["usage"] == COUNTED


@pytest.mark.parametrize(
    ("reason", "finish"),
    [("end_turn", "stop"), ("max_tokens", "length"), ("stop_sequence", "stop"), ("refusal", "content_filter")],
)
def test_finish_reasons(reason: str, finish: str) -> None:
    made = completion({"content": [{"type": "text", "text": "x"}], "stop_reason": reason}, "tier1")
    assert made["choices"][0]["finish_reason"] == finish


def streamed(*events: Json, include_usage: bool = True) -> list[Json]:
    stream = MessageStream(asked="tier1", include_usage=include_usage, created=7)
    return [made for event in events for made in stream.feed(event)] + stream.finish()


START = {"type": "message_start", "message": {"id": "msg_1", "usage": {"input_tokens": 10, "output_tokens": 1}}}
END = {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 5}}


def test_a_streamed_reply() -> None:
    started = {"type": "tool_use", "id": "call_1", "name": "look", "input": {}}
    found = streamed(
        START,
        {"type": "ping"},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "I look."}},
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": started},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": ""}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"a":1}'}},
        {"type": "content_block_stop", "index": 1},
        END,
        {"type": "message_stop"},
    )
    assert all(made["object"] == "chat.completion.chunk" and made["id"] == "chatcmpl-1" for made in found)
    assert [made["choices"][0]["delta"] for made in found[:-1]] == [
        {"role": "assistant", "content": ""},
        {"content": "I look."},
        {"tool_calls": [{"index": 0, **tool_call(arguments="")}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"a":1}'}}]},
        {},
    ]
    assert [made["choices"][0]["finish_reason"] for made in found[:-1]] == [None] * 4 + ["tool_calls"]
    assert found[-1]["choices"] == []
    assert found[-1]["usage"]["total_tokens"] == 15
    assert all(made["usage"] is None for made in found[:-1])


def test_usage_is_told_only_when_it_was_asked_for() -> None:
    found = streamed(START, END, {"type": "message_stop"}, include_usage=False)
    assert all("usage" not in made and made["choices"] for made in found)


def test_errors_and_streams_that_break_off() -> None:
    overloaded = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    assert streamed(START, overloaded)[-1]["error"]["message"] == "Overloaded"
    assert "broke off" in streamed(START)[-1]["error"]["message"]
    assert chat_error(404, "no such model") == {
        "error": {"message": "no such model", "type": "not_found_error", "param": None, "code": None}
    }


def test_a_chat_that_goes_both_ways_arrives_as_it_was() -> None:
    upstream = [chunk({"content": "I look."}), calls(call(0, id="call_1", name="Read", arguments="")), STOP, USAGE]
    found = streamed(*events_of(*upstream))
    deltas = [made["choices"][0]["delta"] for made in found[:-1]]
    assert deltas[-2] == {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]}
    assert found[-1]["usage"]["prompt_tokens"] == 9


chat_calls = block(id=ids, function=block(name=names, arguments=said))
parts = block(type=kinds(["text", "text", "text", "refusal"]), text=said)
chat_turns = block(
    role=kinds(["user", "assistant", "tool", "system"]),
    content=said | st.lists(parts, max_size=2),
    tool_calls=st.lists(chat_calls, max_size=2),
    tool_call_id=ids,
)
chats = block(
    messages=st.lists(chat_turns, max_size=8),
    stop=said,
    max_tokens=st.integers(-1, 10**6),
    temperature=st.floats(-1, 3),
    n=nonsense,
)


@STEADY
@given(chats)
def test_any_chat_is_a_request_or_refused_with_words(made: Json) -> None:
    try:
        request = messages_request(made)
    except Untranslatable as refusal:
        assert str(refusal)  # noqa: PT017 - either is right
        return
    assert request["max_tokens"] > 0
    unanswered: set[str] = set()
    expected = "user"
    for turn in request["messages"]:
        assert turn["role"] == expected
        assert turn["content"]
        expected = "assistant" if expected == "user" else "user"
        answers = [item["tool_use_id"] for item in turn["content"] if item["type"] == "tool_result"]
        assert [item["type"] for item in turn["content"][: len(answers)]] == ["tool_result"] * len(answers)
        assert set(answers) == unanswered
        assert len(answers) == len(unanswered)
        unanswered = {item["id"] for item in turn["content"] if item["type"] == "tool_use"}
        assert all(item["text"].strip() for item in turn["content"] if item["type"] == "text")
    assert not unanswered
    assert orjson.dumps(request)
    chat_request(request, model="m1", quirks=quirks_of("openai"), max_output=None, context=None)
