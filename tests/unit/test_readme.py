"""What the README says is what there is."""

import json
import re
from pathlib import Path

import yaml

from gha_router import errors
from gha_router.config import KNOWN_PROVIDERS, parse
from gha_router.errors import GhaRouterError
from gha_router.github.inputs import read_inputs
from tests.readme import README, demo_block

TEXT = README.read_text(encoding="utf-8")
ROOT = Path(__file__).parents[2]
JAPANESE = (ROOT / "README.ja.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```\w*\n.*?^```", re.DOTALL | re.MULTILINE)


def test_its_configuration_loads() -> None:
    step, block = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    inputs = {**yaml.safe_load(step)[0]["with"], "anthropic_api_key": "sk-1"}
    given = {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
    assert len(read_inputs(given).checks) == 1
    config = parse(block, name="README.md", env={"ANTHROPIC_API_KEY": "a", "LAB_KEY": "b"})
    assert [step.id for step in config.steps] == ["changelog"]
    assert yaml.safe_load(block)["default"] == config.default


def test_its_exit_codes_are_those_of_the_errors() -> None:
    said = re.search(r"The exit code says what happened: (.*?)\n\n|\.\s\[All commands", TEXT, re.DOTALL)
    assert said
    shown = {int(code) for code in re.findall(r"(?:: |, )(\d+) ", said[0])}
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


def test_the_faults_that_it_counts_are_those_that_were_measured() -> None:
    measured = json.loads((ROOT / "bench" / "results" / "traps.json").read_text(encoding="utf-8"))["targets"]
    for target in ("ours", "claude-code-router", "litellm-proxy"):
        (verdicts,) = (
            [one["verdict"] for one in cases.values()] for name, cases in measured.items() if name.startswith(target)
        )
        tried = len(verdicts) - verdicts.count("n/a")
        assert f"[{verdicts.count('pass')} of {tried}](bench/results/traps.md)" in TEXT, target


def test_the_providers_that_it_counts_need_a_key_and_nothing_else() -> None:
    enough = [name for name, one in KNOWN_PROVIDERS.items() if one.variable and one.base_url]
    assert len(enough) == 9
    assert "| [nine](docs/providers.md) |" in TEXT
    assert "| [九](docs/providers.md) |" in JAPANESE


def test_the_japanese_one_has_the_same_parts_and_the_same_code() -> None:
    def parts(text: str) -> tuple[list[int], list[str], list[str]]:
        headings = [len(marks) for marks in re.findall(r"^(#+) ", FENCE.sub("", text), re.MULTILINE)]
        rows = [str(line.count("|")) for line in FENCE.sub("", text).splitlines() if line.startswith("|")]
        return headings, [re.sub(r"#.*", "", block) for block in FENCE.findall(text)], rows

    assert parts(JAPANESE) == parts(TEXT)


def test_it_shows_a_demo() -> None:
    assert "Leaderboard" in demo_block()
    assert "184" in demo_block()
