from pathlib import Path

import pytest

from gha_router.cli.vault import config_in, hidden_variables


@pytest.mark.parametrize(
    "name",
    [
        "ANTHROPIC_API_KEY",
        "GITHUB_TOKEN",
        "ACTIONS_RUNTIME_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "DB_PASSWORD",
        "openai_apikey",
        "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    ],
)
def test_what_looks_like_a_secret_is_hidden(name: str) -> None:
    assert hidden_variables({name: "x", "PATH": "/bin"}, []) == {name: "x"}


def test_what_the_configuration_reads_is_hidden(tmp_path: Path) -> None:
    config = tmp_path / "c.yml"
    config.write_text("providers: {lab: {api_key: '${LAB}'}")
    assert hidden_variables({"LAB": "x", "OTHER": "y"}, ["run", "--config", str(config)]) == {"LAB": "x"}
    assert hidden_variables({"LAB": "x", "OTHER": "y"}, ["run", f"--config={config}"]) == {"LAB": "x"}


def test_a_command_line_without_a_configuration_means_the_repositorys_own() -> None:
    assert config_in(["run", "--prompt", "x"]) == Path(".github/gha-router.yml")
    assert config_in(["run", "--config"]) == Path()


def test_what_a_file_that_the_action_is_given_reads_is_hidden(tmp_path: Path) -> None:
    config = tmp_path / "router.yml"
    config.write_text("providers: {lab: {api_key: '${LAB}'}}")
    given = {"INPUT_CONFIG": f"{config}\n", "LAB": "x", "OTHER": "y"}
    assert hidden_variables(given, ["action"]) == {"LAB": "x"}
