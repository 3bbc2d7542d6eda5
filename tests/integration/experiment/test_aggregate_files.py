"""What `aggregate` leaves: each file says of the shards together what it would say of the experiment in one piece."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gha_router.experiment.collected import collected
from gha_router.experiment.header import read_header
from gha_router.experiment.history import History, history_of, read_history
from gha_router.experiment.leaderboard import leaderboard
from gha_router.records import dumps
from gha_router.report.outcomes import outcomes_csv
from tests.command import gha_router
from tests.unit.github.runner import outputs
from tests.unit.leaderboard import shards
from tests.unit.report import sample

WHOLE = replace(shards.header(models=sample.MODELS, tasks=sample.TASKS), simulated=True)


@pytest.fixture(scope="module")
def put(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six shards put together, as a step of a workflow."""
    root = tmp_path_factory.mktemp("six")
    folders = shards.cut(WHOLE, sample.experiment().trials, 6, root / "shards")
    (root / "output").touch()
    done = gha_router("aggregate", *folders, "--out", root / "whole", GITHUB_OUTPUT=str(root / "output"))
    assert done.returncode == 0, done.stderr
    return root


def test_outcomes(put: Path) -> None:
    header, *rows = (put / "whole" / "outcomes.csv").read_text().splitlines()
    assert header == "task_id,model,resolved,cost_usd,api_calls,wall_s,epoch"
    assert sorted(rows) == sorted(outcomes_csv(sample.experiment()).splitlines()[1:])


def test_trials_are_all_there(put: Path) -> None:
    arrived = sorted((put / "whole" / "trials.jsonl").read_text().splitlines())
    assert arrived == sorted(dumps(trial) for trial in sample.experiment().trials)


def test_the_report_for_machines(put: Path) -> None:
    data = json.loads((put / "whole" / "report.json").read_text())
    board = leaderboard(sample.experiment())
    assert [row["model"] for row in data["rows"]] == [row.model for row in board.rows]
    assert [row["verified"] for row in data["rows"]] == [row.verified for row in board.rows]
    assert data["pareto"] == [row.model for row in board.front]
    assert [shard["state"] for shard in data["shards"]] == ["whole"] * 6
    assert len({shard["name"] for shard in data["shards"]}) == 6


def test_the_history(put: Path) -> None:
    found: History = read_history(put / "whole")
    alone = history_of(collected(sample.experiment()), read_header(put / "whole"))
    assert {(cell.task, cell.model): cell for cell in found.cells} == {
        (cell.task, cell.model): cell for cell in alone.cells
    }
    assert (found.missing, found.tasks, found.models) == (0, dict(WHOLE.tasks), dict(WHOLE.models))


def test_outputs_of_the_step(put: Path) -> None:
    found = outputs((put / "output").read_text())
    assert found["pareto"].split(",") == [row.model for row in leaderboard(sample.experiment()).front]
    assert found["missing_shards"] == ""
    assert found["report_json"] == str(put / "whole" / "report.json")


def test_a_missing_shard_is_an_output_and_an_exit_code(put: Path, tmp_path: Path) -> None:
    (tmp_path / "output").touch()
    five = [put / "shards" / f"shard-{number}" for number in (1, 2, 3, 5, 6)]
    done = gha_router("aggregate", *five, "--out", tmp_path / "whole", GITHUB_OUTPUT=str(tmp_path / "output"))
    assert done.returncode == 3
    assert outputs((tmp_path / "output").read_text())["missing_shards"] == "4/6"
    assert read_history(tmp_path / "whole").missing == 4
    counted = {point.id for point in collected(sample.experiment()).points if point.counted}
    lines = (tmp_path / "whole" / "outcomes.csv").read_text().splitlines()[1:]
    assert 0 < len(lines) < len(counted)
