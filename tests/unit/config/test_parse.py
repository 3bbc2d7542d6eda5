"""What a configuration says is what comes out: short forms, defaults, keys, places, exact numbers."""

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from gha_router.config import Config, Deployment, Format, Rates, TaskType, load, parse
from gha_router.errors import MissingVariable, Position

ENV = {"ANTHROPIC_API_KEY": "sk-ant", "OPENROUTER_API_KEY": "sk-or", "LAB_KEY": "lab-key"}

# The design's own example; it leaves `gemini`, the target of one route, to the reader.
EXAMPLE = """\
version: 1
providers:
  anthropic: {api_key: "${ANTHROPIC_API_KEY}"}
  ollama: {base_url: "http://localhost:11434"}
  lab: {base_url: "http://127.0.0.1:9000", api_key: "${LAB_KEY}", format: anthropic}   # or openai
models:                                   # a name people say -> one deployment, or an ordered group of them
  opus: anthropic/claude-opus-4-6
  sonnet:
    - {model: anthropic/claude-sonnet-4-5, timeout: 120}
    - {model: openrouter/anthropic/claude-sonnet-4.5, order: 2}
  coder: {model: "ollama/qwen2.5-coder:32b", context: 32768, price: free}
  trial: lab/some-model
  gemini: openrouter/google/gemini-2.5-pro
tiers: {0: [opus], 1: [sonnet], 3: [coder]}
routes: {design: tier-0, implement: sonnet, quick_fix: coder, long_context: {over_tokens: 200000, to: gemini}}
default: sonnet                            # a tier's first model is used, its others are its fallbacks in order
fallbacks: {sonnet: [coder, trial]}
budget: {run_usd: 2.00}
steps:
  - {id: fix, prompt: "Fix the failing test", route: quick_fix, checks: [{command: pytest -q}], on_fail: {escalate: [1, 0]}}
"""  # noqa: E501 - as it stands in the design


def read(text: str, env: dict[str, str] | None = None) -> Config:
    return parse(text, name="gha-router.yml", env=ENV if env is None else env)


def test_the_example_of_the_design_is_read_as_it_stands() -> None:
    config = read(EXAMPLE)
    assert config.version == 1
    assert config.models["opus"] == (Deployment(model="anthropic/claude-opus-4-6"),)
    assert [(d.model, d.order, d.timeout) for d in config.models["sonnet"]] == [
        ("anthropic/claude-sonnet-4-5", 1, 120),
        ("openrouter/anthropic/claude-sonnet-4.5", 2, None),
    ]
    assert config.models["coder"][0].price == "free"
    assert config.tiers == {0: ("opus",), 1: ("sonnet",), 3: ("coder",)}
    assert config.routes[TaskType.DESIGN].to == "tier-0"
    assert (config.routes[TaskType.LONG_CONTEXT].over_tokens, config.routes[TaskType.LONG_CONTEXT].to) == (
        200_000,
        "gemini",
    )
    assert (config.default, config.fallbacks) == ("sonnet", {"sonnet": ("coder", "trial")})
    assert str(config.budget.run_usd) == "2.00"
    step = config.steps[0]
    assert (step.id, step.route, step.checks, step.on_fail.escalate) == (
        "fix",
        TaskType.QUICK_FIX,
        ({"command": "pytest -q"},),
        (1, 0),
    )


def test_one_line_is_a_configuration() -> None:
    config = read("default: anthropic/claude-sonnet-4-5")
    assert config.provider("anthropic") == config.providers["anthropic"]


def test_known_providers_bring_address_format_and_key() -> None:
    provider = read("models: {a: openrouter/x/y}").providers["openrouter"]
    assert (provider.base_url, provider.format) == ("https://openrouter.ai/api", Format.ANTHROPIC)
    assert provider.api_key is not None
    assert provider.api_key.get_secret_value() == "sk-or"


def test_what_is_written_of_a_known_provider_counts() -> None:
    provider = read("providers: {sim: {base_url: 'http://127.0.0.1:8080/'}}").providers["sim"]
    assert (provider.base_url, provider.format) == ("http://127.0.0.1:8080", Format.ANTHROPIC)
    assert read("models: {a: sim/a}").providers["sim"].base_url is None


def test_a_well_known_key_is_never_sent_to_another_address() -> None:
    config = read("providers: {anthropic: {base_url: 'https://proxy.example'}}\nmodels: {a: anthropic/x}")
    assert config.providers["anthropic"].api_key is None
    assert read("providers: {anthropic: {}}\nmodels: {a: anthropic/x}").providers["anthropic"].api_key is not None


