"""Chunks are the completion in pieces, whatever was said; the index tells which call a piece belongs to."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.sim.openai_api.wire import CACHED_FROM, CACHED_STEP, chunks, completion, encode
from gha_router.sim.reply import Block, Reply, Text, ToolUse
from gha_router.sim.wire import CHUNK, tokens
from tests.unit.sim.chats import calling, chat, result
from tests.unit.sim.test_anthropic_wire import replies

Json = dict[str, Any]
CREATED = 1_750_000_000


def whole(*content: Block, body: Json | None = None) -> Json:
    return completion(Reply(blocks=content), body or chat("Hello"), CREATED)


def sent(complete: Json, *, with_usage: bool = False, interleaved: bool = False) -> list[Json]:
    parts = (encode(chunk) for chunk in chunks(complete, with_usage=with_usage, interleaved=interleaved))
    return [json.loads(part.decode().removeprefix("data: ").removesuffix("\n\n")) for part in parts]


def assembled(parts: list[Json]) -> Json:
    """Return the message that the chunks spell out."""
    deltas = [part["choices"][0]["delta"] for part in parts if part["choices"]]
    message: Json = {"role": deltas[0]["role"], "content": None, "refusal": None}
    calls: list[Json] = []
    for delta in deltas:
        if delta.get("content") is not None:
            message["content"] = (message["content"] or "") + delta["content"]
        for piece in delta.get("tool_calls", []):
            if piece["index"] == len(calls):
                calls.append({key: piece[key] for key in ("id", "type")} | {"function": dict(piece["function"])})
            else:
                calls[piece["index"]]["function"]["arguments"] += piece["function"]["arguments"]
    return message | ({"tool_calls": calls} if calls else {})


@given(replies, st.booleans(), st.booleans())
def test_a_stream_put_together_is_the_completion(reply: Reply, with_usage: bool, interleaved: bool) -> None:  # noqa: FBT001
    complete = completion(reply, chat("Hello"), CREATED)
    parts = sent(complete, with_usage=with_usage, interleaved=interleaved)
    assert assembled(parts) == complete["choices"][0]["message"]
    ends = [part["choices"][0]["finish_reason"] for part in parts if part["choices"]]
    assert [end for end in ends if end] == [complete["choices"][0]["finish_reason"]]
    assert {(part["id"], part["created"], part["object"]) for part in parts} == {
        (complete["id"], CREATED, "chat.completion.chunk")
    }


def test_usage_comes_last_without_a_choice_and_only_where_it_is_asked_for() -> None:
    complete = whole(Text(text="Hello"))
    *parts, last = sent(complete, with_usage=True)
    assert (last["choices"], last["usage"]) == ([], complete["usage"])
    assert {part["usage"] for part in parts} == {None}
    assert all("usage" not in part for part in sent(complete))


BOTH = [ToolUse(name="Write", input={"content": letter * 5 * CHUNK}) for letter in "ab"]


def indexes(*, interleaved: bool) -> list[int]:
    deltas = [part["choices"][0]["delta"] for part in sent(whole(*BOTH), interleaved=interleaved)]
    return [delta["tool_calls"][0]["index"] for delta in deltas if "tool_calls" in delta]


def test_parallel_calls_come_one_after_the_other_as_openai_sends_them() -> None:
    assert indexes(interleaved=False) == sorted(indexes(interleaved=False))


def test_interleaved_the_pieces_of_parallel_calls_come_by_turns() -> None:
    assert indexes(interleaved=True)[:4] == [0, 1, 0, 1]


def test_a_call_starts_with_its_name_and_empty_arguments() -> None:
    first = sent(whole(ToolUse(name="Bash", input={"command": "ls"})))[1]["choices"][0]["delta"]["tool_calls"][0]
    assert first["function"] == {"name": "Bash", "arguments": ""}
    assert first["id"].startswith("call_")


def test_a_call_without_arguments_has_an_empty_object() -> None:
    (call,) = whole(ToolUse(name="Bash", input={}))["choices"][0]["message"]["tool_calls"]
    assert call["function"]["arguments"] == "{}"


@pytest.mark.parametrize(
    ("content", "reason", "text"),
    [
        ([Text(text="Done.")], "stop", "Done."),
        ([Text(text="Let me look."), *BOTH], "tool_calls", "Let me look."),
        ([*BOTH], "tool_calls", None),
        ([], "stop", ""),
    ],
)
def test_the_reason_to_end_and_the_content(content: list[Block], reason: str, text: str | None) -> None:
    (choice,) = whole(*content)["choices"]
    assert (choice["finish_reason"], choice["message"]["content"]) == (reason, text)


def test_ids_are_those_of_the_request_and_fit_into_the_next_one() -> None:
    first, again = whole(*BOTH), whole(*BOTH)
    other = whole(*BOTH, body=chat("Hello", "out"))
    assert first == again
    assert first["id"] != other["id"]
    ids = {call["id"] for one in (first, other) for call in one["choices"][0]["message"]["tool_calls"]}
    assert len(ids) == 4
    assert max(map(len, ids)) <= 40


def cached(body: Json) -> int:
    usage = whole(Text(text="あ" * 8), body=body)["usage"]
    assert usage["completion_tokens"] == tokens("あ" * 8) == 6
    assert usage["total_tokens"] == usage["prompt_tokens"] + 6
    found: int = usage["prompt_tokens_details"]["cached_tokens"]
    assert 0 <= found < usage["prompt_tokens"]
    return found


LONG = "word " * 2000


def test_the_first_request_of_a_conversation_finds_no_cache() -> None:
    assert cached(chat(LONG)) == 0


def test_what_was_asked_before_the_last_reply_is_cached_in_steps() -> None:
    first, second = cached(chat(LONG, "1")), cached(chat(LONG, LONG, "2"))
    assert CACHED_FROM <= first < second
    assert first % CACHED_STEP == second % CACHED_STEP == 0


def test_a_short_conversation_is_not_cached() -> None:
    assert cached({"model": "m", "messages": [calling("a"), result("a", "1")]}) == 0
