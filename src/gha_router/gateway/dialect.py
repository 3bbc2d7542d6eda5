"""Our own answers in the words of the Anthropic API, so that the agent understands them.

Error envelope: docs.claude.com, API reference, "Errors". ``x-should-retry: false`` is what the official clients read to
stop at once.
"""

import re

import orjson
from aiohttp import web

from gha_router.gateway.statuses import ANY, TYPE_OF

JSON_FINAL = {"content-type": "application/json", "x-should-retry": "false"}
REFUSED = frozenset({400, 413, 422})
# Anthropic's words; the translation puts them before what other dialects say.
_TOO_LONG = re.compile(r"prompt is too long|exceeds? (?:the )?context", re.IGNORECASE)
# Anthropic: "Output blocked by content filtering policy". OpenAI: content_policy_violation. Azure: "content management
# policy".
_CONTENT_POLICY = re.compile(r"content.filtering.policy|content_policy|content management policy", re.IGNORECASE)
# What providers answer when an account's money or a plan's credit is at its end. Anthropic, as a bad request (400):
# "Your credit balance is too low to access the Anthropic API", "You have reached your specified API usage limits. You
# will regain access on ...", "You're out of extra usage", "Third-party apps now draw from your extra usage" (a plan's
# credit that nobody has claimed). OpenAI, under 429: "You exceeded your current quota". OpenRouter "Insufficient
# credits" and DeepSeek "Insufficient Balance", both under 402.
_USED_UP = re.compile(
    r"credit balance is too low|reached your specified API usage limits|out of extra usage|draw from your extra usage"
    r"|exceeded your current quota|insufficient.(?:credits|balance|quota)",
    re.IGNORECASE,
)
_NO_MONEY = frozenset({400, 402, 403, 429})
REDACTED = b"[redacted]"
SHORTEST_KEY = 10  # characters; what is shorter ("ollama", "test") is a placeholder, and stands in texts that are none


def error(status: int, message: str) -> web.Response:
    """Return an error of our own, which asking again does not change."""
    return web.Response(status=status, body=error_body(status, message), headers=JSON_FINAL)


def error_body(status: int, message: str) -> bytes:
    """Return the API's envelope of an error of our own."""
    return envelope(TYPE_OF.get(status, ANY), f"gha-router: {message}")


def envelope(kind: str, message: str) -> bytes:
    """Return the API's envelope of an error of this type."""
    return orjson.dumps({"type": "error", "error": {"type": kind, "message": message}})


def message_of(body: bytes) -> str:
    """Return what an error envelope says; the body itself where it is none."""
    try:
        return str(orjson.loads(body)["error"]["message"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return body.decode(errors="replace")


def is_too_long(status: int, body: bytes) -> bool:
    """Return whether a request was refused because it does not fit the model's context."""
    return status in REFUSED and bool(_TOO_LONG.search(message_of(body)))


def is_content_policy(status: int, body: bytes) -> bool:
    """Return whether a request or its reply was refused for what it says."""
    return status in REFUSED and bool(_CONTENT_POLICY.search(message_of(body)))


def is_used_up(status: int, body: bytes) -> bool:
    """Return whether a request was refused because its account has no money left, which asking again does not mend."""
    return status in _NO_MONEY and bool(_USED_UP.search(message_of(body)))


class Redactor:
    """Takes a provider's key out of the bytes that go to the agent, wherever the chunks are cut.

    Only the start of a possible key is held back, so nothing else is late.
    """

    def __init__(self, key: str | None) -> None:
        self._key = key.encode() if key and _is_secret(key) else b""
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        """Return what may be passed on now."""
        if not self._key:
            return chunk
        data = (self._held + chunk).replace(self._key, REDACTED)
        cut = self._start_of_key(data)
        self._held = data[cut:]
        return data[:cut]

    def _start_of_key(self, data: bytes) -> int:
        """Return where the end of ``data`` could be the start of a key; its length when it could not."""
        at = max(0, len(data) - len(self._key) + 1)
        while (at := data.find(self._key[:1], at)) >= 0:
            if self._key.startswith(data[at:]):
                return at
            at += 1
        return len(data)

    def rest(self) -> bytes:
        """Return what was held back, at the end."""
        rest, self._held = self._held, b""
        return rest


def redact_text(text: str, key: str | None) -> str:
    """Return a text without the provider's key."""
    return text.replace(key, REDACTED.decode()) if key and _is_secret(key) else text


def redact(body: bytes, key: str | None) -> bytes:
    """Return a whole body without the provider's key."""
    return body.replace(key.encode(), REDACTED) if key and _is_secret(key) else body


def _is_secret(key: str) -> bool:
    return len(key) >= SHORTEST_KEY
