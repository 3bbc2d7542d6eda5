"""Errors of an upstream that speaks OpenAI's dialect, in Anthropic's words.

The upstream's own wording is kept: Claude Code acts on it. A prompt that does not fit is told with the words that it
looks for, ``prompt is too long: <tokens> tokens > <limit> maximum``, in front of the original.
Shapes: OpenAI ``{"error": {"message", "type", "code"}}``; OpenRouter adds ``metadata.raw``, the provider's own body;
vLLM and Mistral ``{"object": "error", "message", ...}`` or ``{"detail": ...}``; Gemini a list of one; Ollama
``{"error": "..."}``.
"""

import re
from dataclasses import dataclass

import orjson

from gha_router.gateway.statuses import TYPE_OF
from gha_router.gateway.translate.reading import an_object, dump, text, whole
from gha_router.records import Json

LONGEST = 4000  # characters kept of an upstream's error
BAD_REQUEST = 400

# Words in `code` or `type` of an error that came without a status, or that say more than the status.
_WORDS = (
    ("insufficient_quota", "billing_error"),
    ("rate_limit", "rate_limit_error"),
    ("resource_exhausted", "rate_limit_error"),
    ("overloaded", "overloaded_error"),
    ("unavailable", "overloaded_error"),
    ("insufficient_system_resource", "overloaded_error"),
    ("invalid_api_key", "authentication_error"),
    ("authentication", "authentication_error"),
    ("permission", "permission_error"),
    ("not_found", "not_found_error"),
    ("timeout", "timeout_error"),
    ("slow_down", "overloaded_error"),
    ("invalid_request", "invalid_request_error"),
    ("invalid_prompt", "invalid_request_error"),
)
_TOO_LONG = re.compile(
    r"context_length_exceeded|maximum context length|exceeds? (?:the|this|its)[\w ']*context|"
    r"maximum number of (?:input )?tokens allowed|longer than the (?:maximum )?model|maximum prompt length|"
    r"exceeded model token limit|too large for model with \d+ maximum context|context window|input is too long",
    re.IGNORECASE,
)
_NOT_TOO_LONG = re.compile(r"expected a string with maximum length", re.IGNORECASE)
_LIMIT = re.compile(
    r"(?:maximum context length (?:is|of)|maximum number of (?:input )?tokens allowed|context (?:size|window|length)|"
    r"maximum prompt length is|token limit)\D{0,24}?(\d{3,9})",
    re.IGNORECASE,
)
_ACTUAL = re.compile(
    r"\b(?:resulted in|requested(?: about)?|input token count|has|contains)"
    r"\D{0,24}?(\d{3,9})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a reply is none, or is not whole."""

    type: str  # Anthropic's error type
    message: str  # for people, in the upstream's words where it has said something
    status: int | None = None  # the HTTP status that the upstream named inside the reply

    @property
    def event(self) -> Json:
        """Return the failure as the last event of an Anthropic stream."""
        return {"type": "error", "error": {"type": self.type, "message": self.message}}


class BrokenReply(ValueError):
    """A whole reply that holds no answer."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def error_of(status: int, body: object) -> tuple[str, str]:
    """Return Anthropic's error type and a message for an error body (bytes, or parsed JSON) in OpenAI's dialect."""
    failure = failure_of(_read(body) if isinstance(body, bytes) else body, status)
    return failure.type, failure.message


def failure_of(body: object, status: int | None = None) -> Failure:
    """Return what an error object says; its own code stands in for a status that is not known."""
    if isinstance(body, list):
        body = body[0] if body else {}
    error = (body.get("error") or body) if isinstance(body, dict) else body
    said = an_object(error)
    code = said.get("code")
    own = whole(code) or _digits(code)
    status = status or (own if own and BAD_REQUEST <= own < 600 else None)  # noqa: PLR2004 - HTTP's range
    message = _message(error, said) or f"the upstream answered with status {status or 'unknown'} and no message"
    words = f"{text(code)} {text(said.get('type'))} {text(said.get('status'))}".lower()
    if _is_too_long(message, words):
        return Failure(type="invalid_request_error", message=_too_long(message), status=status)
    return Failure(type=_type(status, words), message=message, status=status)


def _read(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode(errors="replace")


def _type(status: int | None, words: str) -> str:
    if "insufficient_quota" not in words and status in TYPE_OF:
        return TYPE_OF[status]
    named = next((kind for word, kind in _WORDS if word in words), None)
    if status is not None and "insufficient_quota" not in words:
        return "api_error" if status >= 500 else "invalid_request_error"  # noqa: PLR2004 - HTTP's ranges
    return named or "api_error"


def _message(error: object, said: Json) -> str:
    if isinstance(error, str):
        return error.strip()[:LONGEST]
    message = text(said.get("message")) or text(said.get("msg"))
    if not message and said.get("detail"):
        detail = said["detail"]
        message = detail if isinstance(detail, str) else dump(detail)
    raw = an_object(said.get("metadata")).get("raw")
    if raw and (raw_text := raw if isinstance(raw, str) else dump(raw)) not in message:
        message = f"{message}: {raw_text}" if message else raw_text
    if not message and said:
        message = dump(said)
    return message.strip()[:LONGEST]


def _is_too_long(message: str, words: str) -> bool:
    if "context_length_exceeded" in words or "prompt is too long" in message.lower():
        return True
    return bool(_TOO_LONG.search(message)) and not _NOT_TOO_LONG.search(message)


def _too_long(message: str) -> str:
    if "prompt is too long" in message.lower():
        return message
    limit, actual = _LIMIT.search(message), _ACTUAL.search(message)
    if limit and actual and int(actual[1]) > int(limit[1]):
        return f"prompt is too long: {actual[1]} tokens > {limit[1]} maximum: {message}"
    return f"prompt is too long: {message}"


def _digits(code: object) -> int | None:
    return (
        int(code) if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) == len("400") else None
    )
