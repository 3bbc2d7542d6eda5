"""What published files have beyond the simplest shape: nothing of it is lost in silence, no secret is written."""

from pathlib import Path

import pytest

from gha_router.config import Config, Kind, load, parse, variables_of_file, variables_of_text, written
from gha_router.config.importers import Imported, from_text
from gha_router.errors import ConfigError
from tests.unit.config.test_importers import environment

ROUTER = "Router(model_list=models)\n"
FIRST = (
    "import os\nfrom litellm import Router\nmodels = [{'model_name': 'a', 'litellm_params': {'model': 'ollama/a'}}]\n"
)


def left(imported: Imported) -> str:
    return "\n".join(f"{note.where}: {note.what}" for note in imported.left)


# Secrets


@pytest.mark.parametrize(
    "address",
    [
        "https://bob:hidden@${HOST}/v1",
        "https://${HOST}/v1?key=hidden",
        "https://${HOST}/v1?hidden",
        "https://${HOST}/v1?version=${V}&key=hidden",
        "https://${USER_NAME}:hidden@relay.example/v1",
    ],
)
def test_a_password_beside_a_variable_is_a_secret(address: str) -> None:
    text = f'{{"Providers": [{{"name": "r", "api_base_url": "{address}", "api_key": "$K", "models": ["m"]}}]}}'
    made = written(from_text(text, Kind.CCR, name="f"))
    assert list(made.variables) == ["R_BASE_URL"]
    assert "hidden" not in made.text


@pytest.mark.parametrize("address", ["https://${HOST}/v1", "https://${U}:${P}@h/v1", "https://h/v1?key=${K}&v=${V}"])
def test_an_address_of_variables_alone_is_written_as_it_is(address: str) -> None:
    text = f'{{"Providers": [{{"name": "r", "api_base_url": "{address}", "models": ["m"]}}]}}'
    made = written(from_text(text, Kind.CCR, name="f"))
    assert address in made.text
    assert not made.variables


# LiteLLM


def litellm(text: str) -> tuple[Imported, Config]:
    imported = from_text(text, Kind.LITELLM, name="f")
    return imported, parse(text, name="f", env=environment(imported.document.data))


def test_a_pattern_keeps_the_address_that_its_key_is_for() -> None:
    imported, config = litellm(
        "model_list:\n- model_name: anthropic/*\n  litellm_params:\n"
        "    {model: anthropic/*, api_key: os.environ/K, api_base: 'https://relay.example', rpm: 5, timeout: 9}\n"
        "  model_info: {max_input_tokens: 7}\n"
        "- {model_name: a, litellm_params: {model: ollama/a}}\n"
    )
    assert config.providers["anthropic"].base_url == "https://relay.example"
    assert [note.what for note in imported.left] == [
        "of the pattern `anthropic/*`: `rpm`, `timeout`",
        "of the pattern `anthropic/*`: `max_input_tokens`",
    ]


def test_a_pattern_of_a_cloud_keeps_its_region() -> None:
    _, config = litellm(
        "model_list:\n- model_name: bedrock/*\n  litellm_params: {model: bedrock/*, aws_region_name: eu-west-1}\n"
        "- {model_name: a, litellm_params: {model: bedrock/x, aws_region_name: eu-west-1}}\n"
    )
    assert config.providers["bedrock"].region == "eu-west-1"


def test_a_provider_that_nobody_knows_is_called_so() -> None:
    imported, _ = litellm(
        "model_list:\n- {model_name: a, litellm_params: {model: ollama/a}}\n"
        "- {model_name: b, litellm_params: {model: sagemaker/b}}\n"
    )
    assert "`b`: `sagemaker` is no provider that is known here" in left(imported)


def test_a_file_that_includes_its_models_says_which_file_is_wanted() -> None:
    with pytest.raises(ConfigError, match="there is no `model_list`") as caught:
        parse("include: [models.yaml]\nlitellm_settings: {}\n", name="f", env={})
    assert caught.value.hint == "`include` is not read: name the file that has the list."


def test_variables_that_a_file_sets_are_told_as_what_they_are() -> None:
    imported, _ = litellm(
        "model_list: [{model_name: a, litellm_params: {model: ollama/a}}]\nenvironment_variables: {REGION: hidden}\n"
    )
    assert left(imported) == "f:2:33: `REGION` of `environment_variables`: set it where gha-router runs"


