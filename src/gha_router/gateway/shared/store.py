"""What a store does. Everything in it is one step: two gateways that ask at once never both get the last dollar."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gha_router.gateway.shared.accounts import Account, Short

EMPTY_S = 3600.0  # how long a provider is believed that a credit is used up: somebody may add to it


class StoreDown(Exception):
    """A store that cannot be reached; the message says which and why, for people, without any secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A deployment's quota: requests and tokens a minute, and how many tokens this request has."""

    deployment: str
    rpm: int | None
    tpm: int | None
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What one request wants: to be sent to a deployment at most for ``amount`` billionths of a dollar."""

    at: datetime  # the wall clock's
    accounts: Sequence[Account] = ()
    amount: int = 0
    scopes: Sequence[str] = ()  # whose rest is the deployment's too
    limits: Limits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A deployment that rests, or whose quota is full, by what other gateways know."""

    seconds: float
    scope: str | None = None  # who rests; None: the quota is full


class Store(Protocol):
    """Sums of money, and where it keeps them (``shares_limits``) rests and quotas. All raise ``StoreDown``."""

    shares_limits: bool

    async def open(self) -> None:
        """Make sure that the store is there."""

    async def take(self, asking: Asking) -> Short | Later | None:
        """Take the amount from every account and count the request, or say why not and change nothing."""

    async def add(self, accounts: Sequence[Account], change: int) -> None:
        """Book a difference between what was taken and what was spent."""

    async def empty(self, account: Account, at: datetime) -> None:
        """Note for ``EMPTY_S`` that the provider says that there is nothing left."""

    async def rest(self, scope: str, seconds: float) -> None:
        """Let everybody know that a scope rests; a longer rest stays."""

    async def close(self) -> None:
        """Let go of the store."""


@dataclass(slots=True)
class Told:
    """Says a thing once, and again only when it has been otherwise in between."""

    down: bool = field(default=False)

    def changed(self, *, down: bool) -> bool:
        """Return whether this is news."""
        news, self.down = self.down != down, down
        return news
