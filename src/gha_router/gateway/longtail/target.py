"""An upstream in LiteLLM's words: its name of the model, and the arguments that say where it is and who asks."""

import json
from contextlib import suppress
from typing import Any

from gha_router.gateway.setup import Upstream

BEDROCK, VERTEX = "bedrock", "vertex_ai"
_SPEAK_MESSAGES = frozenset({BEDROCK, VERTEX, "azure_ai"})
# Our name of a setting -> LiteLLM's name of the argument.
_ARGUMENTS = {
    BEDROCK: {
        "region": "aws_region_name",
        "access_key_id": "aws_access_key_id",
        "secret_access_key": "aws_secret_access_key",
        "session_token": "aws_session_token",
    },
    VERTEX: {"region": "vertex_location", "project": "vertex_project", "credentials": "vertex_credentials"},
}
_OTHERS = {"api_version": "api_version"}
_SECRET = ("access_key_id", "secret_access_key", "session_token", "credentials")


def litellm_provider(upstream: Upstream) -> str:
    """Return LiteLLM's name of the provider: the configured one, else the name of its kind."""
    return upstream.settings.get("litellm_provider", upstream.kind)


def dialect_of(upstream: Upstream) -> str:
    """Return whose OpenAI dialect a chat has to fit: Gemini has one wherever it runs."""
    provider = litellm_provider(upstream)
    return "gemini" if provider == VERTEX and "gemini" in upstream.model.lower() else provider


def arguments(upstream: Upstream) -> dict[str, Any]:
    """Return the arguments of a call that name the model, the address and the credentials."""
    provider = litellm_provider(upstream)
    known = _ARGUMENTS.get(provider, {}) | _OTHERS
    named = {known[name]: value for name, value in upstream.settings.items() if name in known}
    address = "aws_bedrock_runtime_endpoint" if provider == BEDROCK else "api_base"
    if upstream.base_url:
        named[address] = upstream.base_url
    if upstream.api_key:
        named["api_key"] = upstream.api_key
    return {"model": f"{provider}/{_converse(upstream)}{upstream.model}", **named}


def _converse(upstream: Upstream) -> str:
    """Return what asks for Bedrock's Converse, which takes any model; LiteLLM refuses those that it does not know."""
    named = "/" in upstream.model and not upstream.model.startswith("arn:")
    return "converse/" if litellm_provider(upstream) == BEDROCK and not named and not speaks_messages(upstream) else ""


def speaks_messages(upstream: Upstream) -> bool:
    """Return whether the model is asked in Anthropic's own Messages: a Claude model on Bedrock, Vertex or Azure.

    There cache marks, thinking signatures and beta fields arrive as they were sent. ``converse/`` before a Bedrock
    model's name asks for Bedrock's own format instead; a profile that does not say "claude" cannot be known for one.
    """
    model = upstream.model.lower()
    return litellm_provider(upstream) in _SPEAK_MESSAGES and "claude" in model and not model.startswith("converse/")


def secrets_of(upstream: Upstream) -> tuple[str, ...]:
    """Return every text that must not be passed on, the longest first."""
    texts = {upstream.api_key or "", *(upstream.settings.get(name, "") for name in _SECRET)}
    with suppress(ValueError):
        key = json.loads(upstream.settings.get("credentials", ""))
        if isinstance(key, dict):
            texts |= {str(key.get(name, "")) for name in ("private_key", "private_key_id", "client_secret")}
    return tuple(sorted(texts - {""}, key=len, reverse=True))
