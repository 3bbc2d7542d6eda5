"""What a recorded ledger would have cost under another policy. A ledger holds no prompt, so that no router is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from gha_router.errors import UsageError
from gha_router.pricing import Price, Prices, cost
from gha_router.records import Receipt
from gha_router.routing.learned.policy import CalibratedPolicy

ASSUMPTIONS = (
    "every request is made again with the same tokens, cached ones included",
    "a ledger holds no prompt: the router's calibrated share of requests goes to the strong model, whichever they are",
    "a chain makes every try's requests again, at its calibrated shares; the check is free",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repriced:
    """USD for all requests whose tokens are known; ``None``: some model's price is unknown."""

    requests: int
    unmetered: int  # receipts without usage, which are in none of the sums
    recorded_usd: Decimal | None
    by_way: Mapping[str, Decimal | None]
    unknown: tuple[str, ...]  # models without a price
    assumptions: tuple[str, ...] = ASSUMPTIONS


def reprice(
    receipts: Iterable[Receipt],
    policy: CalibratedPolicy,
    prices: Prices,
    configured: Mapping[str, Price | None] = MappingProxyType({}),
) -> Repriced:
    """Return what the ledger's requests cost, and would cost under the policy.

    ``configured`` has the prices of a configuration's own names; they come before the list's.

    Raises ``UsageError`` when there is none.
    """
    known = list(receipts)
    metered = [receipt for receipt in known if receipt.usage is not None]
    if not metered:
        raise UsageError("no receipt in the ledger has token counts", hint="Was the gateway ever asked?")
    served = {receipt.model: receipt.served for receipt in metered if receipt.model and receipt.served}
    models = dict.fromkeys((policy.strong, policy.weak, *(policy.chain.models if policy.chain else ())))
    totals = {model: _total(metered, configured.get(model) or _price(model, served, prices)) for model in models}
    recorded = [receipt.cost_usd for receipt in metered]
    share = Decimal(str(round(policy.share, 6)))
    ways: dict[str, Decimal | None] = {
        f"router {policy.kind}": _sum([(share, totals[policy.strong]), (1 - share, totals[policy.weak])]),
        f"always {policy.strong}": totals[policy.strong],
        f"always {policy.weak}": totals[policy.weak],
    }
    if policy.chain:
        parts = [(Decimal(str(round(stage.reached, 6))), totals[stage.model]) for stage in policy.chain.stages]
        ways["chain " + " -> ".join(policy.chain.models)] = _sum(parts)
    return Repriced(
        requests=len(metered),
        unmetered=len(known) - len(metered),
        recorded_usd=_sum([(Decimal(1), amount) for amount in recorded]),
        by_way=ways,
        unknown=tuple(model for model, total in totals.items() if total is None),
    )


def _price(model: str, served: Mapping[str, str], prices: Prices) -> Price | None:
    """Return the list price of the deployment that served the model in this ledger, or that its name is."""
    return prices.find(served.get(model, model))


def _total(receipts: list[Receipt], price: Price | None) -> Decimal | None:
    return _sum([(Decimal(1), cost(receipt.usage, price)) for receipt in receipts if receipt.usage is not None])


def _sum(parts: list[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """Return the weighted sum; ``None`` when a part that counts is unknown."""
    total = Decimal(0)
    for weight, amount in parts:
        if weight == 0:
            continue
        if amount is None:
            return None
        total += weight * amount
    return total
