"""From a configuration to the gateway's setup. Loaded at each start of a gateway: no checks, no claims in here."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from gha_router.cache import Ground, seal_key
from gha_router.config import MINILM, Config, Deployment, Exact, Format, Semantic, TaskType, suggest, unmet
from gha_router.errors import ConfigError
from gha_router.gateway.choosing import KINDS
from gha_router.gateway.setup import Caching, Nearness, Policy, Pool, Setup, Sharing, Upstream, Way, own_name
from gha_router.pricing import SUPPORTS, Price, Prices, configured
from gha_router.records import Decision
from gha_router.routing import deployments_of, resolve, target_of
from gha_router.sim import PERSONALITIES
from gha_router.sim import PRICES as SIMULATED

SIM = "sim"
OLLAMA = "ollama"
MB = 1024 * 1024
INSIDE = frozenset(TaskType(kind) for kind in KINDS)  # what routes take of the requests inside a step's session


def needs_simulation(config: Config, decisions: Iterable[Decision]) -> bool:
    """Return whether somebody has to answer as a simulated model: a ``sim`` deployment without an address."""
    provider = config.provider(SIM)
    used = {deployment.provider for decision in decisions for deployment in deployments_of(config, decision)}
    return SIM in used and provider is not None and provider.base_url is None


def names_of(config: Config) -> dict[str, Decision]:
    """Return all that may be asked for by name: models, and tiers as ``tier-1`` and ``tier1``."""
    names = {name: resolve(config, model=name) for name in config.models}
    for tier in config.tiers:
        decision = resolve(config, tier=tier)
        names |= {f"tier-{tier}": decision, f"tier{tier}": decision}
    return names


def by_name(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Return decisions by what they are asked for with: a tier is another decision than its first model alone."""
    return {decision.model if decision.tier is None else f"tier-{decision.tier}": decision for decision in decisions}


def routes_of(config: Config, kinds: Iterable[TaskType]) -> dict[str, Way]:
    """Return the configured routes of these kinds, as the gateway goes by them."""
    ways = {}
    for kind in kinds:
        if route := config.routes.get(kind):
            decision = replace(target_of(config, route.to), task_type=str(kind))
            ways[str(kind)] = Way(decision=decision, over_tokens=route.over_tokens)
    return ways


def gateway_setup(
    config: Config,
    decisions: Mapping[str, Decision],
    *,
    ledger: Path,
    default: Decision | None = None,
    routes: Mapping[str, Way] = MappingProxyType({}),
    sim_url: str | None,
    ground: Ground | None = None,
) -> Setup:
    """Return what the gateway is told; without a ``ground`` no reply is kept, nor told again.

    Raises ``ConfigError`` for a deployment that this version cannot serve.
    """
    prices = Prices.load()
    upstreams: dict[str, Upstream] = {}
    settings: dict[str, Deployment] = {}
    routed = [way.decision for way in routes.values()]
    for decision in (*decisions.values(), *([default] if default else []), *routed, *_special(config)):
        for deployment in deployments_of(config, decision):
            first = settings.setdefault(deployment.model, deployment)
            name = deployment.model if deployment == first else own_name(decision, deployment.model)
            if name not in upstreams:
                upstreams[name] = _upstream(config, deployment, prices, sim_url)
    return Setup(
        ledger=ledger,
        upstreams=upstreams,
        names=decisions,
        default=default,
        routes=routes,
        run_usd=config.budget.run_usd,
        step_usd=config.budget.step_usd,
        policy=_policy(config),
        sharing=sharing_of(config),
        caching=caching_of(config, ground) if ground and config.cache.on else None,
    )


def caching_of(config: Config, ground: Ground) -> Caching:
    """Return which replies are kept, sealed with what only the providers' keys make."""
    cache = config.cache
    keys = {key for provider in config.providers.values() for key in provider.secrets}
    said = {str(kind): route.cache for kind, route in config.routes.items() if route.cache}
    return Caching(
        ground=replace(ground, scope=cache.scope or ground.scope),
        seal=seal_key(keys).hex(),
        exact_ttl_s=cache.exact.ttl if cache.exact else None,
        max_bytes=(cache.exact or Exact()).max_mb * MB,
        folder=config.cache_folder,
        redis_url=cache.redis_url,
        near=nearness_of(config, cache.semantic) if cache.semantic else None,
        routes={kind: route.model_dump(exclude_none=True) for kind, route in said.items()},
    )


def nearness_of(config: Config, semantic: Semantic) -> Nearness:
    """Return who says how near requests are. Raises ``ConfigError`` for a provider that cannot."""
    own = semantic.embedder == MINILM
    name, _, model = semantic.embedder.partition("/")
    provider = None if own else config.provider(name)
    kind = MINILM if own else OLLAMA if name == OLLAMA else str(Format.OPENAI)
    if not own and (provider is None or not model or (kind != OLLAMA and provider.format is not Format.OPENAI)):
        raise ConfigError(
            f"`cache.semantic.embedder`: `{semantic.embedder}` gives no embeddings",
            where=config.position(("cache", "semantic", "embedder")),
            hint="Name a model of Ollama, as `ollama/nomic-embed-text`, one of a provider with `format: openai`, as "
            "`openai/text-embedding-3-small`, or `minilm`.",
        )
    key = provider.api_key if provider else None
    return Nearness(
        kind=kind,
        model=MINILM if own else model,
        threshold=semantic.threshold,
        ttl_s=semantic.ttl,
        timeout_s=semantic.timeout,
        max_entries=semantic.max_entries,
        base_url=provider.base_url if provider else None,
        api_key=key.get_secret_value() if key else None,
        folder=semantic.encoder_folder,
    )


