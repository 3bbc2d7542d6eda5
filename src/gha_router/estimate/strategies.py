"""From a strategy to its lines: who answers which part of the requests, at what price."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from gha_router.config import ROUTING, Config, Deployment, Part, tier_named
from gha_router.estimate.month import Line, Month
from gha_router.pipeline.setup import pool_of, price_of
from gha_router.pricing import Price, Prices, cost
from gha_router.records import Decision, Usage
from gha_router.routing import deployments_of, resolve

ALL = {"share": Decimal(1)}


def strategies_of(config: Config) -> dict[str, Mapping[str, Part]]:
    """Return the configured strategies; without any each model for all requests, and the routes if there is a mix."""
    if config.estimate.strategies:
        return dict(config.estimate.strategies)
    names = [*config.models, *([ROUTING] if config.estimate.mix else [])]
    return {name: {name: Part.model_validate(ALL)} for name in names}


def lines_of(config: Config, strategy: Mapping[str, Part], month: Month, prices: Prices) -> Iterator[Line]:
    """Yield the lines of a strategy, its routes by the task types of the mix."""
    for target, part in strategy.items():
        if target == ROUTING:
            for task, share in config.estimate.mix.items():
                slot = _Slot(name=str(task), decision=resolve(config, route=task), part=_within(part, share))
                yield _line(config, slot, month, prices)
        else:
            tier = tier_named(target)
            decision = resolve(config, model=target) if tier is None else resolve(config, tier=tier)
            yield _line(config, _Slot(name=target, decision=decision, part=part), month, prices)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """A part of a strategy, and who answers it."""

    name: str
    decision: Decision
    part: Part


def _within(outer: Part, inner: Part) -> Part:
    """Return a task type's part of the work that is routed; its own size comes before the whole's."""
    return Part(
        share=outer.share * inner.share,
        input_tokens=inner.input_tokens or outer.input_tokens,
        output_tokens=outer.output_tokens if inner.output_tokens is None else inner.output_tokens,
    )


def _line(config: Config, slot: _Slot, month: Month, prices: Prices) -> Line:
    """Price one part at the deployment that is tried first: fallbacks answer when something fails."""
    deployment = deployments_of(config, slot.decision)[0]
    subscription = _covering(config, (slot.name, slot.decision.model, deployment.model))
    price = price_of(config, deployment, prices)
    charged = api_price(config, deployment, price, prices) if subscription else price
    usage = month.usage(slot.part.input_tokens, slot.part.output_tokens)
    requests = month.requests * slot.part.share
    request_usd = cost(usage, charged)
    return Line(
        part=slot.name,
        model=slot.decision.model,
        deployment=deployment.model,
        listed_as=config.listed_as(deployment),
        reason=slot.decision.reason,
        share=slot.part.share,
        requests=requests,
        usage=usage,
        request_usd=request_usd,
        api_usd=None if request_usd is None else request_usd * requests,
        subscription=subscription,
        credit=pool_of(config, deployment),
        price=charged,
        context=deployment.context,
    )


def api_price(config: Config, deployment: Deployment, price: Price | None, prices: Prices) -> Price | None:
    """Return what use under a subscription is worth: ``price: free`` says that it costs nothing more, not that."""
    if deployment.price == "free":
        return prices.find(config.listed_as(deployment))
    return price


def _covering(config: Config, names: tuple[str, ...]) -> str | None:
    plans = config.estimate.subscriptions.items()
    return next((plan for plan, terms in plans if not set(names).isdisjoint(terms.covers)), None)


def prompt_of(usage: Usage) -> int:
    """Return the tokens of a request's prompt, cached ones included."""
    return usage.total - usage.output
