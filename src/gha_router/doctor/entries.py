"""What there is to look at: every deployment that the configuration may ask, and the providers behind them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from gha_router.config import KNOWN_PROVIDERS, Config, Deployment, Keyless, Provider
from gha_router.doctor.findings import Checked, Entry, Finding, Health, KeyState
from gha_router.pipeline.setup import names_of, price_of
from gha_router.pricing import Prices
from gha_router.records import Decision
from gha_router.routing import deployments_of, resolve

OLLAMA = "ollama"
OLLAMA_PORT = 11434


def entries_of(config: Config) -> tuple[Entry, ...]:
    """Return every deployment once, those of ``models`` first; two models that share one are two names of it."""
    names: dict[Deployment, list[str]] = {}
    for name, group in config.models.items():
        for deployment in deployments_of(config, resolve(config, model=name)):
            if deployment in group:
                names.setdefault(deployment, []).append(name)
    for decision in _decisions(config):
        for deployment in deployments_of(config, decision):
            names.setdefault(deployment, [deployment.model])
    return tuple(
        Entry(
            names=tuple(found),
            deployment=deployment,
            decision=replace(resolve(config, model=found[0]), deployments=(deployment.model,)),
        )
        for deployment, found in names.items()
    )


def _decisions(config: Config) -> Iterator[Decision]:
    """Yield all that the configuration can decide for."""
    yield from names_of(config).values()
    yield from (resolve(config, route=task) for task in config.routes)
    if config.default is not None:
        yield resolve(config)
    if config.classifier is not None:
        yield resolve(config, model=config.classifier.model)
    for _, step in config.all_steps():
        if (step.model, step.tier, step.route) != (None, None, None):
            yield resolve(config, model=step.model, tier=step.tier, route=step.route)
    settings = config.router_settings
    for lists in (settings.context_window_fallbacks, settings.content_policy_fallbacks):
        yield from (resolve(config, model=name) for names in lists.values() for name in names)


def keys_of(config: Config, entries: Sequence[Entry], keyless: Keyless) -> tuple[KeyState, ...]:
    """Return the providers in use, in their order, and whether each has its key."""
    used = dict.fromkeys(entry.deployment.provider for entry in entries)
    return tuple(
        _key_state(name, provider, keyless) for name in used if (provider := config.provider(name)) is not None
    )


def _key_state(name: str, provider: Provider, keyless: Keyless) -> KeyState:
    known = KNOWN_PROVIDERS.get(name)
    return KeyState(
        provider=name,
        format=str(provider.format),
        address=shown_address(provider.base_url),
        needed=bool(provider.api_key or provider.credentials or (known and known.variable)),
        missing=keyless.missing(name, provider),
    )


def shown_address(base_url: str | None) -> str | None:
    """Return scheme, host and port: a path or a user part of an address may hold a key."""
    if base_url is None:
        return None
    parts = urlsplit(base_url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def is_ollama(name: str, provider: Provider) -> bool:
    """Return whether a provider is an Ollama server: by its name, its port, or because it is said to be like one."""
    return OLLAMA in {name, provider.like} or (
        provider.base_url is not None and urlsplit(provider.base_url).port == OLLAMA_PORT
    )


def missing_keys(keys: Sequence[KeyState], redis: Sequence[str]) -> tuple[Finding, ...]:
    """Return a mistake for each provider without its key, and for Redis without its address."""
    found = [(f"provider `{key.provider}` has no key", key.missing) for key in keys if key.missing]
    found += [("`router_settings.redis_url` has no address", tuple(redis))] if redis else []
    return tuple(
        Finding(
            health=Health.MISTAKE,
            what=f"{what}: {_not_set(missing)}",
            hint=f"In a workflow: `env: {{{missing[0]}: ${{{{ secrets.{missing[0]} }}}}}}`. "
            "A secret that does not exist arrives empty.",
        )
        for what, missing in found
    )


def _not_set(variables: Sequence[str]) -> str:
    return f"{' and '.join(f'`{one}`' for one in variables)} {'is' if len(variables) == 1 else 'are'} not set"


def unpriced(config: Config, entries: Sequence[Entry], prices: Prices) -> tuple[Finding, ...]:
    """Return a warning for each deployment that a budget in USD will refuse."""
    budget = config.budget
    if (budget.run_usd, budget.step_usd, budget.day_usd) == (None, None, None) and not budget.credits:
        return ()
    return tuple(
        Finding(
            health=Health.WARNING,
            what=f"the price of {entry.deployment.model} is not known, so `budget` refuses it",
            hint="Give it a `price` in the configuration: rates in USD a million tokens, or `free`.",
        )
        for entry in entries
        if price_of(config, entry.deployment, prices) is None
    )


def listed(config: Config, entry: Entry, prices: Prices) -> Checked:
    """Return what is known of a deployment without asking anybody: the configuration's word, else the price list's."""
    deployment = entry.deployment
    limits = prices.limits(config.listed_as(deployment))
    said = deployment.supports.model_dump(exclude_none=True) if deployment.supports else {}
    price = price_of(config, deployment, prices)
    return Checked(
        entry=entry,
        finding=None,
        context=deployment.context or (limits.context if limits else None),
        max_output=deployment.max_output or (limits.max_output if limits else None),
        supports={**prices.supports(config.listed_as(deployment)), **said},
        price_source=price.source if price else None,
    )
