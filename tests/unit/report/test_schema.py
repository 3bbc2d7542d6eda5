"""Every report is what docs/report.schema.json says, and what it is not is noticed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from gha_router.records import ExperimentResult, RunResult, from_json
from gha_router.report.document import report_json
from gha_router.report.schema import report_schema
from tests.golden import FOLDER
from tests.unit.report import sample
from tests.unit.report.hostile import TEXTS, run_with
from tests.unit.report.scenarios import SCENARIOS

CHECKED_IN = Path(__file__).parents[3] / "docs" / "report.schema.json"
VALID = Draft202012Validator(report_schema())
RESULTS: dict[str, Callable[[], RunResult | ExperimentResult]] = {
    "experiment": sample.experiment,
    "run": sample.run,
    "failed": sample.failed_run,
    "hostile texts": lambda: run_with(TEXTS["lone surrogate"]),
}


def test_the_published_schema_is_the_code_s() -> None:
    assert json.loads(CHECKED_IN.read_text(encoding="utf-8")) == report_schema(), "scripts/docs.py writes it"
    Draft202012Validator.check_schema(report_schema())


@pytest.mark.parametrize("name", RESULTS)
def test_every_report_is_valid(name: str) -> None:
    VALID.validate(json.loads(report_json(RESULTS[name]())))


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_run_as_it_happens_is_valid_and_can_be_read_again(name: str) -> None:
    result = SCENARIOS[name]().result
    document = json.loads(report_json(result))
    VALID.validate(document)
    assert from_json(RunResult, document["run"]) == result


@pytest.mark.parametrize("file", sorted(FOLDER.glob("report/*.json")), ids=lambda file: file.name)
def test_every_golden_report_is_valid(file: Path) -> None:
    VALID.validate(json.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.pop("verdict"),
        lambda body: body.update(schema="gha-router/report/2"),
        lambda body: body.update(cost_usd=0.42),
        lambda body: body.update(cost_usd="much"),
        lambda body: body["run"]["steps"][0]["attempts"][0].pop("checks"),
        lambda body: body["run"]["steps"][0].update(verdict="fine"),
        lambda body: body["run"]["bill"][0].pop("served"),
    ],
)
def test_what_is_no_report_is_noticed(spoil: Callable[[Any], Any]) -> None:
    body = json.loads(report_json(SCENARIOS["verified"]().result))
    spoil(body)
    assert list(VALID.iter_errors(body))
