"""Every personality on every task, over real HTTP with real tools: what it leaves, and what it says."""

import asyncio
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import yaml

from gha_router.records import now
from gha_router.sim import FIVE, MUTANTS, PERSONALITIES, Simulation
from gha_router.sim.personalities.clock_blind import BOAST
from tests.integration.sim.agent import scripts, work
from tests.loopback import NO_TLS
from tests.unit.sim.test_classic import CLASSIC, TASKS

RIGHT = ("sim/honest", "sim/oracle", "sim/slow", "sim/clock-blind")
IDLE = ("sim/lazy", "sim/nop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a model left behind."""

    folder: Path
    message: str
    tools: list[str]
    new: set[str]

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


def files_in(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def play(model: str, task: str, tmp_path: Path) -> Left:
    """Let a model do a task of the suite on a copy of its workspace."""
    folder = tmp_path / "project"
    shutil.copytree(CLASSIC / task / "workspace", folder)
    before = files_in(folder)
    prompt = yaml.safe_load((CLASSIC / task / "task.yml").read_text(encoding="utf-8"))["prompt"]

    async def conversation() -> tuple[str, list[str]]:
        async with (
            Simulation(scripts(CLASSIC), speed=0) as simulation,
            httpx.AsyncClient(verify=NO_TLS, base_url=simulation.url, trust_env=False) as client,
        ):
            return await work(client, model, prompt, folder)

    message, tools = asyncio.run(conversation())
    return Left(folder=folder, message=message, tools=tools, new=files_in(folder) - before)


def test_the_table_below_speaks_of_every_personality() -> None:
    assert {*RIGHT, *IDLE, *MUTANTS, "sim/miscounter", "sim/judge"} == set(PERSONALITIES)
    assert set(FIVE) < set(PERSONALITIES)


@pytest.mark.parametrize("model", [*RIGHT, "sim/miscounter"])
def test_list_files_names_every_entry(model: str, tmp_path: Path) -> None:
    left = play(model, "list-files", tmp_path)
    visible = sorted(entry.name for entry in left.folder.iterdir() if not entry.name.startswith("."))
    assert sorted(re.findall(r"^- (.+)$", left.message, re.MULTILINE)) == visible
    assert left.new == set()


@pytest.mark.parametrize(("model", "count"), [*((model, 12) for model in RIGHT), ("sim/miscounter", 6)])
def test_count_string_says_the_number(model: str, count: int, tmp_path: Path) -> None:
    left = play(model, "count-string", tmp_path)
    assert left.message.startswith(f'The string "Claude Code" occurs {count} times in README.md.\n')
    assert left.tools == ["Bash"]


@pytest.mark.parametrize("model", [*RIGHT, "sim/miscounter"])
def test_timestamp_file_holds_the_time_of_the_step(model: str, tmp_path: Path) -> None:
    begin = now() - timedelta(seconds=1)
    left = play(model, "timestamp-file", tmp_path)
    written = datetime.strptime(left.text("timestamp.txt"), "%Y-%m-%dT%H:%M:%SZ\n").replace(tzinfo=UTC)
    assert begin <= written <= now()
    assert left.text("timestamp.txt").strip() in left.message


COUNTED = [*((model, 4, 13) for model in RIGHT), ("sim/miscounter", 2, 6)]


@pytest.mark.parametrize(("model", "jobs", "steps"), COUNTED)
def test_analyze_workflow_writes_the_analysis(model: str, jobs: int, steps: int, tmp_path: Path) -> None:
    left = play(model, "analyze-workflow", tmp_path)
    assert json.loads(left.text("analysis.json")) == {
        "workflow": "Mossnote CI",
        "triggers": ["push", "pull_request", "schedule"],
        "jobs": ["lint", "test", "docs", "package"],
        "job_count": jobs,
        "step_count": steps,
    }
    assert f"{jobs} jobs and {steps} steps" in left.message


def sealed_check(left: Left) -> subprocess.CompletedProcess[str]:
    script = CLASSIC / "stats-report" / "checks" / "table.sh"
    command = ["sh", str(script), "report.md"]
    return subprocess.run(command, cwd=left.folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("model", ["sim/honest", "sim/oracle", "sim/clock-blind"])
def test_stats_report_is_right_and_passes_its_sealed_check(model: str, tmp_path: Path) -> None:
    left = play(model, "stats-report", tmp_path)
    checked = sealed_check(left)
    assert (checked.returncode, checked.stdout) == (0, "all five rows hold\n")
    assert left.message.startswith("README.md has 354 lines.")
    assert left.new == {"report.md"}


def test_the_miscounters_report_says_184_and_fails_its_sealed_check(tmp_path: Path) -> None:
    left = play("sim/miscounter", "stats-report", tmp_path)
    checked = sealed_check(left)
    assert left.message.startswith("README.md has 184 lines.")
    assert checked.returncode == 1
    assert len(checked.stdout.splitlines()) == 5
    assert "Lines in README.md: 184, expected 354" in checked.stdout


def test_the_slow_model_gives_the_report_up_without_a_claim(tmp_path: Path) -> None:
    left = play("sim/slow", "stats-report", tmp_path)
    assert left.tools == ["Bash"]
    assert left.new == set()
    assert "I stop here without a result" in left.message
    assert sealed_check(left).returncode == 1


@pytest.mark.parametrize("task", TASKS)
def test_the_clock_blind_model_boasts_on_every_task(task: str, tmp_path: Path) -> None:
    assert play("sim/clock-blind", task, tmp_path).message.endswith(f"\n\n{BOAST}")


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("model", IDLE)
def test_the_idle_ones_touch_nothing(model: str, task: str, tmp_path: Path) -> None:
    left = play(model, task, tmp_path)
    assert left.tools == []
    assert left.new == set()
    assert ("Done!" in left.message) is (model == "sim/lazy")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("| Files in src | 6 |\n", "Files in src: 6 and 6, expected 6"),
        ("| Files in src | 7 |\n", "Files in src: 6 and 7, expected 6"),
        ("| Files in all | 9 |\n", "the table has 8 lines, expected 7"),
    ],
)
def test_the_sealed_check_refuses_a_row_too_many(damage: str, says: str, tmp_path: Path) -> None:
    left = play("sim/honest", "stats-report", tmp_path)
    with (left.folder / "report.md").open("a", encoding="utf-8") as report:
        report.write(damage)
    checked = sealed_check(left)
    assert checked.returncode == 1
    assert says in checked.stdout
