"""Each fault that was measured on a stream of another gateway or provider, named after it."""

import orjson
import pytest

from gha_router.gateway.translate import is_sealed, quirks_of
from gha_router.records import Json
from tests.unit.translate.chat import (
    BASH,
    CALLED,
    READ,
    STOP,
    USAGE,
    asked,
    assistant,
    body,
    call,
    calls,
    chunk,
    events_of,
    received,
    result,
    use,
    user,
)

A, B = '{"path":"a"}', '{"command":"ls"}'


def names_and_inputs(*chunks: Json) -> list[tuple[str, object]]:
    got = received(*chunks)
    assert got.stop_reason == "tool_use"
    return [(made["name"], made["input"]) for made in got.calls]


BOTH = [("Read", {"path": "a"}), ("Bash", {"command": "ls"})]


def test_trap_01_interleaved_parallel_tool_calls() -> None:
    chunks = [
        calls(call(0, id="c1", name="Read", arguments="")),
        calls(call(1, id="c2", name="Bash", arguments="")),
        calls(call(0, arguments='{"pa')),
        calls(call(1, arguments='{"comm')),
        calls(call(0, arguments='th":"a"}')),
        calls(call(1, arguments='and":"ls"}')),
    ]
    assert names_and_inputs(*chunks, CALLED) == BOTH


def test_trap_01_the_first_open_call_streams_live() -> None:
    chunks = [
        calls(call(0, id="c1", name="Read", arguments='{"pa')),
        calls(call(1, id="c2", name="Bash", arguments=B)),
        calls(call(0, arguments='th":"a"}')),
    ]
    kinds = [[event["type"] for event in events_of(*chunks[:length])] for length in (1, 2, 3)]
    assert kinds[0][:3] == ["message_start", "content_block_start", "content_block_delta"]
    assert kinds[1] == kinds[0]
    assert kinds[2].count("content_block_delta") == 2


def test_trap_01_calls_one_after_the_other_all_stream_live() -> None:
    chunks = [
        calls(call(0, id="c1", name="Read", arguments=A)),
        calls(call(1, id="c2", name="Bash", arguments='{"comm')),
    ]
    fragments = [event["delta"] for event in events_of(*chunks) if event["type"] == "content_block_delta"]
    assert [fragment["partial_json"] for fragment in fragments] == [A, '{"comm']


def test_trap_01_calls_without_an_index() -> None:
    chunks = [
        calls(call(id="c1", name="Read", arguments='{"path"')),
        calls(call(arguments=':"a"}')),
        calls(call(id="c2", name="Bash", arguments=B)),
    ]
    assert names_and_inputs(*chunks, CALLED) == BOTH


def test_trap_01_two_whole_calls_without_index_or_id_in_one_chunk() -> None:
    chunks = [calls(call(name="Read", arguments=A), call(name="Bash", arguments=B))]
    assert names_and_inputs(*chunks, CALLED) == BOTH


def test_trap_01_the_id_in_every_delta() -> None:
    chunks = [
        calls(call(0, id="c1", name="Read", arguments='{"path"')),
        calls(call(0, id="c1", arguments=':"a"}')),
        calls(call(1, id="c2", name="Bash", arguments='{"command"')),
        calls(call(1, id="c2", arguments=':"ls"}')),
    ]
    assert names_and_inputs(*chunks, CALLED) == BOTH


def test_trap_01_id_and_name_in_every_delta() -> None:
    chunks = [
        calls(call(0, id="c1", name="Read", arguments='{"path"')),
        calls(call(0, id="c1", name="Read", arguments=':"a"}')),
        calls(call(0, id="c1", name="Read", arguments="")),
    ]
    assert names_and_inputs(*chunks, CALLED) == BOTH[:1]


def test_trap_01_the_name_in_every_delta_and_no_id() -> None:
    chunks = [
        calls(call(0, name="Read", arguments='{"path"')),
        calls(call(0, name="Read", arguments=':"a"}')),
        calls(call(0, name="Read", arguments="")),
    ]
    assert names_and_inputs(*chunks, CALLED) == BOTH[:1]


