"""What a month under a subscription costs: a fixed sum, and a credit that use is charged to at the price of the API.

A subscription's credit for headless use (Agent SDK, ``claude -p``, GitHub Actions) is spent at API rates, ends with the
month and is not carried over; docs/providers.md says which plans have one.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is paid a month in USD. ``credit_usd``: what use is charged to; ``None``: all use is in the sum."""

    usd: Decimal
    credit_usd: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBill:
    """A month under a plan, in USD. ``None`` is unknown, because some use has no known price."""

    fixed: Decimal
    api_equivalent: Decimal | None  # what the same use costs without the plan
    from_credit: Decimal | None  # the part of it that the credit held; None also where the plan has no credit
    beyond: Decimal | None  # the part of it that is billed beside the fixed sum
    lasts: Decimal | None  # the share of the month's use that the credit holds, 0 to 1; None: no credit, or unknown


def bill(plan: Plan, use: Decimal | None) -> PlanBill:
    """Return the bill of a month whose use costs ``use`` USD at the prices of the API, ``None`` when nobody knows."""
    if plan.credit_usd is None:
        return PlanBill(fixed=plan.usd, api_equivalent=use, from_credit=None, beyond=Decimal(0), lasts=None)
    if use is None:
        return PlanBill(fixed=plan.usd, api_equivalent=None, from_credit=None, beyond=None, lasts=None)
    held = min(use, plan.credit_usd)
    lasts = held / use if use else Decimal(1)
    return PlanBill(fixed=plan.usd, api_equivalent=use, from_credit=held, beyond=use - held, lasts=lasts)
