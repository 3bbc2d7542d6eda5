"""The schema that editors use says of a file's shape what the loader says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from gha_router.config import parse
from gha_router.config.environment import fill
from gha_router.config.load import _is_raw
from gha_router.config.models import Config, Origin
from gha_router.config.reading import read_document
from gha_router.config.schema import config_schema
from gha_router.config.shape import validate
from gha_router.errors import ConfigError, MissingVariable
from gha_router.pipeline.whole import whole_schema
from tests.unit.config.test_any_text import sections, trees, words
from tests.unit.config.test_mistakes import MISTAKES
from tests.unit.config.test_parse import CLOUDS, EXAMPLE

ROOT = Path(__file__).parents[3]
CHECKED_IN = ROOT / "docs" / "gha-router.schema.json"
SCHEMA = Draft202012Validator(config_schema())

# Of these the schema cannot know: names, circles, keys that are not there, what stands behind a variable.
BEYOND_SHAPE = {
    "cache_semantic_without_the_encoder",
    *("classifier_of_nobody", "credit_of_nobody", "redis_is_a_secret", "redis_is_not_there", "two_credits_for_one"),
    *(
        "another_name_of_a_cloud",
        "azure_without_address",
        "bedrock_without_credentials",
        "bedrock_without_region",
    ),
    *("cloud_that_nobody_describes", "content_fallback_to_nobody", "context_fallback_of_nobody", "cycle"),
    *("seal_outside_of_the_workspace", "trust_outside_of_the_workspace"),
    *("cycle_of_one", "google_key_is_no_json", "malformed_variable", "missing_key_of_a_known_provider"),
    *("missing_key_of_a_literal", "missing_variable", "missing_variable_of_a_model", "missing_variable_of_nothing"),
    *("no_models_at_all", "provider_without_address", "secret_as_model", "secret_as_provider"),
    *("secret_as_provider_of_a_route", "secret_as_route", "secret_as_task_type", "setting_without_meaning"),
    *("step_ids_twice", "target_with_a_blank", "tier_as_model_name", "undefined_tier_in_a_route"),
    *("policy_of_nobody", "router_of_requests_by_form", "router_without_policy"),
    *("undefined_tier_of_a_step", "undefined_tier_to_escalate_to", "unknown_model", "unknown_model_as_fallback"),
    *("unknown_model_far_off", "unknown_model_in_a_tier", "unknown_model_of_a_step", "unknown_model_with_fallbacks"),
    *("baseline_that_is_no_strategy", "covered_by_two_subscriptions", "mix_that_is_not_whole", "mix_that_nobody_reads"),
    *("model_called_routing", "more_than_a_whole_prompt_from_the_cache", "routing_without_a_mix"),
    *("shares_that_are_not_whole", "strategy_of_an_undefined_tier", "strategy_of_an_unknown_model"),
    "subscription_of_an_unknown_model",
    *("need_of_nobody", "need_of_itself", "needs_in_a_circle", "input_from_nobody", "input_that_could_come_later"),
    *("undefined_tier_in_a_pipeline", "limit_said_twice", "input_of_two_kinds"),
    *("unknown_provider", "unknown_provider_in_a_target", "vertex_without_project", "workflow_expression"),
}


def typed(text: str) -> Any:
    """What an editor sees: YAML 1.2's own types."""
    return read_document(text, name="any", typed=lambda _trail: True).data


def loads(text: str) -> bool:
    """Whether the loader finds the shape right; a missing variable is not of the shape."""
    document = read_document(text, name="any", typed=_is_raw)
    if document.data.get("version", "1") != "1":
        return False
    try:
        validate(fill(document, {"A": "x"}), Origin())
    except MissingVariable:
        return bool(SCHEMA.is_valid(typed(text)))  # nobody knows
    except ConfigError:
        return False
    return True


def test_it_is_checked_in() -> None:
    assert json.loads(CHECKED_IN.read_text(encoding="utf-8")) == whole_schema(), "scripts/docs.py writes it"
    Draft202012Validator.check_schema(whole_schema())


def test_every_section_and_every_provider_is_in_it() -> None:
    assert set(config_schema()["properties"]) == set(Config.model_fields)
    assert {"anthropic", "azure", "ollama"} <= set(config_schema()["properties"]["providers"]["properties"])


