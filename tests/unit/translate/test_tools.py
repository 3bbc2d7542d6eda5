"""Tools in a request: which are offered, under which names, and what becomes of those that cannot be had."""

from typing import Any

import pytest

from gha_router.gateway.translate import Quirks, Untranslatable
from gha_router.records import Json
from tests.unit.translate.chat import BASH, READ, asked, assistant, body, result, use, user

HELLO = {"role": "user", "content": "hello"}


def messages(*turns: Json, quirks: Quirks | None = None, **fields: Any) -> list[Json]:
    """The chat's messages, as role and content (or the calls' ids)."""
    found: list[Json] = asked(body(*turns, **fields), quirks).body["messages"]
    return found


def roles(*turns: Json, quirks: Quirks | None = None) -> list[str]:
    return [message["role"] for message in messages(*turns, quirks=quirks)]


LATER = {**BASH, "name": "mcp__git__log", "defer_loading": True}
SEARCH = {**READ, "name": "ToolSearch"}
PLACEHOLDER = {**READ, "name": "DeferredToolPlaceholder", "defer_loading": True}


def offered(*turns: Json, **fields: Any) -> list[str]:
    made = asked(body(*turns, **fields))
    return [tool["function"]["name"] for tool in made.body.get("tools", [])]


def test_trap_22_deferred_tools_are_not_offered_before_they_are_loaded() -> None:
    assert offered(HELLO, tools=[READ, SEARCH, PLACEHOLDER, LATER]) == ["Read", "ToolSearch"]


def test_trap_22_a_tool_that_was_found_is_offered_and_its_reference_is_text() -> None:
    reference = {"type": "tool_reference", "tool_name": "mcp__git__log"}
    turns = (HELLO, assistant(use("ToolSearch", query="git")), user(result(reference)))
    assert offered(*turns, tools=[SEARCH, PLACEHOLDER, LATER]) == ["ToolSearch", "mcp__git__log"]
    said = messages(*turns, tools=[SEARCH, LATER])[2]["content"]
    assert said == "The tool mcp__git__log is loaded and can be called now."


def test_trap_22_a_tool_that_was_called_stays_offered() -> None:
    turns = (HELLO, assistant(use("mcp__git__log")), user(result("x")))
    assert offered(*turns, tools=[READ, LATER]) == ["Read", "mcp__git__log"]


def test_trap_22_tools_that_a_system_message_adds_and_removes() -> None:
    inline = {"type": "tool_definition", "definition": {**READ, "name": "Late"}}
    change = {
        "role": "system",
        "content": [
            {"type": "tool_addition", "tool": {"type": "tool_reference", "name": "mcp__git__log"}},
            {"type": "tool_addition", "tool": inline},
            {"type": "tool_removal", "tool": {"type": "tool_reference", "name": "Bash"}},
        ],
    }
    assert offered(HELLO, change, tools=[BASH, LATER]) == ["mcp__git__log", "Late"]
    assert messages(HELLO, change)[1]["content"].endswith("The tool Bash is no longer available.")


def test_trap_22_anthropics_own_search_cannot_be_had_so_every_tool_is_offered() -> None:
    search = {"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"}
    assert offered(HELLO, tools=[search, LATER, PLACEHOLDER]) == ["mcp__git__log"]


def test_trap_22_a_tool_that_must_be_called_is_offered() -> None:
    assert offered(HELLO, tools=[LATER], tool_choice={"type": "tool", "name": "mcp__git__log"}) == ["mcp__git__log"]


@pytest.mark.parametrize(
    "kind", ["web_search_20250305", "web_fetch_20250910", "code_execution_20250825", "bash_20250124"]
)
def test_server_tools_are_refused_with_words_for_people(kind: str) -> None:
    with pytest.raises(Untranslatable, match=r"this model (cannot|has no|does not)"):
        asked(body(tools=[{"type": kind, "name": "x"}]))


def test_a_model_without_tools_refuses_them_but_reads_what_was_done_with_them() -> None:
    plain = Quirks(tools=False)
    with pytest.raises(Untranslatable, match="cannot call tools"):
        asked(body(tools=[READ]), plain)
    found = messages(HELLO, assistant(use(path="a")), user(result("x")), quirks=plain)
    assert [message["role"] for message in found] == ["user", "assistant", "user"]
    assert found[1]["content"] == '[called Read with {"path":"a"}]'


@pytest.mark.parametrize(
    ("choice", "fields"),
    [
        ({"type": "auto"}, {}),
        ({"type": "any"}, {"tool_choice": "required"}),
        ({"type": "none"}, {"tool_choice": "none"}),
        ({"type": "tool", "name": "Read"}, {"tool_choice": {"type": "function", "function": {"name": "Read"}}}),
        ({"type": "tool", "name": "Gone"}, {}),
        ({"type": "auto", "disable_parallel_tool_use": True}, {"parallel_tool_calls": False}),
    ],
)
def test_tool_choice(choice: Json, fields: Json) -> None:
    made = asked(body(tools=[READ], tool_choice=choice)).body
    assert {name: made[name] for name in ("tool_choice", "parallel_tool_calls") if name in made} == fields
    without = asked(body(tool_choice=choice)).body
    assert not {"tools", "tool_choice", "parallel_tool_calls"} & without.keys()


def test_a_name_that_the_upstream_would_refuse_is_shortened_everywhere() -> None:
    long = "mcp__plugin.server__" + "tool" * 20
    other = long + "s"
    turns = (HELLO, assistant(use(long)), user(result("x")))
    made = asked(body(*turns, tools=[{**READ, "name": long}, {**READ, "name": other}]))
    first, second = (tool["function"]["name"] for tool in made.body["tools"])
    assert first != second
    assert len(first) == len(second) == 64
    assert made.body["messages"][1]["tool_calls"][0]["function"]["name"] == first
    assert made.names == {first: long, second: other}
