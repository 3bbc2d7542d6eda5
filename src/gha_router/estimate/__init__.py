"""A month's bill for each strategy: requests x tokens x prices, subscriptions beside them. It calls nobody."""

from gha_router.estimate.bills import estimated
from gha_router.estimate.document import estimate_json
from gha_router.estimate.month import Estimated, Month, StrategyBill
from gha_router.estimate.view import headline, lead, notes, sections

__all__ = [
    "Estimated",
    "Month",
    "StrategyBill",
    "estimate_json",
    "estimated",
    "headline",
    "lead",
    "notes",
    "sections",
]
