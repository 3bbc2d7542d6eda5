"""Server-sent events, cut out of a byte stream without changing a byte.

Wire format: WHATWG HTML, section 9.2 "Server-sent events". An event ends with an empty line; line ends are LF, CRLF
or CR. The Anthropic API sends ``event:`` and ``data:`` lines with LF.
"""

import re
from collections.abc import Callable, Iterator

import orjson

from gha_router.records import Json

_END = re.compile(rb"\r\n\r\n|\n\n|\r\r|\n\r\n")
_DATA = re.compile(rb"(?<![^\r\n])data: ?([^\r\n]*)")
MAX_EVENT = 16 * 1024 * 1024  # bytes; a delta of 5 MB has been seen, and what is larger never ends
_OVERLAP = 3  # the longest end of an event, less one: it may lie across two chunks


class TooLarge(Exception):
    """An event without an end within ``MAX_EVENT``; the message is a cause for the receipt."""


class Splitter:
    """Takes bytes in any chunking, gives whole events, their ends included."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the events that this chunk completes. Raises ``TooLarge``."""
        searched = max(0, len(self._buffer) - _OVERLAP)
        self._buffer += chunk
        start = 0
        while end := _END.search(self._buffer, max(start, searched)):
            yield bytes(self._buffer[start : end.end()])
            start = end.end()
        del self._buffer[:start]
        if len(self._buffer) > MAX_EVENT:
            raise TooLarge(f"an event is larger than {MAX_EVENT >> 20} MiB")

    @property
    def rest(self) -> bytes:
        """Return what has come after the last whole event."""
        return bytes(self._buffer)


def data_of(event: bytes) -> Json | None:
    """Return the JSON object in an event's ``data`` lines; ``None`` for comments, pings without data, other text."""
    lines = [line[5:].removeprefix(b" ") for line in event.splitlines() if line.startswith(b"data:")]
    if not lines:
        return None
    return object_in(b"\n".join(lines))


def object_in(text: bytes | str) -> Json | None:
    """Return the JSON object that a text is, ``None`` when it is none."""
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return data if isinstance(data, dict) else None


def edit_data(event: bytes, edit: Callable[[bytes], bytes]) -> bytes:
    """Return the event with its one ``data`` line's value edited; one with several data lines stays as it is."""
    lines = list(_DATA.finditer(event))
    if len(lines) != 1:
        return event
    start, end = lines[0].span(1)
    return event[:start] + edit(event[start:end]) + event[end:]


def encode(kind: str, data: Json) -> bytes:
    """Return one event as the Anthropic API writes it."""
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), orjson.dumps(data))
