"""What the cache has to do with one request: which word the client is told, and the reply while it is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gha_router.cache import MAX_ENTRY, Entry, Question
from gha_router.gateway.answer import Event

HEADER = "x-gha-router-cache"


class Word(StrEnum):
    """Of the header ``x-gha-router-cache``, and of the receipt."""

    HIT = "hit"
    MISS = "miss"
    BYPASS = "bypass"  # a retry, an escalation, a request that cannot be compared, a store that is gone
    NO_STORE = "no-store"  # the route or the request says so


@dataclass(slots=True, kw_only=True)
class Slip:
    """One request's. ``name`` is what its reply is kept under; without one nothing is."""

    word: Word
    name: str | None = None
    question: Question | None = None
    ttl_s: float = 0.0
    entry: Entry | None = None  # that answers it
    similarity: float | None = None  # of the request that the entry was made for; None: it is the very same
    whole: bytes | None = None  # the reply, where it came as one
    events: list[bytes] = field(default_factory=list)  # else the stream so far
    size: int = 0  # of these, in bytes

    def take(self, events: Sequence[Event]) -> None:
        """Note what is passed on, as long as it may be kept."""
        if self.name is None:
            return
        self.size += sum(len(event.data) for event in events)
        if self.size > 8 * MAX_ENTRY:  # frames take more room than what is in them
            self.name = None
            self.events.clear()
            return
        self.events += [event.data for event in events if event.kind is not None]


def headers_of(slip: Slip | None) -> dict[str, str]:
    """Return the header that says what the cache had to do with a reply."""
    return {HEADER: slip.word.value} if slip else {}
