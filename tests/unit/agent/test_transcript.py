import json
from typing import Any

from claude_agent_sdk import (
    AssistantMessage,
    Message,
    SystemMessage,
    TextBlock,
    ThinkingBlock,
    ToolResultBlock,
    ToolUseBlock,
    UserMessage,
)
from hypothesis import given
from hypothesis import strategies as st

from gha_router.agent.sdk import entry_of
from gha_router.agent.transcript import read

CALL = {
    "type": "assistant",
    "message": {"content": [{"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "ls"}}]},
}
RETURNED = {
    "type": "user",
    "message": {"content": [{"type": "tool_result", "tool_use_id": "t1", "content": "a\nb", "is_error": False}]},
}


def said(text: str) -> dict[str, Any]:
    return {"type": "assistant", "message": {"content": [{"type": "text", "text": text}]}}


def result(text: str | None, **more: Any) -> dict[str, Any]:
    return {"type": "result", "subtype": "success", "is_error": False, "result": text, **more}


def test_a_tools_result_is_put_to_its_call() -> None:
    [call] = read([CALL, RETURNED]).tool_calls
    assert (call.name, call.input, call.output, call.is_error) == ("Bash", {"command": "ls"}, "a\nb", False)


def test_a_call_that_never_returned_has_no_output() -> None:
    assert read([CALL]).tool_calls[0].output is None


def test_of_several_results_the_last_counts() -> None:
    assert read([said("one"), result("one"), said("two"), result("two")]).final_message == "two"


def test_without_a_result_the_last_words_count() -> None:
    reading = read([said("I begin"), CALL, RETURNED])
    assert (reading.final_message, reading.result) == ("I begin", None)


def test_an_empty_result_is_an_empty_message() -> None:
    assert read([said("thinking aloud"), result("")]).final_message == ""


def answered(answer: object) -> dict[str, Any]:
    call = {"type": "tool_use", "id": "t9", "name": "StructuredOutput", "input": answer}
    return {"type": "assistant", "message": {"content": [call]}}


def test_beside_a_structured_answer_the_message_is_the_prose_and_the_call_is_no_work() -> None:
    reading = read([said("12 lines."), answered({"n": 12}), result('{"n":12}', structured_output={"n": 12})])
    assert (reading.final_message, reading.structured, reading.tool_calls) == ("12 lines.", {"n": 12}, ())


def test_an_answer_without_a_word_is_no_prose() -> None:
    reading = read([answered({"n": 12}), result('{"n":12}', structured_output={"n": 12})])
    assert (reading.final_message, reading.structured) == ("", {"n": 12})


def test_what_a_subagent_says_is_not_the_agents_message() -> None:
    inner = said("the subagent's report") | {"parent_tool_use_id": "t1"}
    assert read([said("mine"), inner, result("{}", structured_output={})]).final_message == "mine"


def test_the_sdks_messages_take_the_form_of_the_clis_stream() -> None:
    messages: list[Message] = [
        SystemMessage(subtype="init", data={"model": "m", "tools": ["Bash"], "memory_paths": {"auto": "/x"}}),
        AssistantMessage(
            content=[ThinkingBlock("hm", "sig"), TextBlock("ok"), ToolUseBlock("t1", "Bash", {"command": "ls"})],
            model="m",
        ),
        UserMessage(content=[ToolResultBlock("t1", [{"type": "text", "text": "a"}], None)]),
    ]
    entries = [entry_of(message) for message in messages]
    assert entries[0] == {"type": "system", "subtype": "init", "model": "m", "tools": ["Bash"]}
    [call] = read([entry for entry in entries if entry]).tool_calls
    assert call.output == "a"
    assert json.loads(json.dumps(entries)) == entries


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "message", "content"]), inner),
    max_leaves=10,
)


@given(st.lists(st.dictionaries(st.sampled_from(["type", "message", "result", "subtype"]), JSON, max_size=4)))
def test_odd_transcripts_are_read_without_a_crash(entries: list[dict[str, Any]]) -> None:
    assert isinstance(read(entries).final_message, str)
