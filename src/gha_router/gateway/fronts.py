"""What a client speaks: how its replies, streams and errors are written. Backs give all in Anthropic's words."""

from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from gha_router.gateway import dialect
from gha_router.gateway.answer import Event, Failure


class Encoder(Protocol):
    """Writes one stream."""

    def encode(self, events: Sequence[Event]) -> bytes:
        """Return what the client is sent for these events."""


class Front(Protocol):
    """One endpoint's dialect, for one request."""

    def request(self, body: bytes) -> bytes:
        """Return a client's request as one for Messages. Raises ``BadBody``."""

    def error(self, status: int, message: str) -> web.Response:
        """Return an error of our own."""

    def failure(self, failure: Failure) -> web.Response:
        """Return an upstream's error."""

    def whole(self, body: bytes) -> bytes:
        """Return a whole message as this client reads it."""

    def stream(self) -> Encoder:
        """Return what writes one stream."""


class Messages:
    """Anthropic Messages: nothing is changed."""

    def request(self, body: bytes) -> bytes:
        """Return the request."""
        return body

    def error(self, status: int, message: str) -> web.Response:
        """Return an error of our own."""
        return dialect.error(status, message)

    def failure(self, failure: Failure) -> web.Response:
        """Return an upstream's error."""
        return web.Response(status=failure.status, body=failure.body, headers=failure.headers)

    def whole(self, body: bytes) -> bytes:
        """Return the message."""
        return body

    def stream(self) -> "Messages":
        """Return what writes one stream."""
        return self

    def encode(self, events: Sequence[Event]) -> bytes:
        """Return the events' bytes."""
        return b"".join(event.data for event in events)
