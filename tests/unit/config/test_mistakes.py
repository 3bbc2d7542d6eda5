"""Each mistake ends in one error that says where it is and what to do. The texts are golden: people read them."""

from itertools import pairwise
from pathlib import Path

import pytest

from gha_router.config import load, parse
from gha_router.errors import ConfigError, MissingVariable
from tests.golden import check_golden

ENV = {"ANTHROPIC_API_KEY": "sk-very-secret", "LAB_KEY": "lab-very-secret"}
MODELS = "models:\n  opus: anthropic/claude-opus-4-6\n  sonnet: anthropic/claude-sonnet-4-5\n"
STEP = "steps:\n  - id: fix\n    prompt: Fix it\n"

MISTAKES = {
    # what is no configuration at all
    "empty": "",
    "only_a_comment": "# nothing yet\n",
    "not_a_mapping": "- opus\n- sonnet\n",
    "syntax": "models:\n  opus: [anthropic/claude-opus-4-6\ndefault: opus\n",
    "tab": "models:\n\topus: anthropic/claude-opus-4-6\n",
    "open_quote": 'models:\n  opus: "sim/a\ndefault: opus\ntiers: {0: [opus]}\n',
    "two_documents": "version: 1\n---\nversion: 1\n",
    "undefined_alias": "providers: {lab: {api_key: *sk-very-secret}}\n",
    "tag": "default: !!python/name:os.system\n",
    "merge_key": "models:\n  a: &a {model: sim/a}\n  b: {<<: *a, order: 2}\n",
    "key_is_no_text": "{[a]: b}: c\n",
    "control_character": "default: a\0b\n",
    "escape_without_character": 'default: "\\UFFFFFFFF"\n',
    "surrogate": 'default: "\\ud800"\n',
    "version": "version: 2\nrouters: {}\n",
    # shape
    "unknown_section": "modles: {}\n",
    "unknown_key": MODELS + STEP + "    time_limit: 60\n",
    "unknown_key_of_a_deployment": "models:\n  opus:\n    - {model: anthropic/claude-opus-4-6, ordre: 2}\n",
    "unknown_key_of_a_price": "models:\n  a: {model: sim/a, price: {input: 1, output: 2, cached: 1}}\n",
    "classifier_without_model": MODELS + "classifier: {enabled: true}\n",
    "classifier_of_nobody": MODELS + "classifier: {model: haku}\n",
    "classifier_that_waits_too_long": MODELS + "classifier: {model: opus, timeout_s: 600}\n",
    "unknown_key_of_the_classifier": MODELS + "classifier: {model: opus, timeout: 5}\n",
    "policy_without_file": MODELS + "learned: {strong: opus}\n",
    "policy_elsewhere": MODELS + "learned: {policy: /etc/policy.yml}\n",
    "policy_of_nobody": MODELS + "learned: {policy: p.yml, strong: opsu}\n",
    "unknown_key_of_learned": MODELS + "learned: {policy: p.yml, stong: opus}\n",
    "router_without_policy": MODELS + "routes: {docs: router-mf-0.116}\n",
    "router_of_requests_by_form": MODELS + "learned: {policy: p.yml}\nroutes: {think: router-mf-0.5}\n",
    "unknown_word_of_supports": "models:\n  a: {model: sim/a, supports: {visoin: true}}\n",
    "supports_no_truth_value": "models:\n  a: {model: sim/a, supports: {tools: some}}\n",
    "unknown_key_of_comments": MODELS + "comments: {per_user: 5}\n",
    "bot_for_all": MODELS + "comments: {bots: ['*']}\n",
    "limit_of_none": MODELS + "comments: {per_day: 0}\n",
    "cache": MODELS + "cache: {kind: semantic}\n",
    "cache_without_a_section": MODELS + "cache: true\n",
    "cache_exact_in_other_words": MODELS + "cache: {exact: {tll: 60}}\n",
    "cache_exact_is_a_number": MODELS + "cache: {exact: 5}\n",
    "cache_semantic_in_other_words": MODELS + "cache: {semantic: {treshold: 0.9}}\n",
    "cache_semantic_nearer_than_the_same": MODELS + "cache: {semantic: {threshold: 1.5}}\n",
    "cache_semantic_without_the_encoder": MODELS + "cache: {semantic: {embedder: minilm}}\n",
    "cache_in_an_unknown_store": MODELS + "cache: {exact: true, store: memcached}\n",
    "cache_at_a_path_of_the_repository": MODELS + "cache: {exact: true, path: .cache}\n",
    "cache_of_a_route": MODELS + "routes: {docs: {to: a, cache: never}}\n",
    "cache_of_a_route_in_other_words": MODELS + "routes: {docs: {to: a, cache: {tll: 60}}}\n",
    "pipeline_without_steps": MODELS + "pipelines: {research: {steps: []}}\n",
    "pipeline_is_a_list": MODELS + "pipelines: {research: []}\n",
    "unknown_key_of_a_pipeline": MODELS + "pipelines: {research: {stages: []}}\n",
    "unknown_key_of_a_pipeline_s_step": MODELS + "pipelines: {r: {steps: [{id: a, prompt: b, need: []}]}}\n",
    "unknown_key_of_limits": MODELS + STEP + "    limits: {seconds: 5}\n",
    "unknown_key_of_an_input": MODELS + STEP + "  - {id: b, prompt: c, inputs: {x: {from: fix, path: y}}}\n",
    "seal_outside_of_the_workspace": MODELS + STEP + "    seal: [/etc/hosts]\n",
    "trust_outside_of_the_workspace": MODELS + "trust: [a/../../b]\n" + STEP,
    "unknown_kind_of_workspace": MODELS + STEP + "    workspace: new\n",
    "unknown_way_to_go_on": MODELS + STEP + "    on_fail: {then: go_on}\n",
    "limit_said_twice": MODELS + STEP + "    time_limit_s: 5\n    limits: {time_s: 6}\n",
    "input_of_two_kinds": MODELS + STEP + "  - {id: b, prompt: c, inputs: {x: {from: fix, file: a, structured: b}}}\n",
    "need_of_nobody": MODELS + STEP + "  - {id: test, prompt: Test it, needs: [fxi]}\n",
    "need_of_itself": MODELS + STEP + "    needs: [fix]\n",
    "needs_in_a_circle": MODELS + "steps:\n  - {id: a, prompt: x, needs: [c]}\n  - {id: b, prompt: x}\n"
    "  - {id: c, prompt: x}\n",
    "input_from_nobody": MODELS + STEP + "  - {id: test, prompt: Test it, inputs: {x: fiy}}\n",
    "input_that_could_come_later": MODELS + STEP + "  - {id: test, prompt: Test it, needs: [], inputs: {x: fix}}\n",
    "undefined_tier_in_a_pipeline": MODELS + "pipelines: {r: {steps: [{id: a, prompt: b, tier: 2}]}}\n",
    "duplicate_key": MODELS + "  opus: anthropic/claude-opus-4-5\n",
    "key_instead_of_provider": "providers:\n  anthropic: sk-very-secret\n",
    "key_is_a_mapping": "providers:\n  anthropic:\n    api_key: {value: sk-very-secret}\n",
    "number_expected": "models:\n  a: {model: sim/a, timeout: soon}\n",
    "whole_number_expected": "models:\n  a: {model: sim/a, context: 1.5}\n",
    "not_positive": "models:\n  a: {model: sim/a, timeout: 0}\n",
    "not_a_number": "models:\n  a: {model: sim/a, timeout: nan}\n",
    "negative_budget": MODELS + "budget: {run_usd: -1}\n",
    "truth_value_expected": MODELS + STEP + "    on_fail: {hint: maybe}\n",
    "list_expected": MODELS + "tiers: {1: sonnet}\n",
    "nothing_where_a_text_belongs": MODELS + "steps:\n  - id: fix\n    prompt:\n",
    "empty_tier": MODELS + "tiers: {1: []}\n",
    "model_without_deployment": "models:\n  opus:\n",
    "not_a_deployment": "models:\n  opus: claude-opus-4-6\n",
    "price_word": "models:\n  a: {model: sim/a, price: gratis}\n",
    "price_incomplete": "models:\n  a: {model: sim/a, price: {input: 1}}\n",
    "price_of_long_prompts_without_a_size": (
        "models:\n  a: {model: sim/a, price: {input: 1, output: 2, long_prompt: {input: 2, output: 4}}}\n"
    ),
    "unknown_key_of_long_prompts": (
        "models:\n  a:\n    model: sim/a\n"
        "    price: {input: 1, output: 2, long_prompt: {over: 1, input: 2, output: 4, cashe: 1}}\n"
    ),
    # the section `estimate`
    "shares_that_are_not_whole": MODELS + "estimate:\n  strategies:\n    ours: {opus: 30%, sonnet: 60%}\n",
    "share_of_nothing": MODELS + "estimate:\n  strategies:\n    ours: {opus: most, sonnet: 60%}\n",
    "share_that_is_no_percentage": MODELS + "estimate:\n  strategies:\n    ours: {opus: many%}\n",
    "share_over_all": MODELS + "estimate:\n  strategies:\n    ours: {opus: 130%}\n",
    "strategy_of_an_unknown_model": MODELS + "estimate:\n  strategies:\n    ours: {opus: 30%, sonet: 70%}\n",
    "strategy_of_an_undefined_tier": MODELS + "estimate:\n  strategies: {ours: tier-2}\n",
    "empty_strategy": MODELS + "estimate:\n  strategies: {ours: {}}\n",
    "routing_without_a_mix": MODELS + "estimate:\n  strategies: {ours: routing}\n",
    "mix_that_nobody_reads": MODELS + "estimate:\n  strategies: {ours: opus}\n  mix: {docs: 100%}\n",
    "mix_of_an_unknown_task_type": MODELS + "estimate:\n  mix: {dosc: 100%}\n",
    "mix_that_is_not_whole": MODELS + "estimate:\n  mix: {docs: 50%}\n",
    "baseline_that_is_no_strategy": MODELS + "estimate:\n  strategies: {all-opus: opus}\n  baseline: all-opsu\n",
    "model_called_routing": (
        "models:\n  routing: sim/a\nestimate:\n  strategies: {ours: routing}\n  mix: {docs: 100%}\n"
    ),
    "covered_by_two_subscriptions": MODELS
    + "estimate:\n  subscriptions:\n    max: {usd: 200, covers: [opus]}\n    pro: {usd: 20, covers: [opus]}\n",
    "subscription_of_an_unknown_model": MODELS + "estimate:\n  subscriptions: {max: {usd: 200, covers: [ops]}}\n",
    "subscription_without_a_price": MODELS + "estimate:\n  subscriptions: {max: {covers: [opus]}}\n",
    "unknown_key_of_a_subscription": MODELS
    + "estimate:\n  subscriptions: {max: {usd: 1, covers: [opus], credits_usd: 1}}\n",
    "unknown_key_of_a_share": MODELS + "estimate:\n  strategies: {ours: {opus: {shares: 1}}}\n",
    "unknown_key_of_estimate": MODELS + "estimate: {request: 1}\n",
    "unknown_key_of_the_cache_shares": MODELS + "estimate: {cache: {reads: 80%}}\n",
    "more_than_a_whole_prompt_from_the_cache": MODELS + "estimate: {cache: {read: 80%, write: 30%}}\n",
    "no_requests": MODELS + "estimate: {requests: 0}\n",
    "address": "providers:\n  lab: {base_url: localhost, format: anthropic}\n",
    "provider_without_format": "providers:\n  antropic: {api_key: '${ANTHROPIC_API_KEY}'}\n",
    "provider_without_address": "providers:\n  lab: {format: anthropic}\n",
    "like_nobody": "providers:\n  eu: {like: opnai, api_key: '${LAB_KEY}'}\n",
    "format": "providers:\n  lab: {base_url: 'http://lab', format: antropic}\n",
    # clouds
    "cloud_that_nobody_describes": "models: {a: bedrock/anthropic.claude-sonnet-4-5}\n",
    "bedrock_without_region": "providers:\n  bedrock: {api_key: '${LAB_KEY}'}\n",
    "bedrock_without_credentials": "providers:\n  bedrock: {region: eu-central-1}\n",
    "bedrock_with_half_a_key": "providers:\n  bedrock:\n    region: eu-central-1\n"
    "    credentials: {access_key_id: AKIA}\n",
    "unknown_key_of_credentials": "providers:\n  bedrock:\n    region: eu-central-1\n"
    "    credentials: {access_key_id: AKIA, secret_access_key: '${LAB_KEY}', token: x}\n",
    "azure_without_address": "providers:\n  azure: {api_key: '${LAB_KEY}'}\n",
    "vertex_without_project": "providers:\n  vertex_ai: {region: europe-west1}\n",
    "google_key_is_no_json": "providers:\n  vertex_ai: {region: r, project: p, credentials: '${LAB_KEY}'}\n",
    "another_name_of_a_cloud": "providers:\n  ours: {format: litellm, litellm_provider: bedrock}\n",
    "region_is_no_name": "providers:\n  bedrock: {region: 'eu-central-1/../x', api_key: '${LAB_KEY}'}\n",
    "setting_without_meaning": "providers:\n  anthropic: {api_key: '${LAB_KEY}', region: eu-central-1}\n",
    # failures
    "unknown_router_setting": MODELS + "router_settings: {num_retry: 2}\n",
    "too_many_retries": MODELS + "router_settings: {num_retries: 50}\n",
    "negative_cooldown": MODELS + "router_settings: {cooldown_time: -1}\n",
    "context_fallback_of_nobody": MODELS + "router_settings:\n  context_window_fallbacks: {opsu: [sonnet]}\n",
    "content_fallback_to_nobody": MODELS + "router_settings:\n  content_policy_fallbacks: {opus: [sonet]}\n",
    # budgets
    "day_of_nothing": MODELS + "budget: {day_usd: 0}\n",
    "credit_without_amount": MODELS + "budget:\n  credits:\n    max: {covers: [anthropic]}\n",
    "credit_of_nobody": MODELS + "budget:\n  credits:\n    max: {usd: 100, covers: [antropic]}\n",
    "credit_of_nothing": MODELS + "budget:\n  credits:\n    max: {usd: 100, covers: []}\n",
    "two_credits_for_one": MODELS + "budget:\n  credits:\n    max: {usd: 100, covers: [anthropic]}\n"
    "    pro: {usd: 20, covers: [anthropic/claude-opus-4-6, anthropic]}\n",
    "unknown_key_of_a_credit": MODELS + "budget:\n  credits:\n    max: {usd: 1, covers: [anthropic], reset: 15}\n",
    "credit_that_is_kept_whole": MODELS + "budget:\n  credits:\n    max: {usd: 1, covers: [anthropic], low_at: 1}\n",
    "credit_with_a_blank": MODELS + "budget:\n  credits:\n    my plan: {usd: 1, covers: [anthropic]}\n",
    "day_of_a_reset": MODELS + "budget:\n  credits:\n    max: {usd: 1, covers: [anthropic], reset_day: 32}\n",
    "state_folder_of_nowhere": MODELS + "budget: {state_folder: state}\n",
    "redis_without_scheme": MODELS + "router_settings: {redis_url: 'localhost:6379'}\n",
    "redis_is_a_secret": MODELS + "router_settings: {redis_url: '${LAB_KEY}'}\n",
    "redis_is_not_there": MODELS + "router_settings: {redis_url: '${REDIS_URL}'}\n",
    "step_without_prompt": MODELS + "steps:\n  - {id: fix}\n",
    "step_id": MODELS + "steps:\n  - {id: fix it, prompt: Fix it}\n",
    "step_ids_twice": MODELS + STEP + "  - {id: fix, prompt: Again}\n",
    "step_goes_two_ways": MODELS + STEP + "    route: docs\n    model: opus\n",
    "check_is_no_mapping": MODELS + STEP + "    checks: [pytest -q]\n",
    # names
    "unknown_model": MODELS + "default: sonet\n",
    "unknown_model_far_off": MODELS + "default: gemini\n",
    "no_models_at_all": "default: opus\n",
    "unknown_model_in_a_tier": MODELS + "tiers: {0: [opus], 1: [sonnet, opsu]}\n",
    "unknown_model_of_a_step": MODELS + STEP + "    model: haiku\n",
    "unknown_model_as_fallback": MODELS + "fallbacks: {opus: [sonet]}\n",
    "unknown_model_with_fallbacks": MODELS + "fallbacks: {opsu: [sonnet]}\n",
    "unknown_provider": "models:\n  opus: antropic/claude-opus-4-6\n",
    "unknown_provider_in_a_target": MODELS + "routes: {docs: {over_tokens: 1000, to: opnrouter/x}}\n",
    "target_with_a_blank": MODELS + "default: sim/a b\n",
    "unknown_task_type": MODELS + "routes: {quickfix: sonnet}\n",
    "unknown_task_type_of_a_step": MODELS + STEP + "    route: bugfixing\n",
    "undefined_tier_in_a_route": MODELS + "tiers: {0: [opus]}\nroutes: {docs: tier-3}\n",
    "undefined_tier_of_a_step": MODELS + "tiers: {0: [opus]}\n" + STEP + "    tier: 2\n",
    "undefined_tier_to_escalate_to": MODELS + STEP + "    on_fail: {escalate: [1]}\n",
    "tier_out_of_range": MODELS + "tiers: {5: [opus]}\n",
    "tier_as_model_name": "models:\n  tier-1: sim/a\n",
    "cycle": MODELS + "fallbacks:\n  opus: [sonnet]\n  sonnet: [anthropic/claude-haiku-4-5, opus]\n",
    "cycle_of_one": MODELS + "fallbacks: {opus: [opus]}\n",
    # variables
    "missing_variable": "providers:\n  lab: {base_url: 'http://lab', format: openai, api_key: '${LAP_KEY}'}\n"
    "models:\n  trial: lab/some-model\n",
    "missing_variable_of_a_model": "models:\n  trial: {model: 'sim/${MODEL}'}\n",
    "missing_variable_of_nothing": "budget: {run_usd: '${BUDGET}'}\n",
    "missing_key_of_a_known_provider": MODELS + "  coder:\n    - openrouter/qwen/qwen3-coder\n",
    "missing_key_of_a_literal": MODELS + "fallbacks: {opus: [zai/glm-4.7]}\n",
    "malformed_variable": MODELS + STEP + "    checks: [{command: 'echo ${files[@]}'}]\n",
    "workflow_expression": "providers:\n  anthropic: {api_key: '${{ secrets.ANTHROPIC_API_KEY }}'}\n",
    "secret_as_model": MODELS + "default: ${LAB_KEY}\n",
    "secret_as_route": MODELS + "routes: {docs: '${LAB_KEY}'}\n",
    "secret_as_provider_of_a_route": MODELS + "routes: {docs: '${LAB_KEY}/x'}\n",
    "secret_as_provider": "models: {a: '${LAB_KEY}/x'}\n",
    "secret_as_task_type": MODELS + STEP + "    route: ${LAB_KEY}\n",
}


