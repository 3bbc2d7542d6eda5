"""Somebody presses Cancel: before, while and after the agent works. A verdict, outputs and a summary within 5 s."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import COMMAND
from tests.e2e.test_action_process import CHECKS, CREATE, Job
from tests.processes import wait_until


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def signalled(job: Job, when: Callable[[subprocess.Popen[str]], None], **inputs: str) -> tuple[int, float, str]:
    """Start the action, wait for a moment, and say stop as the runner does; return code, seconds, and log."""
    with subprocess.Popen(
        [*COMMAND, "action"],
        cwd=job.workspace,
        env=job.environment(**inputs),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        when(process)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        log = process.communicate(timeout=60)[0]
        return process.returncode, time.monotonic() - began, log


def test_a_stop_while_a_check_runs_ends_the_check(job: Job) -> None:
    mark = f"sleep 4{os.getpid()}"
    checks = f'- command: "{mark}"\n'

    def running(_process: subprocess.Popen[str]) -> None:
        wait_until(lambda: started(mark), 60)

    code, seconds, log = signalled(job, running, prompt=CREATE, checks=checks, model="sim/honest")
    assert (code, job.outputs["verdict"]) == (130, "cancelled"), log
    assert seconds < 5
    assert "Cancelled" in job.summary
    assert not started(mark)
    report = json.loads((job.temp / "gha-router" / "report.json").read_text())
    assert report["run"]["steps"][0]["attempts"][0]["changes"]["created"] == ["note.txt"]
    assert not (job.workspace / "note.txt").exists()


def test_a_stop_while_a_large_workspace_is_copied(job: Job) -> None:
    for number in range(30_000):
        (job.workspace / str(number)).touch()

    def copying(process: subprocess.Popen[str]) -> None:
        assert process.stdout
        assert any("attempt 1" in line for line in iter(process.stdout.readline, ""))

    code, seconds, log = signalled(job, copying, prompt="Run sleep 50", checks=CHECKS, model="sim/honest")
    assert (code, job.outputs["verdict"]) == (130, "cancelled"), log
    assert seconds < 5
    assert "Cancelled" in job.summary


@pytest.mark.parametrize("after_s", [0.25, 0.6, 1.0])
def test_a_stop_before_the_run_gives_a_verdict_and_a_summary(job: Job, after_s: float) -> None:
    def loading(_process: subprocess.Popen[str]) -> None:
        time.sleep(after_s)

    code, seconds, log = signalled(job, loading, prompt="Run sleep 50", checks=CHECKS, model="sim/honest")
    assert (code, job.outputs["verdict"], job.outputs["conclusion"]) == (130, "cancelled", "failure"), log
    assert seconds < 5
    assert "Cancelled" in job.summary
    assert "Traceback" not in log


def started(mark: str) -> bool:
    """Whether a program runs that was started by these words."""
    wanted = mark.replace(" ", "\0").encode() + b"\0"
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if file.read_bytes() == wanted:
                return True
    return False