def test_trap_01_the_name_in_pieces() -> None:
    chunks = [
        calls(call(0, id="c1", name="Re")),
        calls(call(0, name="ad")),
        calls(call(0, arguments=A)),
    ]
    assert names_and_inputs(*chunks, CALLED) == BOTH[:1]


def test_trap_01_the_id_late() -> None:
    chunks = [
        calls(call(0, name="Read", arguments="")),
        calls(call(0, id="c1", arguments=A)),
        calls(call(1, name="Bash")),
        calls(call(1, arguments='{"command"')),
        calls(call(1, id="c2", arguments=':"ls"}')),
    ]
    got = received(*chunks, CALLED)
    assert [(made["name"], made["input"]) for made in got.calls] == BOTH
    assert got.calls[0]["id"] == "c1"


def test_trap_01_whole_calls_that_all_have_the_index_0() -> None:
    chunks = [
        calls(call(0, id="c1", name="Read", arguments=A)),
        calls(call(0, id="c2", name="Bash", arguments=B)),
    ]
    assert names_and_inputs(*chunks, CALLED) == BOTH
    assert names_and_inputs(calls(*(piece["choices"][0]["delta"]["tool_calls"][0] for piece in chunks)), STOP) == BOTH


def test_trap_01_whole_calls_of_one_tool_with_the_index_0_and_no_id() -> None:
    chunks = [
        calls(call(0, name="Read", arguments=A)),
        calls(call(0, name="Read", arguments='{"path":"b"}')),
    ]
    assert names_and_inputs(*chunks, STOP) == [("Read", {"path": "a"}), ("Read", {"path": "b"})]


def test_trap_01_a_call_without_arguments_before_another_at_the_same_index() -> None:
    chunks = [calls(call(0, name="Read", arguments="")), calls(call(0, name="Bash", arguments=B))]
    assert names_and_inputs(*chunks, STOP) == [("Read", {}), ("Bash", {"command": "ls"})]


def test_trap_01_arguments_that_are_parsed_already() -> None:
    assert names_and_inputs(calls(call(0, id="c1", name="Read", arguments={"path": "a"})), STOP) == BOTH[:1]


def test_trap_01_calls_that_share_one_id_get_their_own() -> None:
    chunks = [calls(call(0, id="c", name="Read", arguments=A)), calls(call(1, id="c", name="Bash", arguments=B))]
    assert names_and_inputs(*chunks, CALLED) == BOTH  # the reader of the stream wants ids that differ


def test_an_id_that_stands_in_the_conversation_already_is_not_used_again() -> None:
    before = body({"role": "user", "content": "go"}, assistant(use(call="call_0")), user(result("x", call="call_0")))
    got = received(calls(call(0, id="call_0", name="Read", arguments=A)), CALLED, request=asked(before))
    assert got.calls[0]["id"] != "call_0"


def test_an_id_that_anthropic_would_refuse_is_not_passed_on() -> None:
    got = received(calls(call(0, id="functions.Read:0", name="Read", arguments=A)), CALLED)
    assert set(got.calls[0]["id"]) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@pytest.mark.parametrize("arguments", ["", "{}", None, " ", "null"])
def test_trap_02_empty_arguments(arguments: str | None) -> None:
    got = received(calls(call(0, id="c1", name="Read", arguments=arguments)), CALLED)
    assert [(made["input"], made["json"]) for made in got.calls] == [({}, "{}")]


def test_trap_02_a_placeholder_before_the_arguments() -> None:
    chunks = [calls(call(0, id="c1", name="Read", arguments="{}")), calls(call(0, arguments=A))]
    assert received(*chunks, CALLED).calls[0]["json"] == A


@pytest.mark.parametrize("finish", ["stop", "tool_calls", "function_call", "end_turn"])
def test_trap_03_stop_reason_tool_use_whenever_a_tool_was_called(finish: str) -> None:
    got = received(calls(call(0, id="c1", name="Read", arguments=A)), chunk(finish=finish))
    assert got.stop_reason == "tool_use"


