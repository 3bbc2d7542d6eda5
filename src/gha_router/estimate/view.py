"""An estimate for people: sentences and tables as plain strings; ``report.terminal`` prints them."""

from collections.abc import Iterator
from decimal import Decimal

from gha_router.estimate.document import plain
from gha_router.estimate.month import Estimated, Line, PriceUsed, StrategyBill
from gha_router.estimate.strategies import prompt_of
from gha_router.report.format import NONE, UNKNOWN, money, percent, tokens
from gha_router.report.view import Column, Section

THOUSAND = 1000
LIMITS = (
    "An estimate: of retries, fallbacks, escalation and failed attempts it knows nothing. What was really spent is in "
    "the ledger's receipts."
)


def headline(estimate: Estimated) -> str:
    """Return the cheapest strategy in one sentence."""
    known = [(one.total_usd, one) for one in estimate.strategies if one.total_usd is not None]
    if not known:
        return "What a month costs is not known: no strategy has all its prices"
    total, cheapest = min(known, key=lambda pair: pair[0])
    return f"Cheapest: {cheapest.name}, {money(total)} a month"


def lead(estimate: Estimated) -> str:
    """Return what was computed."""
    month = estimate.month
    cache = {"read from the cache": month.cache.read, "written to it": month.cache.write + month.cache.write_1h}
    cached = ", ".join(f"{percent(float(share))} {what}" for what, share in cache.items() if share)
    return (
        f"{month.requests:,} requests a month, each of {month.input_tokens:,} tokens in"
        f"{f' ({cached})' if cached else ''} and {month.output_tokens:,} out, unless a part has a size of its own."
    )


def sections(estimate: Estimated) -> tuple[Section, ...]:
    """Return the tables: the month, who gets what, subscriptions where there are some, and prices."""
    made = (_month(estimate), _routes(estimate), _subscriptions(estimate), _prices(estimate))
    return tuple(section for section in made if section.rows)


def notes(estimate: Estimated) -> tuple[str, ...]:
    """Return what a reader has to know beside the figures."""
    return (*estimate.notes, LIMITS)


def _month(estimate: Estimated) -> Section:
    fixed = any(one.subscriptions for one in estimate.strategies)
    figures = ("a month", "saving", "a 1,000 requests")
    more = ("fixed", "by use", "at API prices") if fixed else ()
    return Section(
        title="A month",
        columns=(Column(name="strategy", code=True), *(Column(name=name, right=True) for name in (*figures, *more))),
        rows=tuple(_month_row(one, estimate, fixed=fixed) for one in estimate.strategies),
        caption=f"saving: against {estimate.baseline}" if estimate.baseline else "",
    )


def _month_row(one: StrategyBill, estimate: Estimated, *, fixed: bool) -> tuple[str, ...]:
    total = one.total_usd
    shown = money(total) if total is not None else (f"at least {money(one.known_usd)}" if one.known_usd else UNKNOWN)
    per_thousand = None if total is None else total * THOUSAND / estimate.month.requests
    saved = "baseline" if one.name == estimate.baseline else _saving(one.saving)
    more = (money(one.fixed_usd), money(one.variable_usd), money(one.api_usd)) if fixed else ()
    return (one.name, shown, saved, money(per_thousand), *more)


def _saving(share: Decimal | None) -> str:
    if share is None:
        return NONE
    whole = round(share * 100)
    return f"{whole} %" if share >= 0 else f"{-whole} % more"


def _routes(estimate: Estimated) -> Section:
    names = ("requests", "in", "out", "a 1,000", "a month")
    lines = ((one.name, line) for one in estimate.strategies for line in one.lines)
    return Section(
        title="Who answers what",
        columns=(
            *(Column(name=name, code=True) for name in ("strategy", "part", "deployment")),
            *(Column(name=name, right=True) for name in names),
        ),
        rows=tuple(_route_row(name, line) for name, line in lines),
        caption="in, out: tokens of one request · a 1,000: requests · each part at the deployment that is asked first",
    )


def _route_row(strategy: str, line: Line) -> tuple[str, ...]:
    usd = money(line.api_usd)
    return (
        strategy,
        f"{line.part} ({percent(float(line.share))})",
        line.deployment,
        f"{line.requests.normalize():,f}",
        tokens(prompt_of(line.usage)),
        tokens(line.usage.output),
        money(None if line.request_usd is None else line.request_usd * THOUSAND),
        f"{usd} ({line.subscription})" if line.subscription else usd,
    )


def _subscriptions(estimate: Estimated) -> Section:
    rows = [
        (one.name, name, *map(money, (plan.fixed, plan.api_equivalent)), _credit(plan.from_credit), money(plan.beyond))
        for one in estimate.strategies
        for name, plan in one.subscriptions.items()
    ]
    figures = ("fixed", "use at API prices", "from its credit", "billed beyond")
    return Section(
        title="Subscriptions",
        columns=(
            *(Column(name=name, code=True) for name in ("strategy", "subscription")),
            *(Column(name=name, right=True) for name in figures),
        ),
        rows=tuple(rows),
    )


def _credit(usd: Decimal | None) -> str:
    return NONE if usd is None else money(usd)


def _prices(estimate: Estimated) -> Section:
    kinds = ("in", "out", "cache read", "write 5 min", "write 1 h")
    return Section(
        title="Prices, USD a million tokens",
        columns=(
            Column(name="deployment", code=True),
            *(Column(name=kind, right=True) for kind in kinds),
            Column(name="from"),
            Column(name="age", right=True),
        ),
        rows=tuple(row for used in estimate.prices for row in _price_rows(used)),
    )


def _price_rows(used: PriceUsed) -> Iterator[tuple[str, ...]]:
    price, origin = used.price, used.origin
    if price is None or origin is None:
        yield (used.deployment, *[UNKNOWN] * 2, *[NONE] * 3, "no list has it", NONE)
        return
    age = NONE if origin.age_days is None else f"{origin.age_days} d{' (stale)' if origin.stale else ''}"
    for label, rates in ((used.deployment, price), (f"{used.deployment}, long prompts", price.long_prompt)):
        if rates is not None:
            kinds = (rates.input, rates.output, rates.cache_read, rates.cache_write, rates.cache_write_1h)
            yield (label, *(NONE if rate is None else plain(rate) for rate in kinds), origin.source, age)
