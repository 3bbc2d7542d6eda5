"""The image as a service container: started as the runner does it, read and ended by the actions' own scripts."""

import json
import os
import re
import shlex
import socket
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gha_router.ledger import verify
from tests.e2e.containers.engine import Engine
from tests.e2e.containers.state import REPOSITORY
from tests.processes import wait_until

CONFIG = """\
version: 1
models: {good: sim/honest}
steps: [{id: fix, prompt: Create a file note.txt containing hello, model: good, checks: [{exists: note.txt}]}]
"""
KEY = "sk-ant-canary-of-a-service"
ASK = {"model": "good", "max_tokens": 10, "messages": [{"role": "user", "content": "hi"}]}


@pytest.fixture
def service(podman: Engine, our_image: str) -> Iterator[str]:
    """The name of a container with the options that docs/workflows.md gives a service."""
    name = f"gha-router-service-{uuid.uuid4().hex[:12]}"
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    given = (f"GHA_ROUTER_CONFIG={CONFIG}", f"ANTHROPIC_API_KEY={KEY}", f"GHA_ROUTER_PORT={port}")
    env = [part for variable in given for part in ("--env", variable)]
    options = ("--network", "host", "--pull=never", "--entrypoint", "/opt/gha-router/bin/gateway")
    podman.run("run", "--detach", "--name", name, *options, *env, our_image)
    try:
        yield name
    finally:
        podman.remove(name)


def script(podman: Engine, name: str, folder: Path, **given: str) -> tuple[str, dict[str, str]]:
    """Run a script of an action, whose `docker` is podman with its storage; return what it says, and its outputs."""
    docker = folder / "bin" / "docker"
    docker.parent.mkdir(exist_ok=True)
    variables = " ".join(f"{key}={shlex.quote(value)}" for key, value in podman.env.items())
    docker.write_text(f'#!/bin/sh\nexec env {variables} podman "$@"\n')
    docker.chmod(0o755)
    outputs = folder / "outputs"
    outputs.write_text("")
    ended = subprocess.run(
        (str(REPOSITORY / name),),
        env={
            "PATH": f"{docker.parent}:{os.environ['PATH']}",
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "RUNNER_TEMP": str(folder),
            **given,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    text = outputs.read_text()
    found = re.findall(r"^(\S+)<<(ghadelimiter_\S+)\n(.*?)\n\2$", text, re.MULTILINE | re.DOTALL)
    return ended.stdout, {key: value for key, _, value in found} | dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


def test_a_service_serves_the_jobs_steps(podman: Engine, service: str, tmp_path: Path) -> None:
    said, outputs = script(podman, "start/start.sh", tmp_path, CONTAINER=service)
    (step,) = json.loads(outputs["steps"])
    assert f"::add-mask::{step['key']}" in said
    wait_until(lambda: "unhealthy" not in podman.run("healthcheck", "run", service))
    answer = httpx.post(f"{outputs['url']}/v1/messages", json=ASK, headers={"x-api-key": step["key"]}, timeout=20)
    assert answer.status_code == 200
    ledger = tmp_path / "ledger.jsonl"
    told, at_end = script(podman, "stop/stop.sh", tmp_path, GATEWAY=outputs["gateway"], LEDGER=str(ledger))
    assert verify(ledger, head=at_end["head"]).receipts == 1
    assert "| `fix` | `sim/honest` | 1 |" in (tmp_path / "summary.md").read_text()
    assert KEY not in said + told + podman.run("logs", service)
