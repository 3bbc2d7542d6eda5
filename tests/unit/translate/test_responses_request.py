"""Requests to OpenAI's Responses API: what each trap asks of them."""

import base64

import orjson
import pytest

from gha_router.gateway.translate import Untranslatable
from gha_router.gateway.translate.reading import dump
from gha_router.gateway.translate.responses.reply import response_message
from gha_router.records import Json
from tests.golden import check_golden
from tests.unit.translate.chat import BASH, IMAGE, READ, assistant, body, result, use, user
from tests.unit.translate.responses import ORIGIN, asked, called, message, response, thought
from tests.unit.translate.test_golden import CONVERSATION


def blocks(*output: Json, origin: str = ORIGIN) -> list[Json]:
    """A reply's blocks, as the client sends them back."""
    made = response_message(response(*output), asked="tier1", request=asked(origin=origin))
    return list(made["content"])


def kinds(made: Json) -> list[str]:
    return [item.get("role") if item["type"] == "message" else item["type"] for item in made["input"]]


def test_a_conversation_of_claude_codes() -> None:
    sealed = blocks(thought("I weigh it.", "I know."), message("I look."), called("Read", "toolu_0", path="b"))
    turns = [*CONVERSATION["messages"], {"role": "assistant", "content": sealed}, user(result("1", call="toolu_0"))]
    made = asked({**CONVERSATION, "messages": turns}, session="fix/1/s1")
    check_golden(
        "translate/request-responses.json", orjson.dumps(made.body, option=orjson.OPT_INDENT_2).decode() + "\n"
    )
    assert made.thinking


def test_a_thought_comes_back_where_it_was() -> None:
    turn = blocks(thought("a", "b"), called(), thought(name="rs_2"), message("so"))
    back = asked(body(user("x"), {"role": "assistant", "content": turn}, user(result("1", call="call_1")))).body[
        "input"
    ]
    first, call, second, said, _ = back[1:]
    assert first == thought("a", "b")
    assert (call["type"], second, said["content"][0]["text"]) == ("function_call", thought(name="rs_2"), "so")


def test_a_thought_of_another_deployment_is_left_out() -> None:
    turn = blocks(thought("a"), message("so"), origin="responses other/gpt-5.3-codex")
    made = asked(body(user("x"), {"role": "assistant", "content": turn}, user("y")))
    assert kinds(made.body) == ["user", "assistant", "user"]
    assert "a" not in {part["text"] for part in made.body["input"][1]["content"]}
    assert made.notes == ("thinking of other models",)


@pytest.mark.parametrize("place", range(60, 200, 7))
def test_a_thought_that_was_damaged_is_left_out(place: int) -> None:
    [block, said] = blocks(thought("a", encrypted="g" * 80), message("so"))
    mark, sealed = block["signature"][:11], bytearray(base64.urlsafe_b64decode(block["signature"][11:]))
    sealed[place % len(sealed)] ^= 1
    damaged = block | {"signature": mark + base64.urlsafe_b64encode(bytes(sealed)).decode()}
    made = asked(body(user("x"), {"role": "assistant", "content": [damaged, said]}, user("y")))
    assert kinds(made.body) == ["user", "assistant", "user"]


def test_claudes_thinking_is_left_out() -> None:
    claudes = {"type": "thinking", "thinking": "I weigh", "signature": "EqQBCgIYAhIM"}
    redacted = {"type": "redacted_thinking", "data": "EmwKAhgB"}
    assert b"EqQBCgIY" not in asked(body(user("x"), assistant(claudes, redacted, "so"), user("y"))).encode()


def test_a_thought_that_led_to_nothing_is_left_out() -> None:
    turn = blocks(message("so"), thought("and then"))
    made = asked(body(user("x"), {"role": "assistant", "content": turn}, user("y")))
    assert kinds(made.body) == ["user", "assistant", "user"]


def test_calls_and_outputs_are_pairs() -> None:
    made = asked(
        body(
            user(result("lost", call="toolu_gone"), "go"),
            assistant(use(call="toolu_1"), use("Bash", "toolu_2")),
            user("by the way", result("one", call="toolu_1")),
            user(result("late", call="toolu_2")),
            assistant(use(call="toolu_3")),
            user("stop"),
        )
    ).body["input"]
    outputs = {item["call_id"]: item["output"] for item in made if item["type"] == "function_call_output"}
    assert outputs == {"toolu_1": "one", "toolu_2": "late", "toolu_3": "[No result: the call was interrupted.]"}
    assert [item["type"] for item in made[:6]] == [
        "message",
        *["function_call"] * 2,
        *["function_call_output"] * 2,
        "message",
    ]


