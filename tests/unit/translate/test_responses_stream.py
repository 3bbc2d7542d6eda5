"""Responses, whole and streamed: the same message either way, and always a valid stream."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gha_router.gateway.translate import BrokenReply, ChatBytes, ResponseStream, response_message
from gha_router.records import Json
from tests.unit.translate.anthropic_stream import Received
from tests.unit.translate.chat import BASH, READ, body
from tests.unit.translate.responses import asked, called, events, message, received, response, sse, thought

STEADY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
REQUEST = asked(body(tools=[READ, BASH], thinking={"type": "adaptive"}))


def played(told: list[Json], sizes: list[int] | None = None) -> Received:
    reader = ChatBytes(ResponseStream(asked="tier1", request=REQUEST, input_estimate=7))
    data, got = sse(told), []
    for size in sizes or []:
        got += reader.feed(data[:size])
        data = data[size:]
    return received(got + reader.feed(data) + reader.finish())


def whole(told: Json) -> Json:
    return response_message(told, asked="tier1", request=REQUEST)


words = st.text(min_size=1, max_size=30).filter(lambda text: bool(text.strip()))
items = st.one_of(
    st.builds(message, words),
    st.builds(thought, words, words),
    st.builds(thought, name=st.sampled_from(["rs_1", "rs_2"])),
    st.builds(
        lambda name, given: called(name, **given), st.sampled_from(["Read", "Bash"]), st.dictionaries(words, words)
    ),
)


@STEADY
@given(st.lists(items, max_size=6), st.integers(1, 40), st.lists(st.integers(0, 300), max_size=6))
def test_in_any_pieces_a_stream_is_the_whole_message(output: list[Json], size: int, cuts: list[int]) -> None:
    numbered = [item | ({"call_id": f"call_{n}"} if "call_id" in item else {}) for n, item in enumerate(output)]
    answer = response(*numbered)
    got, wanted = played(list(events(answer, size)), cuts), whole(answer)
    assert got.error is None
    assert [(one["name"], one["input"]) for one in got.calls] == [
        (one["name"], one["input"]) for one in wanted["content"] if one["type"] == "tool_use"
    ]
    assert got.text == "".join(one["text"] for one in wanted["content"] if one["type"] == "text")
    seals = [
        [one["signature"] for one in blocks if one["type"] == "thinking"] for blocks in (got.blocks, wanted["content"])
    ]
    assert seals[0] == seals[1]
    assert (got.stop_reason, got.usage) == (wanted["stop_reason"], wanted["usage"])


odd = st.recursive(
    st.none() | st.integers(-(2**40), 2**40) | st.text(max_size=9),
    lambda sub: st.lists(sub) | st.dictionaries(words, sub),
)
kinds = st.sampled_from(
    [one["type"] for one in events(response(message("a"), thought("b"), called()))] + ["error", "x"]
)
strange = st.fixed_dictionaries(
    {"type": kinds},
    optional={
        "output_index": st.integers(-1, 2) | odd,
        "item": items | odd,
        "delta": st.text(max_size=5) | odd,
        "response": st.builds(response, items) | odd,
        "content_index": odd,
        "message": odd,
        "error": odd,
    },
)


@STEADY
@given(st.lists(strange, max_size=10))
def test_whatever_an_upstream_streams_is_a_valid_stream_or_an_error(told: list[Json]) -> None:
    played(told)


@STEADY
@given(st.dictionaries(st.sampled_from(["output", "status", "error", "usage", "incomplete_details"]), odd))
def test_whatever_an_upstream_answers_is_a_message_or_an_error(reply: Json) -> None:
    try:
        made = whole(reply)
    except BrokenReply as broken:
        assert str(broken)  # noqa: PT017 - either is right
    else:
        assert made["usage"]["input_tokens"] >= 0


def test_usage_is_counted_once() -> None:
    wanted = {
        "input_tokens": 200,
        "cache_read_input_tokens": 800,
        "cache_creation_input_tokens": 0,
        "output_tokens": 50,
    }
    usage = whole(response(message("a")))["usage"]
    assert usage == {**wanted, "output_tokens_details": {"thinking_tokens": 30}}
    assert played(list(events(response(message("a"))))).usage == usage


@pytest.mark.parametrize(
    ("reason", "wanted"),
    [("max_output_tokens", "max_tokens"), ("content_filter", "refusal"), ("something new", "max_tokens")],
)
def test_a_reply_that_was_cut_says_why(reason: str, wanted: str) -> None:
    cut = response(message("half"), called(), status="incomplete", incomplete_details={"reason": reason})
    assert whole(cut)["stop_reason"] == wanted
    assert played(list(events(cut))).stop_reason == wanted


def test_a_refusal_is_said_and_named() -> None:
    refused = response(message(refusal="I can not."))
    got = played(list(events(refused)))
    assert (got.text, got.stop_reason) == ("I can not.", "refusal")
    assert (whole(refused)["content"], whole(refused)["stop_reason"]) == (
        [{"type": "text", "text": "I can not."}],
        "refusal",
    )


FAILURES: list[tuple[Json, str]] = [
    ({"code": "rate_limit_exceeded", "message": "m"}, "rate_limit_error"),
    ({"code": "server_error", "message": "m"}, "api_error"),
    ({"code": "server_is_overloaded", "message": "m"}, "overloaded_error"),
    ({"code": "slow_down", "message": "m"}, "overloaded_error"),
    ({"code": "invalid_prompt", "message": "m"}, "invalid_request_error"),
    ({"code": "insufficient_quota", "message": "m"}, "billing_error"),
    ({"code": "context_length_exceeded", "message": "too many"}, "invalid_request_error"),
]


@pytest.mark.parametrize(("error", "kind"), FAILURES)
def test_a_failure_is_told_in_anthropics_words(error: Json, kind: str) -> None:
    failed = response(status="failed", error=error)
    for told in (
        {"type": "response.failed", "response": failed},
        {"type": "error", **error},
        {"type": "error", "error": error},
    ):
        got = played([told])
        assert got.error is not None
        assert got.error["type"] == kind
    with pytest.raises(BrokenReply) as broken:
        whole(failed)
    assert broken.value.failure.type == kind


def test_what_only_an_items_end_says_is_not_lost() -> None:
    answer = response(thought("why"), message("so"), called("Bash", command="ls"))
    told = [one for one in events(answer) if not one["type"].endswith((".delta", ".added"))]
    got = played(told)
    assert (got.thinking, got.text, got.calls[0]["input"]) == ("why", "so", {"command": "ls"})


def test_no_thought_is_shown_to_who_wants_none() -> None:
    quiet = asked(body(thinking={"type": "disabled"}))
    reader: Any = ResponseStream(asked="tier1", request=quiet, input_estimate=7)
    got = [event for told in events(response(thought("why"), message("so"))) for event in reader.feed(told)]
    assert [block["type"] for block in received(got).blocks] == ["text"]


def test_a_stream_that_breaks_off_is_an_error() -> None:
    got = played(list(events(response(message("half of it"))))[:-1])
    assert got.error is not None
    assert got.text == "half of it"
