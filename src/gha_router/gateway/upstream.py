"""How an Anthropic-format upstream is addressed: URL, headers in, headers out."""

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multidict import CIMultiDictProxy

from gha_router.gateway.dialect import redact_text
from gha_router.gateway.setup import Upstream
from gha_router.records import now

# What passes to the upstream: the open list of what clients of the API send. Everything else (keys, cookies, hop-by-hop
# headers, what a proxy added) stays here.
_PASS_UP = ("anthropic-", "x-claude-", "x-stainless-", "x-app", "user-agent", "accept")
_NEVER_UP = ("accept-encoding",)
NAMES = 1000  # of headers, that are remembered
_PASS_DOWN = ("content-type", "request-id", "anthropic-", "retry-after", "x-should-retry", "x-ratelimit-")

MESSAGES_PATH = "/v1/messages"
RETRY_AFTER = "retry-after"
MODEL = "x-gha-router-model"
RETRY_AFTER_S = 58  # from 62 s on Claude Code gives up at once
OAUTH_TOKEN = "sk-ant-oat"  # noqa: S105  how a subscription's token begins
BETA = "anthropic-beta"
OAUTH_BETA = "oauth-2025-04-20"

# Anthropic refuses a request with two kinds of credentials; the others take either, and some only the bearer.
_KEY_HEADER_ONLY = frozenset({"anthropic"})


def url(upstream: Upstream, endpoint: str, query: str) -> str:
    """Return where a request for ``endpoint`` ("/v1/messages") goes; ``base_url`` may end with /v1 or not."""
    base = upstream.base_url.rstrip("/").removesuffix("/v1")
    return f"{base}{endpoint}?{query}" if query else f"{base}{endpoint}"


def chat_url(upstream: Upstream) -> str:
    """Return where chat completions are asked for; ``base_url`` holds the version, as the provider writes it."""
    return f"{upstream.base_url.rstrip('/')}/chat/completions"


def responses_url(upstream: Upstream) -> str:
    """Return where responses are asked for; ``base_url`` holds the version, as the provider writes it."""
    return f"{upstream.base_url.rstrip('/')}/responses"


def chat_headers_up(upstream: Upstream) -> dict[str, str]:
    """Return the headers of an OpenAI-format upstream's request: nothing of the client's is meant for it."""
    headers = {"content-type": "application/json", "accept-encoding": "identity"}
    return headers | ({"authorization": f"Bearer {upstream.api_key}"} if upstream.api_key else {})


def headers_up(upstream: Upstream, received: "CIMultiDictProxy[str]") -> dict[str, str]:
    """Return the headers of the upstream's request: the client's own, with the provider's key for the virtual one."""
    headers: dict[str, str] = {}
    for written, value in received.items():
        if name := _passed_up(written):  # a list may come as several lines: RFC 9110, section 5.3
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    headers["accept-encoding"] = "identity"  # the side parser reads what passes
    headers["content-type"] = "application/json"  # as it was read here: not a form, nor in another character set
    if upstream.api_key and upstream.api_key.startswith(OAUTH_TOKEN):
        headers["authorization"] = f"Bearer {upstream.api_key}"
        _add_beta(headers)
    elif upstream.api_key:
        headers["x-api-key"] = upstream.api_key
        if upstream.kind not in _KEY_HEADER_ONLY:
            headers["authorization"] = f"Bearer {upstream.api_key}"
    return headers


@lru_cache(maxsize=NAMES)
def _passed_up(name: str) -> str | None:
    """Return a header's name in lower case when it passes to the upstream."""
    name = name.lower()
    return name if name.startswith(_PASS_UP) and name not in _NEVER_UP else None


@lru_cache(maxsize=NAMES)
def _passed_down(name: str) -> str | None:
    """Return a header's name in lower case when it passes to the client."""
    name = name.lower()
    return name if name.startswith(_PASS_DOWN) else None


def _add_beta(headers: dict[str, str]) -> None:
    """Add what a subscription's token needs to the betas that the client asks for."""
    asked = [beta.strip() for beta in headers.get(BETA, "").split(",") if beta.strip()]
    headers[BETA] = ",".join(asked if OAUTH_BETA in asked else [*asked, OAUTH_BETA])


def headers_down(upstream: Upstream, received: "CIMultiDictProxy[str]", receipt_id: str) -> Mapping[str, str]:
    """Return the headers of the client's reply, their names in lower case: the upstream's, and who served it."""
    headers = {
        name: redact_text(value, upstream.api_key)
        for written, value in received.items()
        if (name := _passed_down(written))
    }
    if RETRY_AFTER in headers:
        headers[RETRY_AFTER] = capped_retry_after(headers[RETRY_AFTER])
    headers.pop(f"{RETRY_AFTER}-ms", None)  # the same in other words, which clients would rather read
    return headers | own_headers(upstream, receipt_id)


def own_headers(upstream: Upstream, receipt_id: str) -> dict[str, str]:
    """Return what says who served a reply, and which receipt books it."""
    return served_by(upstream.name, receipt_id)


def served_by(deployment: str, receipt_id: str) -> dict[str, str]:
    """Return the same of a deployment's name."""
    return {"x-gha-router-served": deployment, "x-gha-router-receipt": receipt_id}


def model_header(model: str | None, upstream: Upstream) -> dict[str, str]:
    """Return the header of a whole reply that says which model answered by the upstream's own account."""
    named = redact_text(model or "", upstream.api_key).encode("ascii", "replace").decode()
    return {MODEL: named} if named and named.isprintable() else {}


def seconds_of(retry_after: str | None) -> float | None:
    """Return a ``retry-after`` in seconds, which may be written as a date (RFC 9110, section 10.2.3)."""
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        pass
    else:
        return seconds if seconds >= 0 and math.isfinite(seconds) else None
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - now()).total_seconds())
    except (ValueError, TypeError):
        return None


def capped_retry_after(value: str) -> str:
    """Return a ``retry-after`` that Claude Code waits for in the place of one that it would not."""
    seconds = seconds_of(value)
    return str(RETRY_AFTER_S if seconds is None else min(math.ceil(seconds), RETRY_AFTER_S))
