"""The examples load, say what they are there to say, and are valid for editors."""

from decimal import Decimal
from pathlib import Path

import pytest

from gha_router.config import Config, TaskType, load
from gha_router.pipeline.setup import gateway_setup, names_of, price_of
from gha_router.pricing import Prices, cost
from gha_router.records import Usage
from gha_router.routing import resolve
from tests.unit.config.test_schema import ROOT, SCHEMA, typed

FOLDER = ROOT / "examples"
FILES = sorted(FOLDER.glob("*.yml"))
PROVIDERS = ("ANTHROPIC", "OPENAI", "GEMINI", "GOOGLE", "OPENROUTER", "ZAI", "GROQ")
KEYS = {f"{name}_API_KEY": f"key-{name}" for name in PROVIDERS}


def example(name: str) -> Config:
    return load(FOLDER / f"{name}.yml", KEYS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_loads_without_a_warning_and_is_valid_for_editors(file: Path) -> None:
    assert load(file, KEYS).warnings == ()
    text = file.read_text(encoding="utf-8")
    assert [error.message for error in SCHEMA.iter_errors(typed(text))] == []
    schema = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / schema).resolve() == ROOT / "docs" / "gha-router.schema.json"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_name_of_it_is_served_and_has_a_price(file: Path) -> None:
    config = load(file, KEYS)
    setup = gateway_setup(config, names_of(config), ledger=Path("ledger.jsonl"), sim_url=None)
    assert [upstream.name for upstream in setup.upstreams.values() if upstream.price is None] == []
    for kind in TaskType:
        assert resolve(config, route=kind.value).deployments


@pytest.mark.parametrize(
    ("situation", "first"),
    [
        ("design", "anthropic/claude-opus-4-6"),
        ("refactor", "anthropic/claude-opus-4-6"),
        ("implement", "anthropic/claude-sonnet-4-5"),
        ("bugfix", "anthropic/claude-sonnet-4-5"),
        ("test", "anthropic/claude-sonnet-4-5"),
        ("review", "ollama/qwen2.5-coder:32b"),
        ("docs", "anthropic/claude-haiku-4-5"),
        ("quick_fix", "ollama/glm-4.7"),
        ("research", "openrouter/deepseek/deepseek-v3.2"),
        ("agentic_large", "openai/gpt-5.3-codex"),
        ("long_context", "gemini/gemini-2.5-flash"),
        ("think", "anthropic/claude-opus-4-6"),
        ("background", "ollama/qwen2.5-coder:32b"),
        ("default", "anthropic/claude-sonnet-4-5"),
    ],
)
def test_each_situation_has_its_model(situation: str, first: str) -> None:
    assert resolve(example("auto-switching"), route=situation).deployments[0] == first


def test_the_chain_of_five_begins_with_the_plan_and_ends_with_the_small_local_model() -> None:
    assert resolve(example("auto-switching"), model="sonnet").deployments == (
        "anthropic/claude-sonnet-4-5",
        "ollama/qwen2.5-coder:32b",
        "openrouter/deepseek/deepseek-v3.2",
        "openrouter/openai/gpt-oss-120b:free",
        "ollama/glm-4.7",
    )


def test_every_tier_has_its_models() -> None:
    config = example("auto-switching")
    assert [len(config.tiers[tier]) for tier in range(5)] == [2, 1, 2, 4, 4]
    assert {name for names in config.tiers.values() for name in names} == set(config.models)


def test_the_prices_of_the_guide_give_the_guide_s_bills() -> None:
    """100,000 requests of 1,000 tokens in and 500 out, in USD."""
    config, prices = example("multi-llm"), Prices.load()

    def bill(shares: dict[str, int]) -> Decimal:
        each = {name: price_of(config, config.models[name][0], prices) for name in shares}
        one = {name: cost(Usage(input=1000, output=500), price) or Decimal(0) for name, price in each.items()}
        return sum((one[name] * 1000 * share for name, share in shares.items()), Decimal(0))

    assert bill({"opus": 100}) == 5250
    assert bill({"cost-optimized": 100}) == 625
    assert bill({"high-quality": 30, "cost-optimized": 50, "budget": 20}) == 632


def test_the_five_models_of_the_experiment_are_there() -> None:
    config = example("experiment-2025-08")
    assert list(config.models) == ["sonnet", "gpt-5", "glm-4.5", "gpt-oss-120b", "gemini-2.5-pro"]
