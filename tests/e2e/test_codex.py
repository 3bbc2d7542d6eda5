"""The real Codex CLI: our suite by it, its limits, and a pipeline that it shares with Claude Code."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from gha_router.agent.codex.installed import VERSION
from gha_router.experiment.task import SUITES, load_suite
from gha_router.records import Trial, from_json
from tests.codex_cli import folder
from tests.command import gha_router

TASKS = [task.id for task in load_suite(SUITES / "classic")]
PIPELINE = """\
steps:
  - id: write
    agent: codex
    model: sim/honest
    prompt: Create a file hello.txt containing "one"
    checks: [{exists: hello.txt}, {trace: {claim: file_written}}]
  - id: count
    agent: claude
    model: sim/honest
    prompt: Count the lines of hello.txt
    checks: [{contains: 1 line}, {trace: {tool: Bash, matches: ^wc}}]
"""


@pytest.fixture(scope="module")
def codex() -> Path:
    return folder()


@pytest.fixture(scope="module")
def trials(codex: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Trial]:
    out = tmp_path_factory.mktemp("codex")
    asked = ("--suite", "classic", "--models", "sim/honest,sim/miscounter,sim/nop", "--agent", "codex")
    ended = gha_router("experiment", *asked, "--out", out, timeout=900, GHA_ROUTER_CODEX=str(codex))
    assert ended.returncode == 0, ended.stderr
    assert f"codex {VERSION}" in ended.stdout
    records = [from_json(Trial, json.loads(line)) for line in (out / "trials.jsonl").read_text().splitlines()]
    return {(trial.model, trial.task_id): trial for trial in records}


@pytest.mark.parametrize("task", TASKS)
def test_codex_solves_the_classic_suite(trials: dict[tuple[str, str], Trial], task: str) -> None:
    attempt = trials["sim/honest", task].attempt
    assert attempt is not None
    assert [check.name for check in attempt.checks if not check.passed] == []
    assert (attempt.verdict, attempt.agent, attempt.agent_version) == ("verified", "codex", VERSION)
    assert [finding for finding in attempt.findings if finding.verdict not in {"confirmed", "unverifiable"}] == []
    assert attempt.turns == attempt.requests
    assert attempt.usage is not None
    assert attempt.usage.input > 0


@pytest.mark.parametrize("task", TASKS)
def test_a_model_that_does_nothing_fails_by_codex_too(trials: dict[tuple[str, str], Trial], task: str) -> None:
    attempt = trials["sim/nop", task].attempt
    assert attempt is not None
    assert (attempt.verdict, attempt.delivered, bool(attempt.changes)) == ("failed", False, False)


def test_wrong_counts_are_contradicted_by_codex_too(trials: dict[tuple[str, str], Trial]) -> None:
    found = [trial.attempt for (model, _), trial in trials.items() if model == "sim/miscounter" and trial.attempt]
    assert any(finding.verdict == "contradicted" for attempt in found for finding in attempt.findings)


def run(scene: Path, codex: Path, config: str, *args: str) -> Any:
    (scene / "c.yml").write_text(config)
    (scene / "w").mkdir(exist_ok=True)
    names = ("--config", scene / "c.yml", "--workspace", scene / "w", "--out", scene / "out")
    return gha_router("run", *names, *args, timeout=400, GHA_ROUTER_CODEX=str(codex))


def report(scene: Path) -> Any:
    return json.loads((scene / "out" / "report.json").read_text())["run"]


def test_a_step_by_codex_and_one_by_claude_code_in_one_report(tmp_path: Path, codex: Path) -> None:
    ended = run(tmp_path, codex, PIPELINE)
    assert ended.returncode == 0, ended.stderr
    write, count = (step["attempts"][-1] for step in report(tmp_path)["steps"])
    assert (write["agent"], count["agent"]) == ("codex", "claude")
    assert write["changes"]["created"] == ["hello.txt"]
    assert (tmp_path / "w" / "hello.txt").read_text() == "one\n"
    assert f"Work by Codex CLI {VERSION} (write); Claude Code " in ended.stdout
    assert "Codex CLI" in (tmp_path / "out" / "report.md").read_text()
    if os.geteuid() == 0:
        assert (write["isolation"], count["isolation"]) == ("uid", "uid")


def test_its_key_is_in_no_file_and_is_hidden_from_commands(tmp_path: Path, codex: Path) -> None:
    (tmp_path / "w").mkdir()
    ended = run(
        tmp_path, codex, "version: 1", "--agent", "codex", "--model", "sim/honest", "--prompt", "Run env | sort"
    )
    assert ended.returncode in (0, 1), ended.stderr
    (attempt,) = report(tmp_path)["steps"][0]["attempts"]
    shown = (tmp_path / "out" / attempt["transcript"]).read_text()
    assert "CODEX_VERSION=" in shown
    assert "GHA_ROUTER_KEY" not in shown
    assert "ghar-" not in shown


def test_an_answer_by_a_schema(tmp_path: Path, codex: Path) -> None:
    config = """\
steps:
  - id: count
    agent: codex
    model: sim/honest
    prompt: Count the lines of a.txt
    structured_claims: true
    output_schema: {type: object, required: [lines], properties: {lines: {type: integer}}}
"""
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "a.txt").write_text("1\n2\n")
    ended = run(tmp_path, codex, config)
    assert ended.returncode == 0, ended.stderr  # that the answer fits is a check
    (attempt,) = report(tmp_path)["steps"][0]["attempts"]
    assert attempt["structured"] == {"lines": 2}
    assert {finding["claim"]["kind"]: finding["verdict"] for finding in attempt["findings"]}["count"] == "confirmed"


def test_turns_and_time_are_limited(tmp_path: Path, codex: Path) -> None:
    task = tmp_path / "task"
    task.mkdir()
    (task / "task.yml").write_text("id: t\nprompt: Do two things.\nturn_limit: 1\nchecks: [{exists: b.txt}]\n")
    commands = ("touch a.txt", "sleep 60; touch b.txt")
    steps = "".join(f"  - {{tool: Bash, input: {{command: {command}}}}}\n" for command in commands)
    (task / "oracle.yml").write_text(f"steps:\n{steps}final: Done.\n")
    (task / "workspace").mkdir()
    asked = ("--task", task, "--agent", "codex", "--model", "sim/honest", "--out", tmp_path / "out")
    assert gha_router("run", *asked, GHA_ROUTER_CODEX=str(codex)).returncode == 1
    (attempt,) = report(tmp_path)["steps"][0]["attempts"]
    assert (attempt["end"], attempt["changes"]["created"]) == ("turn_limit", ["a.txt"])
    slow = "steps: [{id: long, agent: codex, model: sim/honest, prompt: Run sleep 60, limits: {time_s: 3}}]"
    run(tmp_path, codex, slow)
    (attempt,) = report(tmp_path)["steps"][0]["attempts"]
    assert attempt["end"] == "time_limit"
    assert attempt["wall_s"] < 20


def test_no_codex_is_told_before_anything_is_spent(tmp_path: Path) -> None:
    ended = run(tmp_path, tmp_path, "version: 1", "--agent", "codex", "--model", "sim/honest", "--prompt", "Run true")
    assert ended.returncode not in (0, 1)
    assert "there is no Codex CLI" in ended.stderr
    assert not (tmp_path / "out" / "ledger.jsonl").exists()
