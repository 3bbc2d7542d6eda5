"""The price of a deployment, and what one request costs at it."""

import hashlib
import json
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Literal, Protocol

from gha_router.records import Usage

# Anthropic's multipliers of the input rate: https://platform.claude.com/docs/en/build-with-claude/prompt-caching
CACHE_WRITE_FACTOR = Decimal("1.25")  # an entry that lives for 5 minutes
CACHE_WRITE_1H_FACTOR = Decimal(2)  # an entry that lives for an hour
# USD for one search by Anthropic's servers, where a price does not say: $10 per 1,000.
# https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool, "Usage and pricing"
WEB_SEARCH = Decimal("0.01")
CONFIGURED = "configured"  # the source of a price that the configuration names


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """USD per million tokens of each kind; ``None``: the source names no rate for that kind."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LongPrompt(Rates):
    """The rates of a request, all its tokens, whose prompt has more than ``over`` tokens."""

    over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Rates):
    """Rates with where they come from, so that a receipt can name both."""

    source: str  # "litellm 1.109.1, 2026-11-20", "configured"
    digest: str  # SHA-256 of the list, or of the configured rates
    web_search: Decimal | None = None  # USD for one search by the provider's own tool
    long_prompt: LongPrompt | None = None


class TokenRates(Protocol):
    """Rates as the configuration writes them, in USD per million tokens."""

    @property
    def input(self) -> Decimal:
        """Of tokens of the prompt."""
        ...

    @property
    def output(self) -> Decimal:
        """Of tokens of the answer."""
        ...

    @property
    def cache_read(self) -> Decimal | None:
        """Of tokens read from the cache."""
        ...

    @property
    def cache_write(self) -> Decimal | None:
        """Of tokens written to the cache for 5 minutes."""
        ...

    @property
    def cache_write_1h(self) -> Decimal | None:
        """Of tokens written to the cache for an hour."""
        ...


class LongPromptRates(TokenRates, Protocol):
    """The rates of long prompts."""

    @property
    def over(self) -> int:
        """The tokens of a prompt above which they hold."""
        ...


class ConfiguredRates(TokenRates, Protocol):
    """The ``price`` mapping of a deployment in the configuration."""

    @property
    def long_prompt(self) -> LongPromptRates | None:
        """The rates of long prompts, where they are others."""
        ...


def configured(spec: ConfiguredRates | Literal["free"]) -> Price:
    """Return the price that the configuration names for a deployment."""
    if isinstance(spec, str):
        return FREE
    rates, long = _rates_of(spec), spec.long_prompt
    above = LongPrompt(**_rates_of(long), over=long.over) if long else None
    written = {name: str(rate) for name, rate in rates.items() if rate is not None}
    written_above = {name: str(getattr(above, name)) for name in (*rates, "over")} if above else None
    return Price(**rates, long_prompt=above, source=CONFIGURED, digest=digest([written, written_above]))


def _rates_of(spec: TokenRates) -> dict[str, Any]:
    return {field.name: getattr(spec, field.name) for field in fields(Rates)}


def cost(usage: Usage, price: Price | None) -> Decimal | None:
    """Return what one request costs in USD, exactly; ``None`` when its price is unknown.

    Give it the usage of *one* request: whether long-prompt rates hold depends on the size of its prompt (input,
    cache reads and cache writes together). Add up costs, never usages.

    A kind of token that the price has no rate for is charged so that the sum errs high, by Anthropic's published
    multipliers: a 5-minute cache write is 1.25 x input and a one-hour write 2 x input; a cache read, which they sell
    at 0.1 x input, is charged like input, because not every provider gives that discount.

    Searches by the provider's own tool are charged by the piece. Anthropic's other server tools cost tokens only, or
    (code execution) hours, which no reply tells.
    """
    if price is None:
        return None
    rates = _rates_for(usage, price)
    parts = (
        (usage.input, rates.input),
        (usage.output, rates.output),
        (usage.cache_read, _known(rates.cache_read, rates.input)),
        (usage.cache_write, _known(rates.cache_write, rates.input * CACHE_WRITE_FACTOR)),
        (usage.cache_write_1h, _known(rates.cache_write_1h, rates.input * CACHE_WRITE_1H_FACTOR)),
    )
    total = sum((tokens * rate for tokens, rate in parts), Decimal(0))
    searches = usage.web_searches * _known(price.web_search, WEB_SEARCH)
    return total.scaleb(-6) + searches if total or searches else Decimal(0)


def most(prompt: int, output: int, price: Price | None, *, web_searches: int = 0) -> Decimal | None:
    """Return the most that one request can cost in USD, whatever part of its prompt is read from or put into a cache.

    ``prompt`` and ``output`` are tokens; ``None`` when the price is unknown.
    """
    if price is None:
        return None
    rates: Rates = price
    if price.long_prompt is not None and prompt > price.long_prompt.over:
        rates = price.long_prompt
    dearest = max(rates.input, _known(rates.cache_write_1h, rates.input * CACHE_WRITE_1H_FACTOR))
    searches = web_searches * _known(price.web_search, WEB_SEARCH) if web_searches else 0
    return (prompt * dearest + output * rates.output).scaleb(-6) + searches


def digest(content: object) -> str:
    """Return the SHA-256 of JSON content, whatever the order of its keys."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _rates_for(usage: Usage, price: Price) -> Rates:
    prompt = usage.total - usage.output
    if price.long_prompt is not None and prompt > price.long_prompt.over:
        return price.long_prompt
    return price


def _known(rate: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if rate is None else rate


FREE = Price(
    input=Decimal(0),
    output=Decimal(0),
    cache_read=Decimal(0),
    cache_write=Decimal(0),
    cache_write_1h=Decimal(0),
    web_search=Decimal(0),
    source=f"{CONFIGURED}: free",
    digest=digest("free"),
)
