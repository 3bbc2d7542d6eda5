"""What a client speaks: how its replies, streams and errors are written. Backs give all in Anthropic's words."""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Protocol

import orjson
from aiohttp import web

from gha_router.gateway import dialect, sse
from gha_router.gateway.answer import Event, Failure
from gha_router.gateway.body import BadBody
from gha_router.gateway.translate import MessageStream, Untranslatable, chat_error, completion, messages_request
from gha_router.gateway.translate.reading import encoded
from gha_router.gateway.translate.responses.front_reply import ResponseStream, response, response_error
from gha_router.gateway.translate.responses.front_request import messages_of_responses
from gha_router.gateway.translate.responses.front_tools import Toolbox
from gha_router.records import Json


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


class OpenAi(ABC):
    """What both of OpenAI's dialects share: the request is translated, and so is what comes back."""

    def __init__(self) -> None:
        self._asked: Json = {}

    def request(self, body: bytes) -> bytes:
        """Return the request as one for Messages. Raises ``BadBody``."""
        try:
            asked = orjson.loads(body)
        except orjson.JSONDecodeError:
            asked = None
        if not isinstance(asked, dict):
            raise BadBody("the request's body is not a JSON object")
        self._asked = asked
        try:
            return encoded(self._translated(asked))
        except Untranslatable as error:
            raise BadBody(str(error)) from error
        except RecursionError:
            raise BadBody("the request is nested too deeply") from None

    def error(self, status: int, message: str) -> web.Response:
        """Return an error of our own."""
        return self._error(status, f"gha-router: {message}", dialect.JSON_FINAL)

    def failure(self, failure: Failure) -> web.Response:
        """Return an upstream's error."""
        return self._error(failure.status, dialect.message_of(failure.body), failure.headers)

    @abstractmethod
    def _translated(self, asked: Json) -> Json:
        """Return the request as one for Messages. Raises ``Untranslatable``."""

    @abstractmethod
    def _envelope(self, status: int, message: str) -> Json:
        """Return an error's body."""

    def _error(self, status: int, message: str, headers: Mapping[str, str]) -> web.Response:
        body = orjson.dumps(self._envelope(status, message))
        kept = {name: value for name, value in headers.items() if name not in ENTITY}
        return web.Response(status=status, body=body, headers={**kept, "content-type": "application/json"})


class Chat(OpenAi):
    """OpenAI's chat completions."""

    def _translated(self, asked: Json) -> Json:
        return messages_request(asked)

    def _envelope(self, status: int, message: str) -> Json:
        return chat_error(status, message)

    def whole(self, body: bytes) -> bytes:
        """Return the message as a completion."""
        return orjson.dumps(completion(orjson.loads(body), str(self._asked.get("model")), created=int(time.time())))

    def stream(self) -> "ChatEncoder":
        """Return what writes one stream."""
        return ChatEncoder(self._asked)


class Responses(OpenAi):
    """OpenAI's Responses."""

    def __init__(self) -> None:
        super().__init__()
        self._tools = Toolbox()

    def _translated(self, asked: Json) -> Json:
        body, self._tools = messages_of_responses(asked)
        return body

    def _envelope(self, status: int, message: str) -> Json:
        return response_error(status, message)

    def whole(self, body: bytes) -> bytes:
        """Return the message as a response."""
        return encoded(response(orjson.loads(body), self._asked, self._tools, created=int(time.time())))

    def stream(self) -> "ResponsesEncoder":
        """Return what writes one stream."""
        return ResponsesEncoder(ResponseStream(self._asked, self._tools, created=int(time.time())))


class ResponsesEncoder:
    """Writes one stream of events, each under its name; the last holds the whole response, and no mark follows."""

    def __init__(self, stream: ResponseStream) -> None:
        self._stream = stream

    def encode(self, events: Sequence[Event]) -> bytes:
        """Return the events for these; a comment for a ping."""
        return b"".join(map(self._event, events))

    def _event(self, event: Event) -> bytes:
        if event.kind == "ping":
            return b": ping\n\n"
        data = sse.data_of(event.data)
        made = self._stream.feed(data) if data else []
        return b"".join(b"event: %b\ndata: %b\n\n" % (one["type"].encode(), encoded(one)) for one in made)


ENTITY = frozenset({"content-type", "content-length"})


class ChatEncoder:
    """Writes one stream of chunks: ``data: {...}`` each, ``data: [DONE]`` at the end."""

    def __init__(self, asked: Json) -> None:
        options = asked.get("stream_options")
        usage = isinstance(options, dict) and options.get("include_usage") is True
        self._chunks = MessageStream(asked=str(asked.get("model")), include_usage=usage, created=int(time.time()))

    def encode(self, events: Sequence[Event]) -> bytes:
        """Return the chunks of these events; a comment for a ping, for OpenAI's streams have none."""
        return b"".join(map(self._event, events))

    def _event(self, event: Event) -> bytes:
        if event.kind == "ping":
            return b": ping\n\n"
        data = sse.data_of(event.data)
        if data is None:
            return b""
        chunks = b"".join(b"data: %b\n\n" % orjson.dumps(chunk) for chunk in self._chunks.feed(data))
        return chunks + (b"data: [DONE]\n\n" if event.kind in {"message_stop", "error"} else b"")
