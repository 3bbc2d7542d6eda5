"""The entries of one run's trust, in whatever store there is; one that is gone costs a warning and no request."""

import asyncio
import logging
from collections.abc import Callable

from gha_router.cache.entry import Entry, opened, sealed
from gha_router.cache.store import Store, StoreDown

AGAIN_S = 5.0  # a store that did not answer is not waited for again so soon
log = logging.getLogger("gha_router.cache")


class Kept:
    """Replies by name. Nothing in here raises because of the store."""

    def __init__(self, store: Store, *, seal: bytes, trust: str, clock: Callable[[], float]) -> None:
        """``clock`` is monotonic seconds; ``seal`` is ``seal_key``'s."""
        self._store = store
        self._seal = seal
        self._trust = trust
        self._clock = clock
        self._down = self._told = False
        self._again_at = 0.0
        self._writing: dict[str, Entry] = {}  # known before it is written: the same request may come at once
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Open the store; without it every request is asked."""
        try:
            await self._store.open()
        except StoreDown as down:
            self._lost(down)

    async def find(self, name: str, at: float) -> Entry | None:
        """Return the entry of this name that a run of the same trust made, and that nobody has changed since."""
        if entry := self._writing.get(name):
            return entry
        if not self._usable:
            return None
        try:
            stored = await self._store.get(name, at)
        except StoreDown as down:
            self._lost(down)
            return None
        self._down = False
        entry = opened(stored, name, self._seal) if stored else None
        return entry if entry and entry.trust == self._trust else None

    def keep(self, name: str, entry: Entry, *, at: float, ttl_s: float) -> None:
        """Have an entry found from now on; it is written while the request goes on."""
        if entry.trust != self._trust or not self._usable:
            return
        self._writing[name] = entry
        task = asyncio.create_task(self._write(name, entry, at, at + ttl_s))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Wait for what is being written, and close the store."""
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._store.close()

    @property
    def usable(self) -> bool:
        """Return whether the store is worth asking now."""
        return self._usable

    @property
    def _usable(self) -> bool:
        return not self._down or self._clock() >= self._again_at

    async def _write(self, name: str, entry: Entry, at: float, until: float) -> None:
        try:
            await self._store.put(name, sealed(entry, name, self._seal), at=at, until=until)
        except StoreDown as down:
            self._lost(down)
        finally:
            self._writing.pop(name, None)

    def _lost(self, down: StoreDown) -> None:
        self._down, self._again_at = True, self._clock() + AGAIN_S
        if not self._told:
            self._told = True
            log.warning("gha-router: the cache is not used: %s. Requests go on without it.", down)