def error_of(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parse(text, name="gha-router.yml", env=ENV)
    return caught.value


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_place_and_its_mend(mistake: str) -> None:
    error = error_of(MISTAKES[mistake])
    check_golden(f"config/{mistake}.txt", f"{error}\n")
    assert error.where is not None
    assert error.where.file == "gha-router.yml"
    assert error.__cause__ is None


@pytest.mark.parametrize("mistake", MISTAKES)
def test_no_message_shows_a_secret(mistake: str) -> None:
    assert "very-secret" not in str(error_of(MISTAKES[mistake]))


def test_the_first_mistake_in_the_file_is_the_one_that_is_named() -> None:
    error = error_of("fallbacks: {a: [b]}\ndefault: c\nmodels: {}\n")
    assert (error.where and error.where.line) == 1
    error = error_of(STEP + "    turns: 3\nmodles: {}\n")
    assert "turns" in error.what


@pytest.mark.parametrize("env", [{}, {"LAB_KEY": ""}, {"LAB_KEY": "\n"}])
def test_an_empty_variable_is_missing_because_that_is_how_an_absent_secret_arrives(env: dict[str, str]) -> None:
    with pytest.raises(MissingVariable, match="LAB_KEY"):
        parse("default: sim/${LAB_KEY}", name="x", env=env)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load(tmp_path / "nothing.yml", {})


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="this is a folder"):
        load(tmp_path, {})


