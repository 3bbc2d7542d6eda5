"""The HTTP side: the paths of both dialects, answered by the cast."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from uuid import uuid4

from aiohttp import web

from gha_router.sim.anthropic_api import AnthropicMessages
from gha_router.sim.anthropic_api.wire import input_tokens
from gha_router.sim.cast import Cast, personality_of
from gha_router.sim.dialect import Dialect
from gha_router.sim.embeddings import add_embeddings
from gha_router.sim.openai_api import ChatCompletions
from gha_router.sim.personalities import PERSONALITIES
from gha_router.sim.personality import Personality
from gha_router.sim.refusal import Refusal
from gha_router.sim.script import Script
from gha_router.sim.wire import Json

LARGEST_REQUEST = 32 * 1024 * 1024  # bytes, the limit of Anthropic's API
# What only Anthropic's clients send; it tells the dialect where the path does not.
OF_ANTHROPIC = ("anthropic-version", "x-api-key")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_app(scripts: Sequence[Script], *, speed: float = 1.0, interleaved: bool = False) -> web.Application:
    """Return the application.

    ``speed`` is a factor on the scripted delays: 0 answers at once. ``interleaved`` streams the pieces of parallel
    calls by turns in OpenAI's dialect.
    """
    service = Service(Cast(scripts=tuple(scripts)), speed, ChatCompletions(interleaved=interleaved))
    app = web.Application(middlewares=[service.in_envelope], client_max_size=LARGEST_REQUEST)
    app.on_response_prepare.append(service.add_request_id)
    app.router.add_post("/v1/messages", service.reply)
    app.router.add_post("/v1/messages/count_tokens", service.count_tokens)
    app.router.add_post("/v1/chat/completions", service.reply)
    app.router.add_get("/v1/models", service.models)
    app.router.add_get("/healthz", service.healthz)
    add_embeddings(app)
    return app


class Service:
    """The handlers. Nothing is remembered between two requests."""

    def __init__(self, cast: Cast, speed: float, openai: ChatCompletions) -> None:
        self._cast = cast
        self._speed = speed
        self._anthropic = AnthropicMessages()
        self._openai = openai

    def dialect_of(self, request: web.Request) -> Dialect:
        """Return the dialect of a request: its path tells, else its headers."""
        if request.path.startswith("/v1/messages"):
            return self._anthropic
        if request.path.startswith("/v1/chat/"):
            return self._openai
        return self._anthropic if any(name in request.headers for name in OF_ANTHROPIC) else self._openai

    async def reply(self, request: web.Request) -> web.StreamResponse:
        """Answer with a whole reply, or with a stream of it."""
        dialect = self.dialect_of(request)
        dialect.authenticate(request.headers)
        body = await _body(request)
        dialect.check(body)
        personality = _player(body, dialect)
        reply = self._cast.reply(personality, dialect.read(body))
        await asyncio.sleep(reply.delay_s * self._speed)
        whole = dialect.whole(reply, body)
        if body.get("stream") is True:
            return await _stream(request, dialect.stream(whole, body))
        return web.json_response(whole)

    async def count_tokens(self, request: web.Request) -> web.Response:
        """Answer with the estimate that ``usage.input_tokens`` would hold."""
        self._anthropic.authenticate(request.headers)
        body = await _body(request)
        self._anthropic.check_counted(body)
        _player(body, self._anthropic)
        return web.json_response({"input_tokens": input_tokens(body)})

    async def models(self, request: web.Request) -> web.Response:
        """List the personalities."""
        dialect = self.dialect_of(request)
        dialect.authenticate(request.headers)
        return web.json_response(dialect.models([PERSONALITIES[name] for name in sorted(PERSONALITIES)]))

    async def healthz(self, _request: web.Request) -> web.Response:
        """Say that the server listens; needs no key."""
        return web.json_response({"status": "ok"})

    @web.middleware
    async def in_envelope(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Turn refusals, and what aiohttp itself refuses (no such path, too large), into the dialect's envelope."""
        try:
            return await handler(request)
        except Refusal as refusal:
            refused = refusal
        except web.HTTPError as error:
            refused = Refusal(error.status, error.reason)
        return web.json_response(self.dialect_of(request).error(refused), status=refused.status)

    async def add_request_id(self, request: web.Request, response: web.StreamResponse) -> None:
        """Give the response an id of its own."""
        response.headers[self.dialect_of(request).request_id] = f"req_{uuid4().hex[:24]}"


async def _body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise Refusal(400, f"The request body is not valid JSON: {error}") from error
    if not isinstance(body, dict):
        raise Refusal(400, "The request body is not a JSON object")
    return body


def _player(body: Json, dialect: Dialect) -> Personality:
    personality = personality_of(body["model"])
    if personality is None:
        raise dialect.unknown_model(body["model"])
    return personality


async def _stream(request: web.Request, parts: Iterator[bytes]) -> web.StreamResponse:
    response = web.StreamResponse()
    response.content_type = "text/event-stream"
    response.headers["Cache-Control"] = "no-cache"
    await response.prepare(request)
    for part in parts:
        await response.write(part)
    await response.write_eof()
    return response
