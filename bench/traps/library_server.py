"""A thin server around a library's Messages function.

``python library_server.py LIBRARY MODELS.json PORT``; LIBRARY is ``litellm``, ``any_llm``, or ``none``: the same server
with a plain relay of bytes, for comparison.

It runs among the peers' packages, not among ours. It does what any caller of the library would: it holds a reply until
its first content, gives errors the status that the library says, and ends a broken stream with an ``error`` event.
"""

import importlib
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

Json = dict[str, Any]
Ask = Callable[[Json, Json, str | None], Awaitable[Any]]
KINDS = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
CONTENT = (b'"content_block_delta"', b'"tool_use"', b'"message_delta"')


def litellm() -> Ask:
    """Return a function that asks by ``litellm.anthropic_messages``."""
    library: Any = importlib.import_module("litellm")
    library.drop_params = True
    library.suppress_debug_info = True
    library.use_chat_completions_url_for_anthropic_messages = True  # else it asks by the Responses API

    async def ask(body: Json, model: Json, betas: str | None) -> Any:
        extra: Json = {"extra_headers": {"anthropic-beta": betas}} if betas and model["provider"] == "anthropic" else {}
        extra |= {"timeout": model["timeout"]} if model["timeout"] else {}
        body = {**body, "model": f"{model['provider']}/{model['model']}"}
        return await library.anthropic_messages(
            **body, **extra, api_base=model["api_base"], api_key=model["api_key"], num_retries=0
        )

    return ask


# Its "openai" asks by the Responses API whenever tools and thinking meet; "vllm" is the same code without that.
_ANY_LLM = {"openai": "vllm", "anthropic": "anthropic"}


def any_llm() -> Ask:
    """Return a function that asks by ``AnyLLM.amessages``; one instance a provider, which keeps its connections."""
    library: Any = importlib.import_module("any_llm")
    made: Json = {}

    async def ask(body: Json, model: Json, betas: str | None) -> Any:
        extra: Json = {"betas": betas.split(",")} if betas and model["provider"] == "anthropic" else {}
        extra |= {"timeout": model["timeout"]} if model["timeout"] else {}
        if model["api_base"] not in made:
            made[model["api_base"]] = library.AnyLLM.create(
                _ANY_LLM[model["provider"]], api_key=model["api_key"], api_base=model["api_base"], max_retries=0
            )
        return await made[model["api_base"]].amessages(**{**body, "model": model["model"]}, **extra)

    return ask


def none() -> Ask:
    """Return a function that passes the body on and the reply's bytes back, whatever the dialect."""

    async def ask(body: Json, model: Json, _betas: str | None) -> Any:
        path = "/chat/completions" if model["provider"] == "openai" else "/v1/messages"
        client = aiohttp.ClientSession()
        response = await client.post(model["api_base"] + path, json={**body, "model": model["model"]})
        if response.content_type != "text/event-stream":
            async with client, response:
                return await response.json()

        async def pieces() -> AsyncIterator[bytes]:
            async with client, response:
                async for piece in response.content.iter_any():
                    yield piece

        return pieces()

    return ask


LIBRARIES: dict[str, Callable[[], Ask]] = {"litellm": litellm, "any_llm": any_llm, "none": none}


def encoded(piece: Any) -> bytes:
    """Return an event as bytes: a library yields those, or objects with a ``type``."""
    if isinstance(piece, bytes):
        return piece
    if isinstance(piece, str):
        return piece.encode()
    return f"event: {piece.type}\ndata: {piece.model_dump_json(exclude_none=True)}\n\n".encode()


def envelope(status: int, error: Exception) -> Json:
    """Return Anthropic's error envelope."""
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    return {"type": "error", "error": {"type": KINDS.get(status, "api_error"), "message": str(message)}}


def status_of(error: Exception) -> int:
    """Return the status that a library's error carries, as its callers find it."""
    for holder in (error, getattr(error, "original_exception", None), getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return status
    return 500


class Server:
    """The one endpoint."""

    def __init__(self, ask: Ask, models: Json) -> None:
        self._ask = ask
        self._models = models

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """Answer ``POST /v1/messages``."""
        body = await request.json()
        model = self._models[body.pop("model")]
        try:
            reply = await self._ask(body, model, request.headers.get("anthropic-beta"))
            if hasattr(reply, "__aiter__"):
                return await self._stream(request, reply)
        except Exception as error:  # noqa: BLE001  whatever a library raises is its answer
            status = status_of(error)
            return web.json_response(envelope(status, error), status=status)
        data = reply if isinstance(reply, dict) else json.loads(reply.model_dump_json())
        return web.json_response(data)

    async def _stream(self, request: web.Request, reply: AsyncIterator[Any]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        async with aclosing(_closable(reply)) as pieces:
            try:
                async for held in _held(pieces):
                    if not response.prepared:
                        await response.prepare(request)
                    await response.write(held)
            except Exception as error:
                if not response.prepared:
                    raise
                await response.write(b"event: error\ndata: %b\n\n" % json.dumps(envelope(500, error)).encode())
        if not response.prepared:
            raise RuntimeError("the library's stream was empty")
        await response.write_eof()
        return response


async def _closable(reply: AsyncIterator[Any]) -> Any:
    """Yield what a library's iterator yields; closing this closes that, where it can be closed."""
    try:
        async for piece in reply:
            yield encoded(piece)
    finally:
        if close := getattr(reply, "aclose", None):
            await close()


async def _held(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the events, the first ones together with the first content."""
    held = b""
    started = False
    async for piece in pieces:
        if started:
            yield piece
            continue
        held += piece
        started = any(sign in held for sign in CONTENT)
        if not started and b"event: error" in held:
            raise RuntimeError(held.decode())
        if started:
            yield held
    if not started and held:
        yield held


def main(library: str, models: str, port: str) -> None:
    """Serve until the process is ended."""
    server = Server(LIBRARIES[library](), json.loads(Path(models).read_text(encoding="utf-8")))
    app = web.Application(client_max_size=1 << 26)
    app.router.add_post("/v1/messages", server.messages)
    web.run_app(app, host="127.0.0.1", port=int(port), access_log=None, print=None, handler_cancellation=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
