"""Every kind of check is shown to pass and to fail, explains both, and has an example that can be copied."""

import re
from pathlib import Path

import pytest
import yaml

from gha_router.checks import CATALOGUE, parse
from gha_router.records import CheckResult, CheckStatus
from tests.golden import FOLDER, check_golden
from tests.unit.checks.cases import MUST_FAIL, MUST_PASS
from tests.unit.checks.world import HERE

KINDS = pytest.mark.parametrize("kind", sorted(CATALOGUE))


def explained(title: str, result: CheckResult) -> str:
    found = re.sub(r"after [0-9.]+ s", "after 0.0 s", result.found)
    return f"{title}: {result.name}\n  expected  {result.expected}\n  found     {found}\n"


@KINDS
def test_every_kind_has_a_case_that_must_pass_and_one_that_must_fail(kind: str, tmp_path: Path) -> None:
    assert kind in MUST_PASS, f"{kind} ships no case that must pass"
    assert kind in MUST_FAIL, f"{kind} ships no case that must fail"
    passing, failing = tmp_path / "passing", tmp_path / "failing"
    passing.mkdir()
    failing.mkdir()

    good = MUST_PASS[kind].world(passing).check(MUST_PASS[kind].spec)
    bad = MUST_FAIL[kind].world(failing).check(MUST_FAIL[kind].spec)

    assert (good.kind, good.status) == (kind, CheckStatus.PASSED)
    assert (bad.kind, bad.status) == (kind, CheckStatus.FAILED)
    check_golden(f"checks/{kind}.txt", explained("passed", good) + explained("failed", bad))


@KINDS
def test_every_example_is_one_line_that_parses_to_its_kind(kind: str) -> None:
    example = CATALOGUE[kind].example
    assert "\n" not in example
    assert parse(yaml.safe_load(example), HERE).kind == kind


@KINDS
def test_every_kind_is_documented(kind: str) -> None:
    check = CATALOGUE[kind]
    assert check.kind == kind
    assert check.summary
    assert "\n" not in check.summary
    assert all(check.parameters.values())
    assert check.short is None or check.short in check.parameters


def test_no_case_and_no_explanation_is_left_without_a_kind() -> None:
    assert set(MUST_PASS) == set(MUST_FAIL) == set(CATALOGUE)
    assert {file.stem for file in (FOLDER / "checks").iterdir()} == set(CATALOGUE)