def test_a_listed_provider_that_nothing_uses_needs_no_key() -> None:
    assert read("providers: {openai: {}}", env={}).providers["openai"].api_key is None


def test_a_provider_is_there_for_later_when_its_key_is() -> None:
    config = read("models: {a: sim/a}", env={"ZAI_API_KEY": "z"})
    assert "zai" not in config.providers
    assert config.provider("zai") is not None
    assert config.provider("ollama") is not None
    assert config.provider("moonshot") is None
    assert config.provider("nobody") is None


def test_keys_are_never_shown_and_lose_their_line_end() -> None:
    config = read(EXAMPLE, env={**ENV, "LAB_KEY": "lab-key\n"})
    assert "lab-key" not in repr(config) + str(config) + config.model_dump_json()
    key = config.providers["lab"].api_key
    assert key is not None
    assert key.get_secret_value() == "lab-key"


def test_a_key_in_the_file_is_read_with_a_warning_that_does_not_repeat_it() -> None:
    config = read("providers:\n  lab: {base_url: 'http://lab', format: openai, api_key: sk-123}\n")
    assert config.warnings == (
        "gha-router.yml:2:58: the key of provider `lab` is written in the file; use ${VAR} and a secret",
    )
    assert read(EXAMPLE).warnings == ()


def test_groups_are_tried_by_their_order_and_as_written_within_it() -> None:
    config = read("models: {a: [{model: sim/c, order: 2}, sim/a, {model: sim/d, order: 2}, sim/b]}")
    assert [d.model for d in config.models["a"]] == ["sim/a", "sim/b", "sim/c", "sim/d"]
    assert (config.models["a"][0].provider, config.models["a"][0].name) == ("sim", "a")


@pytest.mark.parametrize("rate", ["0.1", "0.12345678901234567890", "3", "1e-7"])
def test_prices_keep_every_digit(rate: str) -> None:
    price = read(f"models: {{a: {{model: sim/a, price: {{input: {rate}, output: 0}}}}}}").models["a"][0].price
    assert isinstance(price, Rates)
    assert price.input == Decimal(rate)
    assert price.cache_read is None


def test_words_that_yaml_1_1_would_change_stay_words() -> None:
    config = read(
        "models: {on: sim/a, no: sim/b, 012: sim/c, 2026-01-02: sim/d, 1_000: sim/e, null: sim/f}\ndefault: on"
    )
    assert list(config.models) == ["on", "no", "012", "2026-01-02", "1_000", "null"]
    assert config.default == "on"
    assert read("models: {a: sim/a}\ntiers: {0: [a]}\nsteps: [{id: 1, prompt: 1:30}]").steps[0].prompt == "1:30"


def test_checks_and_claims_keep_their_types_for_the_rooms_that_read_them() -> None:
    text = "checks: [{a: 1, b: 0.5, c: true, d: ~, e: '1', f: on, 7: 08, g: [1]}]\n"
    assert read(text).checks == ({"a": 1, "b": 0.5, "c": True, "d": None, "e": "1", "f": "on", "7": 8, "g": [1]},)
    step = read(f"steps:\n- id: a\n  prompt: b\n  {text}  claims: [{{equals: 354}}]\n").steps[0]
    assert (step.checks[0]["a"], step.claims) == (1, ({"equals": 354},))


def test_a_variable_s_value_is_a_text_whatever_it_holds() -> None:
    env = {"X": "{a: 1}\n- '\"#: ${Y} $${Z}"}
    config = read("steps: [{id: a, prompt: '<${X}>', checks: [{equals: '${N}'}]}]", env={**env, "N": "5"})
    assert config.steps[0].prompt == f"<{env['X']}>"
    assert config.steps[0].checks == ({"equals": "5"},)
    assert read("steps: [{id: a, prompt: 'echo $${X} $HOME'}]").steps[0].prompt == "echo ${X} $HOME"


def test_numbers_may_come_from_variables() -> None:
    assert read("budget: {run_usd: '${B}'}", env={"B": "1.50"}).budget.run_usd == Decimal("1.50")


def test_other_alphabets_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "gha-router.yml"
    file.write_text("\ufeffmodels: {賢い: sim/賢い}\ndefault: 賢い\n", encoding="utf-8")
    assert load(file, {}).default == "賢い"


def test_aliases_are_read() -> None:
    config = read("models:\n  a: &group [sim/a, sim/b]\n  c: *group\n")
    assert config.models["a"] == config.models["c"]


