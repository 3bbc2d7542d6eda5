from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.dialect import Redactor, redact
from gha_router.gateway.meter import Meter
from gha_router.records import Usage

START = {"type": "message_start", "message": {"usage": {"input_tokens": 10, "output_tokens": 1}}}


def test_the_final_delta_is_authoritative() -> None:
    meter = Meter()
    meter.event(START)
    meter.event({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 42}})
    assert (meter.usage, meter.stop_reason, meter.finished) == (Usage(input=10, output=42), "end_turn", False)
    meter.event({"type": "message_stop"})
    assert meter.finished


def test_cache_writes_of_both_lives_are_told_apart() -> None:
    meter = Meter()
    meter.body(
        b'{"content":[],"stop_reason":"tool_use","usage":{"input_tokens":3,"cache_read_input_tokens":7,'
        b'"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":10,'
        b'"ephemeral_1h_input_tokens":20},"output_tokens":5,"output_tokens_details":{"thinking_tokens":2}}}'
    )
    assert meter.usage == Usage(input=3, cache_read=7, cache_write=10, cache_write_1h=20, output=5, reasoning=2)


def test_what_nobody_reported_is_unknown() -> None:
    meter = Meter()
    meter.event({"type": "message_start", "message": {}})
    meter.body(b"not json")
    assert (meter.usage, meter.stop_reason) == (None, None)


def test_an_error_inside_a_stream_is_seen() -> None:
    meter = Meter()
    meter.event({"type": "error", "error": {"type": "overloaded_error"}})
    assert meter.error == "overloaded_error"


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_odd_shapes_are_no_usage(value: object) -> None:
    meter = Meter()
    for kind in ("message_start", "message_delta", "error"):
        meter.event({"type": kind, "message": value, "delta": value, "usage": value, "error": value})
    assert meter.usage is None or min(meter.usage.input, meter.usage.output) >= 0


KEY = "sk-canary-0123456789"


@given(st.lists(st.sampled_from(["sk-", "sk-canary-", "0123456789", KEY, "x", "s", "k"])), st.data())
def test_a_provider_key_never_passes_whatever_the_chunks(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts).encode()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)))))
    redactor = Redactor(KEY)
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    out = b"".join(redactor.feed(chunk) for chunk in chunks) + redactor.rest()
    assert KEY.encode() not in out
    assert out == redact(text, KEY)


def test_without_a_key_all_passes() -> None:
    assert Redactor(None).feed(b"abc") == redact(b"abc", None) == b"abc"
