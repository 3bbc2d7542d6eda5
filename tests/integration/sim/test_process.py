"""The simulation as a process: it says where it listens, and ends when it is told to."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from gha_router.sim import load_scripts
from tests.claude_code import TASKS
from tests.loopback import NO_TLS
from tests.unit.sim.chats import chat
from tests.unit.sim.test_classic import CLASSIC

COMMAND = [sys.executable, "-m", "gha_router.sim"]
PATIENCE_S = 30


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the process until the block ends; it has said that it is ready."""
    pipe = subprocess.PIPE
    with subprocess.Popen([*COMMAND, *arguments], stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("simulated models ready on http://127.0.0.1:")
            yield process
        finally:
            process.kill()


def test_it_writes_its_address_and_pid_and_answers_there(tmp_path: Path) -> None:
    file = tmp_path / "sim.json"
    with started("--suite", str(CLASSIC), "--info-file", str(file), "--speed", "0") as process:
        info = json.loads(file.read_text(encoding="utf-8"))
        assert info["pid"] == process.pid
        assert httpx.get(f"{info['url']}/healthz", trust_env=False, verify=NO_TLS).status_code == 200
    assert list(tmp_path.iterdir()) == [file]


def test_it_interleaves_parallel_calls_when_it_is_asked_to(tmp_path: Path) -> None:
    file = tmp_path / "sim.json"
    (script,) = load_scripts([TASKS / "parallel-calls"])
    body = chat(script.prompt) | {"stream": True}
    with started("--suite", str(TASKS), "--info-file", str(file), "--interleaved"):
        url = json.loads(file.read_text(encoding="utf-8"))["url"]
        headers = {"Authorization": "Bearer any"}
        answer = httpx.post(f"{url}/v1/chat/completions", json=body, headers=headers, trust_env=False, verify=NO_TLS)
    assert re.findall(r'"index":(\d),"function"', answer.text)[:3] == ["0", "1", "2"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_well_on_a_signal(number: signal.Signals) -> None:
    with started("--port", "0") as process:
        process.send_signal(number)
        assert process.communicate(timeout=PATIENCE_S) == ("", "")
        assert process.returncode == 0


def test_it_ends_with_the_process_that_started_it_when_asked_to() -> None:
    with started("--until-stdin-closes") as process:
        assert process.communicate(timeout=PATIENCE_S) == ("", "")  # closes its stdin
        assert process.returncode == 0


def test_without_being_asked_it_outlives_its_stdin() -> None:
    with started() as process:
        assert process.stdin is not None
        process.stdin.close()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.3)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--suite", "/nowhere"], 2, "/nowhere: no task in this folder"),
        (["--info-file", "/nowhere/sim.json"], 3, "/nowhere/sim.json cannot be written"),
    ],
)
def test_a_mistake_is_a_message_and_an_exit_code(arguments: list[str], code: int, says: str) -> None:
    command = [*COMMAND, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert ended.returncode == code
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr
