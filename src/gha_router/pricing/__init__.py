"""What tokens cost: a dated snapshot of list prices, configured prices, and the arithmetic.

The gateway imports this room when it starts, so only the standard library is used here.
"""

from gha_router.pricing.origin import STALE_DAYS, Origin, origin_of
from gha_router.pricing.price import FREE, LongPrompt, Price, Rates, configured, cost, most
from gha_router.pricing.prices import SUPPORTS, Limits, Prices
from gha_router.pricing.subscription import Plan, PlanBill, bill

__all__ = [
    "FREE",
    "STALE_DAYS",
    "SUPPORTS",
    "Limits",
    "LongPrompt",
    "Origin",
    "Plan",
    "PlanBill",
    "Price",
    "Prices",
    "Rates",
    "bill",
    "configured",
    "cost",
    "most",
    "origin_of",
]
