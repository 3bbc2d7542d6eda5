"""Every name in a configuration means something: models, tiers, providers; and fallbacks end somewhere."""

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from gha_router.config.document import Document, Trail
from gha_router.config.fields import is_deployment
from gha_router.config.models import Config
from gha_router.config.money import ROUTING
from gha_router.config.order import bad_steps
from gha_router.config.shape import first
from gha_router.config.uses import Use, deployments, model_names, targets
from gha_router.config.words import BY_FORM, KNOWN_PROVIDERS, Format, suggest
from gha_router.errors import ConfigError

_TIER = re.compile(r"tier-([0-9]+)")
_ROUTER = re.compile(r"router-[A-Za-z_]+-[0-9]*\.?[0-9]+")


def tier_named(target: str) -> int | None:
    """Return N for ``tier-N``, ``None`` for anything else."""
    match = _TIER.fullmatch(target)
    return int(match[1][:9]) if match else None


def names_router(config: Config, target: str) -> bool:
    """Return whether a target is a router of the learned policy, in RouteLLM's words: ``router-mf-0.116``.

    A model that is called so comes first.
    """
    return target not in config.models and _ROUTER.fullmatch(target) is not None


def check_references(config: Config, document: Document) -> None:
    """Raise the first ``ConfigError`` in the order of the file, if there is one."""
    errors = [
        *_bad_names(config, document),
        *_bad_providers(config, document),
        *_bad_targets(config, document),
        *_bad_tiers(config, document),
        *_cycle(config, document),
        *bad_steps(config, document),
        *_bad_estimate(config, document),
        *_bad_credits(config, document),
    ]
    if errors:
        raise first(errors)


def _bad_names(config: Config, document: Document) -> Iterator[ConfigError]:
    for name in config.models:
        if tier_named(name) is not None:
            yield ConfigError(
                f"a model cannot be called `{name}`",
                where=document.keys[("models", name)],
                hint="`tier-N` means a tier wherever a model may stand.",
            )


def _bad_providers(config: Config, document: Document) -> Iterator[ConfigError]:
    for use in deployments(document.data):
        yield from _unknown_provider(use, config, document)
    for name, provider in config.providers.items():
        if name not in KNOWN_PROVIDERS and provider.base_url is None and provider.format is not Format.LITELLM:
            yield ConfigError(
                f"`providers.{name}` needs `base_url`",
                where=document.place(("providers", name)),
                hint="Its address in full: https://host/path.",
            )


def _unknown_provider(use: Use, config: Config, document: Document) -> Iterator[ConfigError]:
    provider = use.name.partition("/")[0]
    known = {*config.providers, *KNOWN_PROVIDERS}
    if provider not in known:
        shown = document.shown(use.trail, use.name)
        which = f" `{provider}`" if shown == use.name else ""
        yield ConfigError(
            f"unknown provider{which} in `{shown}`",
            where=document.place(use.trail),
            hint=suggest(provider, sorted(known)),
        )


def _bad_targets(config: Config, document: Document) -> Iterator[ConfigError]:
    for use in targets(config):
        tier = tier_named(use.name)
        if names_router(config, use.name):
            yield from _bad_router(use, config, document)
        elif tier is None:
            yield from _unknown_model(use, config, document)
        elif tier not in config.tiers:
            yield _undefined(tier, config, document, use.trail)
    for use in model_names(config):
        yield from _unknown_model(use, config, document)


def _bad_router(use: Use, config: Config, document: Document) -> Iterator[ConfigError]:
    if config.learned is None:
        yield ConfigError(
            f"`{use.name}` is a router of a learned policy, and there is none",
            where=document.place(use.trail),
            hint="Make one with `gha-router calibrate` and name it: `learned: {policy: FILE}`. Or name a model here.",
        )
    elif use.trail[0] == "routes" and use.trail[1] in BY_FORM:
        yield ConfigError(
            f"`{use.name}` cannot answer `{use.trail[1]}`: a router reads what is asked, and these requests go by "
            "their form",
            where=document.place(use.trail),
            hint="Name a model, a deployment or `tier-N`.",
        )


def _unknown_model(use: Use, config: Config, document: Document) -> Iterator[ConfigError]:
    if use.name in config.models:
        return
    if is_deployment(use.name):
        yield from _unknown_provider(use, config, document)
        return
    yield ConfigError(
        f"unknown model `{document.shown(use.trail, use.name)}`",
        where=document.place(use.trail),
        hint=suggest(use.name, config.models),
    )