def sharing_of(config: Config) -> Sharing:
    """Return what is kept together with other gateways. Raises ``ConfigError`` where that has no place."""
    budget, url = config.budget, config.router_settings.redis_url
    pools = {
        name: Pool(name=name, usd=credit.usd, reset_day=credit.reset_day, low_at=credit.low_at)
        for name, credit in budget.credits.items()
    }
    sharing = Sharing(
        day_usd=budget.day_usd,
        pools=pools,
        folder=config.state_folder,
        redis_url=url.get_secret_value() if url else None,
    )
    if sharing.money and url is None and sharing.folder is None:
        raise ConfigError(
            "a budget of a day, or a credit, has no place to be counted in: there is no home folder",
            where=config.position(("budget",)),
            hint="Set `budget.state_folder`, or `router_settings.redis_url`.",
        )
    return sharing


def pool_of(config: Config, deployment: Deployment) -> str | None:
    """Return the credit that covers a deployment, else the one that covers its provider."""
    for covered in (deployment.model, deployment.provider):
        for name, credit in config.budget.credits.items():
            if covered in credit.covers:
                return name
    return None


def _special(config: Config) -> list[Decision]:
    """Return who is asked only when a request was too long, or refused for its content."""
    settings = config.router_settings
    lists = (*settings.context_window_fallbacks.values(), *settings.content_policy_fallbacks.values())
    return [resolve(config, model=name) for names in lists for name in names]


def _policy(config: Config) -> Policy:
    settings = config.router_settings
    return Policy(
        num_retries=settings.num_retries,
        allowed_fails=settings.allowed_fails,
        cooldown_s=settings.cooldown_time,
        pre_call_checks=settings.enable_pre_call_checks,
        context_window_fallbacks=_deployments_by(config, settings.context_window_fallbacks),
        content_policy_fallbacks=_deployments_by(config, settings.content_policy_fallbacks),
    )


def _deployments_by(config: Config, fallbacks: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the deployments of the named fallbacks, in their order, each once."""
    return {
        model: tuple(dict.fromkeys(one for name in names for one in resolve(config, model=name).deployments))
        for model, names in fallbacks.items()
    }


def _upstream(config: Config, deployment: Deployment, prices: Prices, sim_url: str | None) -> Upstream:
    provider = config.provider(deployment.provider)
    base_url = provider.base_url if provider else None
    api_key = provider.api_key.get_secret_value() if provider and provider.api_key else None
    if deployment.provider == SIM and base_url is None:
        if deployment.model not in PERSONALITIES:
            raise ConfigError(f"unknown model `{deployment.model}`", hint=suggest(deployment.model, PERSONALITIES))
        base_url, api_key = sim_url, f"sim-{secrets.token_hex(8)}"  # a key as real ones have it, handled like them
    if provider is not None and provider.format is Format.LITELLM:
        if missing := unmet(deployment.provider, provider):
            raise ConfigError(f"provider `{deployment.provider}` needs `{missing[0]}`", hint=missing[1])
        base_url = base_url or ""  # LiteLLM knows where
    if provider is None or base_url is None:
        raise ConfigError(f"the provider of {deployment.model} has no base_url", hint="Give it one under `providers`.")
    limits = prices.limits(config.listed_as(deployment))
    return Upstream(
        name=deployment.model,
        model=deployment.name,
        provider=deployment.provider,
        base_url=base_url,
        api_key=api_key,
        price=price_of(config, deployment, prices),
        format=provider.format,
        timeout_s=deployment.timeout,
        first_byte_s=deployment.stream_timeout,
        idle_s=deployment.stream_idle_timeout,
        max_output=deployment.max_output or (limits.max_output if limits else None),
        context=deployment.context,
        rpm=deployment.rpm,
        tpm=deployment.tpm,
        group=_group_of(config, deployment),
        order=deployment.order,
        max_input=limits.context if limits else None,
        unable=unable(config, deployment, prices),
        pool=pool_of(config, deployment),
        like=provider.like,
        settings=provider.settings,
    )


def unable(config: Config, deployment: Deployment, prices: Prices) -> tuple[str, ...]:
    """Return what a deployment is known not to take: the configuration's word, else the price list's."""
    said = deployment.supports.model_dump(exclude_none=True) if deployment.supports else {}
    known = {**prices.supports(config.listed_as(deployment)), **said}
    return tuple(word for word in SUPPORTS if known.get(word) is False)


def _group_of(config: Config, deployment: Deployment) -> str | None:
    """Return the first model that has this deployment in its group."""
    return next((name for name, group in config.models.items() if deployment in group), None)


def price_of(config: Config, deployment: Deployment, prices: Prices) -> Price | None:
    """Return the configured price, else the list's; simulated models have simulated prices."""
    if deployment.price is not None:
        return configured(deployment.price)
    if deployment.model in SIMULATED:
        given, taken = SIMULATED[deployment.model]
        return Price(input=given, output=taken, source="simulated", digest=_digest_of(given, taken))
    return prices.find(config.listed_as(deployment))


def _digest_of(given: Decimal, taken: Decimal) -> str:
    return f"simulated:{given}/{taken}"
