"""The bytes of a stream: in any chunking, with what providers put between and instead of chunks."""

import itertools

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.translate import ChatBytes, ChatStream
from gha_router.records import Json
from tests.unit.translate.anthropic_stream import read
from tests.unit.translate.chat import BASH, READ, STOP, USAGE, asked, body, call, calls, chunk, sse
from tests.unit.translate.strategies import STEADY

HELLO = chunk({"role": "assistant", "content": ""}), chunk({"content": "good "}), chunk({"content": "日"})
TWO_CALLS = (
    chunk({"reasoning": "hm"}),
    calls(call(0, id="c1", name="Read", arguments='{"pa')),
    calls(call(1, id="c2", name="Bash", arguments='{"command":"ls"}')),
    calls(call(0, arguments='th":"a"}')),
)


def reader() -> ChatBytes:
    return ChatBytes(ChatStream(asked="tier1", request=asked(body(tools=[READ, BASH])), input_estimate=7))


def events_of(*pieces: bytes) -> list[Json]:
    chat = reader()
    return [event for piece in pieces for event in chat.feed(piece)] + chat.finish()


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@STEADY
@given(cuts=st.lists(st.integers(0, 2000), max_size=30))
def test_any_chunking_gives_the_same_events(end: bytes, cuts: list[int]) -> None:
    data = b": OPENROUTER PROCESSING\n\n" + sse(*HELLO, *TWO_CALLS, STOP, USAGE)
    data = data.replace(b"\n", end)
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    pieces = [data[start:stop] for start, stop in itertools.pairwise(places)]
    assert events_of(*pieces) == events_of(data)
    got = read(events_of(*pieces))
    assert (got.thinking, got.text, len(got.calls)) == ("hm", "good 日", 2)


def test_comments_and_empty_events_are_skipped() -> None:
    between = b": OPENROUTER PROCESSING\n\n" + b":\n\n" + b"\n\n" + b"event: ping\n\n"
    data = between.join(sse(piece).removesuffix(b"data: [DONE]\n\n") for piece in (*HELLO, STOP))
    assert read(events_of(between + data + b"data:[DONE]\n\n")).text == "good 日"


def test_the_end_of_the_bytes_is_an_end_when_the_reply_came_to_its_own() -> None:
    whole = sse(*HELLO, STOP).removesuffix(b"data: [DONE]\n\n")
    assert read(events_of(whole)).stop_reason == "end_turn"
    assert read(events_of(whole.removesuffix(b"\n\n"))).stop_reason == "end_turn"
    assert read(events_of(whole + b'data: {"choices":[],"usa')).stop_reason == "end_turn"


@pytest.mark.parametrize("end", [b"", b"data: [DONE]\n\n", b'data: {"choices":[{"delta":{"con'])
def test_a_stream_without_a_finish_reason_is_broken_off(end: bytes) -> None:
    chat = reader()
    events = chat.feed(sse(*HELLO).removesuffix(b"data: [DONE]\n\n") + end) + chat.finish()
    got = read(events)
    assert got.error == {"type": "api_error", "message": "the upstream's reply broke off before its end"}
    assert chat.stream.failed
    assert chat.stream.opened
    assert not chat.stream.finished


def test_no_bytes_at_all_are_broken_off() -> None:
    chat = reader()
    assert read(chat.finish()).error
    assert not chat.stream.opened


def test_trap_10_an_error_before_content_lets_another_upstream_be_asked() -> None:
    chat = reader()
    error = {"error": {"code": 429, "message": "Rate limit exceeded: free-models-per-day"}}
    events = chat.feed(b": OPENROUTER PROCESSING\n\n" + sse(chunk({"role": "assistant", "content": ""}), error))
    assert [event["type"] for event in events] == ["error"]
    assert not chat.stream.opened
    assert chat.stream.failed
    assert (chat.stream.failed.type, chat.stream.failed.status) == ("rate_limit_error", 429)
    assert chat.finish() == []


def test_trap_10_an_error_after_content_ends_the_stream() -> None:
    last = chunk(finish="error", error={"code": 502, "message": "Provider returned error"})
    got = read(events_of(sse(*HELLO, last, STOP)))
    assert (got.text, got.error) == ("good 日", {"type": "api_error", "message": "Provider returned error"})


@pytest.mark.parametrize(
    "data",
    [
        b'event: error\ndata: {"message":"the model is overloaded"}\n\n',
        b'data: {"error":"the model is overloaded"}\n\n',
        b'data: {"object":"error","message":"the model is overloaded","code":503}\n\n',
        b'{"error":{"message":"the model is overloaded"}}',
        b'{"error":{"message":"the model is overloaded"}}\n\n',
    ],
)
def test_errors_in_other_shapes(data: bytes) -> None:
    got = read(events_of(data))
    assert got.error
    assert got.error["message"] == "the model is overloaded"


def test_a_finish_reason_that_says_error_is_one() -> None:
    assert read(events_of(sse(*HELLO, chunk(finish="error")))).error
    got = read(events_of(sse(*HELLO, chunk(finish="insufficient_system_resource"))))
    assert got.error
    assert got.error["type"] == "overloaded_error"


@pytest.mark.parametrize("line", [b"data: {broken", b"data: [1,2]", b'data: "x"', b"data: nothing"])
def test_a_line_that_is_no_object_is_an_error_and_not_skipped(line: bytes) -> None:
    start = sse(*HELLO).removesuffix(b"data: [DONE]\n\n")
    got = read(events_of(start + line + b"\n\n" + sse(STOP)))
    assert got.error
    assert "not a JSON object" in got.error["message"]


def test_lines_of_data_without_empty_lines_between() -> None:
    data = b"".join(b"data: " + orjson.dumps(piece) + b"\n" for piece in (*HELLO, STOP))
    assert read(events_of(data + b"data: [DONE]\n\n")).text == "good 日"


def test_one_chunk_over_several_lines_of_data() -> None:
    pretty = orjson.dumps(HELLO[1], option=orjson.OPT_INDENT_2).splitlines()
    data = b"".join(b"data: " + line + b"\n" for line in pretty) + b"\n" + sse(STOP)
    assert read(events_of(data)).text == "good "


def test_what_comes_after_the_end_is_not_read() -> None:
    assert events_of(sse(*HELLO, STOP) + b"data: {broken\n\n") == events_of(sse(*HELLO, STOP))
