"""The prompt, the working directory and the results are read from the request, as Claude Code builds it."""

from typing import Any

import pytest

from gha_router.sim.anthropic_api.request import read_conversation
from gha_router.sim.conversation import Result
from tests.unit.sim.scenes import ENVIRONMENT, REMINDER, request, text


def test_the_prompt_is_what_the_user_wrote_without_reminders() -> None:
    assert read_conversation(request("Count the notes.")).prompt == "Count the notes."


def test_a_reminder_inside_the_users_block_is_left_out_too() -> None:
    body = {"messages": [{"role": "user", "content": f"{REMINDER}Count."}]}
    assert read_conversation(body).prompt == "Count."


def test_what_is_said_after_the_first_reply_is_not_the_prompt() -> None:
    body = {
        "messages": [
            {"role": "user", "content": "Count."},
            {"role": "assistant", "content": "Yes?"},
            {"role": "user", "content": "Stop."},
        ]
    }
    assert read_conversation(body).prompt == "Count."


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [{"role": "system", "content": [text(ENVIRONMENT)]}]},
        {"messages": [{"role": "system", "content": ENVIRONMENT}]},
        {"messages": [], "system": [text(ENVIRONMENT)]},
        {"messages": [], "system": ENVIRONMENT},
    ],
)
def test_the_working_directory_stands_in_the_environment(body: dict[str, Any]) -> None:
    assert read_conversation(body).cwd == "/home/me/project"


def test_without_an_environment_the_working_directory_is_the_current_one() -> None:
    assert read_conversation({"messages": [], "system": "Be kind."}).cwd == "."


def test_results_are_in_order_and_stripped() -> None:
    found = read_conversation(request("Count.", "3\n", "no such file", failed=True)).results
    assert found == (Result(output="3"), Result(output="no such file", is_error=True))


THREE = ["3", [text("3")], [text("3"), {"type": "image"}], f"3\n{REMINDER}"]


@pytest.mark.parametrize("content", THREE, ids=str)
def test_a_result_is_text_or_a_list_of_blocks(content: object) -> None:
    body = {"messages": [{"role": "user", "content": [{"type": "tool_result", "content": content}]}]}
    assert read_conversation(body).results == (Result(output="3"),)


def test_a_result_without_content_is_empty() -> None:
    body = {"messages": [{"role": "user", "content": [{"type": "tool_result"}]}]}
    assert read_conversation(body).results == (Result(output=""),)


def test_the_offered_tools_are_known_by_name() -> None:
    assert read_conversation(request("Count.")).tools == {"Bash", "Edit", "Read", "Write"}


ODD = [None, 3, "text", {"role": 1}, {"role": "user", "content": [None, 3]}]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_messages_of_unknown_shape_are_passed_over(odd: object) -> None:
    assert read_conversation({"messages": [odd], "tools": [odd]}).prompt == ""