def _bad_tiers(config: Config, document: Document) -> Iterator[ConfigError]:
    for at, step in config.all_steps():
        if step.tier is not None and step.tier not in config.tiers:
            yield _undefined(step.tier, config, document, (*at, "tier"))
        for position, tier in enumerate(step.on_fail.escalate):
            if tier not in config.tiers:
                yield _undefined(tier, config, document, (*at, "on_fail", "escalate", position))


def _undefined(tier: int, config: Config, document: Document, trail: Trail) -> ConfigError:
    defined = ", ".join(f"{number}" for number in sorted(config.tiers)) or "none"
    return ConfigError(
        f"tier {tier} is not defined", where=document.place(trail), hint=f"Defined under `tiers`: {defined}."
    )


def _cycle(config: Config, document: Document) -> Iterator[ConfigError]:
    try:
        TopologicalSorter(config.fallbacks).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1][:0:-1]  # without the repeated node; graphlib lists it backwards
        start = min(range(len(circle)), key=lambda i: list(config.fallbacks).index(circle[i]))
        names = [*circle[start:], *circle[:start], circle[start]]
        yield ConfigError(
            f"fallbacks go in a circle: {' -> '.join(names)}",
            where=document.keys[("fallbacks", names[0])],
            hint="Take one of them out.",
        )


def _bad_credits(config: Config, document: Document) -> Iterator[ConfigError]:
    """Yield what no credit can cover, and what two would: nobody could say which of them is charged."""
    covered: dict[str, str] = {}
    for name, credit in config.budget.credits.items():
        for index, covers in enumerate(credit.covers):
            use = Use(trail=("budget", "credits", name, "covers", index), name=covers)
            yield from _unknown_provider(use, config, document)
            if covered.setdefault(covers, name) != name:
                yield ConfigError(
                    f"`{document.shown(use.trail, covers)}` draws on two credits, `{covered[covers]}` and `{name}`",
                    where=document.place(use.trail),
                    hint="A deployment (`provider/model`) may have another credit than the rest of its provider.",
                )


def _bad_estimate(config: Config, document: Document) -> Iterator[ConfigError]:
    estimate = config.estimate
    if ROUTING in config.models and any(ROUTING in strategy for strategy in estimate.strategies.values()):
        yield ConfigError(
            f"a model cannot be called `{ROUTING}` where a strategy names it",
            where=document.keys[("models", ROUTING)],
            hint=f"In a strategy `{ROUTING}` means the configuration's own routes.",
        )
    names = [*estimate.strategies] or [*config.models, *([ROUTING] if estimate.mix else [])]
    if estimate.baseline is not None and estimate.baseline not in names:
        yield ConfigError(
            f"unknown strategy `{document.shown(('estimate', 'baseline'), estimate.baseline)}`",
            where=document.place(("estimate", "baseline")),
            hint=suggest(estimate.baseline, names),
        )
    yield from _mix_and_routing(config, document)
    yield from _covered_twice(config, document)


def _mix_and_routing(config: Config, document: Document) -> Iterator[ConfigError]:
    """Yield what is wrong where a mix is read by no strategy, or a strategy has no mix to read."""
    estimate = config.estimate
    routed = [name for name, strategy in estimate.strategies.items() if ROUTING in strategy]
    if routed and not estimate.mix:
        yield ConfigError(
            f"the strategy `{routed[0]}` needs `estimate.mix`",
            where=document.place(("estimate", "strategies", routed[0])),
            hint="Say how much of the work is of which task type: `mix: {implement: 70%, docs: 30%}`.",
        )
    if estimate.mix and estimate.strategies and not routed:
        yield ConfigError(
            "no strategy reads `estimate.mix`",
            where=document.place(("estimate", "mix")),
            hint=f"Add one under `strategies`, `ours: {ROUTING}`, or remove the mix.",
        )


def _covered_twice(config: Config, document: Document) -> Iterator[ConfigError]:
    seen: dict[str, str] = {}
    for name, subscription in config.estimate.subscriptions.items():
        for index, model in enumerate(subscription.covers):
            trail = ("estimate", "subscriptions", name, "covers", index)
            if model in seen:
                yield ConfigError(
                    f"`{document.shown(trail, model)}` is covered by `{seen[model]}` already",
                    where=document.place(trail),
                    hint="Name it in one of them.",
                )
            seen[model] = name