@pytest.mark.parametrize(
    "text",
    [
        EXAMPLE,
        CLOUDS,
        "version: '1'\ndefault: anthropic/claude-sonnet-4-5",
        "models: {a: {model: sim/a, timeout: '${T}', order: '2', price: {input: '0.1', output: 1e-3}}}",
        "models: {on: sim/a, 012: sim/b}\ndefault: 012\ntiers: {'0': [on], 1: [012]}",
        "models: {a: sim/a, b: sim/b}\nestimate: {strategies: {x: a, y: {a: 30%, b: {share: 0.7, input_tokens: '5'}}}}",
        "models: {a: sim/a}\nestimate: {mix: {docs: '100 %'}, cache: {read: 80%, write: .1}, requests: 5}",
        "models: {a: sim/a}\nestimate: {subscriptions: {max: {usd: 200, covers: [a], credit_usd: '20'}}}",
        "steps: [{id: 1, prompt: 5, tier: '1', model: ~, on_fail: {escalate: [0, '2'], hint: no}}]",
        "providers: {lab: {base_url: 'http://x', format: openai}, eu: {like: openai, api_key: 5}, sim: {}}",
    ],
)
def test_what_loads_is_valid(text: str) -> None:
    assert [error.message for error in SCHEMA.iter_errors(typed(text))] == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_of_shape_is_no_valid_file(mistake: str) -> None:
    try:
        data = typed(MISTAKES[mistake])
    except ConfigError:
        return  # no YAML that anybody reads
    assert SCHEMA.is_valid(data) == (mistake in BEYOND_SHAPE)


# Scalars that both see alike. A number in quotes, and one beyond all numbers, is for the loader alone.
KNOWN_APART = {"-1", "1e999", "0"}


def tame(tree: Any) -> bool:
    match tree:
        case dict():
            return all(tame(value) for value in tree.values())
        case list():
            return all(tame(value) for value in tree)
        case str():
            return tree not in KNOWN_APART and "${" not in tree and tree.isascii()
        case float():
            return False
    return True


def paths(tree: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [so_far] * bool(so_far) + [path for key, value in inner for path in paths(value, (*so_far, key))]


def put(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The tree with another value at a path."""
    copy = json.loads(json.dumps(tree))
    spot = copy
    for part in path[:-1]:
        spot = spot[part]
    spot[path[-1]] = value
    return copy


WHOLE = typed(re.sub(r"\$\{[A-Z_]+\}", "x", EXAMPLE)) | {
    "providers": typed(CLOUDS.replace("${GOOGLE}", "{}").replace("${", "$"))["providers"],
    "router_settings": {"num_retries": 1, "enable_pre_call_checks": False, "context_window_fallbacks": {"a": ["b"]}},
}
one_thing_changed = st.builds(put, st.just(WHOLE), st.sampled_from(paths(WHOLE)), trees)
one_thing_added = st.builds(
    lambda path, word, value: put(WHOLE, (*path[:-1], word), value),
    st.sampled_from([path for path in paths(WHOLE) if isinstance(path[-1], str)]),
    words,
    trees,
)


@settings(max_examples=150, deadline=None)
@given(sections | one_thing_changed | one_thing_added)
def test_any_tree_of_our_own_words_is_judged_alike(tree: dict[str, Any]) -> None:
    text = yaml.safe_dump(tree)
    try:
        found = loads(text)
    except ConfigError:
        return
    if found:
        assert [error.message for error in SCHEMA.iter_errors(typed(text))] == [], text
    elif tame(tree):
        assert not SCHEMA.is_valid(typed(text)), text


def test_the_readme_s_example_is_valid() -> None:
    blocks = (ROOT / "README.md").read_text(encoding="utf-8").split("```yaml\n")
    texts = [block.split("```")[0] for block in blocks[1:] if block.startswith("# .github/gha-router.yml")]
    assert texts
    for text in texts:
        parse(text, name="README.md", env={"ANTHROPIC_API_KEY": "a", "LAB_KEY": "b"})
        assert SCHEMA.is_valid(typed(text))
