"""Simulated embeddings over both wire formats: too friendly on purpose.

Any two texts have a cosine of 0.9 and more, near-identical ones 0.97: a threshold alone lets everything through, so
that whatever holds two prompts apart is the guard behind it. They say nothing of what a text means.
"""

import math
import zlib
from collections import Counter

from aiohttp import web

from gha_router.sim.refusal import Refusal
from gha_router.sim.wire import Json  # noqa: TC001  as its neighbours

WIDTH = 96
COMMON = 3.0  # length of the part that all texts share, beside the 1 of their own


def add_embeddings(app: web.Application) -> None:
    """Serve Ollama's path and OpenAI's."""
    app.router.add_post("/api/embed", _ollama)
    app.router.add_post("/v1/embeddings", _openai)


def vector(text: str) -> list[float]:
    """Return the vector of a text: its hashed triples of letters beside what all share; length 1."""
    low = f"  {text.lower()} "
    counts = Counter(zlib.crc32(low[at : at + 3].encode()) % WIDTH for at in range(len(low) - 2))
    length = math.hypot(*counts.values())
    whole = math.hypot(COMMON, 1.0)
    return [COMMON / whole, *(counts[bucket] / length / whole for bucket in range(WIDTH))]


async def _ollama(request: web.Request) -> web.Response:
    texts, model = await _asked(request)
    return web.json_response({"model": model, "embeddings": [vector(text) for text in texts]})


async def _openai(request: web.Request) -> web.Response:
    texts, model = await _asked(request)
    data = [{"object": "embedding", "index": at, "embedding": vector(text)} for at, text in enumerate(texts)]
    usage = {"prompt_tokens": 0, "total_tokens": 0}
    return web.json_response({"object": "list", "data": data, "model": model, "usage": usage})


async def _asked(request: web.Request) -> tuple[list[str], str]:
    try:
        body: Json = await request.json()
        texts, model = body["input"], body["model"]
    except (ValueError, LookupError, TypeError):
        raise Refusal(400, "an embedding needs `model` and `input`") from None
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Refusal(400, "`input` is a text or a list of texts")
    return texts, str(model)
