"""What finds a request that means the same, as it is configured: an embedder, and an index beside the kept replies."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gha_router.cache import Similar, Store
from gha_router.cache.semantic.embedders import Embedder, OllamaEmbedder, OpenAIEmbedder, OwnEmbedder
from gha_router.cache.semantic.near import NearCache, OpenIndex, Settings
from gha_router.cache.sqlite import SqliteStore
from gha_router.errors import ConfigError
from gha_router.gateway.clock import Clock
from gha_router.gateway.setup import Caching, Nearness


def similar_for(caching: Caching, near: Nearness, store: Store, clock: Clock) -> Similar:
    """Return what looks beside the replies of ``store``, which stays whose it is."""
    settings = Settings(threshold=near.threshold, ttl_s=near.ttl_s)
    index, embedder = _index(store, near.max_entries), embedder_for(near)
    return NearCache(index, embedder, settings, seal=bytes.fromhex(caching.seal), clock=clock.now)


def embedder_for(near: Nearness) -> Embedder:
    """Return who says what a text means."""
    if near.folder is not None:
        return OwnEmbedder(partial(_minilm, near.folder), f"{near.model} {near.folder}", timeout_s=near.timeout_s)
    if near.base_url is None:
        raise ConfigError(f"the embedder `{near.model}` has no address", hint="Its provider needs `base_url`.")
    kind = OllamaEmbedder if near.kind == "ollama" else OpenAIEmbedder
    return kind(near.base_url, near.model, api_key=near.api_key, timeout_s=near.timeout_s)


def _index(store: Store, max_entries: int) -> OpenIndex:
    if isinstance(store, SqliteStore):
        from gha_router.cache.semantic.sqlite_index import SqliteIndex  # noqa: PLC0415

        return SqliteIndex(store, max_entries)
    from gha_router.cache.redis import RedisStore  # noqa: PLC0415  an extra's
    from gha_router.cache.semantic.redis_index import RedisIndex  # noqa: PLC0415

    assert isinstance(store, RedisStore), "there are two stores"  # noqa: S101  a wiring mistake of ours
    return RedisIndex(store, max_entries)


def _minilm(folder: Path) -> Callable[[str], NDArray[np.float32]]:
    from gha_router.routing.learned.minilm import load_minilm  # noqa: PLC0415  numpy and tokenizers

    return load_minilm(folder)