def test_a_path_below_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "file" / "gha-router.yml", {})


def test_a_file_in_another_encoding_is_named_with_the_place(tmp_path: Path) -> None:
    file = tmp_path / "gha-router.yml"
    file.write_bytes("version: 1\ndefault: été\n".encode("latin-1"))
    with pytest.raises(ConfigError, match="not UTF-8") as caught:
        load(file, {})
    where = caught.value.where
    assert where is not None
    assert (where.line, where.column) == (2, 10)


def test_aliases_that_multiply_are_stopped() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "more than 20,000 values" in str(error_of("\n".join(lines)))


def test_an_alias_that_contains_itself_is_stopped() -> None:
    assert "contain itself" in str(error_of("models: &a {b: *a}"))


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 5_000, "- " * 5_000])
def test_deep_nesting_is_stopped(text: str) -> None:
    assert "nested deeper" in str(error_of(text))


def test_a_very_long_text_is_not_even_read() -> None:
    assert "longer than 500,000 characters" in str(error_of("#" * 500_001))


def test_a_long_chain_of_fallbacks_is_no_trouble() -> None:
    names = [f"m{n}" for n in range(1_500)]
    models = "".join(f"  {name}: sim/{name}\n" for name in names)
    chain = "".join(f"  {one}: [{other}]\n" for one, other in pairwise(names))
    config = parse(f"models:\n{models}fallbacks:\n{chain}", name="x", env={})
    assert len(config.fallbacks) == len(names) - 1
