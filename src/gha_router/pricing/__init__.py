"""What tokens cost: a dated snapshot of list prices, configured prices, and the arithmetic.

The gateway imports this room when it starts, so only the standard library is used here.
"""

from gha_router.pricing.price import FREE, LongPrompt, Price, Rates, configured, cost, most
from gha_router.pricing.prices import SUPPORTS, Limits, Prices

__all__ = ["FREE", "SUPPORTS", "Limits", "LongPrompt", "Price", "Prices", "Rates", "configured", "cost", "most"]
