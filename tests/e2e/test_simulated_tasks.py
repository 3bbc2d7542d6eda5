"""The real Claude Code CLI, straight against the simulated models: the same files, byte for byte, every time."""

import asyncio
from pathlib import Path

import pytest

from gha_router.sim import Simulation, load_scripts
from tests.claude_code import TASKS, CliRun, files_in, run_cli

# What each reply of the model calls: the main agent's, then the subagent's.
CALLS: dict[str, tuple[list[list[str]], list[list[str]]]] = {
    "three-turns": ([["Write"], ["Bash"], ["Edit"]], []),
    "parallel-calls": ([["Write", "Write", "Write"], ["Read", "Bash", "Bash"], ["Write"]], []),
    "subagent": ([["Agent"], ["Bash"], ["Write"]], [["Write"], ["Bash"]]),
}
FINAL = {
    "three-turns": "I wrote poem.txt with 16 words. Done.",
    "parallel-calls": "I wrote four files; b.txt has 126 bytes and c.json 36. Done.",
    "subagent": "The subagent wrote haiku.txt with 3 lines. Done.",
}


def play(task: str, folder: Path, **extra: str) -> CliRun:
    async def conversation() -> CliRun:
        async with Simulation(load_scripts([TASKS]), speed=0) as simulation:
            return await run_cli(TASKS / task, base_url=simulation.url, key="any", folder=folder, **extra)

    return asyncio.run(conversation())


def test_the_tables_speak_of_every_task() -> None:
    assert set(CALLS) == set(FINAL) == {file.parent.name for file in TASKS.glob("*/task.yml")}


@pytest.mark.parametrize("task", CALLS)
@pytest.mark.parametrize("deferred", ["true", "false"])
def test_the_files_are_those_that_are_expected_with_and_without_deferred_tools(
    task: str, deferred: str, tmp_path: Path
) -> None:
    run = play(task, tmp_path / "work", ENABLE_TOOL_SEARCH=deferred)
    assert (run.code, run.final_message) == (0, FINAL[task]), run.stderr
    assert (run.calls(), run.calls(subagent=True)) == CALLS[task]
    assert run.files == files_in(TASKS / task / "expected")
