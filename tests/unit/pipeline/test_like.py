"""A second account of a well-known provider has its ways, its prices and its limits, and a name of its own."""

from pathlib import Path

from gha_router.config import parse
from gha_router.gateway.cooldown import scope_of
from gha_router.gateway.setup import Setup
from gha_router.gateway.translate import quirks_of
from gha_router.pipeline.setup import gateway_setup, names_of

CONFIG = """\
providers:
  openai-eu: {like: openai, api_key: eu-key}
  or-2: {like: openrouter, api_key: or-key}
  azure-us: {like: azure, base_url: "https://us.openai.azure.com", api_key: us-key}
models:
  gpt: [openai/gpt-5, {model: openai-eu/gpt-5, order: 2, max_output: 1000}]
  free: "or-2/openai/gpt-oss-120b:free"
  azure: azure-us/gpt-4o
"""


def made() -> Setup:
    config = parse(CONFIG, name="c", env={"OPENAI_API_KEY": "own-key"})
    return gateway_setup(config, names_of(config), ledger=Path("ledger.jsonl"), sim_url=None)


def test_it_is_asked_like_the_well_known_one_with_its_own_key() -> None:
    first, second = (made().upstreams[name] for name in ("openai/gpt-5", "openai-eu/gpt-5"))
    assert (first.api_key, second.api_key) == ("own-key", "eu-key")
    assert (first.base_url, first.format, first.price) == (second.base_url, second.format, second.price)
    assert quirks_of(second.kind) == quirks_of("openai") != quirks_of(second.provider)
    assert first.price is not None


def test_what_a_deployment_says_of_its_output_comes_before_the_list() -> None:
    first, second = (made().upstreams[name] for name in ("openai/gpt-5", "openai-eu/gpt-5"))
    assert (first.max_output, second.max_output) == (128_000, 1000)


def test_its_quota_is_its_own() -> None:
    assert scope_of(made().upstreams["or-2/openai/gpt-oss-120b:free"], 429) == "free models of or-2"


def test_it_survives_the_way_to_the_gateway_s_process() -> None:
    setup = made()
    again = Setup.from_json(setup.to_json())
    assert again.upstreams["azure-us/gpt-4o"].kind == "azure"
    assert {one.kind for one in again.upstreams.values()} == {"openai", "openrouter", "azure"}
