"""The suite ``classic``: what its tasks ask for is what their workspaces hold."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from gha_router.sim import load_scripts
from gha_router.sim.personalities.slow import PATIENCE

CLASSIC = Path(__file__).parents[3] / "src" / "gha_router" / "experiment" / "suites" / "classic"
TASKS = ("analyze-workflow", "count-string", "list-files", "stats-report", "timestamp-file")
REPORT = CLASSIC / "stats-report" / "workspace"


def task(name: str) -> Any:
    return yaml.safe_load((CLASSIC / name / "task.yml").read_text(encoding="utf-8"))


def checks(name: str, kind: str) -> list[Any]:
    return [check[kind] for check in task(name)["checks"] if kind in check]


def workflow() -> Any:
    return yaml.safe_load((REPORT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))


def step_count() -> int:
    return sum(len(job["steps"]) for job in workflow()["jobs"].values())


def test_these_are_the_five_tasks() -> None:
    assert sorted(file.parent.name for file in CLASSIC.glob("*/task.yml")) == list(TASKS)
    assert len(load_scripts([CLASSIC])) == 5


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_named_like_its_folder_and_has_a_name_for_each_check(name: str) -> None:
    assert task(name)["id"] == name
    assert all(check["name"] for check in task(name)["checks"])


@pytest.mark.parametrize("name", TASKS)
def test_a_claim_of_the_task_has_the_number_of_its_check(name: str) -> None:
    for claim in task(name).get("claims", []):
        stated = [*checks(name, "number"), *checks(name, "count_of"), *checks(name, "line_count")]
        assert claim["equals"] in {check["equals"] for check in stated}


def test_the_readme_has_354_lines_and_12_occurrences_on_11_lines() -> None:
    text = (REPORT / "README.md").read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert text.count("\n") == 354
    assert text.count("Claude Code") == 12
    assert sum("Claude Code" in line for line in text.splitlines()) == 11


def test_copies_of_a_file_are_the_same() -> None:
    copies = {
        "README.md": CLASSIC / "count-string/workspace/README.md",
        ".github/workflows/ci.yml": CLASSIC / "analyze-workflow/workspace/.github/workflows/ci.yml",
    }
    for original, copy in copies.items():
        assert copy.read_bytes() == (REPORT / original).read_bytes()


def test_the_workflow_is_what_its_task_expects() -> None:
    expected = {check.get("path"): check.get("equals") for check in checks("analyze-workflow", "json")}
    assert expected["workflow"] == workflow()["name"]
    assert expected["triggers"] == list(workflow()[True])  # YAML 1.1 reads the key `on` as true
    assert expected["jobs"] == list(workflow()["jobs"])
    assert expected["job_count"] == len(workflow()["jobs"])
    assert expected["step_count"] == step_count()


def test_the_sealed_script_expects_what_the_workspace_holds() -> None:
    script = (CLASSIC / "stats-report/checks/table.sh").read_text(encoding="utf-8")
    readme = (REPORT / "README.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^row '(.+)' (\d+)$", script, re.MULTILINE)) == {
        "Lines in README.md": str(readme.count("\n")),
        'Occurrences of "Claude Code" in README.md': str(readme.count("Claude Code")),
        "Files in src": str(len(list((REPORT / "src").iterdir()))),
        "Files in docs": str(len(list((REPORT / "docs").iterdir()))),
        "Steps in ci.yml": str(step_count()),
    }


def test_the_listing_has_a_dozen_visible_entries_and_a_hidden_one() -> None:
    names = [entry.name for entry in (CLASSIC / "list-files/workspace").iterdir()]
    assert len([name for name in names if not name.startswith(".")]) == 12
    assert ".editorconfig" in names


def test_only_the_report_is_too_long_for_the_slow_model() -> None:
    too_long = [script.prompt for script in load_scripts([CLASSIC]) if len(script.steps) > PATIENCE]
    assert too_long == [task("stats-report")["prompt"]]


def test_no_oracle_claims_a_duration() -> None:
    for script in load_scripts([CLASSIC]):
        assert not re.search(r"second|minute|秒|分で", script.final)
