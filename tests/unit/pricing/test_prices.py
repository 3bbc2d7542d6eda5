"""The shipped price list is whole, dated and knows the catalogue; the script that makes it is deterministic."""

import json
import re
import subprocess
import sys
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from gha_router.pricing import FREE, SUPPORTS, Price, Prices, cost
from gha_router.pricing.price import digest
from gha_router.records import Usage

SNAPSHOT = files("gha_router.pricing").joinpath("prices.json")
SCRIPT = Path(__file__).parents[3] / "scripts" / "snapshot_prices.py"


def test_the_digest_is_of_the_models_that_it_stands_beside() -> None:
    snapshot = json.loads(SNAPSHOT.read_text("utf-8"))
    assert snapshot["digest"] == digest(snapshot["models"])


def test_source_and_date_are_named_in_every_price() -> None:
    price = Prices.load().find("anthropic/claude-opus-4-6")
    assert price is not None
    assert re.fullmatch(r"litellm \d+\.\d+\.\d+, \d{4}-\d{2}-\d{2}", price.source)
    assert price.digest == Prices.load().digest


@pytest.mark.parametrize(
    ("deployment", "rates"),
    [
        ("anthropic/claude-opus-4-6", ("5", "25", "0.5", "6.25", "10")),
        ("anthropic/claude-sonnet-4-5", ("3", "15", "0.3", "3.75", "6")),
        ("anthropic/claude-haiku-4-5", ("1", "5", "0.1", "1.25", "2")),
        ("openai/gpt-5", ("1.25", "10", "0.125", "None", "None")),
        ("deepseek/deepseek-v3.2", ("0.28", "0.4", "0.028", "None", "None")),
    ],
)
def test_list_prices_are_per_million_and_exact(deployment: str, rates: tuple[str, ...]) -> None:
    price = Prices.load().find(deployment)
    assert price is not None
    found = (price.input, price.output, price.cache_read, price.cache_write, price.cache_write_1h)
    assert tuple(map(str, found)) == rates


@pytest.mark.parametrize(
    "deployment",
    [
        "anthropic/claude-opus-4-5",
        "bedrock/anthropic.claude-opus-4-1-20250805-v1:0",
        "bedrock/anthropic.claude-sonnet-4-20250514-v1:0",
        "bedrock/qwen.qwen3-coder-480b-a35b-v1:0",
        "bedrock/qwen.qwen3-coder-30b-a3b-v1:0",
        "gemini/gemini-2.5-flash",
        "gemini/gemini-2.5-pro",
        "groq/openai/gpt-oss-120b",
        "mistral/codestral-latest",
        "moonshot/kimi-k2.5",
        "openai/gpt-5.3-codex",
        "vertex_ai/gemini-2.0-flash-lite",
        "zai/glm-4.5",
        "zai/glm-4.7",
    ],
)
def test_the_catalogue_has_prices(deployment: str) -> None:
    price = Prices.load().find(deployment)
    assert price is not None
    assert price.input > 0
    assert price.output > 0


def test_a_model_that_is_not_listed_is_unknown_and_not_free() -> None:
    assert Prices.load().find("ollama/qwen2.5-coder:32b") is None
    assert Prices.load().limits("ollama/qwen2.5-coder:32b") is None


def test_long_prompts_of_the_list_have_their_own_rates() -> None:
    price = Prices.load().find("anthropic/claude-haiku-5-5")
    assert cost(Usage(input=100_000), price) == Decimal("0.01")
    assert cost(Usage(input=200_000), price) == Decimal("0.1")


def test_limits_are_whole_numbers_of_tokens_or_unknown() -> None:
    limits = Prices.load().limits("anthropic/claude-sonnet-4-5")
    assert limits is not None
    assert (limits.context, limits.max_output) == (200_000, 64_000)
    unknown = Prices.load().limits("vertex_ai/gemini-2.0-flash-lite")
    assert unknown is not None
    assert unknown.context is None


