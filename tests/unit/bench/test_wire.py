import itertools
import time

import orjson
import pytest
from bench.speed.wire import CHAT, MESSAGES, STAMP, Ask, pieces, whole


@pytest.mark.parametrize("size", [1_000, 60_000, 200_000, 1_000_000])
def test_a_body_has_its_size_and_is_a_conversation(size: int) -> None:
    body = Ask(model="a-model", size=size, stream=True).body()
    assert len(body) == size
    asked = orjson.loads(body)
    assert asked["stream"] is True
    roles = [message["role"] for message in asked["messages"]]
    assert roles[0] == roles[-1] == "user"
    assert all(one != other for one, other in itertools.pairwise(roles))


@pytest.mark.parametrize("path", [MESSAGES, CHAT])
def test_every_chunk_of_a_stream_says_when_it_was_sent(path: str) -> None:
    before = time.monotonic_ns()
    sent = list(pieces(path, 5))
    stamps = [[int(stamp) for stamp in STAMP.findall(piece)] for piece in sent]
    assert [len(one) for one in stamps] == [1] * 5
    flat = [one for stamp in stamps for one in stamp]
    assert before <= flat[0] <= flat[-1] <= time.monotonic_ns()
    assert flat == sorted(flat)


@pytest.mark.parametrize("path", [MESSAGES, CHAT])
def test_a_stream_is_whole_http(path: str) -> None:
    head, _, rest = b"".join(pieces(path, 3)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    text = b""
    while rest:
        length, _, rest = rest.partition(b"\r\n")
        text += rest[: int(length, 16)]
        rest = rest[int(length, 16) + 2 :]
    events = [line.removeprefix(b"data: ") for line in text.splitlines() if line.startswith(b"data: ")]
    assert all(orjson.loads(event) for event in events if event != b"[DONE]")


def test_a_stream_of_one_chunk_begins_and_ends() -> None:
    (only,) = pieces(MESSAGES, 1)
    assert only.startswith(b"HTTP/1.1")
    assert b"message_stop" in only
    assert only.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("path", [MESSAGES, CHAT])
def test_a_whole_reply_has_the_length_that_it_says(path: str) -> None:
    head, _, body = whole(path).partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head
    assert "usage" in orjson.loads(body)
