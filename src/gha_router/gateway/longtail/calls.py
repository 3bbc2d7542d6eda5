"""Calls of LiteLLM's public functions, and what comes of them as plain JSON. Used by the worker only."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any

from gha_router.gateway.longtail import quiet

BAD_GATEWAY, TIMED_OUT = 502, 504
# Nothing that a model says depends on these; without anything else a request means something else, and is refused.
SPARE = frozenset({"parallel_tool_calls", "reasoning_effort", "seed", "stop", "temperature", "top_p", "user"})


async def load() -> Any:
    """Import LiteLLM, silence it, and let it make one imitated call, so that the first real one is not slow."""
    import litellm  # noqa: PLC0415  3 s and 160 MB

    quiet.silence(litellm)
    say = [{"role": "user", "content": "."}]
    await litellm.acompletion(model="openai/warm-up", api_key="-", messages=say, mock_response=".")
    return litellm


async def answer(litellm: Any, request: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    """Yield the messages that answer a request, but for its end. Raises what LiteLLM raises."""
    if request["do"] == "ready":
        return
    common = request["target"] | {"timeout": request["timeout"], "num_retries": 0, "max_retries": 0}
    body = request["body"]
    if request["do"] == "messages":
        yield {"dropped": []}
        message = await litellm.anthropic_messages(**body, **common, stream=False)
        yield {"chunk": dict(message)}
        return
    dropped = _not_taken(litellm, common["model"], body)
    body = {name: value for name, value in body.items() if name not in dropped}
    if request["do"] == "complete":
        reply = await litellm.acompletion(**body, **common, stream=False)
        yield {"dropped": dropped}
        yield {"chunk": _plain(reply)}
        return
    stream = await litellm.acompletion(**body, **common, stream=True, stream_options={"include_usage": True})
    yield {"dropped": dropped}
    async with aclosing(stream):
        async for chunk in stream:
            yield {"chunk": _plain(chunk)}


def _not_taken(litellm: Any, model: str, body: dict[str, Any]) -> list[str]:
    """Return the fields that LiteLLM says a model does not take, of those that can be spared."""
    provider, _, name = model.partition("/")
    taken = litellm.get_supported_openai_params(model=name, custom_llm_provider=provider)
    return [] if taken is None else sorted(SPARE & body.keys() - set(taken))


def _plain(reply: Any) -> dict[str, Any]:
    data: dict[str, Any] = reply.model_dump(exclude_none=True)
    return data


def described(error: BaseException) -> dict[str, Any]:
    """Return an error as ``{"status", "message", "retry_after"}``, as the provider sent it where it sent something.

    LiteLLM turns statuses into others and loses headers and words; the response is at the root of what it raises.
    """
    response = next((one.response for one in _chain(error) if type(one).__name__ == "HTTPStatusError"), None)
    if response is None:
        return {"status": _status(error), "message": _message(error), "retry_after": None}
    text = _body(response)
    return {
        "status": response.status_code,
        "message": _said(text) or text or f"HTTP {response.status_code}",
        "retry_after": response.headers.get("retry-after"),
    }


def _chain(error: BaseException | None) -> Iterator[Any]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _body(response: Any) -> str:
    try:
        return str(response.text)
    except Exception:  # noqa: BLE001  httpx has several ways to say that a stream was not read
        return ""


def _status(error: BaseException) -> int:
    names = {type(one).__name__ for one in _chain(error)}
    if names & {"Timeout", "TimeoutError", "APITimeoutError", "TimeoutException"}:
        return TIMED_OUT
    status = getattr(error, "status_code", None)
    refused = isinstance(status, int) and 400 <= status < 500  # noqa: PLR2004  before or in the call, for a reason
    return int(status) if refused and status is not None else BAD_GATEWAY


def _message(error: BaseException) -> str:
    """Return LiteLLM's own words, freed of its names and tracebacks."""
    text = str(getattr(error, "message", None) or error).partition("\nTraceback")[0]
    return _NAMES.sub("", text).strip() or type(error).__name__


_NAMES = re.compile(r"^(?:litellm\.\w+: |\w+Exception(?: \w+Error)? - )+")


def _said(text: str) -> str | None:
    """Return the message of an error's JSON: ``{"error": {"message"}}``, in a list with Google, or ``{"message"}``."""
    try:
        data = json.loads(text)
    except ValueError:
        return None
    data = data[0] if isinstance(data, list) and data else data
    inner = data.get("error", data) if isinstance(data, dict) else None
    message = inner.get("message") or inner.get("Message") if isinstance(inner, dict) else inner
    return message if isinstance(message, str) else None
