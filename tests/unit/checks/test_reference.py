"""The catalogue is on the command line, in the manual and in the schema for editors, and the same in all."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from gha_router.checks import CATALOGUE
from gha_router.checks.catalogue import COMMON
from gha_router.checks.reference import COMMON as EXPLAINED
from gha_router.checks.reference import check_schema
from tests.command import gha_router
from tests.unit.checks.cases import MUST_FAIL, MUST_PASS

SCHEMA = Draft202012Validator(check_schema())
MANUAL = (Path(__file__).parents[3] / "docs" / "checks.md").read_text(encoding="utf-8")


def test_all_kinds_are_listed_as_json(tmp_path: Path) -> None:
    ended = gha_router("checks", "--json", cwd=tmp_path)
    listed = json.loads(ended.stdout)
    assert (ended.returncode, listed["schema"]) == (0, "gha-router/checks/1")
    assert {one["kind"]: list(one["parameters"]) for one in listed["checks"]} == {
        kind: list(check.parameters) for kind, check in CATALOGUE.items()
    }


def test_all_kinds_are_listed_for_people(tmp_path: Path) -> None:
    ended = gha_router("checks", cwd=tmp_path)
    lines = [line.split()[0] for line in ended.stdout.splitlines() if line[:1].strip()]
    assert [*CATALOGUE] == lines[: len(CATALOGUE)]
    assert "\x1b" not in ended.stdout


@pytest.mark.parametrize("kind", sorted(CATALOGUE))
def test_one_kind_has_its_parameters_everywhere(kind: str) -> None:
    section = MANUAL.split(f"\n## {kind}\n")[1].split("\n## ")[0]
    assert all(f"| `{name}` |" in section for name in CATALOGUE[kind].parameters)
    assert CATALOGUE[kind].example in section
    assert "\npassed: " in section
    assert "\nfailed: " in section


def test_one_kind_is_shown_in_full(tmp_path: Path) -> None:
    ended = gha_router("checks", "trace", cwd=tmp_path)
    assert all(name in ended.stdout for name in ("tool", "matches", "claim", "weight", "trace: {tool: Bash"))


def test_a_kind_that_is_none_is_told_with_the_nearest(tmp_path: Path) -> None:
    ended = gha_router("checks", "secret", cwd=tmp_path)
    assert ended.returncode == 2
    assert "did you mean `secrets`?" in ended.stderr


def test_the_keys_of_every_check_are_explained() -> None:
    assert tuple(EXPLAINED) == COMMON


@pytest.mark.parametrize("kind", sorted(CATALOGUE))
def test_the_schema_takes_every_case_and_every_example(kind: str) -> None:
    for spec in (MUST_PASS[kind].spec, MUST_FAIL[kind].spec, yaml.safe_load(CATALOGUE[kind].example)):
        assert [error.message for error in SCHEMA.iter_errors({**spec, "name": "x", "weight": 2})] == []


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"name": "x"},
        {"exsts": "a"},
        {"exists": "a", "absent": "b"},
        {"contains": {"txt": "a"}},
        {"exists": "a", "weight": 0},
    ],
)
def test_the_schema_refuses_what_is_no_check(spec: dict[str, object]) -> None:
    assert not SCHEMA.is_valid(spec)


def test_every_task_of_ours_follows_it() -> None:
    suites = Path(__file__).parents[3] / "src" / "gha_router" / "experiment" / "suites"
    files = list(suites.rglob("task.yml"))
    assert files
    for file in files:
        for spec in yaml.safe_load(file.read_text(encoding="utf-8"))["checks"]:
            assert SCHEMA.is_valid(spec), f"{file}: {spec}"
