"""``gha-router serve`` for the other steps of a job: keys on standard input, outputs, masks, a bill; its scripts."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from gha_router.ledger import verify
from tests.command import COMMAND, environment, gha_router
from tests.processes import wait_until

ROOT = Path(__file__).parents[3]
KEY = "sk-canary-4712"
CONFIG = """\
version: 1
providers: {lab: {base_url: "http://127.0.0.1:9", api_key: "${LAB_KEY}", format: anthropic}}
models: {good: sim/honest, cheap: sim/lazy, real: lab/real}
tiers: {1: [good], 3: [cheap]}
steps:
  - {id: note, prompt: "Create a file note.txt containing it's ”hello“", tier: 1, checks: [{exists: note.txt}]}
  - {id: more, prompt: b, tier: 3, checks: [{exists: b}], limits: {time_s: 90, turns: 7}, on_fail: {escalate: [1]}}
pipelines:
  other: {steps: [{id: third, prompt: c, model: good, checks: [{exists: c}]}]}
"""
ASK = {"model": "any", "max_tokens": 10, "messages": [{"role": "user", "content": "hi"}]}


def outputs_of(file: Path) -> dict[str, str]:
    """Read the runner's form with delimiters."""
    found = re.findall(r"^(\S+)<<(ghadelimiter_\S+)\n(.*?)\n\2$", file.read_text(), re.MULTILINE | re.DOTALL)
    plain = re.findall(r"^(\w+)=(.*)$", file.read_text(), re.MULTILINE)
    return {name: value for name, _, value in found} | dict(plain)


def ended(pid: int) -> bool:
    """Say whether a process is gone, or waits for nothing but somebody who asks how it ended."""
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "State:\tZ" in status.read_text()


