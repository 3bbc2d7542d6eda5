"""The bytes of a streamed chat completion or response, in any chunking, as the events of Anthropic's stream."""

from collections.abc import Iterator
from typing import Protocol

from gha_router.gateway.sse import Splitter, object_in
from gha_router.gateway.translate.errors import Failure
from gha_router.records import Json

_SHOWN = 200  # characters of what could not be read
_DONE = b"[DONE]"


class Chunks(Protocol):
    """Takes the chunks of one stream: ``ChatStream``, ``ResponseStream``."""

    @property
    def failed(self) -> Failure | None:
        """Return why there will be no more of it."""

    @property
    def finished(self) -> bool:
        """Return whether it came to its own end."""

    @property
    def opened(self) -> bool:
        """Return whether content was emitted."""

    def feed(self, chunk: Json, /) -> list[Json]:
        """Take one chunk; return the events that it brings."""

    def finish(self) -> list[Json]:
        """Return the last events."""

    def fail(self, failure: Failure) -> list[Json]:
        """End the stream with an error."""


class ChatBytes:
    """Cuts the bytes into chunks for a ``ChatStream`` or a ``ResponseStream``.

    Comments (``: OPENROUTER PROCESSING``) are skipped. A data line that is no JSON ends the stream with an error.
    """

    def __init__(self, stream: Chunks) -> None:
        self.stream = stream
        self._splitter = Splitter()

    def feed(self, chunk: bytes) -> list[Json]:
        """Take the next bytes; return the events that they bring."""
        events: list[Json] = []
        for event in self._splitter.feed(chunk):
            self._event(event, events)
        return events

    def finish(self) -> list[Json]:
        """Return the last events, at the end of the bytes; the last event may lack its empty line, or be cut."""
        events: list[Json] = []
        rest = self._splitter.rest
        values = [line[5:].strip() for line in rest.splitlines() if line.startswith(b"data:")]
        if all(value == _DONE or object_in(value) is not None for value in values):
            self._event(rest, events)
        return events + self.stream.finish()

    def _event(self, event: bytes, events: list[Json]) -> None:
        lines = event.splitlines()
        values = [line[5:].strip() for line in lines if line.startswith(b"data:")]
        if not values:
            self._bare(event, events)
            return
        is_error = b"event: error" in lines
        for data in _values(values):
            if data == _DONE:
                events += self.stream.finish()
                return
            value = object_in(data)
            if value is None:
                shown = data[:_SHOWN].decode(errors="replace")
                message = f"the upstream sent a line of data that is not a JSON object: {shown}"
                events += self.stream.fail(Failure(type="api_error", message=message))
                return
            events += self.stream.feed({"error": value} if is_error and "error" not in value else value)

    def _bare(self, event: bytes, events: list[Json]) -> None:
        """Take an error that is not sent as an event at all."""
        if event.lstrip().startswith(b"{") and (value := object_in(event)) and value.get("error"):
            events += self.stream.feed(value)


def _values(lines: list[bytes]) -> Iterator[bytes]:
    """Yield an event's values: one over several lines, or (against the format) one a line."""
    whole = b"\n".join(lines)
    if len(lines) == 1 or object_in(whole) is not None:
        yield whole
    else:
        yield from lines
