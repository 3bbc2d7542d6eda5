"""Who is asked by OpenAI's Responses API."""

from pathlib import Path

import pytest

from gha_router.config import parse
from gha_router.pipeline.setup import gateway_setup, names_of


def spoken(providers: str, model: str) -> str:
    """Return what a deployment is asked in."""
    text = f"version: 1\nproviders: {providers}\nmodels: {{coder: {model}}}\n"
    config = parse(text, name="test", env={})
    setup = gateway_setup(config, names_of(config), ledger=Path("ledger.jsonl"), sim_url=None)
    [upstream] = setup.upstreams.values()
    return upstream.format


OPENAI = "{openai: {api_key: k}}"


@pytest.mark.parametrize("model", ["gpt-5.3-codex", "gpt-5-codex", "gpt-5.4-pro"])
def test_a_model_that_speaks_only_responses_is_asked_by_it(model: str) -> None:
    assert spoken(OPENAI, f"openai/{model}") == "responses"


@pytest.mark.parametrize("model", ["gpt-5.4", "gpt-5-mini", "a-model-of-tomorrow"])
def test_any_other_model_is_asked_for_chat_completions(model: str) -> None:
    assert spoken(OPENAI, f"openai/{model}") == "openai"


def test_another_account_is_asked_in_the_same_way() -> None:
    assert spoken("{ours: {like: openai, api_key: k}}", "ours/gpt-5.3-codex") == "responses"


def test_a_server_of_ones_own_is_asked_as_it_says() -> None:
    for form in ("openai", "responses"):
        own = f"{{lab: {{base_url: 'http://127.0.0.1:1/v1', format: {form}}}}}"
        assert spoken(own, "lab/gpt-5.3-codex") == form
