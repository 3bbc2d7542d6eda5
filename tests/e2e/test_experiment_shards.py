"""Shards, killed and gone on with, and put together: as a user runs them, with the real CLI on simulated models."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from gha_router.ledger.read import receipts
from tests.command import COMMAND, environment, gha_router

WHAT = ("--suite", "classic", "--models", "sim/honest,sim/nop")
LIMIT_S = 400


def lines(out: Path) -> list[dict[str, object]]:
    file = out / "trials.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An experiment in two shards; the first was killed when two of its trials had ended."""
    root = tmp_path_factory.mktemp("shards")
    planned = gha_router("experiment", *WHAT, "--plan", "--shards", "2", "--budget", "5", "--out", root / "plan")
    assert planned.returncode == 0, planned.stderr
    assert [one["shard"] for one in json.loads(planned.stdout)["include"]] == ["1/2", "2/2"]
    second = gha_router("experiment", *WHAT, *part(root, 2), timeout=LIMIT_S)
    assert second.returncode == 0, second.stderr
    command = [*COMMAND, "experiment", *WHAT, *map(str, part(root, 1)), "--jobs", "1"]
    process = subprocess.Popen(
        command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    ends = time.monotonic() + LIMIT_S
    while len(lines(root / "shards" / "1")) < 2 and time.monotonic() < ends:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(LIMIT_S)
    return root


def part(root: Path, number: int) -> tuple[str | Path, ...]:
    shard = ("--shard", f"{number}/2", "--planned", root / "plan" / "plan.json", "--budget", "5")
    return (*shard, "--out", root / "shards" / str(number))


def test_a_killed_shard_is_named_then_gone_on_with_and_nothing_is_paid_twice(whole: Path) -> None:
    first = whole / "shards" / "1"
    before = lines(first)
    assert 2 <= len(before) < 5
    short = gha_router("aggregate", whole / "shards", "--out", whole / "short")
    assert short.returncode == 3
    assert "Not all shards arrived: 1/2 (cut short)" in short.stdout

    changed = gha_router("experiment", "--suite", "classic", "--models", "sim/honest", "--resume", "--out", first)
    assert changed.returncode == 2
    assert "sim/nop" in changed.stderr

    with (first / "trials.jsonl").open("a") as file:
        file.write('{"id": "cut')
    resumed = gha_router("experiment", *WHAT, *part(whole, 1), "--resume", timeout=LIMIT_S)
    assert resumed.returncode == 0, resumed.stderr
    after = lines(first)
    assert after[: len(before)] == before
    assert len({str(trial["id"]) for trial in after}) == len(after) == 5
    paid = {str(one.run) for one in receipts(first / "ledger-2.jsonl")}
    assert not paid & {str(trial["id"]) for trial in before}

    full = gha_router("aggregate", whole / "shards", "--out", whole / "full")
    assert full.returncode == 0, full.stderr
    data = json.loads((whole / "full" / "report.json").read_text())
    assert {row["model"]: (row["verified"], row["trials"]) for row in data["rows"]} == {
        "sim/honest": (5, 5),
        "sim/nop": (0, 5),
    }
    assert data["pareto"]
    for name in ("report.html", "report.md", "outcomes.csv", "trials.jsonl", "history.json", "experiment.json"):
        assert (whole / "full" / name).stat().st_size
    again = gha_router("compare", whole / "full", whole / "full", "--json")
    assert again.returncode == 0
