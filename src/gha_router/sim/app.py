"""The HTTP side: the Messages API's paths, answered by the cast."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from aiohttp import web

from gha_router.sim.cast import Cast, personality_of
from gha_router.sim.conversation import read_conversation
from gha_router.sim.envelope import Refusal, in_envelope
from gha_router.sim.personalities import PERSONALITIES
from gha_router.sim.personality import Personality
from gha_router.sim.script import Script
from gha_router.sim.wire import encode, events, input_tokens, message

LARGEST_REQUEST = 32 * 1024 * 1024  # bytes, the API's own limit
BORN = "2025-08-09T00:00:00Z"  # the API gives each model a date; this is seed data, not a release


def build_app(scripts: Sequence[Script], *, speed: float = 1.0) -> web.Application:
    """Return the application. ``speed`` is a factor on the scripted delays: 0 answers at once."""
    service = Service(Cast(scripts=tuple(scripts)), speed)
    app = web.Application(middlewares=[in_envelope], client_max_size=LARGEST_REQUEST)
    app.on_response_prepare.append(_add_request_id)
    app.router.add_post("/v1/messages", service.messages)
    app.router.add_post("/v1/messages/count_tokens", service.count_tokens)
    app.router.add_get("/v1/models", service.models)
    app.router.add_get("/healthz", service.healthz)
    return app


class Service:
    """The handlers. Nothing is remembered between two requests."""

    def __init__(self, cast: Cast, speed: float) -> None:
        self._cast = cast
        self._speed = speed

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """Answer with a whole message, or with a stream of it."""
        body, personality = await _read(request)
        if not isinstance(body.get("max_tokens"), int):
            raise Refusal(400, "max_tokens: Field required")
        reply = self._cast.reply(personality, read_conversation(body))
        await asyncio.sleep(reply.delay_s * self._speed)
        whole = message(reply, body)
        return await _stream(request, whole) if body.get("stream") is True else web.json_response(whole)

    async def count_tokens(self, request: web.Request) -> web.Response:
        """Answer with the estimate that ``usage.input_tokens`` would hold."""
        body, _ = await _read(request)
        return web.json_response({"input_tokens": input_tokens(body)})

    async def models(self, request: web.Request) -> web.Response:
        """List the personalities."""
        _require_key(request)
        names = sorted(PERSONALITIES)
        data = [
            {"type": "model", "id": name, "display_name": PERSONALITIES[name].summary, "created_at": BORN}
            for name in names
        ]
        page = {"data": data, "has_more": False, "first_id": names[0], "last_id": names[-1]}
        return web.json_response(page)

    async def healthz(self, _request: web.Request) -> web.Response:
        """Say that the server listens; needs no key."""
        return web.json_response({"status": "ok"})


async def _read(request: web.Request) -> tuple[Mapping[str, Any], Personality]:
    _require_key(request)
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise Refusal(400, f"The request body is not valid JSON: {error}") from error
    if not isinstance(body, dict):
        raise Refusal(400, "The request body is not a JSON object")
    if not isinstance(body.get("model"), str):
        raise Refusal(400, "model: Field required")
    if not isinstance(body.get("messages"), list) or not body["messages"]:
        raise Refusal(400, "messages: Field required, at least one message")
    personality = personality_of(body["model"])
    if personality is None:
        raise Refusal(404, f"model: {body['model']}")
    return body, personality


def _require_key(request: web.Request) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    bearer = scheme.lower() == "bearer" and token.strip()
    if not (request.headers.get("x-api-key") or bearer):
        raise Refusal(401, "x-api-key header is required")


async def _stream(request: web.Request, whole: dict[str, Any]) -> web.StreamResponse:
    response = web.StreamResponse()
    response.content_type = "text/event-stream"
    response.headers["Cache-Control"] = "no-cache"
    await response.prepare(request)
    for event in events(whole):
        await response.write(encode(event))
    await response.write_eof()
    return response


async def _add_request_id(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers["request-id"] = f"req_{uuid4().hex[:24]}"
