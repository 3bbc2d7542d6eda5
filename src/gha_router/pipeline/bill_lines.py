"""What receipts say for a report: a line of the bill for each who answered, and what went wrong on the way."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from gha_router.records import Billed, Receipt, Setback, Usage

WENT_WELL = "ok"  # the cause of a try that answered
HTTP_ERROR = 400


def by_deployment(receipts: Iterable[Receipt]) -> tuple[Billed, ...]:
    """Return a line for each deployment that answered, the dearest first, and one for what nobody answered."""
    found: dict[str | None, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        found[receipt.served].append(receipt)
    lines = (_line(served, own) for served, own in found.items())
    return tuple(sorted(lines, key=lambda line: (line.served is None, -(line.cost_usd or 0), line.served or "")))


def setbacks(receipts: Iterable[Receipt]) -> tuple[Setback, ...]:
    """Return what went wrong, alike ones counted together, in the order in which each was first met."""
    found: dict[tuple[str, str | None, str, int | None], list[tuple[float, str | None]]] = defaultdict(list)
    for receipt in receipts:
        for one in receipt.tries:
            if one.cause != WENT_WELL:
                found[receipt.step, one.deployment, one.cause, one.status].append((one.seconds, receipt.served))
        if not receipt.tries and receipt.status >= HTTP_ERROR:
            found[receipt.step, None, receipt.reason, receipt.status].append((receipt.seconds, None))
    return tuple(
        Setback(
            step=step,
            deployment=deployment,
            cause=cause,
            status=status,
            times=len(own),
            seconds=round(sum(seconds for seconds, _ in own), 3),
            then=tuple(dict.fromkeys(served for _, served in own if served)),
        )
        for (step, deployment, cause, status), own in found.items()
    )


def _line(served: str | None, receipts: Sequence[Receipt]) -> Billed:
    costs = [receipt.cost_usd for receipt in receipts if receipt.cost_usd is not None]
    used = [receipt.usage for receipt in receipts if receipt.usage is not None]
    sources = dict.fromkeys(receipt.price_source for receipt in receipts if receipt.price_source)
    return Billed(
        served=served,
        requests=len(receipts),
        usage=sum(used, Usage()) if len(used) == len(receipts) else None,
        cost_usd=sum(costs, Decimal(0)) if len(costs) == len(receipts) else None,
        price_source=", ".join(sources) or None,
    )