def test_positions_are_those_of_the_file() -> None:
    config = read(EXAMPLE)
    file = "gha-router.yml"
    assert config.position(("steps", 0, "checks", 0)) == Position(file, 20, 74)
    assert config.position(("models", "sonnet")) == Position(file, 8, 3)
    assert config.position(("models", "sonnet", 1, "order")) == Position(file, 10, 62)
    assert config.position(("tiers", 1)) == Position(file, 14, 23)
    assert config.position(("models", "sonnet", 7, "nothing")) == Position(file, 8, 3)
    assert config.position(()) == Position(file, 1, 1)
    assert Config().position(("steps",)) == Position("configuration")


def test_a_configuration_is_frozen() -> None:
    config = read(EXAMPLE)
    with pytest.raises(ValidationError):
        config.default = "opus"
    assert config.default == "sonnet"


def test_a_missing_key_names_the_first_model_that_needs_it() -> None:
    with pytest.raises(MissingVariable, match="`OPENROUTER_API_KEY` is not set; model `sonnet`") as caught:
        read(EXAMPLE, env={"ANTHROPIC_API_KEY": "x", "LAB_KEY": "y"})
    assert caught.value.where == Position("gha-router.yml", 10, 15)


def test_a_subscription_token_stands_in_for_a_key_that_is_not_there() -> None:
    text = "models: {a: anthropic/claude-x}"
    token = {"CLAUDE_CODE_OAUTH_TOKEN": "sk-ant-oat01-x"}
    for env, expected in ((token, "sk-ant-oat01-x"), ({**token, "ANTHROPIC_API_KEY": "sk-ant-key"}, "sk-ant-key")):
        key = parse(text, name="f", env=env).providers["anthropic"].api_key
        assert key is not None
        assert key.get_secret_value() == expected


CLOUDS = """\
providers:
  azure: {base_url: "https://ours.openai.azure.com", api_version: "2024-10-21"}
  azure-eu: {format: litellm, litellm_provider: azure, base_url: "https://eu.openai.azure.com", api_key: "${LAB_KEY}"}
  bedrock:
    region: eu-central-1
    credentials: {access_key_id: "${ID}", secret_access_key: "${SECRET}", session_token: "${TOKEN}"}
  vertex_ai: {project: ours, region: europe-west1, credentials: "${GOOGLE}"}
  cohere_chat: {format: litellm, api_key: "${LAB_KEY}"}
models: {a: azure-eu/gpt, b: bedrock/x, v: vertex_ai/y, c: cohere_chat/z}
"""
CLOUD_ENV = {
    "LAB_KEY": "lab-key",
    "ID": "AKIA",
    "SECRET": "s3cret",
    "TOKEN": "t0ken",
    "GOOGLE": '{"private_key": "pk"}',
}


def test_clouds_take_what_they_need_from_the_configuration_only() -> None:
    config = read(
        CLOUDS.replace('api_version: "2024-10-21"', 'api_version: "2024-10-21", api_key: "${LAB_KEY}"'), CLOUD_ENV
    )
    assert config.providers["bedrock"].settings == {
        "region": "eu-central-1",
        "access_key_id": "AKIA",
        "secret_access_key": "s3cret",
        "session_token": "t0ken",
    }
    assert config.providers["vertex_ai"].settings["credentials"] == '{"private_key": "pk"}'
    assert config.providers["azure"].settings == {"api_version": "2024-10-21"}
    assert config.providers["azure-eu"].settings == {"litellm_provider": "azure"}
    assert config.providers["cohere_chat"].base_url is None
    assert config.warnings == ()
    shown = repr(config) + config.model_dump_json()
    assert not [secret for secret in ("lab-key", "AKIA", "s3cret", "t0ken", 'pk"') if secret in shown]


def test_a_well_known_key_joins_what_is_said_of_its_provider() -> None:
    config = read("providers: {openai: {}, gemini: {}}\nmodels: {a: openai/x}", {"OPENAI_API_KEY": "k"})
    assert config.providers["openai"].api_key is not None
    config = read(
        "providers: {bedrock: {region: r, credentials: {access_key_id: a, secret_access_key: b}}}\ndefault: bedrock/x"
    )
    assert config.providers["bedrock"].region == "r"


def test_credentials_in_the_file_are_read_with_a_warning_that_does_not_repeat_them() -> None:
    text = "providers:\n  bedrock:\n    region: r\n    credentials: {access_key_id: AKIA, secret_access_key: sk-123}\n"
    (warning,) = read(text).warnings
    assert warning.startswith("gha-router.yml:4:")
    assert "sk-123" not in warning


def test_bots_that_may_comment_have_one_form_of_their_names() -> None:
    comments = read("comments: {bots: ['Renovate[bot]', my-helper], per_user_day: 3}\n").comments
    assert (comments.bots, comments.per_user_day, comments.per_day) == (("renovate", "my-helper"), 3, None)
