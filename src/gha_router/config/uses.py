"""Where a configuration names deployments and targets, read off the document so that each keeps its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gha_router.config.document import Document, Trail, dotted
from gha_router.config.models import Config
from gha_router.config.money import ROUTING


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A name of something else, and where it stands."""

    trail: Trail
    name: str


def deployments(data: dict[str, Any]) -> Iterator[Use]:
    """Yield each ``provider/model`` of the section ``models``; what has a wrong shape is passed over."""
    models = data.get("models")
    for name, group in models.items() if isinstance(models, dict) else ():
        if isinstance(group, list):
            for index, item in enumerate(group):
                yield from _deployment(item, ("models", name, index))
        else:
            yield from _deployment(group, ("models", name))


def _deployment(item: Any, trail: Trail) -> Iterator[Use]:
    match item:
        case str():
            yield Use(trail=trail, name=item)
        case {"model": str(model)}:
            yield Use(trail=(*trail, "model"), name=model)


def model_names(config: Config) -> Iterator[Use]:
    """Yield each place that names a model or a deployment."""
    for tier, names in config.tiers.items():
        yield from _listed(names, ("tiers", str(tier)))
    for name, names in config.fallbacks.items():
        yield Use(trail=("fallbacks", name), name=name)
        yield from _listed(names, ("fallbacks", name))
    for kind in ("context_window_fallbacks", "content_policy_fallbacks"):
        for name, names in getattr(config.router_settings, kind).items():
            yield Use(trail=("router_settings", kind, name), name=name)
            yield from _listed(names, ("router_settings", kind, name))
    yield from _of_deciders(config)
    for at, step in config.all_steps():
        if step.model is not None:
            yield Use(trail=(*at, "model"), name=step.model)
    for name, subscription in config.estimate.subscriptions.items():
        yield from _listed(subscription.covers, ("estimate", "subscriptions", name, "covers"))


def _of_deciders(config: Config) -> Iterator[Use]:
    for role in ("strong", "weak"):
        if config.learned is not None and (named := getattr(config.learned, role)) is not None:
            yield Use(trail=("learned", role), name=named)
    if config.classifier is not None:
        yield Use(trail=("classifier", "model"), name=config.classifier.model)


def targets(config: Config) -> Iterator[Use]:
    """Yield each place that names a model, a deployment or ``tier-N``."""
    for task_type, route in config.routes.items():
        yield Use(trail=("routes", str(task_type), "to"), name=route.to)
    if config.default is not None:
        yield Use(trail=("default",), name=config.default)
    for name, strategy in config.estimate.strategies.items():
        for target in strategy:
            if target != ROUTING:
                yield Use(trail=("estimate", "strategies", name, target), name=target)


def _listed(names: tuple[str, ...], trail: Trail) -> Iterator[Use]:
    for index, name in enumerate(names):
        yield Use(trail=(*trail, index), name=name)


def needed_by(trail: Trail, document: Document) -> str:
    """Return, for people, what a value at ``trail`` belongs to: the model that needs it where there is one."""
    match trail:
        case ("providers", str(provider), *_):
            uses = [use for use in deployments(document.data) if use.name.startswith(f"{provider}/")]
            models = list(dict.fromkeys(f"`{use.trail[1]}`" for use in uses))
            also = f" (of model {', '.join(models)})" if models else ""
            return f"provider `{provider}`{also}"
        case ("models", str(model), *_):
            return f"model `{model}`"
        case _:
            return f"`{dotted(trail)}`"
