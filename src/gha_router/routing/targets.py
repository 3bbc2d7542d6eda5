"""From what somebody asked for to a model, the deployments that are tried in turn, and a reason for people."""

from collections.abc import Iterator
from dataclasses import replace

from gha_router.config import (
    KNOWN_PROVIDERS,
    Config,
    Deployment,
    TaskType,
    is_deployment,
    names_router,
    suggest,
    tier_named,
)
from gha_router.errors import ConfigError
from gha_router.records import Decision
from gha_router.routing.learned import Asked, policy_of


def resolve(
    config: Config,
    *,
    model: str | None = None,
    tier: int | None = None,
    route: str | None = None,
    asked: Asked | None = None,
) -> Decision:
    """Return the decision for a model, else a tier, else a task type, else the default, else the only model.

    ``model`` is a configured name or ``provider/model``; ``route`` is a task type, which goes to the default when no
    route is configured for it. The first model of a tier answers; the others, then the fallbacks, follow it. ``asked``
    is what a router reads where a route, or the default, is one.

    Raises ``ConfigError`` with the nearest name for a name that is not configured, and when nothing is left to choose.
    """
    if model is not None:
        _check_model(config, model)
        return replace(_decision(config, model, "asked by name"), asked=model)
    if tier is not None:
        return replace(_of_tier(config, tier, ""), asked=f"tier-{tier}")
    if route is not None:
        return replace(_of_route(config, route, asked), asked=route, task_type=route)
    return default_of(config, "", asked)


def deployments_of(config: Config, decision: Decision) -> tuple[Deployment, ...]:
    """Return the decision's deployments with their settings, in the order in which they are tried."""
    return tuple(_deployments(config, decision.model, decision.tier))


def _of_tier(config: Config, tier: int, so_far: str) -> Decision:
    if tier not in config.tiers:
        defined = ", ".join(str(number) for number in sorted(config.tiers)) or "none"
        raise ConfigError(f"tier {tier} is not defined", hint=f"Defined under `tiers`: {defined}.")
    return _decision(config, config.tiers[tier][0], f"{so_far}tier {tier}: its first model", tier)


def _of_route(config: Config, route: str, asked: Asked | None) -> Decision:
    if route not in list(TaskType):
        raise ConfigError(f"unknown task type `{route}`", hint=suggest(route, TaskType))
    target = config.routes.get(TaskType(route))
    if target is None:
        return default_of(config, f"no route for {route}: ", asked)
    return target_of(config, target.to, f"route {route} -> ", asked)


def default_of(config: Config, so_far: str = "", asked: Asked | None = None) -> Decision:
    """Return who answers when nothing else says so: the default, or the only model; ``so_far`` begins the reason."""
    if config.default is not None and names_router(config, config.default):
        return _of_router(config, config.default, f"{so_far}default -> ", asked, last=True)
    if config.default is not None:
        return target_of(config, config.default, f"{so_far}default -> ")
    if len(config.models) == 1:
        return _decision(config, next(iter(config.models)), f"{so_far}the only model")
    names = ", ".join(f"`{name}`" for name in config.models) or "none yet"
    raise ConfigError(
        f"{so_far}nothing says which model answers",
        where=config.position(()),
        hint=f"Set `default` to one of the models ({names}), or name a model, a tier or a route.",
    )


def target_of(config: Config, target: str, so_far: str = "", asked: Asked | None = None) -> Decision:
    """Return who answers for a model, a deployment, ``tier-N`` or a router; ``so_far`` begins the reason.

    A router that has nothing to say leaves it to the default. Where there is nothing to read (``asked`` is ``None``: a
    request inside a session) the strong one of its two models answers.
    """
    tier = tier_named(target)
    if tier is not None:
        return _of_tier(config, tier, so_far)
    if names_router(config, target):
        return _of_router(config, target, so_far, asked, last=False)
    return _decision(config, target, f"{so_far}{target}")


def _of_router(config: Config, target: str, so_far: str, asked: Asked | None, *, last: bool) -> Decision:
    """Return whom a router chooses; the ``last`` to be asked follows its prior where it abstains."""
    policy = asked.policy if asked else policy_of(config)
    if policy is None:
        raise ConfigError(f"`{target}` is a router of a learned policy, and there is none")
    if asked is None:
        return _decision(config, policy.strong, f"{so_far}{target} -> {policy.strong} (there is no prompt to read)")
    choice = policy.named(target).choose(asked.text)
    if choice.abstains and not last and config.default is not None:
        return default_of(config, f"{so_far}{target} abstains ({choice.abstains}): ", asked)
    return _decision(config, choice.model, f"{so_far}{target} ({choice.reason})")


def _check_model(config: Config, model: str) -> None:
    if model in config.models:
        return
    if not is_deployment(model):
        named = f"Name it with its provider, such as `anthropic/{model}`, or describe it under `models`."
        raise ConfigError(f"unknown model `{model}`", hint=suggest(model, config.models) if config.models else named)
    provider = model.partition("/")[0]
    if config.provider(provider) is not None:
        return
    if provider in KNOWN_PROVIDERS:
        variable = KNOWN_PROVIDERS[provider].variable or ""
        raise ConfigError(
            f"`{model}` needs a key: `{variable}` is not set",
            hint=f"Set it (in a workflow the input `{variable.lower()}`), or describe `{provider}` under `providers`.",
        )
    known = sorted({*config.providers, *KNOWN_PROVIDERS})
    raise ConfigError(f"unknown provider `{provider}` in `{model}`", hint=suggest(provider, known))


def _decision(config: Config, model: str, reason: str, tier: int | None = None) -> Decision:
    deployments = tuple(deployment.model for deployment in _deployments(config, model, tier))
    return Decision(asked=None, model=model, deployments=deployments, reason=reason, tier=tier)


def _deployments(config: Config, model: str, tier: int | None) -> Iterator[Deployment]:
    """Yield the deployments of the model, of its tier's others and of their fallbacks, each once."""
    seen: set[str] = set()
    for name in _chain(config, model, tier):
        for deployment in config.models.get(name) or (_configured(config, name) or Deployment(model=name),):
            if deployment.model not in seen:
                seen.add(deployment.model)
                yield deployment


def _configured(config: Config, deployment: str) -> Deployment | None:
    """Return how a deployment that is asked for as ``provider/model`` is configured under another name."""
    groups = config.models.values()
    return next((member for group in groups for member in group if member.model == deployment), None)


def _chain(config: Config, model: str, tier: int | None) -> list[str]:
    """Return the names in turn: the model, its tier's others, then fallbacks, the nearest first."""
    chain = [model, *(config.tiers[tier] if tier is not None else ())]
    for name in chain:  # it grows while it is walked: fallbacks have fallbacks
        chain += [fallback for fallback in config.fallbacks.get(name, ()) if fallback not in chain]
    return chain
