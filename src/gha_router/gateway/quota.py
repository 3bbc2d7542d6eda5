"""Requests and tokens a minute, kept before the upstream has to refuse them: ``rpm`` and ``tpm`` of a deployment."""

from collections import deque
from contextlib import suppress

from gha_router.gateway.setup import Upstream

WINDOW_S = 60.0


class Quota:
    """What each deployment was asked in the last minute. Tokens are counted as they were estimated before."""

    def __init__(self) -> None:
        self._asked: dict[str, deque[tuple[float, int]]] = {}

    def ready_at(self, upstream: Upstream, tokens: int, now: float) -> float:
        """Return from when on a request of so many tokens fits; not after ``now``: at once.

        One that is larger than ``tpm`` fits when nothing else is counted.
        """
        if upstream.rpm is None and upstream.tpm is None:
            return now
        asked = self._recent(upstream.name, now)
        count, total = len(asked), sum(size for _, size in asked)
        at = now
        for when, size in asked:
            few = upstream.rpm is None or count < upstream.rpm
            small = upstream.tpm is None or total == 0 or total + tokens <= upstream.tpm
            if few and small:
                break
            at, count, total = when + WINDOW_S, count - 1, total - size
        return at

    def asked(self, upstream: Upstream, tokens: int, now: float) -> None:
        """Count a request."""
        if upstream.rpm is not None or upstream.tpm is not None:
            self._recent(upstream.name, now).append((now, tokens))

    def not_asked(self, upstream: Upstream, tokens: int, now: float) -> None:
        """Take back what was counted as ``asked`` at that time and was not sent."""
        if upstream.rpm is not None or upstream.tpm is not None:
            with suppress(ValueError):  # it may have grown too old to be counted meanwhile
                self._asked[upstream.name].remove((now, tokens))

    def _recent(self, name: str, now: float) -> deque[tuple[float, int]]:
        asked = self._asked.setdefault(name, deque())
        while asked and asked[0][0] + WINDOW_S <= now:
            asked.popleft()
        return asked
