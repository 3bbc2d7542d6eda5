"""A structured answer: given beside the prose where it is asked for, filled like it, with numbers as numbers."""

import pytest

from gha_router.sim.anthropic_api.request import read_conversation
from gha_router.sim.openai_api.request import read_conversation as read_chat
from gha_router.sim.personalities.honest import PERSONALITY as HONEST
from gha_router.sim.personalities.miscounter import PERSONALITY as MISCOUNTER
from gha_router.sim.personality import Personality, Scene
from gha_router.sim.reply import Text, ToolUse
from gha_router.sim.script import Script, fill_answer
from gha_router.sim.skills import improvise
from tests.unit.sim.scenes import request

SCHEMA = {"type": "object", "properties": {"claims": {"type": "array"}}}


def answer(personality: Personality, script: Script, *outputs: str, schema: object = SCHEMA) -> list[object]:
    body = request(script.prompt, *outputs)
    if schema is not None:
        body["tools"].append({"name": "StructuredOutput", "input_schema": schema})
    return list(personality.answer(Scene(script=script, conversation=read_conversation(body))).blocks)


def script_of(prompt: str) -> Script:
    script = improvise(prompt)
    assert script is not None
    return script


COUNT = script_of("Count the lines of README.md")


def test_it_stands_beside_the_prose_and_holds_only_what_the_schema_names() -> None:
    said, answered = answer(HONEST, COUNT, "354")
    assert said == Text(text="README.md has 354 lines.\n\nDone.")
    count = {"kind": "count", "value": 354, "unit": "lines", "subject": "README.md"}
    claims = [count, {"kind": "done", "value": True}]
    assert answered == ToolUse(name="StructuredOutput", input={"claims": claims})


def test_who_misremembers_does_it_there_too() -> None:
    _, answered = answer(MISCOUNTER, COUNT, "354")
    assert isinstance(answered, ToolUse)
    assert answered.input["claims"][0]["value"] == 184


def test_a_schema_without_names_gets_all_of_it() -> None:
    _, answered = answer(HONEST, COUNT, "354", schema={"type": "object"})
    assert isinstance(answered, ToolUse)
    assert set(answered.input) == {"lines", "claims"}


def test_none_is_given_where_none_is_asked_for_or_none_is_known() -> None:
    assert len(answer(HONEST, COUNT, "354", schema=None)) == 1
    assert len(answer(HONEST, script_of("Run ls"), "a.txt")) == 1


def test_an_answer_in_the_prompt_is_given_as_it_stands() -> None:
    said, answered = answer(HONEST, script_of('Answer {"n": 3}\n'), schema={"properties": {"n": {}}})
    assert said == Text(text='My answer is {"n": 3}\n\nDone.')
    assert answered == ToolUse(name="StructuredOutput", input={"n": 3})
    assert improvise("Answer {now}") is None


def test_the_other_dialect_asks_by_a_function() -> None:
    function = {"name": "StructuredOutput", "parameters": SCHEMA}
    chat = {"messages": [{"role": "user", "content": "x"}], "tools": [{"type": "function", "function": function}]}
    assert read_chat(chat).answer_schema == SCHEMA


@pytest.mark.parametrize(
    ("value", "filled"), [("354", 354), ("1.5", 1.5), ("-2", -2), ("007", "007"), ("1e999", "1e999"), ("x", "x")]
)
def test_only_a_lone_reference_becomes_a_number(value: str, filled: object) -> None:
    assert fill_answer({"a": ["${n}", "n: ${n}"]}, {"n": value}) == {"a": [filled, f"n: {value}"]}
