"""Shards put together: what is missing is named, what came twice counts once, and nothing is made up."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gha_router.errors import UsageError
from gha_router.experiment.collected import BROKEN, CUT, MISSING, WHOLE, Collected, collected
from gha_router.experiment.gather import gather
from gha_router.experiment.leaderboard import leaderboard
from gha_router.experiment.points import Point, point_of
from gha_router.experiment.scan import lines_of
from gha_router.records import ExperimentResult, Trial, Verdict, dumps
from gha_router.report.document import report_json
from gha_router.report.markdown import markdown
from gha_router.report.of_experiment import experiment_view
from tests.golden import check_golden
from tests.unit.leaderboard import shards
from tests.unit.report import sample

WHOLE_HEADER = replace(shards.header(models=sample.MODELS, tasks=sample.TASKS), simulated=True)


def ignore(raw: bytes, point: Point, folder: Path) -> None:
    assert raw.endswith(b"\n")
    assert point.id
    assert folder.is_dir()


def put(*folders: Path) -> Collected:
    return gather(folders, ignore)


def six(root: Path) -> list[Path]:
    return shards.cut(WHOLE_HEADER, sample.experiment().trials, 6, root)


def figures(result: Collected | ExperimentResult) -> object:
    board = leaderboard(result)
    return board.rows, board.contradicted, collected(result).votes, board.missing


def test_a_line_gives_the_same_point_as_the_whole_record(tmp_path: Path) -> None:
    draw = random.Random(3)  # noqa: S311
    trials = [*sample.experiment().trials, shards.synthetic("m", "t", 1, draw)]
    (tmp_path / "trials.jsonl").write_text("".join(dumps(trial) + "\n" for trial in trials))
    read = [line.trial for line in lines_of(tmp_path / "trials.jsonl")]
    assert [point_of(trial) for trial in read if trial] == [point_of(trial) for trial in trials]


def test_shards_together_are_the_experiment_in_one_piece(tmp_path: Path) -> None:
    found = put(tmp_path) if six(tmp_path) else None
    assert found is not None
    assert figures(found) == figures(sample.experiment())
    assert [shard.state for shard in found.shards] == [WHOLE] * 6
    assert found.lost == ()


@given(order=st.permutations(range(6)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10, deadline=None)
def test_the_order_of_arrival_changes_nothing(tmp_path: Path, order: list[int]) -> None:
    folders = six(tmp_path)
    found = put(*(folders[place] for place in order))
    assert report_json(found) == report_json(put(*folders))


def test_a_missing_and_a_broken_shard_are_named_and_count_against_nobody(tmp_path: Path) -> None:
    folders = six(tmp_path)
    (folders[1] / "trials.jsonl").unlink()
    (folders[1] / "experiment.json").unlink()
    (folders[1] / "ledger.jsonl").touch()
    (folders[2] / "trials.jsonl").write_text("{}\n")
    torn = (folders[4] / "trials.jsonl").read_bytes()
    (folders[4] / "trials.jsonl").write_bytes(torn[:-40])
    found = put(tmp_path)
    states = {shard.name: (shard.state, shard.why) for shard in found.lost}
    assert states["2/6"] == (MISSING, "nothing of it arrived")
    assert states["3/6"][0] == BROKEN
    assert states["3/6"][1].startswith("trials.jsonl:1: no trial of ours")
    assert states["5/6"] == (CUT, "trials.jsonl:4: the line is cut: it was being written when somebody was killed")
    assert states["shard-2"][0] == BROKEN
    board = leaderboard(found)
    assert board.missing == 25 - len(found.points)
    assert board.verdict is Verdict.ERROR
    arrived = {point.id for point in found.points}
    alone = replace(sample.experiment(), trials=tuple(t for t in sample.experiment().trials if t.id in arrived))
    assert leaderboard(alone).rows == board.rows
    check_golden("report/shards-lost.md", markdown(experiment_view(found, board)).replace(str(tmp_path), "OUT"))


def test_a_shard_that_was_killed_between_two_trials_is_cut_short(tmp_path: Path) -> None:
    folders = six(tmp_path)
    first = (folders[0] / "trials.jsonl").read_text().splitlines(keepends=True)
    (folders[0] / "trials.jsonl").write_text(first[0])
    replace(WHOLE_HEADER, shard="1/6", planned=5, ended=None).write(folders[0])
    (shard,) = put(tmp_path).lost
    assert (shard.name, shard.state, shard.trials, shard.planned) == ("1/6", CUT, 1, 5)
    assert shard.why == "it was killed before its end"


def test_a_shard_that_arrived_twice_counts_once(tmp_path: Path) -> None:
    folders = six(tmp_path)
    again = shards.cut(WHOLE_HEADER, sample.experiment().trials, 6, tmp_path / "again")
    assert figures(put(*folders, again[3])) == figures(sample.experiment())


def test_a_trial_that_is_told_in_two_ways_is_refused_with_both_places(tmp_path: Path) -> None:
    folders = six(tmp_path)
    trial = sample.experiment().trials[0]
    other = replace(trial, result=replace(trial.result, verdict=Verdict.FAILED))
    twice = shards.write(tmp_path / "twice", replace(WHOLE_HEADER, shard="1/6", planned=1), [other])
    with pytest.raises(UsageError, match=r"told differently in .*shard-1 and here"):
        put(*folders, twice)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"epochs": 2}, "its epochs is 2, not 1"),
        ({"tasks": {**WHOLE_HEADER.tasks, sample.TASKS[0]: "other"}}, "the task 'list-files' is not the same"),
        ({"models": {**WHOLE_HEADER.models, "new": "x"}}, "the model 'new' is not the same"),
    ],
)
def test_two_experiments_are_not_put_together(tmp_path: Path, change: dict[str, object], said: str) -> None:
    folders = six(tmp_path)
    replace(WHOLE_HEADER, shard="6/6", **change).write(folders[5])  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="of another experiment") as caught:
        put(*folders)
    assert said in str(caught.value)


def test_a_trial_that_nobody_planned_is_not_counted(tmp_path: Path) -> None:
    foreign: Trial = replace(sample.experiment().trials[0], epoch=9, id="classic/list-files@sonnet#9")
    (shard,) = put(shards.write(tmp_path / "one", WHOLE_HEADER, [*sample.experiment().trials, foreign])).shards
    assert shard.why == "trials.jsonl:26: classic/list-files@sonnet#9 is no trial of this experiment"


def test_where_nothing_of_an_experiment_is_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no part of an experiment"):
        put(tmp_path)
    with pytest.raises(UsageError, match="there is no folder"):
        put(tmp_path / "none")
