"""The cheaper models that were passed over, each with its price and with why: pure, prices are handed in."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from gha_router.config import Config, Deployment, tier_named
from gha_router.pricing import Price
from gha_router.records import Decision
from gha_router.routing.targets import deployments_of

PriceOf = Callable[[Deployment], Price | None]
INPUT_SHARE = 3  # tokens of input for each of output, when two prices are compared
SHOWN = 8  # models


def no_price(_deployment: Deployment) -> Price | None:
    """Return that no price is known."""
    return None


def shown(price: Price | None) -> str:
    """Return a price for people: USD for a million tokens of input and of output."""
    if price is None:
        return "no known price"
    if not price.input and not price.output:
        return "free"
    return f"${price.input.normalize():f} in, ${price.output.normalize():f} out a million"


def cheaper(config: Config, decision: Decision, *, tokens: int, price_of: PriceOf) -> tuple[str, ...]:
    """Return the configured models that cost less than the chosen one, the cheapest first, each with its why."""
    chosen = next(iter(deployments_of(config, decision)))
    limit = _blend(price_of(chosen))
    if limit is None:
        return ()
    found = []
    for name, group in config.models.items():
        deployment = group[0]
        price = price_of(deployment)
        cost = _blend(price)
        if deployment.model != chosen.model and cost is not None and cost < limit:
            why = _too_small(deployment, tokens) or _elsewhere(config, decision, name)
            found.append((cost, f"{name} ({shown(price)}): {why}"))
    return tuple(line for _, line in sorted(found)[:SHOWN])


def _blend(price: Price | None) -> Decimal | None:
    return None if price is None else price.input * INPUT_SHARE + price.output


def _too_small(deployment: Deployment, tokens: int) -> str | None:
    if deployment.context is None or tokens <= deployment.context:
        return None
    return f"its context of {deployment.context} tokens is too small for about {tokens}"


def _elsewhere(config: Config, decision: Decision, name: str) -> str:
    """Return what a model is there for instead."""
    routes = [str(kind) for kind, route in config.routes.items() if name in _first_of(config, route.to)]
    if routes:
        return f"for {', '.join(routes)}"
    if config.default is not None and name in _first_of(config, config.default):
        routed = decision.task_type in config.routes
        return f"the default; {decision.task_type} has a route of its own" if routed else "the default"
    if set(config.models[name]) & set(deployments_of(config, decision)):
        return f"asked when {decision.model} fails"
    tiers = [f"tier {number}" for number, names in sorted(config.tiers.items()) if name in names]
    return f"{', '.join(tiers)}; no route names it" if tiers else "no route names it"


def _first_of(config: Config, target: str) -> Iterator[str]:
    """Yield the model that a route's target asks first."""
    tier = tier_named(target)
    yield config.tiers[tier][0] if tier is not None else target
