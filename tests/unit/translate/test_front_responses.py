"""Clients that speak OpenAI's Responses, as Codex does, towards an upstream that speaks Anthropic."""

from typing import Any

import pytest

from gha_router.gateway.translate import Untranslatable
from gha_router.gateway.translate.responses.front_reply import ResponseStream, response, response_error
from gha_router.gateway.translate.responses.front_request import messages_of_responses, pack, unpack
from gha_router.gateway.translate.responses.front_tools import Toolbox
from gha_router.records import Json
from tests.unit.translate.responses_reader import read

LOOK = {"type": "function", "name": "look", "description": "Looks.", "parameters": {"properties": {}}, "strict": False}
PATCH = {
    "type": "custom",
    "name": "apply_patch",
    "description": "Edits files.",
    "format": {"type": "grammar", "syntax": "lark", "definition": "start: begin end"},
}
SHELL = {"type": "local_shell"}
NAMESPACE = {"type": "namespace", "name": "agents", "description": "", "tools": [{"type": "function", "name": "spawn"}]}
USER = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}
THOUGHT = {"type": "thinking", "thinking": "hm", "signature": "sig"}


def asked(*items: Json, **fields: Any) -> Json:
    return {"model": "tier1", "input": list(items) or [USER], **fields}


def translated(*items: Json, **fields: Any) -> Json:
    return messages_of_responses(asked(*items, **fields))[0]


def turns(*items: Json, **fields: Any) -> list[Json]:
    found: list[Json] = translated(*items, **fields)["messages"]
    return found


def call(call_id: str = "call_1", name: str = "look", arguments: str = '{"at":"a"}') -> Json:
    return {"type": "function_call", "id": "fc_1", "call_id": call_id, "name": name, "arguments": arguments}


def output(said: object, call_id: str = "call_1") -> Json:
    return {"type": "function_call_output", "call_id": call_id, "output": said}


def test_what_codex_sends() -> None:
    made = translated(
        {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "Be brief."}]},
        USER,
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": pack(THOUGHT)},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "I look."}]},
        call(),
        call("call_2", arguments=""),
        output("a tree"),
        output([{"type": "input_text", "text": "a rock"}], "call_2"),
        instructions="You code.",
        tools=[LOOK],
        tool_choice="auto",
        parallel_tool_calls=True,
        reasoning={"effort": "xhigh", "summary": "auto"},
        store=False,
        stream=True,
        include=["reasoning.encrypted_content"],
        prompt_cache_key="k",
        client_metadata={"a": "b"},
        text={"verbosity": "low", "format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}}},
    )
    one, two = made["messages"][2]["content"]
    assert made["system"] == "You code.\n\nBe brief."
    assert [block["type"] for block in made["messages"][1]["content"]] == ["thinking", "text", "tool_use", "tool_use"]
    assert made["messages"][1]["content"][0] == THOUGHT
    assert (one["tool_use_id"], one["content"][0]["text"]) == ("call_1", "a tree")
    assert (two["tool_use_id"], two["content"][0]["text"]) == ("call_2", "a rock")
    assert made["thinking"] == {"type": "adaptive"}
    assert made["output_config"] == {"effort": "max", "format": {"type": "json_schema", "schema": {"type": "object"}}}
    assert made["tools"] == [
        {"name": "look", "description": "Looks.", "input_schema": {"properties": {}, "type": "object"}}
    ]
    assert made["tool_choice"] == {"type": "auto"}
    assert made["stream"] is True
    assert made.keys() == {
        *("model", "max_tokens", "system", "messages", "stream"),
        *("thinking", "output_config", "tools", "tool_choice"),
    }


def test_a_text_is_what_the_user_said() -> None:
    assert messages_of_responses({"model": "m", "input": "hello"})[0]["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "hello"}]}
    ]


def test_calls_without_results_and_results_without_calls_are_mended() -> None:
    found = turns(USER, call(), USER)
    assert [item["type"] for item in found[2]["content"]] == ["tool_result", "text"]
    found = turns(USER, call(), call("call_2"), output("x"), {"role": "assistant", "content": "well"})
    assert [item["type"] for item in found[2]["content"]] == ["tool_result", "tool_result"]
    found = turns(USER, output("lost", "call_9"))
    assert [item["text"] for item in found[0]["content"]] == ["hello", "[Result of an earlier tool call]\n", "lost"]


def test_thinking_of_others_is_left_out_and_none_ends_a_turn() -> None:
    foreign = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAAA"}
    own = {**foreign, "encrypted_content": pack(THOUGHT)}
    assert len(turns(USER, foreign)) == len(turns(USER, own)) == len(turns(USER, own, USER)) == 1
    assert unpack({"encrypted_content": "gha-router.!"}) is None
    assert unpack({"encrypted_content": pack({"type": "text", "text": "x"})}) is None


