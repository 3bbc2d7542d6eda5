"""Where a price is from, and how old it is."""

from dataclasses import dataclass
from datetime import date

from gha_router.pricing.price import Price
from gha_router.pricing.prices import Prices

STALE_DAYS = 92  # a quarter: providers change prices, and routing is looked at again, about that often


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The source of a price in words. ``date`` is the list's; ``None``: the price is no list's, so it has none."""

    source: str
    date: date | None
    age_days: int | None

    @property
    def stale(self) -> bool:
        """Return whether the list is older than a quarter of a year."""
        return self.age_days is not None and self.age_days > STALE_DAYS


def origin_of(price: Price, prices: Prices, today: date) -> Origin:
    """Return where a price is from."""
    listed = date.fromisoformat(prices.date) if price.digest == prices.digest else None
    return Origin(source=price.source, date=listed, age_days=max(0, (today - listed).days) if listed else None)