def test_an_image_stays_in_its_output() -> None:
    made = asked(body(user("x"), assistant(use()), user(result({"type": "text", "text": "see"}, IMAGE)))).body["input"]
    image = {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0=", "detail": "auto"}
    assert made[-1]["output"] == [{"type": "input_text", "text": "see"}, image]


def test_tools_are_not_strict_unless_they_say_so() -> None:
    closed = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    strict = {**BASH, "input_schema": closed, "strict": True}
    made = asked(body(tools=[READ, strict])).body
    assert [(tool["name"], tool["strict"]) for tool in made["tools"]] == [("Read", False), ("Bash", True)]
    assert {tool["type"] for tool in made["tools"]} == {"function"}


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        ({"type": "any"}, {"tool_choice": "required"}),
        ({"type": "none"}, {"tool_choice": "none"}),
        ({"type": "tool", "name": "Read"}, {"tool_choice": {"type": "function", "name": "Read"}}),
        ({"type": "auto", "disable_parallel_tool_use": True}, {"parallel_tool_calls": False}),
    ],
)
def test_which_tool_is_called(choice: Json, wanted: Json) -> None:
    made = asked(body(tools=[READ], tool_choice=choice)).body
    assert {name: made[name] for name in ("tool_choice", "parallel_tool_calls") if name in made} == wanted


@pytest.mark.parametrize(
    ("model", "fields", "wanted"),
    [
        ("gpt-5.3-codex", {}, None),
        (
            "gpt-5.3-codex",
            {"thinking": {"type": "enabled", "budget_tokens": 4000}},
            {"effort": "low", "summary": "auto"},
        ),
        (
            "gpt-5.3-codex",
            {"thinking": {"type": "enabled", "budget_tokens": 31999}},
            {"effort": "high", "summary": "auto"},
        ),
        ("gpt-5.3-codex", {"thinking": {"type": "disabled"}}, {"effort": "low"}),
        ("gpt-5.3-codex", {"output_config": {"effort": "max"}}, {"effort": "xhigh"}),
        ("gpt-5-codex", {"output_config": {"effort": "max"}}, {"effort": "high"}),
        ("gpt-5-pro", {"output_config": {"effort": "low"}}, None),
        ("gpt-5.4-pro", {"output_config": {"effort": "max"}}, {"effort": "high"}),
    ],
)
def test_how_hard_it_thinks(model: str, fields: Json, wanted: Json | None) -> None:
    made = asked(body(**fields), model=model).body
    assert made.get("reasoning") == wanted
    assert made["include"] == ["reasoning.encrypted_content"]


def test_a_model_that_does_not_reason_is_not_asked_to() -> None:
    made = asked(body(thinking={"type": "adaptive"}, temperature=0.5, stop_sequences=["x"]), model="llama").body
    assert {"reasoning", "include", "stop"}.isdisjoint(made)
    assert made["temperature"] == 0.5


def test_phases_are_said_to_models_that_know_them() -> None:
    turns = body(user("x"), assistant("I look.", use()), user(result("1")), assistant("Done."), user("y"))
    phases = [item.get("phase") for item in asked(turns).body["input"] if item.get("role") == "assistant"]
    assert phases == ["commentary", "final_answer"]
    assert "phase" not in dump(asked(turns, model="gpt-5-codex").body)


def test_sizes() -> None:
    assert asked(body(max_tokens=1)).body["max_output_tokens"] == 16
    assert asked(body(max_tokens=64_000), max_output=32_000).body["max_output_tokens"] == 32_000
    assert asked(body(max_tokens=64_000), context=8192).body["max_output_tokens"] < 8192


def test_a_conversation_has_one_cache_key_that_does_not_tell_its_session() -> None:
    first, second = (asked(body(user(said)), session="step/1/session-7").body["prompt_cache_key"] for said in "ab")
    assert first == second
    assert "session" not in first
    assert len(first) <= 64
    assert "prompt_cache_key" not in asked().body


def test_a_schema_of_the_answer() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    made = asked(body(output_config={"format": {"type": "json_schema", "schema": schema}})).body
    assert made["text"]["format"] == {"type": "json_schema", "name": "answer", "schema": schema, "strict": False}


def test_nothing_is_stored() -> None:
    assert asked().body["store"] is False


def test_a_request_of_system_messages_only_is_refused() -> None:
    with pytest.raises(Untranslatable, match="no message"):
        asked(body({"role": "system", "content": "x"}))


def test_the_origin_is_not_a_models_name() -> None:
    assert asked().thinker == ORIGIN
