"""How a run ends that is ended, cut off or watched: ``gha-router run`` over upstreams that are slow, down or full."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import COMMAND, environment
from tests.integration.cli.test_run import CREATE, KEY, ROOT, Scene, refused, simulated
from tests.processes import alive, wait_until


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with simulated() as address:
        yield address


@pytest.mark.skipif(not ROOT, reason="a user of its own needs root")
def test_the_agent_can_read_no_key_of_ours_anywhere_in_proc(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url, "checks: [{exists: README.md}]\n")
    drill = "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c -e sk-canary -e LAB_KEY; echo drilled"
    scene.run_from_nothing("--prompt", f"Run {drill}")
    [transcript] = (scene.out / "transcripts").iterdir()
    outputs = [
        block["content"]
        for entry in map(json.loads, transcript.read_text().splitlines())
        if entry["type"] == "user"
        for block in entry["message"]["content"]
        if isinstance(block, dict) and block["type"] == "tool_result"
    ]
    assert outputs == ["0\ndrilled"]


def test_a_gateway_that_is_killed_is_no_failure_of_the_model(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url)
    with scene.running("--prompt", CREATE, "--model", "slow") as process:
        wait_until(lambda: scene.receipts() >= 1)
        os.kill(json.loads((scene.out / "gateway.json").read_text())["pid"], signal.SIGKILL)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode == 3
    assert "Traceback" not in stderr
    assert (scene.report["verdict"], scene.attempts[0]["verdict"]) == ("error", "error")
    assert scene.attempts[0]["requests"] >= 1
    assert scene.attempts[0]["transcript"] is not None
    assert scene.ledger_verifies()
    ledger = scene.out / "ledger.jsonl"
    ledger.write_text("".join(ledger.read_text().splitlines(keepends=True)[:-1]))
    assert not scene.ledger_verifies()
    assert not (scene.workspace / "note.txt").exists()


def test_a_limit_of_time_ends_all_and_still_gives_receipts_transcript_and_verdict(tmp_path: Path, url: str) -> None:
    script = "setsid sleep 300 & echo $! > pid; wait"
    steps = f"steps:\n  - {{id: wait, prompt: 'Run {script}', time_limit_s: 4, checks: [{{exists: none.txt}}]}}\n"
    scene = Scene(tmp_path, url, steps)
    ended = scene.run()
    assert ended.returncode == 1, ended.stderr
    [attempt] = scene.attempts
    assert (attempt["end"], attempt["verdict"], attempt["requests"]) == ("time_limit", "failed", 1)
    assert 4 <= attempt["wall_s"] < 15
    assert (scene.out / attempt["transcript"]).stat().st_size > 0
    pid = int((scene.out / "changes" / "wait" / "attempt-1" / "pid").read_text())
    assert not alive(pid)
    assert scene.ledger_verifies()


def test_an_upstream_that_is_down_is_infrastructure(tmp_path: Path) -> None:
    scene = Scene(tmp_path, "http://127.0.0.1:9")
    ended = scene.run("--prompt", CREATE)
    assert (ended.returncode, scene.report["verdict"]) == (3, "error")
    assert "no connection" in (scene.out / "report.md").read_text()


def test_an_interrupt_ends_the_run_with_a_report(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url)
    with scene.running("--prompt", CREATE, "--model", "slow") as process:
        wait_until(lambda: scene.receipts() >= 1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert (process.returncode, scene.report["verdict"]) == (130, "cancelled")
    assert scene.ledger_verifies()


def test_who_reads_no_further_changes_nothing_of_the_exit_code(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url)
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(
        [*COMMAND, *scene.args("--prompt", CREATE)],
        cwd=tmp_path,
        env=environment(LAB_KEY=KEY),
        stdout=writer,
        stderr=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (process.returncode, scene.report["verdict"]) == (0, "verified")


def test_a_provider_that_stays_overloaded_is_infrastructure(tmp_path: Path) -> None:
    assert refused(tmp_path, 529) == (3, "error")
