"""Each fault that was measured on a request that another gateway translated, named after it."""

from typing import Any

import pytest

from gha_router.gateway.translate import Quirks, Untranslatable, quirks_of
from gha_router.records import Json
from tests.unit.translate.chat import IMAGE, PDF, READ, asked, assistant, body, result, use, user

HELLO = {"role": "user", "content": "hello"}


def messages(*turns: Json, quirks: Quirks | None = None, **fields: Any) -> list[Json]:
    """The chat's messages, as role and content (or the calls' ids)."""
    found: list[Json] = asked(body(*turns, **fields), quirks).body["messages"]
    return found


def roles(*turns: Json, quirks: Quirks | None = None) -> list[str]:
    return [message["role"] for message in messages(*turns, quirks=quirks)]


def test_a_whole_turn() -> None:
    turns = (
        HELLO,
        assistant("I look.", use(path="a")),
        user(result("content of a"), "and quickly"),
    )
    assert messages(*turns, system=[{"type": "text", "text": "Be brief."}, {"type": "text", "text": "Be kind."}]) == [
        {"role": "system", "content": "Be brief.\n\nBe kind."},
        {"role": "user", "content": "hello"},
        {
            "role": "assistant",
            "content": "I look.",
            "tool_calls": [
                {"id": "toolu_1", "type": "function", "function": {"name": "Read", "arguments": '{"path":"a"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "toolu_1", "content": "content of a"},
        {"role": "user", "content": "and quickly"},
    ]


def test_trap_04_thinking_of_other_models_is_dropped() -> None:
    thought = {"type": "thinking", "thinking": "hm", "signature": "EqQBCgIYAhIM"}
    hidden = {"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3pzix"}
    request = asked(body(HELLO, assistant(thought, hidden, "yes"), user("go on")))
    assert request.body["messages"][1] == {"role": "assistant", "content": "yes"}
    assert request.notes == ("thinking of other models",)
    assert roles(HELLO, assistant(thought), user("go on")) == ["user"]


def test_trap_05_fields_that_only_anthropic_knows_do_not_pass() -> None:
    fields = {
        "context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]},
        "metadata": {"user_id": "u"},
        "service_tier": "auto",
        "container": "c",
        "mcp_servers": [],
        "betas": ["x"],
        "speed": "fast",
        "anthropic_beta": ["x"],
        "top_k": 5,
        "unheard_of": 1,
    }
    assert asked(body(**fields)).body.keys() == {"model", "messages", "max_tokens"}


def test_trap_06_cache_control_is_stripped_everywhere() -> None:
    mark = {"cache_control": {"type": "ephemeral", "ttl": "1h", "scope": "global"}}
    turns = (
        user({"type": "text", "text": "hello", **mark}, {**IMAGE, **mark}),
        assistant({**use(), **mark}),
        user({**result({"type": "text", "text": "x", **mark}), **mark}),
    )
    made = asked(body(*turns, system=[{"type": "text", "text": "s", **mark}], tools=[{**READ, **mark}], **mark))
    assert b"cache_control" not in made.encode()
    assert b"ephemeral" not in made.encode()


@pytest.mark.parametrize(
    ("max_output", "context", "given"),
    [(None, None, 1000), (500, None, 500), (5000, 200_000, 1000), (5000, 1100, 1024), (None, 400, 400)],
)
def test_trap_07_max_tokens_is_clamped(max_output: int | None, context: int | None, given: int) -> None:
    """To the model's maximum, and to what the prompt leaves of the context; the estimate of the prompt errs high."""
    long = body({"role": "user", "content": "x" * 600}, max_tokens=2000 if context == 1100 else 1000)
    assert asked(long, max_output=max_output, context=context).body["max_tokens"] == given


def test_trap_07_the_field_is_named_as_the_upstream_wants_it() -> None:
    assert asked(body(), quirks_of("openai")).body["max_completion_tokens"] == 1000
    assert asked(body(), quirks_of("ollama")).body["max_tokens"] == 1000
    no_limit = {"messages": [HELLO]}
    assert "max_tokens" not in asked(no_limit).body
    assert asked(no_limit, max_output=300).body["max_tokens"] == 300


def test_trap_08_images_are_not_counted_by_their_bytes() -> None:
    big = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "A" * 300_000}}
    assert 1600 < asked(body(user("hello", big))).input_tokens < 2000


def test_trap_12_a_call_without_a_result_gets_one() -> None:
    found = messages(HELLO, assistant(use()), user("never mind"))
    assert [message["role"] for message in found] == ["user", "assistant", "tool", "user"]
    assert found[2] == {"role": "tool", "tool_call_id": "toolu_1", "content": "[No result: the call was interrupted.]"}
    assert roles(HELLO, assistant(use())) == ["user", "assistant", "tool"]


def test_trap_12_a_result_without_a_call_becomes_text() -> None:
    found = messages(HELLO, assistant("yes"), user(result("lost", call="toolu_9")))
    assert found[2] == {"role": "user", "content": "[Result of an earlier tool call]\nlost"}


def test_trap_12_a_second_result_for_one_call_becomes_text() -> None:
    found = messages(HELLO, assistant(use()), user(result("one"), result("two")))
    assert [message["role"] for message in found] == ["user", "assistant", "tool", "user"]


def test_trap_12_what_stands_between_a_call_and_its_result_comes_after_it() -> None:
    system = {"role": "system", "content": "mind the gap"}
    turns = (HELLO, assistant(use()), system, user("wait"), user(result("x")))
    assert roles(*turns) == ["user", "assistant", "tool", "system", "user"]


def test_trap_12_results_of_parallel_calls_in_two_messages() -> None:
    turns = (
        HELLO,
        assistant(use(call="toolu_1"), use("Bash", call="toolu_2")),
        user(result("one", call="toolu_1"), "text between"),
        user(result("two", call="toolu_2")),
    )
    found = messages(*turns)
    assert [message["role"] for message in found] == ["user", "assistant", "tool", "tool", "user"]
    assert found[-1]["content"] == "text between"


def test_trap_13_images_in_results_follow_after_all_tool_messages() -> None:
    turns = (
        HELLO,
        assistant(use(call="toolu_1"), use(call="toolu_2")),
        user(result("a picture", IMAGE, call="toolu_1"), result("text", call="toolu_2"), "what is it?"),
    )
    found = messages(*turns)
    assert [message["role"] for message in found] == ["user", "assistant", "tool", "tool", "user"]
    assert found[2]["content"] == "a picture\n[its images and files follow in the next message of the user]"
    assert found[4]["content"] == [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0="}},
        {"type": "text", "text": "what is it?"},
    ]


def test_images_by_address_and_for_a_model_that_sees_none() -> None:
    by_address = {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}
    assert messages(user("look", by_address))[0]["content"][1]["image_url"] == {"url": "https://example.org/a.png"}
    blind = asked(body(user("look", IMAGE)), Quirks(images=False))
    assert blind.body["messages"][0]["content"] == "look\n\n[an image was here: this model sees no images]"
    assert blind.notes == ("images",)


def test_documents() -> None:
    plain = {"type": "document", "title": "notes", "source": {"type": "text", "data": "abc"}}
    assert messages(user(plain))[0]["content"] == "notes\nabc"
    file = messages(user(PDF), quirks=Quirks(files=True))[0]["content"][0]
    assert file == {
        "type": "file",
        "file": {"filename": "document.pdf", "file_data": "data:application/pdf;base64,JVBERi0="},
    }
    assert messages(user(PDF))[0]["content"] == "[a document was here: this model cannot read it]"
    in_result = (HELLO, assistant(use()), user(result("see", PDF)))
    assert messages(*in_result, quirks=Quirks(files=True))[3]["content"][0]["type"] == "file"


CONST = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "properties": {
        "mode": {"const": "fast"},
        "pair": {"type": "array", "items": [{"type": "string"}, {"type": "number"}]},
        "map": {"type": "object", "propertyNames": {"pattern": "a"}, "additionalProperties": {"type": "string"}},
        "maybe": {"type": ["string", "null"], "format": "uri"},
        "level": {"type": "integer", "enum": [1, 2], "exclusiveMinimum": 0},
    },
    "required": ["mode", "gone"],
    "additionalProperties": False,
}


def test_trap_14_gemini_takes_a_few_keywords_of_json_schema() -> None:
    made = asked(body(tools=[{**READ, "input_schema": CONST}]), quirks_of("gemini"))
    assert made.body["tools"][0]["function"]["parameters"] == {
        "type": "object",
        "properties": {
            "mode": {"enum": ["fast"], "type": "string"},
            "pair": {"type": "array", "items": {"type": "string"}},
            "map": {"type": "object"},
            "maybe": {"type": "string", "nullable": True},
            "level": {"type": "string", "enum": ["1", "2"]},
        },
        "required": ["mode"],
    }


def test_trap_21_a_system_message_stays_in_its_place() -> None:
    turns = (HELLO, assistant("hi"), {"role": "system", "content": "The date is known."}, user("and now?"))
    found = messages(*turns)
    assert [message["role"] for message in found] == ["user", "assistant", "system", "user"]
    assert found[2]["content"] == "The date is known."
    elsewhere = messages(*turns, quirks=Quirks(system_in_place=False))
    assert elsewhere[2]["content"] == "<system-reminder>\nThe date is known.\n</system-reminder>\n\nand now?"


def test_trap_21_claude_codes_first_system_message_as_blocks() -> None:
    environment = {
        "role": "system",
        "content": [{"type": "text", "text": "Environment"}, {"type": "text", "text": "B"}],
    }
    assert messages(HELLO, environment)[1] == {"role": "system", "content": "Environment\n\nB"}


def test_the_billing_block_is_not_sent_to_others() -> None:
    """It changes with every request, and would spoil the upstream's prompt cache."""
    system = [
        {"type": "text", "text": "x-anthropic-billing-header: cc_version=2.1; cch=abc;"},
        {"type": "text", "text": "s"},
    ]
    assert messages(HELLO, system=system)[0] == {"role": "system", "content": "s"}


def test_trap_23_stream_false_and_true() -> None:
    assert "stream" not in asked(body(stream=False)).body
    streamed = asked(body(stream=True)).body
    assert (streamed["stream"], streamed["stream_options"]) == (True, {"include_usage": True})
    assert "stream_options" not in asked(body(stream=True), quirks_of("mistral")).body


def test_ids_as_mistral_wants_them() -> None:
    found = messages(HELLO, assistant(use()), user(result("x")), quirks=quirks_of("mistral"))
    given = found[1]["tool_calls"][0]["id"]
    assert len(given) == 9
    assert given.isalnum()
    assert found[2]["tool_call_id"] == given


def test_mistral_takes_no_user_after_a_tool() -> None:
    turns = (HELLO, assistant(use()), user(result("x"), "go on"))
    assert roles(*turns, quirks=quirks_of("mistral")) == ["user", "assistant", "tool", "assistant", "user"]


def test_mistral_wants_the_users_message_last() -> None:
    assert roles(HELLO, {"role": "system", "content": "Environment"}, quirks=quirks_of("mistral")) == ["user"]


def test_deepseek_wants_reasoning_on_every_assistant_message() -> None:
    turns = (HELLO, assistant("hi"), user("look"), assistant(use()), user(result("x")))
    found = messages(*turns, quirks=quirks_of("deepseek"))
    assert [message.get("reasoning_content") for message in found] == [None, "", None, "", None]


def test_results_that_are_errors_or_empty() -> None:
    said = [
        messages(HELLO, assistant(use()), user(answer))[2]["content"]
        for answer in (
            result("no such file", is_error=True),
            result("Error: no such file", is_error=True),
            result("<tool_use_error>x</tool_use_error>", is_error=True),
            result(""),
            result("a", "b"),
        )
    ]
    assert said == [
        "Error: no such file",
        "Error: no such file",
        "<tool_use_error>x</tool_use_error>",
        "(no output)",
        "a\nb",
    ]


def test_empty_text_is_left_out() -> None:
    assert messages(user("", "hello", "  "))[0]["content"] == "hello"
    assert roles(HELLO, assistant(""), user("again")) == ["user"]


def test_consecutive_messages_of_one_role_are_one() -> None:
    assert messages(HELLO, user("a"), assistant("b"), assistant("c"), user("d")) == [
        {"role": "user", "content": "hello\n\na"},
        {"role": "assistant", "content": "b\n\nc"},
        {"role": "user", "content": "d"},
    ]


def test_a_prefill_is_kept_and_noted() -> None:
    made = asked(body(HELLO, assistant("{")), quirks_of("mistral"))
    assert made.body["messages"][-1] == {"role": "assistant", "content": "{", "prefix": True}
    assert made.notes == ("the promise that the reply goes on from the last message's end",)


@pytest.mark.parametrize("said", [[], [{"role": "user", "content": ""}], [{"role": "system", "content": "s"}], None])
def test_a_request_without_content_is_refused(said: list[Json] | None) -> None:
    with pytest.raises(Untranslatable, match="no message"):
        asked({"messages": said})


SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
FORM = {"type": "json_schema", "schema": SCHEMA}


@pytest.mark.parametrize("fields", [{"output_config": {"format": FORM}}, {"output_format": FORM}])
def test_structured_outputs(fields: Json) -> None:
    form = {"name": "answer", "schema": SCHEMA, "strict": True}
    assert asked(body(**fields)).body["response_format"] == {"type": "json_schema", "json_schema": form}
    in_words = asked(body(**fields), quirks_of("deepseek")).body
    assert in_words["response_format"] == {"type": "json_object"}
    assert in_words["messages"][0]["role"] == "system"


def test_a_schema_that_strict_mode_refuses_is_not_called_strict() -> None:
    loose = {**FORM, "schema": {**SCHEMA, "required": []}}
    assert asked(body(output_format=loose)).body["response_format"]["json_schema"]["strict"] is False


@pytest.mark.parametrize(
    ("fields", "effort"),
    [
        ({}, None),
        ({"thinking": {"type": "adaptive"}}, None),
        ({"thinking": {"type": "adaptive"}, "output_config": {"effort": "max"}}, "high"),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "low"),
        ({"thinking": {"type": "enabled", "budget_tokens": 31999}}, "high"),
        ({"thinking": {"type": "disabled"}}, "low"),
        ({"output_config": {"effort": "medium"}}, "medium"),
    ],
)
def test_effort(fields: Json, effort: str | None) -> None:
    openai = quirks_of("openai")
    assert asked(body(**fields), openai, model="gpt-5.1").body.get("reasoning_effort") == effort
    assert "reasoning_effort" not in asked(body(**fields), openai, model="gpt-4o").body
    assert "reasoning_effort" not in asked(body(**fields), quirks_of("ollama")).body


