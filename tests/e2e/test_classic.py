"""Every task of the suite is passed by its oracle and failed by nop, through the real CLI and our gateway."""

import csv
import json

import pytest

from gha_router.experiment.task import SUITES, load_suite
from gha_router.records import Trial, from_json
from tests.command import gha_router

TASKS = [task.id for task in load_suite(SUITES / "classic")]


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Trial]:
    out = tmp_path_factory.mktemp("classic")
    ended = gha_router("experiment", "--suite", "classic", "--models", "sim/oracle,sim/nop", "--out", out)
    assert ended.returncode == 0, ended.stderr
    records = [from_json(Trial, json.loads(line)) for line in (out / "trials.jsonl").read_text().splitlines()]
    rows = list(csv.DictReader((out / "outcomes.csv").read_text().splitlines()))
    assert len(rows) == len(records) == 2 * len(TASKS)
    return {(trial.model, trial.task_id): trial for trial in records}


@pytest.mark.parametrize("task", TASKS)
def test_the_oracle_passes(trials: dict[tuple[str, str], Trial], task: str) -> None:
    attempt = trials["sim/oracle", task].attempt
    assert attempt is not None
    assert [check.name for check in attempt.checks if not check.passed] == []
    assert attempt.verdict == "verified"
    assert [finding for finding in attempt.findings if finding.verdict not in {"confirmed", "unverifiable"}] == []


@pytest.mark.parametrize("task", TASKS)
def test_nop_fails(trials: dict[tuple[str, str], Trial], task: str) -> None:
    attempt = trials["sim/nop", task].attempt
    assert attempt is not None
    assert (attempt.verdict, attempt.delivered, bool(attempt.changes)) == ("failed", False, False)
