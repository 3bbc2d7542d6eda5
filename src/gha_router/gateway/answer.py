"""What a back gives to those who write the reply: a whole message, a stream of events, or a failure.

All of it in Anthropic's words (docs.claude.com, "Streaming Messages", "Errors"), whatever the upstream speaks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

# What the next deployment may do better: this one is busy or will not have our key. So is every server's own error:
# what stands before a provider has statuses of its own (developers.cloudflare.com, "5xx errors": 520 to 526, 530).
_RETRIABLE = frozenset({401, 402, 403, 408, 409, 429})
_SERVERS_OWN = 500
FINAL = frozenset({401, 402, 403})  # to ask again changes nothing, and Claude Code would, for minutes


def retriable(status: int) -> bool:
    """Return whether another deployment may do better than one that answered this."""
    return status in _RETRIABLE or status >= _SERVERS_OWN


class Event(NamedTuple):
    """One whole server-sent event, its empty line included."""

    kind: str | None  # its type; None: a comment, or nothing that can be read
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A reply that is not streamed."""

    body: bytes
    headers: Mapping[str, str]


class Stream(Protocol):
    """A reply that is streamed."""

    headers: Mapping[str, str]

    async def read(self) -> Sequence[Event] | None:
        """Return the next events, perhaps none yet; ``None`` at the end. May be cancelled and called again.

        Raises ``Broken`` when the upstream stops before its reply does.
        """


Answer = Whole | Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An error for the client: a status, and the API's error envelope in the upstream's own words."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Broken(Exception):
    """The upstream's reply stopped before its end; the message is a cause for the receipt."""


class Unavailable(Exception):
    """A deployment did not answer, or answered that another may."""

    def __init__(
        self, cause: str, failure: Failure | None = None, *, retry_after_s: float | None = None, again: bool = True
    ) -> None:
        """``failure`` is what the client is shown when nobody else answers.

        ``retry_after_s`` is how long the upstream wants to be left alone; ``again`` is whether the same one may answer
        when it is asked again soon.
        """
        super().__init__(cause)
        self.cause = cause
        self.failure = failure
        self.retry_after_s = retry_after_s
        self.again = again and self.status not in FINAL

    @property
    def status(self) -> int | None:
        """Return the status that the upstream answered."""
        return self.failure.status if self.failure else None


class Unaffordable(Unavailable):
    """A deployment was not asked, because the request could pass the budget; a cheaper one may fit."""


class Resting(Unavailable):
    """A deployment was not asked, because it rests or its quota is full; another gateway told so."""

    def __init__(self, seconds: float, scope: str | None, failure: Failure) -> None:
        """``seconds`` is how long it still does, ``scope`` who rests; ``None``: a quota is full."""
        super().__init__(f"rests for another {seconds:.0f} s", failure, retry_after_s=seconds)
        self.seconds = seconds
        self.scope = scope


class UsedUp(Unavailable):
    """A deployment's provider said that the configured credit is used up; nothing else is wrong with it."""


class Refused(Exception):
    """A deployment refused the request itself, in words that the client has to read."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"HTTP {failure.status}")
        self.failure = failure