def test_sampling_that_reasoning_models_refuse_is_left_out() -> None:
    fields = {"temperature": 0.2, "stop_sequences": ["a", "b", "c", "d", "e"]}
    openai = quirks_of("openai")
    made = asked(body(**fields), openai, model="o3")
    assert not {"temperature", "stop"} & made.body.keys()
    assert made.notes == ("stop_sequences", "temperature")
    made = asked(body(**fields), openai, model="gpt-4o")
    assert (made.body["temperature"], made.body["stop"]) == (0.2, ["a", "b", "c", "d"])
    assert made.notes == ("stop sequences after the first 4",)


def test_search_results_and_compactions_are_text() -> None:
    hit = {"type": "search_result", "title": "T", "source": "s", "content": [{"type": "text", "text": "x"}]}
    assert messages(user(hit))[0]["content"] == "T\ns\nx"
    summary = {"type": "compaction", "content": "what was said"}
    assert messages(HELLO, assistant(summary), user("go on"))[1]["content"] == "what was said"


def test_the_body_is_left_as_it_was() -> None:
    turns = (HELLO, user("again"), assistant(use(a=[1, {"b": None}])), user(result("x", IMAGE), "y"))
    made, twice = (body(*turns, tools=[{**READ, "input_schema": CONST}], output_format=FORM) for _ in range(2))
    for provider in ("gemini", "deepseek", "openai", "mistral"):
        first = asked(made, quirks_of(provider)).encode()
        assert first == asked(made, quirks_of(provider)).encode()
    assert made == twice
