"""Whole replies (trap 23: Claude Code asks without a stream after broken ones)."""

from typing import Any

import pytest

from gha_router.gateway.translate import BrokenReply, is_sealed, message
from gha_router.records import Json
from tests.unit.translate.chat import READ, asked, body

REQUEST = asked(body(tools=[READ]))


def reply(finish: str = "stop", **said: Any) -> Json:
    usage = {"prompt_tokens": 100, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 64}}
    choice = {"index": 0, "message": {"role": "assistant", **said}, "finish_reason": finish}
    return {"id": "chatcmpl-1", "created": 1, "model": "m1", "choices": [choice], "usage": usage}


def call(arguments: object, name: str = "Read", call: str = "c1") -> Json:
    return {"id": call, "type": "function", "function": {"name": name, "arguments": arguments}}


def test_trap_23_a_whole_reply() -> None:
    made = message(reply(content="yes", reasoning="hm"), asked="tier1", request=REQUEST)
    thought = made["content"].pop(0)
    assert is_sealed(thought)
    assert made.pop("id").startswith("msg_")
    assert made == {
        "type": "message",
        "role": "assistant",
        "model": "tier1",
        "content": [{"type": "text", "text": "yes"}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": 36,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 64,
            "output_tokens": 5,
        },
    }


def test_trap_23_calls_in_a_whole_reply() -> None:
    said = reply(content=None, tool_calls=[call('{"path":"a"}'), call("", call="c2"), call({"b": 1}, call="c2")])
    made = message(said, asked="tier1", request=REQUEST)
    assert made["stop_reason"] == "tool_use"
    assert [block["input"] for block in made["content"]] == [{"path": "a"}, {}, {"b": 1}]
    assert len({block["id"] for block in made["content"]}) == 3


@pytest.mark.parametrize("arguments", ['{"path": a}', "[1]", "5"])
def test_arguments_that_are_no_object_are_told_as_claude_code_tells_them(arguments: str) -> None:
    made = message(reply(tool_calls=[call(arguments)]), asked="tier1", request=REQUEST)
    assert made["content"][0]["input"] == {"__unparsedToolInput": {"raw": arguments, "len": len(arguments)}}


@pytest.mark.parametrize(
    "broken",
    [{"error": {"message": "Provider returned error", "code": 502}}, {"choices": []}, {}, reply("error", content="x")],
)
def test_an_error_under_200_is_one(broken: Json) -> None:
    with pytest.raises(BrokenReply) as raised:
        message(broken, asked="tier1", request=REQUEST)
    assert raised.value.failure.type == "api_error"


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 10, "completion_tokens": 3, "prompt_cache_hit_tokens": 4}, (6, 4, 0, 3)),
        ({"prompt_tokens": 10, "completion_tokens": 3, "cached_tokens": 4}, (6, 4, 0, 3)),
        ({"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 20}, (10, 0, 0, 10)),
        (
            {
                "prompt_tokens": 10,
                "completion_tokens": 3,
                "prompt_tokens_details": {"cached_tokens": 5, "cache_write_tokens": 2},
            },
            (3, 5, 2, 3),
        ),
        ({"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": 50}}, (0, 10, 0, 0)),
        ({"prompt_tokens": None, "completion_tokens": -1, "prompt_tokens_details": None}, (0, 0, 0, 0)),
    ],
)
def test_trap_08_no_token_is_counted_twice(usage: Json, expected: tuple[int, ...]) -> None:
    counted = message({**reply(content="x"), "usage": usage}, asked="tier1", request=REQUEST)["usage"]
    names = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens")
    assert tuple(counted[name] for name in names) == expected
