"""The container action, started as the runner starts it, over simulated models."""

import socket as socket_module
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.e2e.containers.action import run_action, start_action
from tests.e2e.containers.engine import Engine
from tests.e2e.containers.state import REPOSITORY
from tests.e2e.containers.step import Step, give_to_runner

KEY = "sk-ant-canary-in-a-container"
CREATE = "Create a file note.txt containing hello"
CHECKS = "- fresh: note.txt\n- contains: {text: hello, in: note.txt}"


def step(image: str, workspace: Path, **inputs: str) -> Step:
    return Step(
        action_dir=REPOSITORY,
        image=image,
        workspace=workspace,
        event="push",
        inputs={"model": "sim/honest", "anthropic_api_key": KEY, **inputs},
        secrets=(KEY,),
    )


def test_a_prompt_is_run_verified_and_carried_back(
    podman: Engine, our_image: str, workspace: Path, figure: Callable[[str], None]
) -> None:
    result = run_action(podman, step(our_image, workspace, prompt=CREATE, checks=CHECKS), seconds=120)
    assert result.returncode == 0, result.log
    assert (result.outputs["verdict"], result.outputs["served_models"]) == ("verified", "sim/honest")
    assert result.summary.startswith("### ✅ Verified")
    assert "Isolation: uid" in result.summary
    assert (workspace / "note.txt").read_text() == "hello\n"
    assert (workspace / "note.txt").stat().st_uid == workspace.stat().st_uid
    assert KEY not in result.log
    figure(f"action over simulated models: {result.wall_s:.1f} s")


DRILL = {
    "environment of another process": "cat /proc/1/environ",
    "memory of another process": "head -c 1 /proc/1/mem",
    "tracing another process": "python3 -c 'import ctypes,sys;sys.exit(ctypes.CDLL(None).ptrace(16,1,0,0)!=0)'",
    "ending another process": "kill -0 1",
    "the ledger": "cat /github/runner_temp/gha-router/ledger.jsonl",
    "the sealed checks": "ls /opt/gha-router/lib/python3*/site-packages/gha_router/experiment/suites",
    "the original workspace": "ls /github/workspace",
    "writing there": "touch /github/workspace/x",
    "the docker socket": "test -w /var/run/docker.sock -o -r /var/run/docker.sock",
    "the file commands": "ls /github/file_commands",
    "the file commands by their other path": "ls /github/runner_temp/_runner_file_commands",
    "the event": "ls /github/workflow",
    "git credentials": "grep -ri -e extraheader -e canary .git",
    "git hooks": "ls .git/hooks/pre-commit",
    "setuid programs": "find / -xdev -perm /6000 -type f 2>/dev/null | grep .",
    "sudo": "sudo -n true",
    "tokens of the job": "env | grep -e ACTIONS_ -e GITHUB_TOKEN -e INPUT_",
    "receipts with its own key": (
        "python3 -c 'import os,urllib.request as u;u.urlopen(u.Request(os.environ[chr(65)+"
        '"NTHROPIC_BASE_URL"]+"/receipts",headers={"x-api-key":os.environ["ANTHROPIC_API_KEY"]}))\''
    ),
    "the gateway with another key": (
        "python3 -c 'import os,urllib.request as u;u.urlopen(u.Request(os.environ[chr(65)+"
        '"NTHROPIC_BASE_URL"]+"/v1/models",headers={"x-api-key":"ghar-another"}))\''
    ),
    "keys in any environment": "cat /proc/[0-9]*/environ 2>&1 | tr '\\0' '\\n' | grep -e canary -e runtime.token",
}


def test_the_isolation_drill(
    podman: Engine, our_image: str, workspace: Path, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """The agent itself tries what must be refused; the report says which isolation was in force."""
    socket = tmp_path / "docker.sock"
    with closing(socket_module.socket(socket_module.AF_UNIX)) as server:
        server.bind(str(socket))
        socket.chmod(0o660)
        with_credentials(workspace)
        tries = "; ".join(
            f"if ( {command} ) >/dev/null 2>&1; then echo '{name}: OPEN'; else echo '{name}: refused'; fi"
            for name, command in DRILL.items()
        )
        checks = "".join(f"- regex: '(?m)^{name}: refused$'\n" for name in DRILL)
        checks += "- command: \"! grep -qs 'sleep.29[9]' /proc/[0-9]*/cmdline\"\n"
        prompt = f"Run setsid sleep 299 & {tries}"
        drill = replace(step(our_image, workspace, prompt=prompt, checks=checks), docker_socket=socket)
        result = run_action(podman, drill, seconds=120)
    assert result.outputs["verdict"] == "verified", result.log
    assert "Isolation: uid" in result.summary
    for name in DRILL:
        figure(f"drill: {name}: refused")


def with_credentials(workspace: Path) -> None:
    """Make the workspace a checkout as actions/checkout leaves it: a token in the configuration, and a hook."""
    (workspace / ".git" / "hooks").mkdir(parents=True)
    (workspace / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (workspace / ".git" / "config").write_text(
        '[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic canary\n'
    )
    (workspace / ".git" / "hooks" / "pre-commit").write_text("#!/bin/sh\n")
    give_to_runner(workspace)


def test_a_cancelled_action_leaves_a_verdict_a_summary_and_outputs_within_five_seconds(
    podman: Engine, our_image: str, workspace: Path
) -> None:
    waiting = step(our_image, workspace, prompt=CREATE, checks=CHECKS, model="sim/clock-blind")
    with start_action(podman, waiting) as running:
        running.wait_for("attempt 1")
        running.cancel()
        result = running.result()
    assert result.cancelled_s is not None
    assert result.cancelled_s < 5
    assert (result.returncode, result.outputs["verdict"]) == (130, "cancelled")
    assert "Cancelled" in result.summary