class Job:
    """The folders and variables that a runner gives the scripts of an action."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "temp").mkdir()
        (folder / "bin").mkdir()
        program = folder / "bin" / "gha-router"
        program.write_text('#!/bin/sh\nexec {} "$@"\n'.format(" ".join(f"'{word}'" for word in COMMAND)))
        program.chmod(0o755)
        (folder / "c.yml").write_text(CONFIG)

    def run(self, script: str, **given: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
        outputs = self.folder / f"outputs-{len(list(self.folder.glob('outputs-*')))}"
        outputs.touch()
        env = environment(
            RUNNER_TEMP=str(self.folder / "temp"),
            GITHUB_OUTPUT=str(outputs),
            GITHUB_STEP_SUMMARY=str(self.folder / "summary.md"),
            **given,
        )
        env["PATH"] = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        ended = subprocess.run(
            (str(ROOT / script),), cwd=self.folder, env=env, capture_output=True, text=True, timeout=90, check=False
        )
        return ended, outputs_of(outputs)

    def start(self, **given: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
        return self.run(
            "start/start.sh", **({"CONFIG": "c.yml", "PIPELINE": "", "CONTAINER": "", "VARIABLES": ""} | given)
        )

    def stop(self, gateway: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
        return self.run("stop/stop.sh", GATEWAY=gateway, LEDGER=str(self.folder / "kept" / "ledger.jsonl"))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def ask(outputs: Mapping[str, str], step: Mapping[str, str]) -> httpx.Response:
    return httpx.post(f"{outputs['url']}/v1/messages", json=ASK, headers={"x-api-key": step["key"]}, timeout=20)


def test_a_gateway_outlives_its_step_and_ends_with_a_bill(job: Job) -> None:
    started, outputs = job.start(VARIABLES=f"LAB_KEY={KEY}\nnonsense\n")
    assert started.returncode == 0, started.stdout + started.stderr
    try:
        steps = json.loads(outputs["steps"])
        assert [(step["id"], step["model"], step["turns"], step["minutes"]) for step in steps] == [
            ("note", "good", 60, 30),
            ("more", "cheap", 7, 2),
        ]
        assert steps[0]["prompt"] == "Create a file note.txt containing it's ”hello“"
        assert outputs["key"] == steps[0]["key"]
        for step in steps:
            assert f"::add-mask::{step['key']}\n" in started.stdout
            assert ask(outputs, step).status_code == 200
        assert "`on_fail` is not followed" in started.stdout
    finally:
        stopped, at_end = job.stop(outputs["gateway"])
    assert stopped.returncode == 0, stopped.stdout + stopped.stderr
    assert verify(job.folder / "kept" / "ledger.jsonl", head=at_end["head"]).receipts == 2
    assert float(at_end["cost_usd"]) > 0
    summary = (job.folder / "summary.md").read_text()
    assert "| `note` | `sim/honest` | 1 |" in summary
    assert "| `more` | `sim/lazy` | 1 |" in summary
    assert list((job.folder / "temp").iterdir()) == []
    assert KEY not in started.stdout + stopped.stdout + summary
    assert not any(KEY in file.read_text() for file in job.folder.rglob("*") if file.is_file())


def test_the_key_is_in_no_environment_and_no_argument_of_the_gateway(job: Job) -> None:
    _, outputs = job.start(VARIABLES=f"LAB_KEY={KEY}", ANTHROPIC_API_KEY="sk-ant-canary")
    folder = Path(outputs["gateway"].removeprefix("folder:"))
    try:
        pid = json.loads((folder / "info.json").read_text())["pid"]
        for name in ("environ", "cmdline"):
            told = Path(f"/proc/{pid}/{name}").read_text()
            assert KEY not in told
            assert "sk-ant-canary" not in told
        assert not (folder / "outputs").exists()  # what the keys stood in
    finally:
        job.stop(outputs["gateway"])


def test_a_killed_gateway_is_said_and_its_receipts_are_kept(job: Job) -> None:
    _, outputs = job.start(VARIABLES=f"LAB_KEY={KEY}", PIPELINE="other")
    (step,) = json.loads(outputs["steps"])
    assert step["id"] == "third"
    ask(outputs, step)
    pid = json.loads((Path(outputs["gateway"].removeprefix("folder:")) / "info.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: ended(pid))
    stopped, at_end = job.stop(outputs["gateway"])
    assert stopped.returncode == 0, stopped.stderr
    assert "the gateway had ended before" in stopped.stdout
    assert "did not end in good order" in stopped.stdout
    assert "head" not in at_end
    assert verify(job.folder / "kept" / "ledger.jsonl").receipts == 1


def test_a_gateway_that_cannot_start_says_why(job: Job) -> None:
    started, outputs = job.start()
    assert started.returncode == 3
    assert "`LAB_KEY` is not set" in started.stdout
    assert outputs == {}


def test_without_a_gateway_there_is_nothing_to_stop(job: Job) -> None:
    stopped, _ = job.stop("")
    assert (stopped.returncode, stopped.stdout) == (0, "no gateway was started\n")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("when: 'true'", "the step a has `when`"),
        ("workspace: fresh", "the step a has `workspace: fresh`"),
        ("output_schema: {type: object}", "the step a has `output_schema`"),
    ],
)
def test_what_another_action_would_get_wrong_is_refused(tmp_path: Path, more: str, says: str) -> None:
    step = f"steps: [{{id: a, prompt: p, model: m, checks: [{{exists: b}}], {more}}}]"
    (tmp_path / "c.yml").write_text(f"version: 1\nmodels: {{m: sim/honest}}\n{step}\n")
    options = ("--config", "c.yml", "--info-file", "i.json", "--ledger", "l.jsonl")
    ended = gha_router("serve", *options, "--actions", tmp_path, cwd=tmp_path)
    assert (ended.returncode, says in ended.stderr) == (2, True), ended.stderr
    assert not (tmp_path / "l.jsonl").exists()


def test_what_is_no_variable_on_standard_input_is_told_without_its_value(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text("version: 1\n")
    ended = subprocess.run(
        [*COMMAND, "serve", "--config", "c.yml", "--info-file", "i", "--ledger", "l", "--keys-stdin"],
        cwd=tmp_path,
        env=environment(),
        input=f"A=1\0{KEY}\0",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "entry 2 on standard input is no `NAME=value`" in ended.stderr
    assert KEY not in ended.stderr
