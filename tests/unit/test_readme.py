"""What the README says is what there is."""

import re
from pathlib import Path

import yaml

from gha_router import errors
from gha_router.config import parse
from gha_router.errors import GhaRouterError
from gha_router.github.inputs import read_inputs
from tests.readme import README, demo_block

TEXT = README.read_text(encoding="utf-8")
ROOT = Path(__file__).parents[2]


def test_its_configuration_loads() -> None:
    step, block = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    inputs = {**yaml.safe_load(step)[0]["with"], "anthropic_api_key": "sk-1"}
    given = {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
    assert len(read_inputs(given).checks) == 2
    config = parse(block, name="README.md", env={"ANTHROPIC_API_KEY": "a", "LAB_KEY": "b"})
    assert [step.id for step in config.steps] == ["changelog"]
    assert yaml.safe_load(block)["default"] == config.default


def test_its_exit_codes_are_those_of_the_errors() -> None:
    shown = {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)}
    classes = [
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, GhaRouterError)
    ]
    assert shown | {5} == {0} | {one.exit_code for one in classes}


def test_its_commands_and_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"make ([a-z0-9]+)", TEXT):
        assert f"\n{target}:" in makefile, target
    app = "".join(file.read_text() for file in (ROOT / "src/gha_router/cli").glob("*.py"))
    for command in re.findall(r"`gha-router ([a-z]+)", TEXT):
        assert f"def {command}(" in app or f'name="{command}"' in app, command


def test_its_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / link).exists(), link


def test_it_shows_a_demo() -> None:
    assert "Leaderboard" in demo_block()
    assert "184" in demo_block()
