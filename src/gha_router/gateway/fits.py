"""Whether a request fits a deployment at all: asked before it leaves, for some upstreams cut a prompt in silence.

What a model takes is known from the price list or the configuration. Unknown is not unable: such a request is sent.
"""

import re
from collections.abc import Sequence

from gha_router.gateway.answer import Failure, Unavailable
from gha_router.gateway.dialect import JSON_FINAL, error_body
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.needs import PDF, TOOLS, VISION, WEB_SEARCH
from gha_router.gateway.setup import Upstream
from gha_router.gateway.translate.request import TOKENS_PER_MEDIUM
from gha_router.routing.limits import BYTES_PER_TOKEN

_IMAGE = re.compile(rb'"media_type"\s*:\s*"image/[a-z.+-]+"\s*,\s*"data"\s*:\s*"([A-Za-z0-9+/=]*)"')
OLLAMA = "ollama"
OLLAMA_DEFAULT = 4096  # tokens, when nobody sets more: docs.ollama.com, "Context length"
_CALLED = {TOOLS: "tools", VISION: "images", PDF: "PDF documents", WEB_SEARCH: "its provider's web search"}


def estimate(body: bytes) -> int:
    """Return how many tokens a request has: high rather than low. An image is not read as text."""
    images = [match.end(1) - match.start(1) for match in _IMAGE.finditer(body)]
    return (len(body) - sum(images)) // BYTES_PER_TOKEN + TOKENS_PER_MEDIUM * len(images) + 1


def unfit(exchange: Exchange, upstream: Upstream, *, checks: bool) -> Unavailable | None:
    """Return why this deployment must not be asked, ``None`` when it may be.

    Without ``checks`` only what an upstream would cut in silence is looked at; the others refuse it in words.
    """
    if checks and upstream.unable and (missing := exchange.body.needs.words.intersection(upstream.unable)):
        return _unable(upstream, [word for word in upstream.unable if word in missing])
    if not checks and upstream.kind != OLLAMA:
        return None
    context = upstream.context or (OLLAMA_DEFAULT if upstream.kind == OLLAMA else None)
    if context is None or (tokens := estimate(exchange.body.raw)) <= context:
        return None
    # Claude Code reads "prompt is too long" and shortens the conversation.
    message = f"prompt is too long: about {tokens} tokens > {context} maximum of {upstream.name}. {_setting(upstream)}"
    cause = f"about {tokens} tokens do not fit the context of {context}"
    return Unavailable(cause, Failure(status=400, body=error_body(400, message), headers=JSON_FINAL))


def _unable(upstream: Upstream, missing: Sequence[str]) -> Unavailable:
    named = " and ".join(_CALLED[word] for word in missing)
    message = (
        f"{upstream.name} does not take {named}, and this request holds some. Ask a model that does; if it does, say so"
        f" in its deployment: `supports: {{{', '.join(f'{word}: true' for word in missing)}}}`."
    )
    cause = f"does not take {named}"
    return Unavailable(cause, Failure(status=400, body=error_body(400, message), headers=JSON_FINAL))


def _setting(upstream: Upstream) -> str:
    if upstream.kind != OLLAMA:
        return "Set `context` of its deployment, if it has more."
    return (
        "Ollama would cut the prompt in silence. Give the server more (OLLAMA_CONTEXT_LENGTH) and say it as `context`"
        " of the deployment."
    )
