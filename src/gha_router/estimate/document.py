"""An estimate as JSON, for machines: docs/formats.md describes it. Money is a text in USD, so that no cent is lost."""

import json
from dataclasses import fields
from decimal import Decimal

from gha_router.estimate.month import Estimated, Line, PriceUsed, StrategyBill
from gha_router.pricing import LongPrompt, PlanBill, Rates
from gha_router.records import COUNTS, Json

SCHEMA = "gha-router/estimate/1"
SHARE, TENTH = Decimal("0.0001"), Decimal("0.1")
CENTS = 2


def estimate_json(estimate: Estimated) -> str:
    """Return the whole estimate, indented, with a line end."""
    month = estimate.month
    cache = {name: plain(share) for name, share in month.cache.model_dump().items()}
    document = {
        "schema": SCHEMA,
        "currency": "USD",
        "period": "month",
        "requests": month.requests,
        "input_tokens": month.input_tokens,
        "output_tokens": month.output_tokens,
        "cache": cache,
        "baseline": estimate.baseline,
        "strategies": [_strategy(one, month.requests) for one in estimate.strategies],
        "prices": [_price(one) for one in estimate.prices],
        "notes": list(estimate.notes),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def plain(value: Decimal) -> str:
    """Return a number in plain digits: no exponent, no zeros behind it."""
    return f"{value.normalize():f}"


def usd(value: Decimal | None) -> str | None:
    """Return USD exactly, with cents at least."""
    if value is None:
        return None
    text = plain(value)
    digits = len(text.partition(".")[2])
    return text if digits >= CENTS else f"{value:.{CENTS}f}"


def _share(value: Decimal | None) -> str | None:
    return None if value is None else plain(value.quantize(SHARE))


def _strategy(one: StrategyBill, requests: int) -> Json:
    total = one.total_usd
    return {
        "name": one.name,
        "total_usd": usd(total),
        "known_usd": usd(one.known_usd),
        "fixed_usd": usd(one.fixed_usd),
        "variable_usd": usd(one.variable_usd),
        "api_equivalent_usd": usd(one.api_usd),
        "per_request_usd": usd(None if total is None else total / requests),
        "saving_usd": usd(one.saving_usd),
        "saving_percent": None if one.saving is None else plain((one.saving * 100).quantize(TENTH)),
        "lines": [_line(line) for line in one.lines],
        "subscriptions": [{"name": name, **_plan(plan)} for name, plan in one.subscriptions.items()],
        "credits": [{"name": name, **_drawn(plan)} for name, plan in one.credits.items()],
    }


def _line(line: Line) -> Json:
    tokens = {f"{name}_tokens": plain(getattr(line.usage, name) * line.requests) for name in COUNTS}
    return {
        "part": line.part,
        "model": line.model,
        "deployment": line.deployment,
        "reason": line.reason,
        "share": plain(line.share),
        "requests": plain(line.requests),
        **tokens,
        "request_usd": usd(line.request_usd),
        "api_usd": usd(line.api_usd),
        "subscription": line.subscription,
        "price_source": line.price.source if line.price else None,
    }


def _plan(plan: PlanBill) -> Json:
    return {
        "fixed_usd": usd(plan.fixed),
        "api_equivalent_usd": usd(plan.api_equivalent),
        "from_credit_usd": usd(plan.from_credit),
        "beyond_usd": usd(plan.beyond),
        "credit_lasts_share": _share(plan.lasts),
    }


def _drawn(plan: PlanBill) -> Json:
    """Return what is drawn of a credit of the budget, which has no price of its own."""
    return {name: value for name, value in _plan(plan).items() if name != "fixed_usd"}


def _price(used: PriceUsed) -> Json:
    origin = used.origin
    return {
        "deployment": used.deployment,
        "rates": _rates(used.price) if used.price else None,
        "long_prompt": _long(used.price.long_prompt) if used.price and used.price.long_prompt else None,
        "source": origin.source if origin else None,
        "digest": used.price.digest if used.price else None,
        "date": origin.date.isoformat() if origin and origin.date else None,
        "age_days": origin.age_days if origin else None,
        "stale": origin.stale if origin else None,
        "listed_rates": _rates(used.listed) if used.listed else None,
    }


def _rates(rates: Rates) -> Json:
    """Return USD a million tokens of each kind."""
    values = {field.name: getattr(rates, field.name) for field in fields(Rates)}
    return {name: None if value is None else plain(value) for name, value in values.items()}


def _long(rates: LongPrompt) -> Json:
    return {"over": rates.over, **_rates(rates)}
