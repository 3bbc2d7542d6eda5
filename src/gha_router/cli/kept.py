"""What ``gha-router cache`` says of kept replies."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from gha_router.cache import Ground, Stats, Store, StoreDown
from gha_router.config import Config
from gha_router.errors import InfrastructureError
from gha_router.gateway.caching import store_for
from gha_router.pipeline.setup import caching_of
from gha_router.records import stamp

SCHEMA = "gha-router/cache/1"
MB = 1024 * 1024
NONE = Stats(entries=0, bytes=0, oldest=None, newest=None)
BROKEN = "`gha-router cache clear` takes away a file of ours that broke."
T = TypeVar("T")


def stats(config: Config, *, as_json: bool) -> str:
    """Return what the configured store holds. Raises ``InfrastructureError`` where it cannot be used."""
    caching = caching_of(config, Ground())
    store = store_for(caching)
    found = _asked(store, _stats, NONE)
    if not as_json:
        return "\n".join(_lines(config, store, found, caching.max_bytes))
    ages = {name: at and _moment(at) for name, at in (("oldest", found.oldest), ("newest", found.newest))}
    whole = {"schema": SCHEMA, "store": store.where, "on": config.cache.on, "max_bytes": caching.max_bytes}
    return json.dumps({**whole, **asdict(found), **ages})


def clear(config: Config, *, as_json: bool) -> str:
    """Forget what the configured store holds. Raises ``InfrastructureError`` where it cannot be used."""
    store = store_for(caching_of(config, Ground()))
    count = _asked(store, lambda opened: opened.clear(), 0)
    if as_json:
        return json.dumps({"schema": SCHEMA, "store": store.where, "cleared": count})
    return f"{store.where}: {_plural(count)} forgotten"


def _lines(config: Config, store: Store, found: Stats, most: int) -> Iterator[str]:
    yield f"{store.where}: {_plural(found.entries)}, {found.bytes / MB:.1f} MB of {most // MB} MB"
    if found.near:
        yield f"{found.near:,} of them are found by what they mean, too"
    if found.oldest is not None and found.newest is not None:
        yield f"kept from {_moment(found.oldest)} to {_moment(found.newest)}"
    if not config.cache.on:
        yield "nothing is kept, or told again: `cache: {exact: true}` in the configuration turns it on"


def _asked(store: Store, ask: Callable[[Store], Awaitable[T]], nothing: T) -> T:
    """Return an answer of a store; to look makes no file."""
    if store.where.startswith("/") and not Path(store.where).exists():
        return nothing

    async def answer() -> T:
        try:
            return await ask(store)
        finally:
            await store.close()

    try:
        return asyncio.run(answer())
    except StoreDown as down:
        raise InfrastructureError(f"the cache: {down}", hint=BROKEN) from None


async def _stats(store: Store) -> Stats:
    await store.open()
    return await store.stats(time.time())


def _moment(at: float) -> str:
    return stamp(datetime.fromtimestamp(at, UTC))


def _plural(count: int) -> str:
    return f"{count:,} {'reply' if count == 1 else 'replies'}"
