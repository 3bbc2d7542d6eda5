"""Both dialects read as one conversation, so that every personality plays the same turns in both."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.sim import PERSONALITIES, load_scripts
from gha_router.sim.anthropic_api.request import read_conversation as read_messages
from gha_router.sim.cast import Cast
from gha_router.sim.conversation import Result
from gha_router.sim.openai_api.check import check
from gha_router.sim.openai_api.request import read_conversation
from tests.claude_code import TASKS
from tests.unit.sim.chats import calling, chat, part, result, tool
from tests.unit.sim.scenes import ENVIRONMENT, REMINDER, request
from tests.unit.sim.test_classic import CLASSIC

SCRIPTS = load_scripts([CLASSIC, TASKS])
CAST = Cast(scripts=SCRIPTS)
outputs = st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.integers().map(str), max_size=9)


@given(st.sampled_from(SCRIPTS), outputs)
def test_a_conversation_is_the_same_in_both_dialects(script: Any, came: list[str]) -> None:
    body = chat(script.prompt, *came)
    check(body)
    theirs, ours = read_messages(request(script.prompt, *came)), read_conversation(body)
    assert (ours.prompt, ours.cwd, ours.tools) == (theirs.prompt, theirs.cwd, theirs.tools)
    assert [one.output for one in ours.results] == [one.output for one in theirs.results]


@pytest.mark.parametrize("name", PERSONALITIES)
@given(st.sampled_from(SCRIPTS), st.lists(st.integers(0, 999).map(str), max_size=9))
def test_every_personality_answers_the_same_in_both_dialects(name: str, script: Any, came: list[str]) -> None:
    theirs, ours = read_messages(request(script.prompt, *came)), read_conversation(chat(script.prompt, *came))
    assert CAST.reply(PERSONALITIES[name], ours) == CAST.reply(PERSONALITIES[name], theirs)


@pytest.mark.parametrize("role", ["system", "developer"])
@pytest.mark.parametrize("content", [ENVIRONMENT, [part("Be kind."), part(ENVIRONMENT)]], ids=["text", "parts"])
def test_the_working_directory_stands_in_a_system_message_anywhere(role: str, content: object) -> None:
    told, asked = {"role": role, "content": content}, {"role": "user", "content": "Count."}
    for messages in ([told, asked], [asked, told], [asked, calling("a"), result("a", "3"), told]):
        found = read_conversation({"messages": messages})
        assert (found.cwd, found.prompt) == ("/home/me/project", "Count.")


def test_a_reminder_may_tell_the_working_directory() -> None:
    told = f"<system-reminder>\n{ENVIRONMENT}</system-reminder>"
    body = {"messages": [{"role": "user", "content": [part(told), part("Count.")]}]}
    for found in (read_conversation(body), read_messages(body)):
        assert (found.cwd, found.prompt) == ("/home/me/project", "Count.")


def test_what_the_user_writes_is_no_working_directory() -> None:
    body = {"messages": [{"role": "user", "content": "working directory: /etc"}]}
    assert read_conversation(body).cwd == read_messages(body).cwd == "."


def test_results_stand_in_the_order_of_the_calls() -> None:
    messages = [calling("a", "b"), result("b", "2"), result("a", "1"), calling("c"), result("c", "3")]
    assert [one.output for one in read_conversation({"messages": messages}).results] == ["1", "2", "3"]


def test_results_stand_in_the_order_of_the_calls_in_anthropics_dialect_too() -> None:
    uses = [{"type": "tool_use", "id": one, "name": "Bash", "input": {}} for one in "ab"]
    back = [{"type": "tool_result", "tool_use_id": one, "content": one} for one in "ba"]
    messages = [{"role": "assistant", "content": uses}, {"role": "user", "content": back}]
    assert [one.output for one in read_messages({"messages": messages}).results] == ["a", "b"]


def test_pictures_are_passed_over() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    body = {"messages": [{"role": "user", "content": [part("Count."), picture]}], "model": "m"}
    check(body)
    assert read_conversation(body).prompt == "Count."


@pytest.mark.parametrize(
    ("output", "failed"),
    [
        ("<tool_use_error>File has not been read yet.</tool_use_error>", True),
        ("Exit code 3\nno such file", True),
        ("Error: no such file", True),
        (f"{REMINDER}Exit code 1", True),
        ("Exit code 0", False),
        ("Errors: 0", False),
        ("no Error", False),
    ],
)
def test_a_call_that_failed_is_known_by_its_words_alone(output: str, *, failed: bool) -> None:
    (found,) = read_conversation(chat("Count.", output)).results
    assert found.is_error is failed


@pytest.mark.parametrize("content", ["3\n", [part("3")], f"3\n{REMINDER}"], ids=str)
def test_a_result_is_text_or_a_list_of_parts(content: Any) -> None:
    body = {"messages": [calling("a"), {"role": "tool", "tool_call_id": "a", "content": content}]}
    assert read_conversation(body).results == (Result(output="3"),)


def test_the_offered_tools_are_known_by_name() -> None:
    assert read_conversation({"messages": [], "tools": [tool("Bash"), tool("Read")]}).tools == {"Bash", "Read"}