def test_what_a_model_takes_is_what_the_list_says_and_else_unknown() -> None:
    prices = Prices.load()
    assert prices.supports("anthropic/claude-sonnet-4-5") == {"tools": True, "vision": True, "pdf": True}
    assert prices.supports("deepseek/deepseek-reasoner")["tools"] is False
    assert prices.supports("ollama/qwen2.5-coder:32b") == {}
    words = {word for entry in prices.models.values() for word in entry.get("supports", ())}
    assert words == set(SUPPORTS)


def test_a_search_by_the_providers_own_tool_has_its_fee() -> None:
    listed = Prices.load().find("anthropic/claude-sonnet-4-5")
    assert cost(Usage(input=1_000_000, web_searches=3), listed) == Decimal("3.03")
    plain = Price(input=Decimal(1), output=Decimal(1), source="configured", digest="d")
    assert cost(Usage(web_searches=1000), plain) == 10
    assert cost(Usage(web_searches=1000), FREE) == 0
    assert cost(Usage(web_searches=1), None) is None


def snapshot_of(tmp_path: Path, listed: dict[str, object]) -> subprocess.CompletedProcess[str]:
    source = tmp_path / "list.json"
    source.write_text(json.dumps(listed), encoding="utf-8")
    command = [sys.executable, str(SCRIPT), str(source), "--version", "9.9.9", "--date", "2030-01-31"]
    command += ["--out", str(tmp_path / "out.json")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def entry(provider: str, **fields: object) -> dict[str, object]:
    base: dict[str, object] = {"litellm_provider": provider, "mode": "chat"}
    return {**base, "input_cost_per_token": 3e-07, "output_cost_per_token": 1.5e-06, **fields}


def test_the_script_writes_exact_rates_of_catalogue_models_only(tmp_path: Path) -> None:
    listed = {
        "claude-x-1": entry(
            "anthropic",
            cache_read_input_token_cost=0,
            max_input_tokens=200_000,
            supports_function_calling=True,
            supports_vision=False,
            supports_pdf_input="yes",
            search_context_cost_per_query={"search_context_size_low": 0.005, "search_context_size_high": 0.01},
        ),
        "claude-x-free": entry("anthropic", input_cost_per_token=0),
        "claude-x-image": entry("anthropic", mode="image_generation"),
        "some-other-model": entry("nobody"),
        "gemini/gemini-2.5-pro": entry("gemini", input_cost_per_token_above_200k_tokens=6e-07),
        "sample_spec": {"litellm_provider": "one of many", "max_input_tokens": "a number"},
    }
    done = snapshot_of(tmp_path, listed)
    assert done.returncode == 0, done.stderr
    first = (tmp_path / "out.json").read_bytes()
    snapshot = json.loads(first)
    assert snapshot["models"] == {
        "anthropic/claude-x-1": {
            "input": "0.3",
            "output": "1.5",
            "max_input_tokens": 200_000,
            "supports": {"tools": True, "vision": False},
            "web_search": "0.01",
        },
        "gemini/gemini-2.5-pro": {
            "input": "0.3",
            "output": "1.5",
            "long_prompt": {"input": "0.6", "output": "1.5", "over": 200_000},
        },
    }
    assert (snapshot["source"], snapshot["date"]) == ("litellm 9.9.9", "2030-01-31")
    snapshot_of(tmp_path, dict(reversed(listed.items())))
    assert (tmp_path / "out.json").read_bytes() == first


def test_the_script_stops_at_rates_that_a_price_cannot_say(tmp_path: Path) -> None:
    fields = {f"input_cost_per_token_above_{size}k_tokens": 6e-07 for size in (128, 200)}
    done = snapshot_of(tmp_path, {"claude-x": entry("anthropic", **fields)})
    assert done.returncode != 0
    assert "more than one size" in done.stderr


def test_the_room_loads_nothing_heavy() -> None:
    heavy = "{'pydantic', 'litellm', 'yaml', 'aiohttp', 'httpx'}"
    code = f"import sys, gha_router.pricing as p; p.Prices.load(); print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
