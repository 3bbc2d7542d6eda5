"""Transcripts of others: the forms that are read, and what hostile ones do."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.agent import entries, transcript
from gha_router.agent.entries import LARGEST
from gha_router.errors import UsageError
from gha_router.records import EvidenceMissing
from tests.unit.checks.world import STEADY

RESULT = {"type": "result", "subtype": "success", "is_error": False, "result": "Done."}


def call(identity: str, command: str) -> dict[str, Any]:
    block = {"type": "tool_use", "id": identity, "name": "Bash", "input": {"command": command}}
    return {"type": "assistant", "message": {"content": [block]}}


def returned(identity: str, output: str) -> dict[str, Any]:
    return {
        "type": "user",
        "message": {"content": [{"type": "tool_result", "tool_use_id": identity, "content": output}]},
    }


def read(folder: Path, content: str | bytes) -> entries.Entries:
    file = folder / "t"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return entries.read(file)


@pytest.mark.parametrize("form", ["array", "pretty", "lines", "windows"])
def test_all_forms_give_the_same_entries(form: str, tmp_path: Path) -> None:
    told = [call("a", "ls"), RESULT]
    lines = [json.dumps(one) for one in told]
    written = {
        "array": json.dumps(told),
        "pretty": json.dumps(told, indent=2) + "\n",
        "lines": "\n".join(lines) + "\n",
        "windows": "\r\n".join(lines),
    }
    assert read(tmp_path, written[form]) == entries.Entries(entries=tuple(told))


def test_a_lone_surrogate_in_an_agents_words_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, '{"type":"result","result":"a\\udcffb"}\n')
    assert transcript.read(found.entries).final_message == "a\udcffb"


def test_a_line_that_was_cut_at_the_end_is_left_out_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, json.dumps(RESULT) + '\n{"type":"assis')
    assert found.entries == (RESULT,)
    assert "last line is cut" in found.notes[0]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "neither a message"),
        (b"[]", "neither a message"),
        (b'[{"type": "resu', "no whole JSON array"),
        (b"[" * 1_000_000, "no whole JSON array"),
        (b'{"type":"assistant"\n{"type":"result"}\n', "line 1 of the transcript is no JSON"),
        (b'{"type":"result"}\nnothing\n{"type":"result"}\n', "line 2 of the transcript is no JSON"),
        (b"\xff\xfe[", "line 1 of the transcript"),
        (b'"text"', "neither a message"),
        (b"[" + b"9" * 10_000 + b"]", "no whole JSON array"),
        (b'[{"type": {"nested": "result"}}, 3]', "neither a message"),
    ],
)
def test_what_cannot_be_used_says_why(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(EvidenceMissing, match=says):
        read(tmp_path, content)


def test_two_hundred_megabytes_are_not_read(tmp_path: Path) -> None:
    file = tmp_path / "huge"
    with file.open("wb") as out:
        out.write(b'[{"type":"result"},')
        out.truncate(200_000_000)
    with pytest.raises(EvidenceMissing, match=f"more than {LARGEST:,} bytes"):
        entries.read(file)


def test_a_file_that_is_not_there_is_a_slip_of_the_hand(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Without one leave it out"):
        entries.read(tmp_path / "missing")
    with pytest.raises(UsageError, match="Is a directory"):
        entries.read(tmp_path)


def test_a_second_call_with_a_known_id_hides_nothing() -> None:
    reading = transcript.read([call("a", "rm -rf /"), call("a", "pytest"), returned("a", "1 passed"), RESULT])
    assert [one.input["command"] for one in reading.tool_calls] == ["rm -rf /", "pytest"]
    assert [one.output for one in reading.tool_calls] == [None, "1 passed"]
    assert reading.repeated == ("a",)


def test_messages_of_unknown_types_are_passed_over() -> None:
    told: list[dict[str, Any]] = [
        {"type": "stream_event"},
        {"type": 7},
        {},
        {"type": "assistant", "message": "text"},
        call("a", "ls"),
        RESULT,
    ]
    reading = transcript.read(told)
    assert (reading.final_message, len(reading.tool_calls)) == ("Done.", 1)


@pytest.mark.parametrize("given", [None, [], "text", 5])
def test_an_input_that_is_no_object_is_an_empty_one(given: object) -> None:
    block = {"type": "tool_use", "id": "a", "name": "Bash", "input": given}
    (found,) = transcript.read([{"type": "assistant", "message": {"content": [block]}}]).tool_calls
    assert found.input == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "message", "content", "id", "name", "input", "tool_use_id", "text", "result", "cwd"]
            ),
            inner
            | st.sampled_from(["assistant", "user", "system", "result", "tool_use", "tool_result", "text", "init"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@STEADY
@given(st.lists(JSON.filter(lambda value: isinstance(value, dict)), max_size=4))
def test_no_transcript_is_too_odd_to_read(told: list[Any]) -> None:
    assert isinstance(transcript.read(told).final_message, str)
