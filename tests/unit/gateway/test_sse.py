from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway import sse

EVENTS = [
    b'event: message_start\ndata: {"type":"message_start","message":{"model":"x"}}\n\n',
    b": a comment\n\n",
    b'event: ping\r\ndata: {"type":"ping"}\r\n\r\n',
    b'data: {"type":"content_block_delta",\ndata: "index":0}\n\n',
    'event: e\ndata: {"text":"日本語 \\n\\n"}\n\n'.encode(),
]
STREAM = b"".join(EVENTS)


@st.composite
def chunkings(draw: st.DrawFn) -> list[bytes]:
    cuts = sorted(draw(st.sets(st.integers(1, len(STREAM) - 1))))
    return [STREAM[a:b] for a, b in zip([0, *cuts], [*cuts, len(STREAM)], strict=True)]


@given(chunkings())
def test_any_chunking_of_the_bytes_gives_the_same_events(chunks: list[bytes]) -> None:
    splitter = sse.Splitter()
    assert [event for chunk in chunks for event in splitter.feed(chunk)] == EVENTS
    assert splitter.rest == b""


@given(st.lists(st.binary()))
def test_no_byte_is_lost_whatever_comes(chunks: list[bytes]) -> None:
    splitter = sse.Splitter()
    events = [event for chunk in chunks for event in splitter.feed(chunk)]
    assert b"".join(events) + splitter.rest == b"".join(chunks)


def test_data_over_several_lines_is_one_value() -> None:
    assert sse.data_of(EVENTS[3]) == {"type": "content_block_delta", "index": 0}


def test_what_holds_no_json_object_has_no_data() -> None:
    assert [sse.data_of(event) for event in (b": c\n\n", b"data: [DONE]\n\n", b"data: [1]\n\n", b"\n\n")] == [None] * 4


def test_an_edit_touches_the_value_of_data_only() -> None:
    edited = sse.edit_data(EVENTS[0], lambda data: data.replace(b'"x"', b'"alias"'))
    assert edited == EVENTS[0].replace(b'"x"', b'"alias"')
    assert sse.edit_data(EVENTS[3], lambda _: b"gone") == EVENTS[3]


def test_what_is_encoded_is_read_back() -> None:
    data = {"type": "error", "error": {"message": "a\nb"}}
    assert sse.data_of(sse.encode("error", data)) == data
