"""Without keys a configuration loads where nobody is called, what is missing is known, and nothing else is made up."""

import pytest

from gha_router.config import Keyless, parse
from gha_router.config.keyless import UNSET
from gha_router.errors import MissingVariable

FILE = """\
providers:
  lab: {base_url: "http://127.0.0.1:9", api_key: "Bearer ${LAB_TOKEN}", format: anthropic}
  bedrock: {region: eu-central-1, credentials: {access_key_id: "${AWS_ID}", secret_access_key: "${AWS_KEY}"}}
  vertex_ai: {project: p, region: r, credentials: "${GOOGLE}"}
models:
  a: lab/x
  b: openai/gpt-5
  c: bedrock/anthropic.claude-x
  d: vertex_ai/gemini-x
"""


def missing(env: dict[str, str]) -> dict[str, tuple[str, ...]]:
    keyless = Keyless(env)
    config = parse(FILE, name="x", env=keyless)
    return {name: found for name, provider in config.providers.items() if (found := keyless.missing(name, provider))}


def test_what_is_missing_is_known_by_provider() -> None:
    assert missing({}) == {
        "lab": ("LAB_TOKEN",),
        "openai": ("OPENAI_API_KEY",),
        "bedrock": ("AWS_ID", "AWS_KEY"),
        "vertex_ai": ("GOOGLE",),
    }


def test_what_is_there_is_used_as_it_is() -> None:
    env = {"LAB_TOKEN": "t", "OPENAI_API_KEY": "k", "AWS_ID": "i", "AWS_KEY": "s", "GOOGLE": "{}"}
    assert missing(env) == {}
    assert missing(env | {"AWS_KEY": " "}) == {"bedrock": ("AWS_KEY",)}
    config = parse(FILE, name="x", env=Keyless(env))
    assert config.providers["lab"].api_key is not None
    assert config.providers["lab"].api_key.get_secret_value() == "Bearer t"


def test_a_subscriptions_token_is_a_key() -> None:
    keyless = Keyless({"CLAUDE_CODE_OAUTH_TOKEN": "sk-ant-oat-1"})
    config = parse("models: {a: anthropic/claude-sonnet-4-5}\n", name="x", env=keyless)
    provider = config.providers["anthropic"]
    assert keyless.missing("anthropic", provider) == ()
    assert provider.api_key is not None
    assert provider.api_key.get_secret_value() == "sk-ant-oat-1"


@pytest.mark.parametrize(
    "text", ["models: {a: 'sim/${NAME}'}", "providers: {lab: {base_url: '${URL}', format: openai}}"]
)
def test_what_is_no_key_is_still_missed(text: str) -> None:
    with pytest.raises(MissingVariable):
        parse(text, name="x", env=Keyless({}))


def test_a_placeholder_is_never_taken_for_a_key_of_somebodys() -> None:
    env = Keyless({"HOME": "/root"})
    assert env["OPENAI_API_KEY"] == UNSET
    assert dict(env)["HOME"] == "/root"
    assert len(env) == len(dict(env))
    with pytest.raises(KeyError):
        env["LAB_TOKEN"]


def test_redis_address_is_missed_like_a_key() -> None:
    for url, env in (("${REDIS_URL}", {"REDIS_URL": "redis://h"}), ("redis://:${PASSWORD}@h", {"PASSWORD": "p"})):
        text = f"models: {{a: sim/honest}}\nrouter_settings: {{redis_url: '{url}'}}\n"
        for given, missing in (({}, tuple(env)), (env, ())):
            keyless = Keyless(given)
            parse(text, name="x", env=keyless)
            assert keyless.redis == missing


def test_an_estimates_deployments_need_no_key_when_something_is_run() -> None:
    text = "models: {a: sim/honest}\nestimate: {strategies: {x: openai/gpt-5, y: a}}\n"
    assert "openai" not in parse(text, name="x", env={}).providers
