"""Virtual keys: what an agent holds instead of a provider's key."""

import secrets
from array import array
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gha_router.records import Decision

if TYPE_CHECKING:
    import asyncio

PREFIX = "ghar-"


@dataclass(slots=True, kw_only=True)
class Grant:
    """What one virtual key stands for: an attempt of a step, and who answers it."""

    step: str
    attempt: int = 1
    run: str | None = None
    decision: Decision | None = None  # None: each request is decided by the name that it asks for
    usd: Decimal | None = None  # what all attempts of the step may cost, in the place of the cap of every step
    steady: bool = False  # an escalated attempt: its main conversation stays with what it was escalated to
    # Where its receipts stand in the ledger, first byte and the one behind the last in turn: a day's receipts are too
    # many for the memory.
    places: "array[int]" = field(default_factory=lambda: array("Q"))
    running: "set[asyncio.Task[Any]]" = field(default_factory=set)  # what is being answered


def new_key() -> str:
    """Return a fresh secret: 256 random bits behind a prefix that secret scanners can look for."""
    return PREFIX + secrets.token_urlsafe(32)


class Keyring:
    """The keys that are valid now. A revoked key is forgotten, so that a process left behind spends nothing."""

    def __init__(self) -> None:
        self.run_key = new_key()
        self._grants: dict[str, Grant] = {}

    def mint(self, grant: Grant) -> str:
        """Return a new key for this grant."""
        key = new_key()
        self._grants[key] = grant
        return key

    def revoke(self, key: str) -> Grant | None:
        """Forget a key; return what it stood for."""
        return self._grants.pop(key, None)

    def find(self, key: str | None) -> Grant | None:
        """Return what a key stands for, ``None`` when it is unknown or revoked."""
        return self._grants.get(key) if key else None
