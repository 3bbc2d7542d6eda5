"""A claim of tests needs a test command that ended well; what only looks like one does not count."""

from pathlib import Path
from typing import Any

import pytest

from gha_router.checks import patterns
from gha_router.records import CheckResult, CheckStatus, ToolCall
from tests.unit.checks.cases import bash
from tests.unit.checks.world import World

TESTS = {"trace": {"claim": "tests_passed"}}


def looked(root: Path, spec: dict[str, Any], *calls: ToolCall) -> CheckResult:
    world = World(root)
    world.calls = calls
    return world.check(spec)


@pytest.mark.parametrize("line", ["pytest -q", "cd web && npm test", "go test ./...", "uv run pytest", "make check"])
def test_a_test_command_that_ended_well(tmp_path: Path, line: str) -> None:
    assert looked(tmp_path, TESTS, bash(line, "ok")).passed


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (bash("cat <<'EOF'\npytest\nEOF"), "none in 1 tool call"),
        (bash("echo 'pytest: 5 passed'", "pytest: 5 passed"), "none in 1 tool call"),
        (bash("true # pytest"), "none in 1 tool call"),
        (bash("python -c \"print('5 passed')\" # ; pytest", "5 passed"), "none in 1 tool call"),
        (bash("pip install pytest"), "none in 1 tool call"),
        (bash("pytest --collect-only"), "none in 1 tool call"),
        (bash("pytest || true"), "may be that of another command"),
        (bash("pytest | tail -3", "1 failed, 5 passed"), "may be that of another command"),
        (bash("pytest | tail -3", ""), "may be that of another command"),
        (bash("pytest | tail -3 forged.txt", "5 passed"), "may be that of another command"),
        (bash("pytest | sed s/failed/passed/", "5 passed"), "may be that of another command"),
        (bash("echo 5 passed; pytest | head -0", "5 passed"), "may be that of another command"),
        (bash("pytest | tail -3; true", "5 passed"), "may be that of another command"),
        (bash("pytest --fast || pytest | tail", "5 passed"), "may be that of another command"),
        (bash("pytest -q", "1 failed", is_error=True), "ended in an error"),
        (bash("pytest -q", None), "never came back"),
        (
            ToolCall(name="Bash", input={"command": "pytest", "run_in_background": True}, output="started"),
            "in the background",
        ),
        (ToolCall(name="Write", input={"file_path": "a", "content": "pytest"}, output="ok"), "none in 1 tool call"),
        (ToolCall(name="Bash", input={"command": ["pytest"]}, output=""), "none in 1 tool call"),
        (ToolCall(name="Bash", input={}, output=""), "none in 1 tool call"),
    ],
)
def test_what_is_no_test_that_ended_well(tmp_path: Path, call: ToolCall, words: str) -> None:
    result = looked(tmp_path, TESTS, call)
    assert result.status is CheckStatus.FAILED
    assert words in result.found


def test_of_tests_in_a_pipe_the_output_shows_it(tmp_path: Path) -> None:
    for line in ("pytest -q 2>&1 | tail -20", "cd app && npm test | tee log | tail -n 5"):
        assert looked(tmp_path, TESTS, bash(line, "5 passed in 0.1s")).passed


def test_without_any_call_nothing_is_shown(tmp_path: Path) -> None:
    assert looked(tmp_path, TESTS).found == "none in 0 tool calls"


def test_one_good_run_among_bad_ones_is_enough(tmp_path: Path) -> None:
    assert looked(tmp_path, TESTS, bash("pytest", "1 failed", is_error=True), bash("pytest", "ok"), bash("ls")).passed


def test_a_described_call_of_any_tool(tmp_path: Path) -> None:
    read = ToolCall(name="Read", input={"file_path": "/w/report.md"}, output="text")
    edits = ToolCall(name="MultiEdit", input={"edits": ["a", "b = 1"], "n": 3}, output="ok")

    assert looked(tmp_path, {"trace": {"tool": "Read"}}, read).passed
    assert looked(tmp_path, {"trace": {"tool": "Read", "matches": r"report\.md$"}}, read).passed
    assert looked(tmp_path, {"trace": {"matches": "^b = "}}, edits).passed
    assert not looked(tmp_path, {"trace": {"tool": "Read", "matches": "other"}}, read).passed
    assert not looked(tmp_path, {"trace": {"tool": "read"}}, read).passed


def test_a_pattern_is_held_against_each_command_by_itself(tmp_path: Path) -> None:
    spec = {"trace": {"tool": "Bash", "matches": "^ruff check"}}
    assert looked(tmp_path, spec, bash("cd app && ruff check src")).passed
    assert not looked(tmp_path, spec, bash("echo ruff check")).passed


@pytest.mark.parametrize(
    ("claim", "call", "holds"),
    [
        ("command_run", bash("ls"), True),
        ("command_run", ToolCall(name="Read", input={}, output=""), False),
        ("file_written", ToolCall(name="Write", input={"file_path": "a"}, output="ok"), True),
        ("file_written", ToolCall(name="Read", input={"file_path": "a"}, output="ok"), False),
        ("file_written", bash("printf x > a"), True),
    ],
)
def test_other_claims_need_a_call_that_could_do_it(
    tmp_path: Path,
    claim: str,
    call: ToolCall,
    holds: bool,  # noqa: FBT001 - a case
) -> None:
    assert looked(tmp_path, {"trace": {"claim": claim}}, call).passed is holds


def test_a_pattern_that_backtracks_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "LIMIT_S", 0.2)
    call = ToolCall(name="X", input={"text": "a" * 60 + "!"}, output="")
    result = looked(tmp_path, {"trace": {"matches": "^(a|a)+$"}}, call)
    assert result.status is CheckStatus.FAILED
    assert "too many ways" in result.found
