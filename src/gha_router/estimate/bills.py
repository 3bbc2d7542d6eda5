"""From lines to bills, and from bills to savings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from gha_router.config import Config, suggest
from gha_router.errors import UsageError
from gha_router.estimate.document import usd
from gha_router.estimate.month import Estimated, Line, Month, PriceUsed, StrategyBill
from gha_router.estimate.strategies import lines_of, prompt_of, strategies_of
from gha_router.pricing import FREE, STALE_DAYS, Plan, Prices, bill, origin_of


def estimated(config: Config, month: Month, *, baseline: str | None, prices: Prices, today: date) -> Estimated:
    """Return a month's bill for each strategy of the configuration.

    ``baseline`` is what savings are counted against: a strategy's name, else the configuration's, else the dearest.
    Raises ``UsageError`` for a baseline that is no strategy, and when there is no strategy.
    """
    bills = [
        _billed(config, name, tuple(lines_of(config, strategy, month, prices)))
        for name, strategy in strategies_of(config).items()
    ]
    if not bills:
        raise UsageError(
            "there is nothing to estimate", hint="Describe `models`, or name strategies under `estimate`, in the file."
        )
    base = _baseline(bills, baseline or config.estimate.baseline)
    used = tuple(_prices_used(bills, prices, today))
    return Estimated(
        month=month,
        baseline=base.name if base else None,
        strategies=tuple(_compared(one, base) for one in bills),
        prices=used,
        notes=tuple(
            dict.fromkeys([*_notes_of_lines(bills, prices), *_notes_of_credits(config, bills), *_notes_of_prices(used)])
        ),
    )


def _billed(config: Config, name: str, lines: tuple[Line, ...]) -> StrategyBill:
    terms, pools = config.estimate.subscriptions, config.budget.credits
    plans = {
        plan: bill(Plan(usd=terms[plan].usd, credit_usd=terms[plan].credit_usd), use)
        for plan, use in _used((line.subscription, line.api_usd) for line in lines).items()
    }
    drawn = {
        pool: bill(Plan(usd=Decimal(0), credit_usd=pools[pool].usd * (1 - pools[pool].low_at)), use)
        for pool, use in _used((line.credit, line.api_usd) for line in lines).items()
    }
    metered = [line.api_usd for line in lines if not line.subscription] + [plan.beyond for plan in plans.values()]
    fixed = [plan.fixed for plan in plans.values()]
    return StrategyBill(
        name=name,
        lines=lines,
        subscriptions=plans,
        credits=drawn,
        variable_usd=_sum(metered),
        known_usd=sum((part for part in (*fixed, *metered) if part is not None), Decimal(0)),
        api_usd=_sum(line.api_usd for line in lines),
    )


def _used(parts: Iterable[tuple[str | None, Decimal | None]]) -> dict[str, Decimal | None]:
    """Return what is used of each plan; parts that belong to none are left out."""
    by_plan: dict[str, list[Decimal | None]] = {}
    for plan, use in parts:
        if plan is not None:
            by_plan.setdefault(plan, []).append(use)
    return {plan: _sum(uses) for plan, uses in by_plan.items()}


def _sum(parts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum, ``None`` when a part of it is unknown."""
    total = Decimal(0)
    for part in parts:
        if part is None:
            return None
        total += part
    return total


def _baseline(bills: Sequence[StrategyBill], name: str | None) -> StrategyBill | None:
    if name is not None:
        names = [one.name for one in bills]
        if name not in names:
            raise UsageError(f"the baseline `{name}` is no strategy", hint=suggest(name, names))
        return bills[names.index(name)]
    known = [(one.total_usd, one) for one in bills if one.total_usd is not None]
    return max(known, key=lambda pair: pair[0])[1] if known else None


def _compared(one: StrategyBill, base: StrategyBill | None) -> StrategyBill:
    if base is None or base.total_usd is None or one.total_usd is None:
        return one
    saving = base.total_usd - one.total_usd
    return replace(one, saving_usd=saving, saving=saving / base.total_usd if base.total_usd else None)


def _prices_used(bills: Sequence[StrategyBill], prices: Prices, today: date) -> Iterator[PriceUsed]:
    """Yield each deployment's price once: two models may price one deployment differently, under two names."""
    seen: set[tuple[str, str | None]] = set()
    for line in (line for one in bills for line in one.lines):
        key = (line.deployment, line.price.digest if line.price else None)
        if key not in seen:
            seen.add(key)
            yield _price_used(line, prices, today)


def _price_used(line: Line, prices: Prices, today: date) -> PriceUsed:
    price, listed = line.price, prices.find(line.listed_as)
    if listed is not None and price is not None and (price.input, price.output) == (listed.input, listed.output):
        listed = None
    origin = origin_of(price, prices, today) if price else None
    return PriceUsed(deployment=line.deployment, price=price, origin=origin, listed=listed if price != FREE else None)


def _notes_of_lines(bills: Sequence[StrategyBill], prices: Prices) -> Iterator[str]:
    for line in (line for one in bills for line in one.lines):
        if line.price is None:
            yield (
                f"the price of {line.deployment} is not known: what it costs is in no sum; "
                f"`price: {{input: USD, output: USD}}` at the model `{line.model}` says it"
            )
            continue
        prompt = prompt_of(line.usage)
        above = line.price.long_prompt
        if above and prompt > above.over:
            yield f"{line.deployment}: prompts of more than {above.over:,} tokens have their own rates, used here"
        if line.usage.cache_read and line.price.cache_read is None:
            yield f"{line.deployment}: no rate for cache reads is known, so they count as input"
        limits = prices.limits(line.listed_as)
        window = line.context or (limits.context if limits else None)
        if window and prompt > window:
            yield f"{line.deployment} takes {window:,} tokens at most: a prompt of {prompt:,} does not fit"


def _notes_of_credits(config: Config, bills: Sequence[StrategyBill]) -> Iterator[str]:
    for one in bills:
        for plan, terms in one.subscriptions.items():
            if terms.lasts is not None and terms.lasts < 1:
                credit = config.estimate.subscriptions[plan].credit_usd
                yield (
                    f"{one.name}: the credit of `{plan}` (${usd(credit)}) is empty after {30 * terms.lasts:.1f} of 30 "
                    "days of even use; what follows is billed, or refused, as the provider's settings say"
                )
        for pool, drawn in one.credits.items():
            if drawn.lasts is not None and drawn.lasts < 1:
                yield (
                    f"{one.name}: `budget.credits.{pool}` holds ${usd(drawn.from_credit)} of "
                    f"${usd(drawn.api_equivalent)}, {30 * drawn.lasts:.1f} of 30 days of even use; "
                    "the gateway passes its models over then"
                )


def _notes_of_prices(used: Sequence[PriceUsed]) -> Iterator[str]:
    stale = [one.origin for one in used if one.origin and one.origin.stale]
    if stale:
        yield (
            f"the price list is {stale[0].age_days} days old (of {stale[0].date}), more than {STALE_DAYS}: a newer "
            "gha-router has a newer one, and `price` at a model overrides it"
        )
    for one in used:
        if one.listed and one.price:
            yield (
                f"{one.deployment}: configured ${one.price.input:f} / ${one.price.output:f}, the list of "
                f"{one.listed.source} says ${one.listed.input:f} / ${one.listed.output:f}"
            )