def test_trap_03_a_call_that_was_cut_is_told_as_cut() -> None:
    got = received(calls(call(0, id="c1", name="Read", arguments='{"pa')), chunk(finish="length"))
    assert (got.stop_reason, got.calls[0]["json"]) == ("max_tokens", '{"pa')


def test_trap_03_tool_calls_without_any_call_is_the_end_of_the_turn() -> None:
    assert received(chunk({"content": "done"}), CALLED).stop_reason == "end_turn"


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_trap_04_reasoning_becomes_thinking_that_is_known_again(field: str) -> None:
    got = received(chunk({field: "let me "}), chunk({field: "see"}), chunk({"content": "yes"}), STOP)
    assert [block["type"] for block in got.blocks] == ["thinking", "text"]
    assert (got.thinking, got.text) == ("let me see", "yes")
    assert is_sealed(got.blocks[0])


def test_trap_04_reasoning_that_is_named_twice_is_told_once() -> None:
    got = received(chunk({"reasoning_content": "hm", "reasoning": "hm"}), chunk({"content": "yes"}), STOP)
    assert got.thinking == "hm"


def test_trap_04_content_in_typed_parts() -> None:
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    got = received(chunk({"content": [thought]}), chunk({"content": [{"type": "text", "text": "yes"}]}), STOP)
    assert (got.thinking, got.text) == ("hm", "yes")


def test_trap_04_a_client_that_turned_thinking_off_sees_none() -> None:
    request = asked(body(thinking={"type": "disabled"}))
    got = received(chunk({"reasoning": "hm"}), chunk({"content": "yes"}), STOP, request=request)
    assert [block["type"] for block in got.blocks] == ["text"]


def test_trap_04_thinking_comes_back_and_is_dropped_or_given_to_the_model_that_thought() -> None:
    got = received(chunk({"reasoning_content": "hm"}), calls(call(0, id="c1", name="Read", arguments=A)), CALLED)
    thought, used = ({k: v for k, v in block.items() if k != "json"} for block in got.blocks)
    again = body({"role": "user", "content": "go"}, assistant(thought, used), user(result("x", call="c1")))
    assert "reasoning_content" not in asked(again).body["messages"][1]
    deepseek = quirks_of("deepseek")
    assert asked(again, deepseek).body["messages"][1]["reasoning_content"] == "hm"
    assert asked(again, deepseek, model="another").body["messages"][1]["reasoning_content"] == ""


def test_the_signature_of_a_gemini_call_comes_back_with_it() -> None:
    signed = {**call(0, id="c1", name="Read", arguments=A), "extra_content": {"google": {"thought_signature": "sig"}}}
    got = received(calls(signed), STOP)
    assert [block["type"] for block in got.blocks] == ["thinking", "tool_use"]
    again = body({"role": "user", "content": "go"}, assistant(*got.blocks), user(result("x", call="c1")))
    sent = asked(again, quirks_of("gemini")).body["messages"][1]["tool_calls"][0]
    assert sent["extra_content"] == {"google": {"thought_signature": "sig"}}


def test_trap_08_the_estimate_comes_first_and_the_upstreams_count_last() -> None:
    usage = {
        "prompt_tokens": 1000,
        "completion_tokens": 50,
        "total_tokens": 1050,
        "prompt_tokens_details": {"cached_tokens": 800},
        "completion_tokens_details": {"reasoning_tokens": 20},
    }
    got = received(chunk({"content": "yes"}), STOP, {**USAGE, "usage": usage})
    assert got.message["usage"]["input_tokens"] == 7
    assert got.usage == {
        "input_tokens": 200,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 800,
        "output_tokens": 50,
        "output_tokens_details": {"thinking_tokens": 20},
    }


def test_trap_08_usage_beside_the_finish_reason() -> None:
    got = received(chunk({"content": "yes"}), chunk(finish="stop", usage={"prompt_tokens": 9, "completion_tokens": 5}))
    assert got.usage is not None
    assert (got.usage["input_tokens"], got.usage["output_tokens"]) == (9, 5)


