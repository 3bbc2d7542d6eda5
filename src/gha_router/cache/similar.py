"""What finds a kept request that means the same: the seam between the gateway and the semantic half."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gha_router.cache.canonical import Canonical
from gha_router.cache.partition import Ground, Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request that was not answered by the very same one before it."""

    asked: Canonical
    ground: Ground
    model: Model
    at: float  # seconds since 1970
    route: Mapping[str, Any]  # what the request's route says in the place of the section's own: threshold, ttl


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The name of a kept reply whose request means the same."""

    name: str
    similarity: float


class Similar(Protocol):
    """Never raises for what it cannot do: a request goes on to a model then."""

    async def open(self) -> None:
        """Get ready."""

    async def find(self, question: Question) -> Match | None:
        """Return a kept request that means the same; ``None`` also for whatever must not be answered like this."""

    async def keep(self, question: Question, name: str) -> None:
        """Have the reply that is kept under this name found for this question from now on."""

    async def close(self) -> None:
        """Let go of what was opened."""
