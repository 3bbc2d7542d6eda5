"""The demo, as a newcomer runs it."""

import csv
import json
from pathlib import Path

import pytest

from gha_router.records import Trial, from_json
from gha_router.sim import FIVE
from tests.command import gha_router
from tests.readme import demo_block, shape


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    ended = gha_router("demo", "--out", folder, timeout=900)
    assert ended.returncode == 0, ended.stderr
    (folder / "stdout").write_text(ended.stdout)
    return folder


@pytest.fixture(scope="module")
def trials(out: Path) -> list[Trial]:
    return [from_json(Trial, json.loads(line)) for line in (out / "trials.jsonl").read_text().splitlines()]


def of(trials: list[Trial], model: str) -> list[Trial]:
    return [trial for trial in trials if trial.model == model]


def contradicted(trials: list[Trial], kind: str) -> list[tuple[object, object, float | None]]:
    return [
        (finding.claim.value, finding.observation.value, finding.ratio)
        for trial in trials
        if trial.attempt
        for finding in trial.attempt.findings
        if finding.verdict == "contradicted" and finding.kind == kind and finding.claim and finding.observation
    ]


def test_twenty_five_trials_by_the_real_cli(out: Path, trials: list[Trial]) -> None:
    assert len(trials) == 25
    assert {trial.model for trial in trials} == set(FIVE)
    for trial in trials:
        assert trial.attempt is not None
        entries = (out / str(trial.attempt.transcript)).read_text().splitlines()
        assert json.loads(entries[0])["claude_code_version"].startswith("2.")
        assert trial.attempt.requests >= 1


@pytest.mark.parametrize(
    ("model", "verified"),
    [("sim/honest", 5), ("sim/slow", 4), ("sim/clock-blind", 5), ("sim/miscounter", 2), ("sim/lazy", 0)],
)
def test_each_model_is_seen_for_what_it_is(trials: list[Trial], model: str, verified: int) -> None:
    assert sum(trial.result.verdict == "verified" for trial in of(trials, model)) == verified


def test_the_honest_model_has_no_contradicted_claim(trials: list[Trial]) -> None:
    verdicts = {
        finding.verdict for trial in of(trials, "sim/honest") if trial.attempt for finding in trial.attempt.findings
    }
    assert "confirmed" in verdicts
    assert not verdicts & {"contradicted", "unreported"}


def test_done_without_work_is_contradicted(trials: list[Trial]) -> None:
    assert len(contradicted(of(trials, "sim/lazy"), "done")) >= 5


def test_a_claimed_second_and_a_half_is_held_against_the_clock(trials: list[Trial]) -> None:
    found = contradicted(of(trials, "sim/clock-blind"), "duration")
    assert len(found) == 5
    assert all(claimed == 1.4 and ratio is not None and ratio < 0.5 for claimed, _, ratio in found)


def test_184_is_contradicted_by_354(trials: list[Trial]) -> None:
    assert (184, 354) in [
        (claimed, measured) for claimed, measured, _ in contradicted(of(trials, "sim/miscounter"), "count")
    ]


def test_all_that_a_machine_reads_is_there(out: Path) -> None:
    head = json.loads((out / "report.json").read_text())["ledger_head"]
    assert gha_router("ledger", "verify", out / "ledger.jsonl", "--head", head).returncode == 0
    rows = list(csv.DictReader((out / "outcomes.csv").read_text().splitlines()))
    assert list(rows[0]) == ["task_id", "model", "resolved", "cost_usd", "api_calls", "wall_s", "epoch"]
    assert len(rows) == 25


def test_the_readme_shows_what_the_demo_prints(out: Path) -> None:
    """Times and money differ from run to run; everything else is what a newcomer sees."""
    assert shape(demo_block()) == shape((out / "stdout").read_text())
