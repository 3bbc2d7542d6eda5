"""What is sent and answered: bodies of a given size, replies of both dialects, stamps in a stream's chunks.

A chunk's text holds the moment at which the upstream sent it (``CLOCK_MONOTONIC``, nanoseconds), so that the delay of
each chunk can be read off what arrives, also when it was translated on the way.
"""

import itertools
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

MESSAGES, CHAT = "/v1/messages", "/v1/chat/completions"
KILO = 1000
STAMP = re.compile(rb"@(\d+);")
# Prose and code as they stand in a session: quotes, line ends and some Japanese to escape and to decode.
SENTENCE = (
    'The function `parse("a\\b")` returns {"lines": 354}; see src/main.py.\n\tif not done:\n\t\treturn None  # 未完了\n'
)
BLOCK = 20  # sentences in one turn of the conversation
_SSE = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_JSON = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
_TEXT = "fine " * 50
_USAGE = {"input_tokens": 15_000, "output_tokens": 60}
_MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "model": "up-one", "stop_sequence": None}
_CHAT = {"id": "chatcmpl-1", "created": 1_750_000_000, "model": "up-one"}
_CHAT_USAGE = {"prompt_tokens": 15_000, "completion_tokens": 60, "total_tokens": 15_060}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A request to ``/v1/messages``."""

    model: str
    size: int = 60 * KILO  # bytes of the body, about
    stream: bool = False

    def body(self) -> bytes:
        """Return a conversation of this size as JSON."""
        asked = {"model": self.model, "max_tokens": 1024, "stream": self.stream, "system": "Be brief.", "messages": []}
        room = self.size - len(orjson.dumps(asked))
        turn = len(orjson.dumps({"role": "assistant", "content": SENTENCE * BLOCK})) + 1
        roles = itertools.cycle(("user", "assistant"))
        turns = [{"role": next(roles), "content": SENTENCE * BLOCK} for _ in range(room // turn)]
        if len(turns) % 2 == 1:
            turns.pop()
        # The last turn is the user's, and fills up what is left.
        rest = self.size - len(orjson.dumps({**asked, "messages": [*turns, {"role": "user", "content": ""}]}))
        return orjson.dumps({**asked, "messages": [*turns, {"role": "user", "content": "x" * max(rest, 1)}]})


def stamp() -> bytes:
    """Return this moment as a text that ``STAMP`` finds."""
    return b"@%d;" % time.monotonic_ns()


def whole(path: str) -> bytes:
    """Return the reply of an upstream to a request that is not streamed, head and body."""
    data = orjson.dumps(_completion() if path == CHAT else _message())
    return _JSON % (len(data), data)


def _message() -> dict[str, object]:
    return {**_MESSAGE, "content": [{"type": "text", "text": _TEXT}], "stop_reason": "end_turn", "usage": _USAGE}


def _completion() -> dict[str, object]:
    choice = {"index": 0, "message": {"role": "assistant", "content": _TEXT}, "finish_reason": "stop"}
    return {**_CHAT, "object": "chat.completion", "choices": [choice], "usage": _CHAT_USAGE}


def pieces(path: str, chunks: int) -> Iterator[bytes]:
    """Yield what an upstream writes for a stream, the head with the first chunk, the end with the last."""
    opening, delta, closing = _chat_events() if path == CHAT else _message_events()
    for number in range(chunks):
        events = delta.replace(b"@", stamp(), 1)
        events = opening + events if number == 0 else events
        events = events + closing if number == chunks - 1 else events
        head = _SSE if number == 0 else b""
        end = b"0\r\n\r\n" if number == chunks - 1 else b""
        yield head + b"%x\r\n%b\r\n" % (len(events), events) + end


def _message_events() -> tuple[bytes, bytes, bytes]:
    start = {"type": "message_start", "message": {**_MESSAGE, "content": [], "stop_reason": None, "usage": _USAGE}}
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a word or two @"}}
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    end = {"type": "message_delta", "delta": stop, "usage": {"output_tokens": 60}}
    closing: tuple[Mapping[str, object], ...] = (
        {"type": "content_block_stop", "index": 0},
        end,
        {"type": "message_stop"},
    )
    return _event(start) + _event(block), _event(delta), b"".join(map(_event, closing))


def _event(data: Mapping[str, object]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (str(data["type"]).encode(), orjson.dumps(data))


def _chat_events() -> tuple[bytes, bytes, bytes]:
    opening = _chunk({"role": "assistant", "content": ""})
    usage = {**_CHAT, "object": "chat.completion.chunk", "choices": [], "usage": _CHAT_USAGE}
    closing = _chunk({}, "stop") + b"data: %b\n\ndata: [DONE]\n\n" % orjson.dumps(usage)
    return opening, _chunk({"content": "a word or two @"}), closing


def _chunk(delta: dict[str, str], reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return b"data: %b\n\n" % orjson.dumps({**_CHAT, "object": "chat.completion.chunk", "choices": [choice]})
