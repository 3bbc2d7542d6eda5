"""The whole bill of a run, and what it would have been at the top tier.

The baseline prices tokens again, it does not run anything again: one attempt a step, the one that decided, with the
very tokens that its requests took, at the price of the first model of the highest tier. Another model would have taken
another way with other tokens, so it is a yardstick and no forecast. Attempts that failed before, the classifier and a
judge are on the bill and not in the baseline: with the top model alone nobody would have asked them. That keeps the
saving from growing with what went wrong.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from gha_router.config import Config
from gha_router.ledger import receipts as ledger_receipts
from gha_router.pipeline.bill_lines import by_deployment, cache_use, setbacks
from gha_router.pipeline.setup import price_of
from gha_router.pricing import Price, Prices, cost
from gha_router.records import Aside, Baseline, Receipt, RunResult, sum_if_known, total_cost
from gha_router.routing import deployments_of, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """The first model of the highest tier."""

    model: str
    price: Price | None


def top_of(config: Config) -> Top | None:
    """Return what a run is compared with; ``None`` without tiers."""
    if not config.tiers:
        return None
    decision = resolve(config, tier=min(config.tiers))
    deployment = deployments_of(config, decision)[0]
    return Top(model=decision.model, price=price_of(config, deployment, Prices.load()))


def billed(result: RunResult, ledgers: Iterable[Path], top: Top | None) -> RunResult:
    """Return a run with its asides, baseline and lines of its bill, from the receipts of its ledgers, one a life."""
    own = [receipt for ledger in ledgers for receipt in ledger_receipts(ledger) if receipt.run == result.id]
    return replace(
        result,
        asides=_asides(result, own),
        baseline=baseline(result, own, top) if top else None,
        bill=by_deployment(own),
        setbacks=setbacks(own),
        cached=cache_use(own),
    )


def baseline(result: RunResult, receipts: Sequence[Receipt], top: Top) -> Baseline:
    """Return the deciding attempts' tokens at the top tier's price; its cost is ``None`` where a part is not known."""
    deciding = {(step.id, step.attempts[-1].number): step.attempts[-1] for step in result.steps if step.attempts}
    parts: list[Decimal | None] = []
    for place, attempt in deciding.items():
        own = [receipt for receipt in receipts if (receipt.step, receipt.attempt) == place]
        parts += [_priced(receipt, top.price) for receipt in own]
        parts += [] if len(own) >= attempt.requests else [None]  # its receipts are in another ledger, or lost
    return Baseline(model=top.model, cost_usd=sum_if_known(parts))


def _priced(receipt: Receipt, price: Price | None) -> Decimal | None:
    """Return a request at another price. One that nobody served cost nothing, and would not have there either."""
    if receipt.usage is None:
        return Decimal(0) if receipt.cost_usd == 0 else None
    return cost(receipt.usage, price)


def _asides(result: RunResult, receipts: Iterable[Receipt]) -> tuple[Aside, ...]:
    begun = {(step.id, attempt.number) for step in result.steps for attempt in step.attempts}
    found: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        if (receipt.step, receipt.attempt) not in begun:
            found[receipt.step].append(receipt)
    return tuple(Aside(name=name, requests=len(own), cost_usd=total_cost(own)) for name, own in found.items())
