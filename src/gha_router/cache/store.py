"""Where entries lie: bytes under a name, for a while. What they mean is ``entry``'s to say.

A store is shared by processes. Times are seconds since 1970 (``time.time``), given by the caller.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

FORMAT = 1  # of what a store holds; another one is not read


class StoreDown(Exception):
    """A store that cannot be used; the message says which and why, for people, without any secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """What a store holds now. ``bytes`` counts entries, not what the file takes on disk."""

    entries: int
    bytes: int
    oldest: float | None  # when it was kept; None: there is none
    newest: float | None
    near: int = 0  # entries that are found by what they mean, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A kept request near another: under which name its reply lies, how near, and what was noted with it."""

    name: str
    similarity: float  # the cosine, -1 to 1
    note: bytes


class Store(Protocol):
    """Entries by name. All raise ``StoreDown``, and change nothing then."""

    where: str  # for people, without any secret

    async def open(self) -> None:
        """Make sure that the store is there."""

    async def get(self, name: str, at: float) -> bytes | None:
        """Return what is kept under a name and not over yet."""

    async def put(self, name: str, value: bytes, *, at: float, until: float) -> None:
        """Keep a value until a time; the oldest go when it is full. What is there under the name already stays."""

    async def stats(self, at: float) -> Stats:
        """Return what the store holds."""

    async def clear(self) -> int:
        """Forget everything; return how many entries there were."""

    async def close(self) -> None:
        """Let go of the store."""


class Index(Protocol):
    """Vectors by partition, beside the entries of a store. All raise ``StoreDown``.

    A vector is float32, little-endian, of length 1. ``note`` is at most a few kB: what the guard compares, sealed by
    whoever adds it.
    """

    async def add(self, partition: str, name: str, vector: bytes, note: bytes, *, at: float, until: float) -> None:
        """Have the entry of this name found by its meaning."""

    async def near(self, partition: str, vector: bytes, *, limit: int, at: float) -> Sequence[Near]:
        """Return the nearest that are not over yet, the nearest first."""