def test_trap_08_a_count_that_never_came_is_an_estimate() -> None:
    got = received(chunk({"content": "yes, that is so"}), STOP)
    assert got.usage == {"input_tokens": 7, "output_tokens": 5}


@pytest.mark.parametrize(
    ("finish", "reason"),
    [
        ("stop", "end_turn"),
        ("length", "max_tokens"),
        ("content_filter", "refusal"),
        ("model_length", "max_tokens"),
        ("MAX_TOKENS", "max_tokens"),
        ("eos", "end_turn"),
    ],
)
def test_trap_23_stop_reasons(finish: str, reason: str) -> None:
    assert received(chunk({"content": "yes"}), chunk(finish=finish)).stop_reason == reason


def test_trap_23_a_stop_sequence_where_the_upstream_names_it() -> None:
    last = chunk(finish="stop")
    last["choices"][0]["stop_reason"] = "END"
    got = received(chunk({"content": "yes"}), last, request=asked(body(stop_sequences=["END"])))
    assert (got.stop_reason, got.stop_sequence) == ("stop_sequence", "END")


def test_a_refusal_is_shown_and_told() -> None:
    got = received(chunk({"refusal": "I will not"}), STOP)
    assert (got.text, got.stop_reason) == ("I will not", "refusal")


def test_text_after_half_a_call_waits() -> None:
    chunks = [
        calls(call(0, id="c1", name="Read", arguments='{"pa')),
        chunk({"content": "by the way"}),
        calls(call(0, arguments='th":"a"}')),
    ]
    got = received(*chunks, CALLED)
    assert [block["type"] for block in got.blocks] == ["tool_use", "text"]
    assert (got.calls[0]["input"], got.text) == ({"path": "a"}, "by the way")


def test_text_after_a_whole_call_streams() -> None:
    chunks = [calls(call(0, id="c1", name="Read", arguments=A)), chunk({"content": "by the way"})]
    assert events_of(*chunks)[-2]["delta"] == {"type": "text_delta", "text": "by the way"}


def test_blanks_before_a_call_make_no_block() -> None:
    got = received(chunk({"content": "\n\n"}), calls(call(0, id="c1", name="Read", arguments=A)), STOP)
    assert [block["type"] for block in got.blocks] == ["tool_use"]
    assert received(chunk({"content": "\n"}), chunk({"content": "yes"}), STOP).text == "\nyes"


def test_arguments_that_are_broken_are_passed_on_as_they_are() -> None:
    """Claude Code then tells the model that its input did not parse."""
    assert (
        received(calls(call(0, id="c1", name="Read", arguments='{"path": a}')), STOP).calls[0]["json"] == '{"path": a}'
    )


def test_a_shortened_name_comes_back_whole() -> None:
    long = "mcp__a server__" + "x" * 80
    request = asked(body(tools=[{**READ, "name": long}, BASH]))
    (short,) = request.names
    got = received(calls(call(0, id="c1", name=short, arguments=A)), CALLED, request=request)
    assert got.calls[0]["name"] == long


def test_a_reply_without_content_is_a_message_without_blocks() -> None:
    got = received(STOP, USAGE)
    assert (got.blocks, got.stop_reason) == ([], "end_turn")


def test_the_ids_of_messages_differ_between_the_turns_of_an_upstream_that_repeats_its_own() -> None:
    first = asked(body())
    second = asked(body(user("hello"), assistant("hi"), user("and now?")))
    ids = {received(chunk({"content": "yes"}), STOP, request=made).message["id"] for made in (first, second)}
    assert len(ids) == 2


def test_a_long_reply_is_not_parsed_again_and_again() -> None:
    """Text while a call is half done is looked at once, not with every delta."""
    chunks = [calls(call(0, id="c1", name="Read", arguments='{"pa')), *(chunk({"content": "x"}) for _ in range(500))]
    got = received(*chunks, calls(call(0, arguments='th":"a"}')), CALLED)
    assert (got.text, got.calls[0]["input"]) == ("x" * 500, {"path": "a"})
    assert orjson.loads(got.calls[0]["json"])
