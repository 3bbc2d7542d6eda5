"""What ``playback`` tells as events is put together to the same message again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.gather import Gathering
from gha_router.gateway.playback import playback

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
INPUT = st.dictionaries(st.text(), JSON, max_size=3)
BLOCKS = st.one_of(
    st.fixed_dictionaries({"type": st.just("text"), "text": st.text()}),
    st.fixed_dictionaries(
        {"type": st.just("text"), "text": st.text(), "citations": st.lists(INPUT, min_size=1, max_size=2)}
    ),
    st.fixed_dictionaries({"type": st.just("thinking"), "thinking": st.text(), "signature": st.text()}),
    st.fixed_dictionaries({"type": st.just("redacted_thinking"), "data": st.text()}),
    st.fixed_dictionaries({"type": st.just("tool_use"), "id": st.text(), "name": st.text(), "input": INPUT}),
    st.fixed_dictionaries({"type": st.just("server_tool_use"), "id": st.text(), "name": st.text(), "input": INPUT}),
    st.fixed_dictionaries({"type": st.just("web_search_tool_result"), "content": st.lists(INPUT, max_size=2)}),
)
MESSAGES = st.fixed_dictionaries(
    {
        "id": st.text(),
        "type": st.just("message"),
        "role": st.just("assistant"),
        "model": st.text(),
        "content": st.lists(BLOCKS, max_size=4),
        "stop_reason": st.sampled_from(["end_turn", "tool_use"]),
        "stop_sequence": st.none() | st.text(),
        "usage": st.just({"input_tokens": 3, "output_tokens": 7}),
    }
)


@given(MESSAGES)
def test_a_message_told_as_events_is_the_same_message_again(message: dict[str, Any]) -> None:
    gathering = Gathering()
    for event in playback(message):
        gathering.event(event)
    assert gathering.message() == message


@given(st.lists(st.dictionaries(st.sampled_from(["type", "index", "delta", "message", "usage"]), JSON, max_size=5)))
def test_any_events_are_taken(events: list[dict[str, Any]]) -> None:
    gathering = Gathering()
    for event in events:
        gathering.event(event)
    assert gathering.message()["content"] == []


def test_arguments_that_are_no_json_are_no_message() -> None:
    gathering = Gathering()
    block = {"type": "tool_use", "id": "t", "name": "Read", "input": {}}
    gathering.event({"type": "content_block_start", "index": 0, "content_block": block})
    delta = {"type": "input_json_delta", "partial_json": '{"a":'}
    gathering.event({"type": "content_block_delta", "index": 0, "delta": delta})
    with pytest.raises(ValueError, match="unexpected end"):
        gathering.message()
    gathering.event({"type": "message_delta", "delta": {"stop_reason": "max_tokens"}})
    assert gathering.message()["content"] == [block]  # cut in the middle of them
