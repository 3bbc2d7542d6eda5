"""Each configuration that people publish loads, as it stands; what has no equal here is named, line by line."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gha_router.config import Config, Kind, load, of_imported, parse, read_imported, variables_of_file, written
from gha_router.config.environment import texts
from gha_router.config.importers import from_text, recognised
from gha_router.config.words import KNOWN_PROVIDERS
from gha_router.errors import ConfigError, MissingVariable, Position
from gha_router.variables import variables_in
from tests.golden import check_golden
from tests.unit.config.test_parse import EXAMPLE

FOLDER = Path(__file__).parents[2] / "fixtures" / "configs"
FILES = sorted(FOLDER.iterdir())


def kind_of(file: Path) -> Kind:
    return Kind(file.name.partition("-")[0])


def environment(*documents: Mapping[str, Any]) -> dict[str, str]:
    """Every variable that these documents read, and every well-known key, with a value that fits."""
    env = {known.variable: f"key-{name}" for name, known in KNOWN_PROVIDERS.items() if known.variable}
    for document in documents:
        for trail, text in texts(document):
            fits = {"base_url": "https://host.example", "credentials": "{}", "redis_url": "redis://h"}.get(
                str(trail[-1]), "value"
            )
            env |= {name: f"{fits}" for name in variables_in(text) if name not in env}
    return env


def same(one: Config, other: Config) -> bool:
    return one.model_dump() == other.model_dump()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_it_becomes_and_what_is_not_carried_over(file: Path) -> None:
    imported = read_imported(file, kind_of(file))
    made = written(imported)
    notes = "\n".join(imported.warnings).replace(str(file), file.name)
    variables = "".join(f"{name}: {where}\n" for name, where in made.variables.items()).replace(str(file), file.name)
    check_golden(f"imported/{file.name}.yml", made.text)
    check_golden(f"imported/{file.name}.txt", f"{notes}\n\n{variables}")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_loads_directly_and_converted_alike(file: Path) -> None:
    imported = read_imported(file, kind_of(file))
    made = written(imported)
    env = environment(imported.document.data) | secrets_of(imported.document.data, made.text, made.variables)
    direct = load(file, env)
    assert same(direct, parse(made.text, name="converted.yml", env=env))
    assert set(imported.warnings) <= set(direct.warnings)
    assert direct.models


def secrets_of(data: dict[str, Any], text: str, variables: Mapping[str, str]) -> dict[str, str]:
    """What the variables of a converted file stand for: its providers beside those that were imported."""
    converted = from_ours(text)
    return {
        value.removeprefix("${").removesuffix("}"): lookup(data, trail)
        for trail, value in texts(converted)
        if value.removeprefix("${").removesuffix("}") in variables
    }


def from_ours(text: str) -> Any:
    import yaml  # noqa: PLC0415  plain data is all that is wanted here

    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  texts alone


def lookup(data: Any, trail: tuple[str | int, ...]) -> str:
    for part in trail:
        data = data[part]
    return str(data)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_key_of_the_file_is_in_nothing_that_is_written_or_said(file: Path) -> None:
    imported = read_imported(file, kind_of(file))
    made = written(imported)
    shown = made.text + "\n".join(imported.warnings) + repr(made)
    for secret in ("written-out", "sk-proxy-master-0001", "a-key-for-clients", "lm-studio"):
        assert secret not in shown
    env = environment(imported.document.data)
    assert "written-out" not in repr(of_imported(imported, env)) + str(of_imported(imported, env).warnings)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_is_recognised_by_what_is_in_it(file: Path) -> None:
    assert recognised(file.read_text(encoding="utf-8")) is kind_of(file)


@pytest.mark.parametrize(
    "text",
    [
        EXAMPLE,
        "",
        "{models: {a: sim/a}, default: a}",
        '{"providers": {"lab": {"base_url": "http://lab", "format": "openai"}}}',
        "steps: [{id: a, prompt: 'Write model_list: [] and `import litellm`, model_name = 1'}]",
        "router_settings: {num_retries: 1}\n",
    ],
)
def test_a_file_of_ours_is_nobody_else_s(text: str) -> None:
    assert recognised(text) is None


# Seed-like expectations, in the words of a configuration of ours.


def read(name: str) -> Config:
    file = FOLDER / name
    return load(file, environment(read_imported(file, kind_of(file)).document.data))


def test_an_article_s_router_block_is_read_with_its_chain_of_undefined_names() -> None:
    config = read("ccr-article.json")
    assert config.default == "claude-sonnet-4-5-20250929"
    assert {str(kind): route.to for kind, route in config.routes.items()} == {
        "think": "claude-opus-4-6",
        "background": "qwen2.5-coder:32b",
        "quick_fix": "glm-4.7",
        "research": "openrouter/deepseek/deepseek-chat-v3-0324",
    }
    assert config.fallbacks["claude-sonnet-4-5-20250929"][:5] == (
        "anthropic/claude-sonnet-4-5",
        "qwen2.5-coder:32b",
        "openrouter/deepseek-v3.2",
        "openrouter/gpt-oss-120b:free",
        "glm-4.7",
    )
    said = "\n".join(config.warnings)
    assert "is it `openrouter/openai/gpt-oss-120b:free`?" in said
    assert "`cache`: kept replies are configured in `cache`" in said


def test_a_guide_s_two_routers_are_read_as_they_stand() -> None:
    first, second = read("litellm-guide-router.py.txt"), read("litellm-guide-fallback.py.txt")
    assert {name: group[0].model for name, group in first.models.items()} == {
        "high-quality": "anthropic/claude-sonnet-4",
        "cost-optimized": "gemini/gemini-2.5-pro",
        "budget": "gemini/gemini-2.0-flash-lite",
    }
    assert (first.router_settings.num_retries, first.models["budget"][0].timeout) == (3, 30)
    assert [(one.model, one.order) for one in second.models["primary"]] == [
        ("anthropic/claude-sonnet-4", 1),
        ("gemini/gemini-2.5-pro", 2),
    ]
    settings = second.router_settings
    assert (settings.cooldown_time, settings.allowed_fails, settings.enable_pre_call_checks) == (30, 2, True)
    key = first.providers["gemini"].api_key
    assert key is not None
    assert key.get_secret_value() == "value"  # of GOOGLE_API_KEY, as the file says, and not of GEMINI_API_KEY


def test_two_accounts_at_one_provider_keep_its_ways_and_prices() -> None:
    config = read("litellm-credentials.yaml")
    first, second = config.models["gpt-5"]
    assert (first.model, second.model) == ("openai/gpt-5", "openai-2/gpt-5")
    assert [config.listed_as(one) for one in (first, second)] == ["openai/gpt-5"] * 2
    assert config.providers["openai-2"].base_url == "https://api.openai.com/v1"


def test_fallbacks_in_a_circle_are_told_without_one() -> None:
    config = read("litellm-fallbacks.yaml")
    assert config.fallbacks["fast"][0] == "smart"
    assert config.fallbacks["smart"][0] == "groq/llama-3.3-70b-versatile"


# Places


@pytest.mark.parametrize(
    ("kind", "text", "where", "what"),
    [
        (
            Kind.LITELLM,
            "model_list:\n- model_name: a\n  litellm_params:\n    model: openai/x\n    timeout: soon\n",
            Position("f", 5, 14),
            "`models.a.timeout` must be a number",
        ),
        (
            Kind.LITELLM,
            "model_list:\n- model_name: a\n  litellm_params: {model: openai/x}\nrouter_settings: {num_retries: 99}\n",
            Position("f", 4, 32),
            "at most 10",
        ),
        (Kind.LITELLM, "model_list:\n- model_name: a\n", Position("f", 2, 3), "`litellm_params`"),
        (Kind.LITELLM, "model_list: {}\n", Position("f", 1, 13), "must be a list"),
        (Kind.LITELLM, "litellm_settings: {}\n", Position("f", 1, 1), "must be a list"),
        (Kind.CCR, '{\n "Providers": {},\n}', Position("f", 2, 15), "must be a list"),
        (Kind.CCR, '{\n "Providers": [\n  {"models": []}]}', Position("f", 3, 3), "needs a `name`"),
        (Kind.CCR, '{\n "Providers": [\n  {"name": "x"}]}', Position("f", 3, 3), "needs `api_base_url`"),
        (
            Kind.CCR,
            '{"Providers": [],\n // nobody\n "Router": {"default": "nobody,x"}}',
            Position("f", 3, 24),
            "unknown provider `nobody`",
        ),
        (Kind.CCR, "{'Router': {default: 'a\\tb'}}", Position("f", 1), "backslash"),
        (Kind.CCR, '{"Router": {"default": "ollama,x"', Position("f", 1, 34), "not valid YAML"),
        (Kind.CCR, '{"Router": {}, "Router": {}}', Position("f", 1, 16), "here twice"),
    ],
)
def test_a_mistake_is_told_at_its_place_in_the_other_program_s_file(
    kind: Kind, text: str, where: Position, what: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        of_imported(from_text(text, kind, name="f"), environment())
    assert what in str(caught.value)
    assert caught.value.where == where


def test_a_missing_variable_is_named_with_the_model_that_needs_it() -> None:
    text = "model_list:\n- model_name: a\n  litellm_params:\n    {model: openai/x, api_key: os.environ/OUR_KEY}\n"
    with pytest.raises(MissingVariable, match="`OUR_KEY` is not set; provider `openai`") as caught:
        parse(text, name="f", env={})
    assert caught.value.where == Position("f", 4, 32)


def test_what_looks_like_a_variable_of_ours_stays_the_text_that_it_was() -> None:
    text = "model_list: [{model_name: 'a', litellm_params: {model: 'openai/$${x}', api_key: '${A}b'}}]"
    imported = from_text(text, Kind.LITELLM, name="f")
    config = of_imported(imported, {})
    key = config.providers["openai"].api_key
    assert key is not None
    assert (config.models["a"][0].name, key.get_secret_value()) == ("$${x}", "${A}b")


def test_a_key_for_an_address_of_one_s_own_is_not_called_like_the_well_known_one() -> None:
    text = '{"Providers": [{"name": "openai", "api_base_url": "https://relay.example/v1", "api_key": "sk-1"}]}'
    made = written(from_text(text, Kind.CCR, name="f"))
    assert list(made.variables) == ["OPENAI_OWN_API_KEY"]
    assert "sk-1" not in made.text


def test_an_address_with_a_password_is_a_secret() -> None:
    text = '{"Providers": [{"name": "r", "api_base_url": "https://me:pass@relay.example/v1", "api_key": "$K"}]}'
    made = written(from_text(text, Kind.CCR, name="f"))
    assert list(made.variables) == ["R_BASE_URL"]
    assert "pass" not in made.text


# The vault


def test_variables_of_an_imported_file_are_known_before_it_is_used(tmp_path: Path) -> None:
    text = "model_list: [{model_name: a, litellm_params: {model: openai/x, api_key: os.environ/OURS}}]"
    (tmp_path / "config.yaml").write_text(text)
    assert variables_of_file(tmp_path / "config.yaml") == {"OURS"}
    (tmp_path / "config.json").write_text('{"Router": {}, "Providers": [], "CUSTOM_ROUTER_PATH": "$HOME/x.js"}')
    assert variables_of_file(tmp_path / "config.json") == frozenset()
    (tmp_path / "broken.json").write_text('{"Router": {, "Providers": [${X}')
    assert variables_of_file(tmp_path / "broken.json") == {"X"}
    assert variables_of_file(tmp_path / "nothing") == frozenset()


# The database


def database(path: Path, value: str | bytes | None, *, table: str = "app_config") -> Path:
    with closing(sqlite3.connect(path)) as made, made:
        made.execute(f"CREATE TABLE {table} (key TEXT PRIMARY KEY, value_json TEXT, updated_at TEXT NOT NULL)")
        made.execute("CREATE TABLE api_keys (id TEXT PRIMARY KEY, encrypted_key TEXT NOT NULL)")
        made.execute("INSERT INTO api_keys VALUES ('1', 'sk-of-a-client')")
        if value is not None:
            made.execute(f"INSERT INTO {table} VALUES ('default', ?, 'now')", (value,))  # noqa: S608
    return path


def test_settings_in_a_database_are_those_of_the_file_that_became_it(tmp_path: Path) -> None:
    text = (FOLDER / "ccr-version3.json").read_text(encoding="utf-8")
    path = database(tmp_path / "config.sqlite", json.dumps(json.loads(text)))
    before = path.read_bytes()
    imported = read_imported(path, Kind.CCR)
    env = environment(imported.document.data)
    config = load(path, env)
    assert same(config, parse(text, name="f", env=env))
    assert variables_of_file(path) == {"RELAY_KEY", "ZAI_API_KEY"}
    assert all(warning.startswith(f"{path}: ") for warning in config.warnings)
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == (before, [path])


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (None, "no settings"),
        (b"\x00\x01", "no settings"),
        ("[]", "must hold a mapping"),
        ("{}", "nothing of claude-code-router"),
        ("{", "not valid YAML"),
        ('{"Providers": 5}', "must be a list"),
        ('{"x": "' + "y" * 600_000 + '"}', "longer than"),
        ('{"x": ' + "[" * 5_000 + "]" * 5_000 + "}", "nested deeper"),
    ],
)
def test_a_database_that_holds_something_else_is_refused(tmp_path: Path, value: str | bytes | None, what: str) -> None:
    with pytest.raises(ConfigError, match=what):
        load(database(tmp_path / "config.sqlite", value), {})


def test_a_view_is_not_run(tmp_path: Path) -> None:
    path = tmp_path / "config.sqlite"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute(
            "CREATE VIEW app_config AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
            " SELECT 'default' AS key, x AS value_json FROM n"
        )
    with pytest.raises(ConfigError, match="no settings"):
        load(path, {})


def test_a_broken_database_is_refused(tmp_path: Path) -> None:
    path = database(tmp_path / "config.sqlite", "{}")
    content = bytearray(path.read_bytes())
    content[100:4000] = b"\xff" * 3900
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="cannot be read"):
        load(path, {})
    path.write_bytes(b"SQLite format 3\0 and nothing else")
    with pytest.raises(ConfigError, match=r"cannot be read|no settings"):
        load(path, {})


# A program


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("from litellm import Router\nRouter(model_list=[f(x)])  # model_name", "this is computed"),
        ("import os\nmodel_list = [{'model_name': f'{x}'}]", "this is computed"),
        ("import os\nmodel_list = [{**x, 'model_name': 1}]", "this is computed: `x`"),
        ("import os\na = b\nb = a\nRouter(a)  # model_name", "this is computed"),
        ("import os\nx = 'model_name'\n", "no list of models"),
        ("import os\na = [{'model_name': 1}]\nb = [{'model_name': 2}]", "which list"),
        ("import os\nmodel_list = [{'model_name': 'a'", "not valid Python"),
        ("import os\nmodel_name = " + "(" * 5_000, "not (valid|readable as) Python"),
        ("import os\nmodel_name = " + "[" * 150 + "]" * 150 + "\nRouter(model_name)", "too deep|Python"),
        ("import os\nmodel_list = [{'model_name': 'a', 'rpm': 0x" + "f" * 5_000 + "}]", "no text"),
    ],
)  # fmt: skip
def test_what_a_program_computes_is_not_guessed(text: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what):
        parse(text, name="f.py", env={})


def test_the_last_router_counts_and_the_others_are_named() -> None:
    one = "[{'model_name': 'a', 'litellm_params': {'model': 'ollama/a'}}]"
    imported = from_text(
        f"import litellm\nRouter({one})\nlitellm.Router(model_list={one}, timeout=-1)\n", Kind.LITELLM, name="f"
    )
    assert [str(note.where) for note in imported.left] == ["f:2:1"]
    with pytest.raises(ConfigError, match="greater than 0"):
        of_imported(imported, {})