def test_tools_that_are_no_functions() -> None:
    made, tools = messages_of_responses(asked(tools=[PATCH, SHELL, NAMESPACE]))
    patch, shell, spawn = made["tools"]
    assert patch["input_schema"]["required"] == ["input"]
    assert patch["description"] == "Edits files.\n\n`input` follows this grammar (lark):\nstart: begin end"
    assert (shell["name"], spawn["name"]) == ("local_shell", "agents__spawn")
    back = [
        tools.tool("apply_patch").item("i", "c", {"input": "*** Begin"}, '{"input":"*** Begin"}', "completed"),
        tools.tool("local_shell").item("i", "c", {"command": ["ls"]}, "", "completed"),
        tools.tool("agents__spawn").item("i", "c", {}, "{}", "completed"),
    ]
    assert (back[0]["type"], back[0]["input"]) == ("custom_tool_call", "*** Begin")
    assert (back[1]["type"], back[1]["action"]) == ("local_shell_call", {"type": "exec", "command": ["ls"], "env": {}})
    assert (back[2]["type"], back[2]["name"], back[2]["namespace"]) == ("function_call", "spawn", "agents")
    again = turns(USER, *back, tools=[PATCH, SHELL, NAMESPACE])[1]["content"][0]
    assert (again["name"], again["input"]) == ("apply_patch", {"input": "*** Begin"})


def test_tools_may_stand_in_the_input_and_long_names_are_told_apart() -> None:
    more = {
        "type": "additional_tools",
        "role": "developer",
        "tools": [{"type": "namespace", "name": "f", "tools": [LOOK]}],
    }
    assert [tool["name"] for tool in translated(more, USER)["tools"]] == ["f__look"]
    long = [{**LOOK, "name": "n" * 90 + end} for end in "ab"]
    first, second = translated(tools=long)["tools"]
    assert len(first["name"]) == len(second["name"]) == 64
    assert first["name"] != second["name"]


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        ("required", {"type": "any"}),
        ("none", {"type": "none"}),
        ({"type": "function", "name": "look"}, {"type": "tool", "name": "look"}),
        ({"type": "custom", "name": "apply_patch"}, {"type": "tool", "name": "apply_patch"}),
        (
            {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "look"}]},
            {"type": "any"},
        ),
    ],
)
def test_choices(choice: Any, wanted: Json) -> None:
    made = translated(tools=[LOOK, PATCH], tool_choice=choice)
    assert made["tool_choice"] == wanted
    assert len(made["tools"]) == (1 if "allowed" in str(choice) else 2)
    alone = translated(tools=[LOOK, PATCH], tool_choice=choice, parallel_tool_calls=False)["tool_choice"]
    assert alone.get("disable_parallel_tool_use") is (None if choice == "none" else True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"previous_response_id": "resp_1"}, "keeps no conversations; send the earlier items in `input`"),
        ({"conversation": "conv_1"}, "keeps no conversations"),
        ({"background": True}, "without `background`"),
        ({"tools": [{"type": "web_search", "external_web_access": True}]}, 'web_search = "disabled"'),
        ({"tools": [{"type": "web_search_preview"}]}, "web_search"),
        ({"tools": [{"type": "mcp", "server_label": "x"}]}, "the client's own configuration"),
        ({"tools": [{"type": "file_search"}]}, "declare it as a function"),
        ({"tools": [{"type": "function"}]}, "no name"),
        ({"input": []}, "no message"),
        ({"input": [{"type": "item_reference", "id": "x"}]}, "keeps no items"),
        ({"input": [{"type": "unheard_of"}]}, "unheard_of"),
        ({"input": [{"role": "user", "content": [{"type": "input_audio"}]}]}, "input_audio"),
        ({"input": [{"role": "user", "content": [{"type": "input_image", "file_id": "f"}]}]}, "input_image"),
    ],
)
def test_what_cannot_be_said_is_refused_with_words(fields: Json, words: str) -> None:
    with pytest.raises(Untranslatable, match=words):
        messages_of_responses(asked(**fields))


def test_what_servers_did_in_earlier_turns_is_passed_over() -> None:
    assert len(turns(USER, {"type": "web_search_call", "id": "ws_1", "status": "completed"})) == 1


START = {
    "type": "message_start",
    "message": {"id": "msg_1", "usage": {"input_tokens": 7, "cache_read_input_tokens": 3}},
}
STOP = {"type": "message_stop"}


def begin(index: int, kind: str, **fields: Any) -> Json:
    return {"type": "content_block_start", "index": index, "content_block": {"type": kind, **fields}}


def delta(index: int, **fields: Any) -> Json:
    return {"type": "content_block_delta", "index": index, "delta": fields}


def end(index: int) -> Json:
    return {"type": "content_block_stop", "index": index}


def ended(reason: str) -> Json:
    return {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 5}}


