"""Without a file: tiers from the keys that are there."""

import pytest

from gha_router.config import KNOWN_PROVIDERS, defaults
from gha_router.config.defaults import _MODELS
from gha_router.pricing import Prices
from gha_router.routing import resolve

EVERY_KEY = {known.variable: "k" for known in KNOWN_PROVIDERS.values() if known.variable}


def test_one_key_is_a_running_configuration() -> None:
    config = defaults({"ANTHROPIC_API_KEY": "k"})
    assert config.tiers == {0: ("opus",), 1: ("sonnet",), 2: ("haiku",)}
    assert resolve(config).deployments == ("anthropic/claude-sonnet-4-5",)
    assert resolve(config, route="design").model == "opus"
    assert resolve(config, route="quick_fix").model == "haiku"
    assert resolve(config, route="bugfix").model == "sonnet"
    assert (config.warnings, config.position(()).file) == ((), "built-in")


def test_a_subscription_s_token_is_a_key() -> None:
    assert defaults({"CLAUDE_CODE_OAUTH_TOKEN": "t"}).tiers.keys() == {0, 1, 2}


def test_a_second_key_for_the_same_model_stands_behind_the_first() -> None:
    config = defaults({"ANTHROPIC_API_KEY": "k", "OPENROUTER_API_KEY": "o"})
    assert [one.model for one in config.models["opus"]] == [
        "anthropic/claude-opus-4-6",
        "openrouter/anthropic/claude-opus-4.6",
    ]


@pytest.mark.parametrize(
    ("variable", "first"),
    [
        ("OPENAI_API_KEY", "openai/gpt-5"),
        ("GEMINI_API_KEY", "gemini/gemini-2.5-pro"),
        ("ZAI_API_KEY", "zai/glm-4.7"),
        ("DEEPSEEK_API_KEY", "deepseek/deepseek-chat"),
        ("OPENROUTER_API_KEY", "openrouter/anthropic/claude-sonnet-4.5"),
    ],
)
def test_any_key_alone_answers(variable: str, first: str) -> None:
    assert resolve(defaults({variable: "k"})).deployments[0] == first


def test_without_a_key_nothing_is_made_up() -> None:
    assert (defaults({}).tiers, defaults({}).default) == ({}, None)
    assert defaults({"ANTHROPIC_API_KEY": " "}).models == {}


def test_all_keys_together_are_a_configuration() -> None:
    config = defaults(EVERY_KEY)
    assert config.models.keys() == _MODELS.keys()
    assert config.tiers.keys() == {0, 1, 2, 4}


def test_what_is_asked_first_has_a_list_price() -> None:
    prices = Prices.load()
    for _, deployments in _MODELS.values():
        assert prices.find(deployments[0]) is not None, deployments[0]
