"""Codex's events become the transcript that checks and claims read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.agent import transcript
from gha_router.agent.codex.events import Reader, unwrapped
from gha_router.agent.runner import end_of
from gha_router.records import AgentEnd, Json
from tests.unit.translate.strategies import STEADY, junk, said

THREAD = {"type": "thread.started", "thread_id": "t1"}
TURN = {"type": "turn.started"}
DONE = {"type": "turn.completed", "usage": {"input_tokens": 1}}


def command(identity: str, line: str, **fields: Any) -> Json:
    item = {"id": identity, "type": "command_execution", "command": line, "aggregated_output": "", "exit_code": None}
    return {**item, "status": "in_progress", **fields}


def started(item: Json) -> Json:
    return {"type": "item.started", "item": item}


def completed(item: Json) -> Json:
    return {"type": "item.completed", "item": item}


def message(words: str, identity: str = "m") -> Json:
    return completed({"id": identity, "type": "agent_message", "text": words})


def reading(*events: Json, turn_limit: int = 9, structured: bool = False) -> tuple[list[Json], transcript.Reading]:
    reader = Reader(cwd="/w", model="m", version="1.2.3", turn_limit=turn_limit, structured=structured)
    entries = [entry for event in events for entry in reader.read(event)]
    return entries, transcript.read(entries)


def ran(identity: str, line: str, output: str, code: int) -> list[Json]:
    status = "completed" if code == 0 else "failed"
    begun = command(identity, f"/bin/bash -c {line!r}")
    return [started(begun), completed({**begun, "aggregated_output": output, "exit_code": code, "status": status})]


CHANGED = {
    "id": "i3",
    "type": "file_change",
    "changes": [{"path": "/w/a.txt", "kind": "add"}, {"path": "/w/b.txt", "kind": "update"}],
    "status": "completed",
}


def test_a_whole_run() -> None:
    events = [
        *(THREAD, TURN, message("I look.")),
        *ran("i1", "pytest -q", "3 passed", 0),
        *ran("i2", "false", "", 1),
        *(started(CHANGED), completed(CHANGED)),
        completed({"id": "i4", "type": "todo_list", "items": []}),
        completed({"id": "i5", "type": "reasoning", "text": "hm"}),
        *(message("All done."), DONE),
    ]
    entries, found = reading(*events)
    assert found.final_message == "All done."
    assert found.cwd == "/w"
    assert [(call.name, dict(call.input), call.output, call.is_error) for call in found.tool_calls] == [
        ("Bash", {"command": "pytest -q"}, "3 passed", False),
        ("Bash", {"command": "false"}, "Exit code 1\n", True),
        ("Write", {"file_path": "/w/a.txt"}, "", False),
        ("Edit", {"file_path": "/w/b.txt"}, "", False),
    ]
    assert found.result is not None
    assert (found.result["num_turns"], found.result["session_id"]) == (4, "t1")
    assert end_of(found, None, []) == (AgentEnd.COMPLETED, "")
    assert {**entries[0], "codex_version": "1.2.3"} == entries[0]


def test_a_failed_turn_keeps_the_providers_words() -> None:
    words = json.dumps({"error": {"message": "no money left", "code": "insufficient_quota"}})
    _, found = reading(
        THREAD, TURN, {"type": "error", "message": "x"}, {"type": "turn.failed", "error": {"message": words}}
    )
    assert end_of(found, None, []) == (AgentEnd.FAILED, "no money left")


def test_no_result_is_a_crash_and_silence_is_empty() -> None:
    _, found = reading(THREAD, TURN, *ran("i1", "ls", "", 0))
    assert end_of(found, None, ["panicked"])[0] is AgentEnd.CRASHED
    _, found = reading(THREAD, TURN, DONE)
    assert end_of(found, None, [])[0] is AgentEnd.EMPTY


def test_turns_are_counted_and_limited() -> None:
    """Calls that overlap are of one reply."""
    one, two = command("i1", "a"), command("i2", "b")
    done = [completed({**item, "exit_code": 0}) for item in (one, two)]
    _, found = reading(THREAD, TURN, started(one), started(two), *done, *ran("i3", "c", "", 0), turn_limit=1)
    assert end_of(found, None, []) == (AgentEnd.TURN_LIMIT, "ended after 1 turns")
    assert len(found.tool_calls) == 2


@pytest.mark.parametrize("word", ["identity", "name"])
def test_no_argument_of_a_call_is_taken_for_ours(word: str) -> None:
    called = {"id": "c", "type": "mcp_tool_call", "server": "s", "tool": "t", "arguments": {word: "x"}, "result": 1}
    _, read = reading(THREAD, completed(called), DONE)
    assert [(call.name, call.input) for call in read.tool_calls] == [("mcp__s__t", {word: "x"})]


def test_a_call_that_never_returned_has_no_output() -> None:
    _, found = reading(THREAD, TURN, started(command("i1", "sleep 999")), message("x"), DONE)
    (call,) = found.tool_calls
    assert call.output is None


def test_an_answer_by_a_schema_is_no_prose() -> None:
    _, found = reading(THREAD, TURN, message("I look."), message('{"a": 1}', "m2"), DONE, structured=True)
    assert (found.final_message, found.structured) == ("I look.", {"a": 1})
    _, found = reading(THREAD, TURN, message("no answer"), DONE, structured=True)
    assert (found.final_message, found.structured) == ("no answer", None)


def test_other_tools() -> None:
    mcp = {"id": "i1", "type": "mcp_tool_call", "server": "s", "tool": "t", "arguments": {"q": 1}, "result": {"x": 2}}
    search = {"id": "i2", "type": "web_search", "query": "cats"}
    _, found = reading(THREAD, TURN, completed(mcp), completed(search), message("x"), DONE)
    assert [(call.name, call.output) for call in found.tool_calls] == [("mcp__s__t", '{"x": 2}'), ("WebSearch", "")]


@pytest.mark.parametrize(
    ("line", "inside"),
    [
        ("/bin/bash -lc 'ls -l'", "ls -l"),
        ("bash -c 'echo \"a b\"'", 'echo "a b"'),
        ("/usr/bin/python3 -c 'print(1)'", "/usr/bin/python3 -c 'print(1)'"),
        ("ls 'unclosed", "ls 'unclosed"),
        ("", ""),
    ],
)
def test_commands_are_told_without_the_shell_that_codex_starts(line: str, inside: str) -> None:
    assert unwrapped(line) == inside


kinds = st.sampled_from(
    ["agent_message", "reasoning", "command_execution", "file_change", "mcp_tool_call", "web_search", "error", "x"]
)
items = st.fixed_dictionaries(
    {"id": st.sampled_from(["a", "b", "c"]), "type": kinds},
    optional={
        "text": said,
        "command": said | junk,
        "changes": junk,
        "exit_code": junk,
        "arguments": junk,
        "item": junk,
    },
)
events = st.one_of(
    junk.map(lambda value: value if isinstance(value, dict) else {}),
    st.sampled_from([THREAD, TURN, DONE, {"type": "error", "message": "x"}]),
    st.fixed_dictionaries({"type": st.sampled_from(["item.started", "item.completed"]), "item": items}),
)


@STEADY
@given(st.lists(events, max_size=12), st.integers(1, 3))
def test_any_events_are_read(found: list[Json], limit: int) -> None:
    entries, shown = reading(*found, turn_limit=limit)
    assert json.dumps(entries)
    assert shown.repeated == ()
    end_of(shown, None, [])
