"""What holds without a configuration: tiers of the models whose keys are there."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from gha_router.config.load import parse
from gha_router.config.models import Config
from gha_router.config.words import KNOWN_PROVIDERS

BUILT_IN = "built-in"
# A name that people say -> its tier, and its deployments in the order in which they are asked; all have list prices but
# OpenRouter's. From a key of the vendor's to OpenRouter's, which has them all.
_MODELS: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "opus": (0, ("anthropic/claude-opus-4-6", "openrouter/anthropic/claude-opus-4.6")),
    "sonnet": (1, ("anthropic/claude-sonnet-4-5", "openrouter/anthropic/claude-sonnet-4.5")),
    "gpt": (1, ("openai/gpt-5",)),
    "gemini-pro": (1, ("gemini/gemini-2.5-pro",)),
    "haiku": (2, ("anthropic/claude-haiku-4-5", "openrouter/anthropic/claude-haiku-4.5")),
    "gemini-flash": (2, ("gemini/gemini-2.5-flash",)),
    "gpt-mini": (2, ("openai/gpt-5-mini",)),
    "glm": (2, ("zai/glm-4.7",)),
    "kimi": (2, ("moonshot/kimi-k2.5",)),
    "devstral": (2, ("mistral/devstral-medium-latest",)),
    "deepseek": (4, ("deepseek/deepseek-chat",)),
    "gpt-oss": (4, ("groq/openai/gpt-oss-120b",)),
}
_ROUTES = {"design": 0, "refactor": 0, "docs": 2, "quick_fix": 2}  # everything else goes to the default
_DEFAULT_TIER = 1  # daily work


def defaults(env: Mapping[str, str]) -> Config:
    """Return tiers, routes and a default made of the models whose keys are in the environment; without one, nothing."""
    return parse(yaml.safe_dump(built_in_document(env), sort_keys=False), name=BUILT_IN, env=env)


def built_in_document(env: Mapping[str, str]) -> dict[str, Any]:
    """Return the same as it would be written in a file."""
    models = dict(_available(env))
    tiers = {tier: names for tier in range(5) if (names := [name for name in models if _MODELS[name][0] == tier])}
    document: dict[str, Any] = {"version": 1}
    if tiers:
        document |= {
            "models": models,
            "tiers": tiers,
            "routes": {kind: f"tier-{tier}" for kind, tier in _ROUTES.items() if tier in tiers},
            "default": f"tier-{_nearest(_DEFAULT_TIER, tiers)}",
        }
    return document


def _available(env: Mapping[str, str]) -> Iterator[tuple[str, list[dict[str, object]]]]:
    for name, (_, deployments) in _MODELS.items():
        there = [one for one in deployments if KNOWN_PROVIDERS[one.partition("/")[0]].key(env)]
        if there:
            yield name, [{"model": one, "order": number} for number, one in enumerate(there, start=1)]


def _nearest(wanted: int, tiers: Mapping[int, object]) -> int:
    """Return the tier, else the nearest; of two as near, the cheaper."""
    return min(tiers, key=lambda tier: (abs(tier - wanted), -tier))
