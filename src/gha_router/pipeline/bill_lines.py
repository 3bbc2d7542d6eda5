"""What receipts say for a report: a line of the bill for each who answered, and what went wrong on the way."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from gha_router.records import Billed, CacheUse, Receipt, Setback, Usage, sum_if_known, total_cost

WENT_WELL = "ok"  # the cause of a try that answered
HTTP_ERROR = 400
HIT, MISS = "hit", "miss"  # of a receipt's ``cache``


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


def cache_use(receipts: Iterable[Receipt]) -> CacheUse | None:
    """Return what kept replies did for a run; ``None`` when no request was looked for."""
    asked = [receipt for receipt in receipts if receipt.cache in {HIT, MISS}]
    hits = [receipt for receipt in asked if receipt.cache == HIT]
    if not asked:
        return None
    return CacheUse(
        asked=len(asked),
        hits=len(hits),
        near=sum(receipt.similarity is not None for receipt in hits),
        saved_usd=sum_if_known(receipt.saved_usd for receipt in hits),
    )


def _line(served: str | None, receipts: Sequence[Receipt]) -> Billed:
    used = [receipt.usage for receipt in receipts if receipt.usage is not None]
    sources = dict.fromkeys(receipt.price_source for receipt in receipts if receipt.price_source)
    return Billed(
        served=served,
        requests=len(receipts),
        usage=sum(used, Usage()) if len(used) == len(receipts) else None,
        cost_usd=total_cost(receipts),
        price_source=", ".join(sources) or None,
    )