def streamed(*events: Json, **fields: Any) -> list[Json]:
    request = asked(tools=[LOOK, PATCH, SHELL, NAMESPACE], **fields)
    stream = ResponseStream(request, messages_of_responses(request)[1], created=9)
    return [made for event in events for made in stream.feed(event)]


WHOLE = [
    START,
    begin(0, "thinking"),
    delta(0, thinking="h"),
    delta(0, thinking="m"),
    delta(0, signature="sig"),
    end(0),
    begin(1, "redacted_thinking", data="xyz"),
    end(1),
    begin(2, "text"),
    delta(2, text="Now "),
    delta(2, text="I look."),
    end(2),
    begin(3, "tool_use", id="call_1", name="look"),
    delta(3, partial_json='{"at"'),
    delta(3, partial_json=':"a"}'),
    end(3),
    begin(4, "tool_use", id="call_2", name="look"),
    end(4),
    begin(5, "tool_use", id="call_3", name="apply_patch"),
    delta(5, partial_json='{"input":"*** Beg'),
    delta(5, partial_json='in"}'),
    end(5),
    begin(6, "tool_use", id="call_4", name="local_shell"),
    delta(6, partial_json='{"command":["ls"]}'),
    end(6),
    ended("tool_use"),
    STOP,
]
MESSAGE = {
    "id": "msg_1",
    "content": [
        THOUGHT,
        {"type": "redacted_thinking", "data": "xyz"},
        {"type": "text", "text": "Now I look."},
        {"type": "tool_use", "id": "call_1", "name": "look", "input": {"at": "a"}},
        {"type": "tool_use", "id": "call_2", "name": "look", "input": {}},
        {"type": "tool_use", "id": "call_3", "name": "apply_patch", "input": {"input": "*** Begin"}},
        {"type": "tool_use", "id": "call_4", "name": "local_shell", "input": {"command": ["ls"]}},
    ],
    "stop_reason": "tool_use",
    "usage": {"input_tokens": 7, "cache_read_input_tokens": 3, "output_tokens": 5},
}


def test_a_whole_stream_and_the_same_message_whole() -> None:
    received = read(streamed(*WHOLE))
    assert received.kinds == [
        *("reasoning", "reasoning", "message", "function_call", "function_call"),
        *("custom_tool_call", "local_shell_call"),
    ]
    assert [unpack(item) for item in received.items[:2]] == MESSAGE["content"][:2]  # type: ignore[index]
    assert received.items[3]["arguments"] == '{"at":"a"}'
    assert received.items[4]["arguments"] == "{}"
    assert received.items[5]["input"] == "*** Begin"
    assert received.items[6]["action"]["command"] == ["ls"]
    assert (received.last["id"], received.last["model"], received.last["created_at"]) == ("resp_1", "tier1", 9)
    assert received.last["usage"]["input_tokens"] == 10
    assert received.last["usage"]["input_tokens_details"]["cached_tokens"] == 3
    assert received.last["usage"]["total_tokens"] == 15
    request = asked(tools=[LOOK, PATCH, SHELL, NAMESPACE])
    assert response(MESSAGE, request, messages_of_responses(request)[1], created=9) == received.last


def test_a_reply_that_is_cut() -> None:
    received = read(streamed(START, begin(0, "text"), delta(0, text="a"), ended("max_tokens"), STOP))
    assert received.last["incomplete_details"] == {"reason": "max_output_tokens"}
    assert received.last["output"][0]["status"] == "incomplete"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"type": "overloaded_error", "message": "busy"}, "server_error"),
        ({"type": "rate_limit_error", "message": "slow"}, "rate_limit_exceeded"),
        ({"type": "invalid_request_error", "message": "prompt is too long: 9 > 8"}, "context_length_exceeded"),
    ],
)
def test_an_error_in_the_stream_ends_it(error: Json, code: str) -> None:
    events = streamed(START, begin(0, "text"), delta(0, text="a"), {"type": "error", "error": error}, ended("x"), STOP)
    received = read(events)
    assert received.last["error"] == {"code": code, "message": error["message"]}


def test_a_stream_that_breaks_off_says_so() -> None:
    stream = ResponseStream(asked(), Toolbox())
    events = [*stream.feed(START), *stream.finish()]
    assert read(events).last["error"]["message"] == "the upstream's reply broke off before its end"
    assert stream.finish() == []


def test_errors_have_a_code_that_clients_act_on() -> None:
    assert response_error(429, "slow")["error"]["code"] == "rate_limit_exceeded"
    assert response_error(402, "no money")["error"]["code"] == "insufficient_quota"
    assert response_error(400, "prompt is too long")["error"]["code"] == "context_length_exceeded"
    assert response_error(404, "x")["error"] == {
        "message": "x",
        "type": "not_found_error",
        "param": None,
        "code": None,
    }