# A program


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("models.append({'model_name': 'b'})\n", 4),
        ("models += [{'model_name': 'b'}]\n", 4),
        ("models[0]['litellm_params']['model'] = 'ollama/b'\n", 4),
        ("del models[0]\n", 4),
        ("if os.getenv('PROD'):\n    models = []\n", 5),
        ("for name in ('b', 'c'):\n    models.append({'model_name': name})\n", 5),
    ],
)
def test_what_a_program_does_to_its_list_later_is_told(change: str, line: int) -> None:
    imported = from_text(FIRST + change + ROUTER, Kind.LITELLM, name="f")
    assert [note.where.line for note in imported.left] == [line]
    assert "`models`" in left(imported)


def test_what_a_program_does_to_other_names_is_its_own_business() -> None:
    text = FIRST + "others = []\nothers.append(1)\nmodels.copy()\n" + ROUTER
    assert not from_text(text, Kind.LITELLM, name="f").left


def test_mappings_made_of_mappings_are_read() -> None:
    imported, config = litellm(
        "from litellm import Router\n"
        "base = dict(timeout=60, order=1)\n"
        "settings = {'num_retries': 3}\n"
        "models = [dict(model_name='a', litellm_params={'model': 'ollama/a', **base, 'order': 2})]\n"
        "Router(model_list=models, **settings)\n"
    )
    one = config.models["a"][0]
    assert (one.model, one.timeout, one.order, config.router_settings.num_retries) == ("ollama/a", 60, 2, 3)
    assert not imported.left


def test_arguments_that_are_computed_are_told() -> None:
    imported = from_text(FIRST + "Router(model_list=models, **settings())\n", Kind.LITELLM, name="f")
    assert "arguments in `**`: they are computed" in left(imported)


def test_a_list_that_a_function_keeps_is_named() -> None:
    text = "from litellm import Router\ndef f():\n    ml = [{'model_name': 'a'}]\n    return Router(model_list=ml)\n"
    with pytest.raises(ConfigError, match="computed: `ml` is given no literal at the top of the file"):
        parse(text, name="f", env={})


def test_mappings_that_stand_for_each_other_are_refused_however_deep() -> None:
    nested = "{**" * 80 + "{}" + "}" * 80
    with pytest.raises(ConfigError, match="too deep"):
        parse(f"import os\na = {nested}\nmodel_list = [{{'model_name': 'a', **a}}]\n", name="f", env={})


# Whatever a file holds, reading it ends


@pytest.mark.parametrize(
    "text",
    [
        "/**/" * 100_000 + "x",
        "/* " * 160_000,
        '{"Providers": [], ' + "a" * 400_000,
        '{"Providers": [], ' + '\\"' * 200_000,
        '{"Providers": [], ' + "\\'" * 200_000,
        '{"Providers": [], ' + "/* " * 160_000,
        '{"Providers": ' + "[" * 400_000,
        "models: " + "[" * 400_000,
        "models: " + "{a: " * 100_000,
        "models: [" + "a, " * 2_000_000,
    ],
    ids=lambda text: f"{text[:18]}...",
)
def test_no_text_takes_longer_than_its_length(text: str) -> None:
    variables_of_text(text)
    with pytest.raises(ConfigError):
        parse(text, name="f", env={})


def test_a_file_without_an_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "endless").symlink_to("/dev/zero")
    with pytest.raises(ConfigError, match="longer than"):
        load(tmp_path / "endless", {})


@pytest.mark.parametrize(
    "text",
    [
        "models: {a: {model: lab/a}}\nproviders: {lab: {base_url: 'http://h', format: openai, api_key: '${OURS}'}}",
        "model_list: [{model_name: a, litellm_params: {model: openai/x, api_key: os.environ/OURS}}]",
        (
            "import os\nparams = {'model': 'openai/x', 'api_key': os.environ['OURS']}\n"
            "model_list = [{'model_name': 'a', 'litellm_params': params}]"
        ),
        '{"Providers": [{"name": "deepseek", "api_key": "$OURS", "models": ["a"]}], "Router": {}}',
    ],
    ids=["ours", "litellm", "program", "ccr"],
)
def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config"
    file.write_text(text, encoding="utf-8-sig")
    assert "a" in load(file, {"OURS": "key"}).models
    assert variables_of_file(file) == {"OURS"}
