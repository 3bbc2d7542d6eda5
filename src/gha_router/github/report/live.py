"""Says how far a run is while it runs, in a thread of its own: nobody waits for GitHub, and no run fails of it.

Only what is newest is written, and not more often than every ``every_s`` seconds.
"""

import threading
from collections.abc import Callable

from gha_router.errors import GhaRouterError

EVERY_S = 15.0  # GitHub's limits are for all that a token does in an hour
PATIENCE_S = 5.0  # for what is being written when the run ends


class Live:
    """Writes the newest text by ``write``. What keeps it from that is said once, and it writes no more."""

    def __init__(self, write: Callable[[str], object], say: Callable[[str], None], *, every_s: float = EVERY_S) -> None:
        self._write, self._say, self._every_s = write, say, every_s
        self._newest: str | None = None
        self._lock, self._told, self._over = threading.Lock(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="progress", daemon=True)
        self._thread.start()

    def show(self, text: str) -> None:
        """Take what is to be written next; returns at once."""
        with self._lock:
            self._newest = text
        self._told.set()

    def stop(self) -> None:
        """Write no more, and wait for nothing."""
        self._over.set()
        self._told.set()

    def close(self) -> bool:
        """Write no more; return whether nothing is being written any more."""
        self.stop()
        self._thread.join(PATIENCE_S)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while self._told.wait() and not self._over.is_set():
            self._told.clear()
            with self._lock:
                text, self._newest = self._newest, None
            if text is None:
                continue
            try:
                self._write(text)
            except GhaRouterError as error:
                self._say(f"The progress is not shown: {error.what}")
                return
            self._over.wait(self._every_s)
