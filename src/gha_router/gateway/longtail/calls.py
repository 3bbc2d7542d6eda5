"""Calls of LiteLLM's public functions, and what comes of them as plain JSON. Used by the worker only."""

import json
import re
from collections.abc import AsyncIterator
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


def described(error: Exception) -> dict[str, Any]:
    """Return an error as ``{"status", "message", "retry_after"}``, in the provider's words where there are any."""
    response = getattr(error, "response", None)
    headers = getattr(response, "headers", None) or getattr(error, "headers", None) or {}
    return {
        "status": _status(error),
        "message": _message(error),
        "retry_after": headers.get("retry-after"),
    }


def _status(error: Exception) -> int:
    match type(error).__name__:
        case "Timeout" | "TimeoutError" | "APITimeoutError":
            return TIMED_OUT
        case "APIConnectionError":  # also for whatever fails inside of LiteLLM
            return BAD_GATEWAY
    try:
        status = int(getattr(error, "status_code", BAD_GATEWAY))
    except (TypeError, ValueError):
        return BAD_GATEWAY
    return status if 400 <= status < 600 else BAD_GATEWAY  # noqa: PLR2004  what an error's status can be


def _message(error: Exception) -> str:
    """Return the text that the provider sent, freed of LiteLLM's names and tracebacks."""
    text = str(getattr(error, "message", None) or error).partition("\nTraceback")[0]
    text = _LITELLM.sub("", text).strip()
    return _said(text) or text or type(error).__name__


_LITELLM = re.compile(r"^(?:litellm\.\w+: |\w*(?:Exception|Error)(?: - |: | ))+")


def _said(text: str) -> str | None:
    """Return ``error.message`` of the JSON that a text ends with."""
    start = text.find("{")
    try:
        data = json.loads(text[start:]) if start >= 0 else None
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    inner = data.get("error", data)
    message = inner.get("message") or inner.get("Message") if isinstance(inner, dict) else inner
    return message if isinstance(message, str) else None
