"""A day's budget holds over several gateway processes of one machine, also when one of them is killed."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path

from tests.command import gha_router
from tests.integration.cli.day import CONFIG, WORST, ask_all, days
from tests.integration.cli.test_serve import serving
from tests.upstream import answering, message, upstream

CAP = Decimal("0.05")


def test_two_gateways_of_one_machine_keep_one_day(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}

    async def run() -> None:
        with days() as passed:
            async with upstream(answering(200, message())) as up:
                config = CONFIG.format(url=up.url, day_usd=CAP)
                with serving(folders[0], config, **state) as (_, a), serving(folders[1], config, **state) as (_, b):
                    asked = await ask_all(folders, (a, b))
        assert asked.statuses == {200, 402}
        assert asked.spent == Decimal("0.0006") * len(up.sent)
        assert CAP - WORST < asked.spent <= CAP * len(passed)
        assert "the day's budget of $0.05" in asked.refusal

    asyncio.run(run())
    assert (tmp_path / "state/gha-router/budgets.sqlite").exists()


def test_a_run_that_the_day_refuses_ends_with_the_budgets_exit_code(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text(CONFIG.format(url="http://127.0.0.1:9", day_usd="0.000001"))
    (tmp_path / "workspace").mkdir()
    options = ("--config", "c.yml", "--prompt", "hi", "--workspace", "workspace", "--out", "out")
    ended = gha_router("run", *options, cwd=tmp_path, LAB_KEY="k", XDG_STATE_HOME=str(tmp_path / "state"))
    assert ended.returncode == 4, ended.stderr
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert report["run"]["verdict"] == "refused", report


def test_a_day_that_cannot_be_counted_stops_a_run_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text(CONFIG.format(url="http://127.0.0.1:9", day_usd="1"))
    (tmp_path / "state").touch()
    (tmp_path / "workspace").mkdir()
    options = ("--config", "c.yml", "--prompt", "hi", "--workspace", "workspace", "--out", "out")
    ended = gha_router("run", *options, cwd=tmp_path, LAB_KEY="k", XDG_STATE_HOME=str(tmp_path / "state"))
    assert ended.returncode == 3
    assert "budgets.sqlite cannot be used" in ended.stderr
    assert "Traceback" not in ended.stderr
