"""What an estimate is made of. Money is USD a month, tokens are counted; ``None`` is unknown and never 0."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from gha_router.config import CacheShares
from gha_router.pricing import Origin, PlanBill, Price
from gha_router.records import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month's work: so many requests, each of this size. ``cache`` are shares of the input tokens."""

    requests: int
    input_tokens: int
    output_tokens: int
    cache: CacheShares = field(default_factory=CacheShares)

    def usage(self, input_tokens: int | None = None, output_tokens: int | None = None) -> Usage:
        """Return one request's usage, of a size of its own where one is given; parts of a token are input."""
        prompt = self.input_tokens if input_tokens is None else input_tokens
        read, write, write_1h = (
            int(prompt * share) for share in (self.cache.read, self.cache.write, self.cache.write_1h)
        )
        return Usage(
            input=prompt - read - write - write_1h,
            cache_read=read,
            cache_write=write,
            cache_write_1h=write_1h,
            output=self.output_tokens if output_tokens is None else output_tokens,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One part of a strategy: so many requests on one deployment."""

    part: str  # as the configuration names it: a model, "tier-1", or a task type of the mix
    model: str
    deployment: str
    listed_as: str  # its name in price lists
    reason: str  # why this model, where routes decide
    share: Decimal
    requests: Decimal
    usage: Usage  # of one request
    request_usd: Decimal | None  # at the price of the API
    api_usd: Decimal | None  # a month at the price of the API
    subscription: str | None  # that covers it
    credit: str | None  # of `budget.credits`, that the gateway charges it to
    price: Price | None
    context: int | None  # tokens that the configuration says the deployment takes


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyBill:
    """A month under one strategy."""

    name: str
    lines: tuple[Line, ...]
    subscriptions: Mapping[str, PlanBill]  # those that cover a part of it
    credits: Mapping[str, PlanBill]  # those of `budget.credits` that a part of it draws on: they change no bill
    variable_usd: Decimal | None  # what is billed by use
    known_usd: Decimal  # what is known of the total, fixed sums included: a lower bound
    api_usd: Decimal | None  # the same work at the price of the API alone
    saving_usd: Decimal | None = None  # against the baseline; negative: it is dearer
    saving: Decimal | None = None  # the same as a share of the baseline

    @property
    def fixed_usd(self) -> Decimal:
        """Return what its subscriptions cost."""
        return sum((plan.fixed for plan in self.subscriptions.values()), Decimal(0))

    @property
    def total_usd(self) -> Decimal | None:
        """Return the bill."""
        return None if self.variable_usd is None else self.fixed_usd + self.variable_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceUsed:
    """The price of one deployment, where it is from, and what the list says where that is another."""

    deployment: str
    price: Price | None
    origin: Origin | None
    listed: Price | None  # the list's, where the configuration overrides it with others


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """All strategies in the order of the file, and the prices that they were computed with."""

    month: Month
    baseline: str | None  # None: nothing to compare with
    strategies: tuple[StrategyBill, ...]
    prices: tuple[PriceUsed, ...]
    notes: tuple[str, ...]
