"""Commands are run by the runner that was handed in, and judged by exit code and output."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from gha_router.checks import CommandOutcome, CommandSpec, Tools, parse, run_all
from gha_router.errors import WorkspaceError
from gha_router.records import CheckResult, CheckStatus
from tests.unit.checks.world import HERE, World


def judged(tmp_path: Path, spec: Any, outcome: CommandOutcome | Exception) -> CheckResult:
    async def runner(_: CommandSpec) -> CommandOutcome:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    check = parse({"command": spec}, HERE)
    (result,) = asyncio.run(run_all([check], World(tmp_path).evidence(), Tools(run=runner)))
    return result


@pytest.mark.parametrize(
    ("spec", "exit_code", "told"),
    [
        ("pytest -q", 0, True),
        ("pytest -q", 1, True),
        ("cd app && npm test", 1, True),
        ({"run": "pytest -q", "exit": 1}, 1, False),  # meant to fail: it passed, and the tests did not
        ({"run": "pytest -q", "stdout_contains": "x"}, 0, False),  # failed for another reason
        ("pip install . && pytest", 1, False),
        ("pytest | tail -1", 0, False),
        ("pytest || true", 0, False),
        ("make", 0, False),
    ],
)
def test_it_tells_of_tests_by_their_own_exit_code(tmp_path: Path, spec: Any, exit_code: int, *, told: bool) -> None:
    outcome = CommandOutcome(exit_code=exit_code, stdout="", stderr="", timed_out=False, seconds=0.1)
    assert (judged(tmp_path, spec, outcome).tests is not None) is told


@pytest.mark.parametrize(
    ("spec", "status"),
    [
        ("true", CheckStatus.PASSED),
        ("false", CheckStatus.FAILED),
        ({"run": "exit 3", "exit": 3}, CheckStatus.PASSED),
        ({"run": "echo ok", "stdout_contains": "ok"}, CheckStatus.PASSED),
        ({"run": "echo no", "stdout_contains": "ok"}, CheckStatus.FAILED),
        ({"run": "echo ok >&2", "stdout_contains": "ok"}, CheckStatus.FAILED),
        ({"run": "echo ok; exit 1", "stdout_contains": "ok"}, CheckStatus.FAILED),
    ],
)
def test_exit_code_and_output_both_have_to_fit(tmp_path: Path, spec: Any, status: CheckStatus) -> None:
    assert World(tmp_path).check({"command": spec}).status is status


def test_the_last_lines_of_the_output_are_shown_plainly(tmp_path: Path) -> None:
    result = World(tmp_path).check({"command": r"seq 9; printf '\033[31mred\033[0m\a\r\n'; echo lost >&2; exit 1"})
    assert result.found.startswith("exit 1 after ")
    assert result.found.endswith(" s: 7 / 8 / 9 / red / lost")


def test_a_missing_text_is_named(tmp_path: Path) -> None:
    result = World(tmp_path).check({"command": {"run": "true", "stdout_contains": "passed"}})
    assert result.found.endswith(', without "passed" in its output, no output')


def test_a_command_without_an_end_has_failed(tmp_path: Path) -> None:
    result = World(tmp_path).check({"command": {"run": "echo begun; exec sleep 60", "time_limit_s": 0.3}})
    assert (result.status, result.found) == (CheckStatus.FAILED, "no end within 0.3 s: begun")


def test_a_command_that_did_not_run_is_nobodys_failure(tmp_path: Path) -> None:
    outcome = CommandOutcome(exit_code=None, stdout="", stderr="", timed_out=False, seconds=0.0, note="no such user")
    result = judged(tmp_path, "true", outcome)
    assert (result.status, result.found) == (CheckStatus.ERROR, "it did not run (no such user), no output")


@pytest.mark.parametrize(
    "problem",
    [OSError("disk full"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), WorkspaceError("no copy")],
)
def test_an_effect_that_fails_is_an_error_and_no_crash(tmp_path: Path, problem: Exception) -> None:
    result = judged(tmp_path, "true", problem)
    assert result.status is CheckStatus.ERROR
    assert str(problem) in result.found
    assert result.expected == "`true` ends with exit 0"


def test_a_mistake_in_a_check_is_raised(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        judged(tmp_path, "true", ZeroDivisionError())


def test_the_runner_is_given_the_command_and_its_limit(tmp_path: Path) -> None:
    asked: list[CommandSpec] = []

    async def runner(spec: CommandSpec) -> CommandOutcome:
        asked.append(spec)
        return CommandOutcome(exit_code=0, stdout="", stderr="", timed_out=False, seconds=0.0)

    checks = [parse({"command": "a"}, HERE), parse({"command": {"run": "b", "time_limit_s": 5}}, HERE)]
    results = asyncio.run(run_all(checks, World(tmp_path).evidence(), Tools(run=runner)))
    assert asked == [CommandSpec(command="a", time_limit_s=60), CommandSpec(command="b", time_limit_s=5)]
    assert [result.name for result in results] == ["command a", "command b"]
