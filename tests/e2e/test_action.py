"""The container action, started as the runner starts it, over simulated models."""

import json
import socket as socket_module
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.containers.action import run_action, start_action
from tests.e2e.containers.engine import Engine
from tests.e2e.containers.state import REPOSITORY
from tests.e2e.containers.step import RUNNER_UID, Step, give_to_runner

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
    "memory of another process": ": < /proc/1/mem",
    "tracing another process": "python3 -c 'import ctypes,sys;sys.exit(ctypes.CDLL(None).ptrace(0x4206,1,0,0)!=0)'",
    "ending another process": "kill -0 1",
    "the ledger": "cat /github/runner_temp/gha-router/ledger.jsonl",
    "the sealed checks": "ls /opt/gha-router/lib/python3*/site-packages/gha_router/experiment/suites",
    "the original workspace": "ls /github/workspace",
    "writing there": "touch /github/workspace/x",
    "the docker socket": "test -w /var/run/docker.sock -o -r /var/run/docker.sock",
    "the file commands": "ls /github/file_commands",
    "the file commands by their other path": "ls /github/runner_temp/_runner_file_commands",
    "the event": "ls /github/workflow",
    "git credentials": "grep -ri -e extraheader -e '[c]anary' .git",
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
    "keys in any environment": "cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep -e '[c]anary' -e 'runtime[.]token'",
}


OPEN_WITHOUT_ROOT = {
    "ending another process",
    "environment of another process",
    "memory of another process",
    "the ledger",
    "the original workspace",
    "writing there",
}


def trying(drill: Mapping[str, str]) -> str:
    """A command that says of each thing whether it could be done."""
    return "; ".join(
        f"if ( {command} ) >/dev/null 2>&1; then echo '{name}: OPEN'; else echo '{name}: refused'; fi"
        for name, command in drill.items()
    )


def test_without_root_the_drill_shows_what_is_not_walled_off(
    podman: Engine, our_image: str, workspace: Path, figure: Callable[[str], None]
) -> None:
    """Nothing is hidden: the report says that there was no isolation, and what the agent reached stands there, too."""
    with_credentials(workspace)
    drill = replace(
        step(our_image, workspace, prompt=f"Run {trying(DRILL)}", checks="- exists: ."), user=str(RUNNER_UID)
    )
    with start_action(podman, drill) as running:
        result = running.result(120)
        report = json.loads((running.folders.temp / "gha-router" / "report.json").read_text())
    assert report["isolation"] == "none", result.log
    assert "Isolation: none. The agent ran as the same user and could have read" in result.summary
    said = report["run"]["steps"][0]["attempts"][0]["final_message"].splitlines()
    for name in DRILL:
        assert f"{name}: OPEN" in said or f"{name}: refused" in said
        figure(f"drill without root: {name}: {'not walled off' if f'{name}: OPEN' in said else 'refused'}")
    assert [name for name in sorted(OPEN_WITHOUT_ROOT) if f"{name}: OPEN" not in said] == []
    assert "tokens of the job: refused" in said
    assert "keys in any environment: refused" in said


def test_the_isolation_drill(
    podman: Engine, our_image: str, workspace: Path, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """The agent itself tries what must be refused; the report says which isolation was in force."""
    socket = tmp_path / "docker.sock"
    with closing(socket_module.socket(socket_module.AF_UNIX)) as server:
        server.bind(str(socket))
        socket.chmod(0o666)  # as on runners where every user may start containers
        with_credentials(workspace)
        tries = trying(DRILL)
        checks = "".join(f"- regex: '(?m)^{name}: refused$'\n" for name in DRILL)
        checks += "- command: \"! grep -qs 'sleep.29[9]' /proc/[0-9]*/cmdline\"\n"
        prompt = f"Run setsid sleep 299 & {tries}"
        drill = replace(step(our_image, workspace, prompt=prompt, checks=checks), docker_socket=socket)
        result = run_action(podman, drill, seconds=120)
    assert result.outputs["verdict"] == "verified", result.log
    assert "Isolation: uid" in result.summary
    for name in DRILL:
        figure(f"drill: {name}: refused")


PY = "python3 -c "
OUT = {
    "a connection to this machine": PY + "'import socket;socket.create_connection((\"127.0.0.1\",PORT),5)'",
    "a connection elsewhere": PY
    + "'import socket;s=socket.socket();s.settimeout(2);s.connect_ex((\"192.0.2.1\",443))'",
    "a name server": PY + '\'import socket;s=socket.socket(2,2);s.sendto(b"x",("127.0.0.1",53))\'',
    "a name": "getent hosts example.org",
    "IPv6": PY + "'import socket;socket.socket(10,1)'",
    "raw packets": PY + "'import socket;socket.socket(17,3)'",
    "the sockets of bash": "bash -c 'echo > /dev/tcp/127.0.0.1/PORT'",
}
GATEWAY = PY + (
    '\'import os,http.client as h,socket;c=h.HTTPConnection("gateway");c.sock=socket.socket(1);'
    'c.sock.connect(os.environ["ANTHROPIC_UNIX_SOCKET"]);'
    'c.request("GET","/v1/models",headers={"x-api-key":os.environ["ANTHROPIC_API_KEY"]});'
    "raise SystemExit(c.getresponse().status!=200)'"
)


@pytest.mark.parametrize("egress", ["open", "gateway"])
def test_the_drill_of_the_way_out(
    podman: Engine, our_image: str, workspace: Path, figure: Callable[[str], None], egress: str
) -> None:
    """The container shares this machine's network, under the engine's own seccomp profile and without capabilities."""
    with closing(socket_module.create_server(("127.0.0.1", 0))) as server:
        drill = {name: command.replace("PORT", str(server.getsockname()[1])) for name, command in OUT.items()}
        prompt = f"Run {trying(drill)}; if {GATEWAY}; then echo gateway: reached; fi"
        asked = step(our_image, workspace, prompt=prompt, checks="- exists: .", egress=egress)
        with start_action(podman, replace(asked, network="host")) as running:
            result = running.result(120)
            report = json.loads((running.folders.temp / "gha-router" / "report.json").read_text())
    said = report["run"]["steps"][0]["attempts"][0]["final_message"].splitlines()
    if egress == "open":
        assert {"a connection to this machine: OPEN", "the sockets of bash: OPEN"} <= set(said)
        assert report["isolation"] == "uid"
        return
    assert [name for name in OUT if f"{name}: refused" not in said] == [], result.log
    assert "gateway: reached" in said
    assert report["isolation"] == "uid + network"
    assert "Isolation: uid + network." in result.summary
    for name in OUT:
        figure(f"drill of the way out: {name}: refused")
    figure("drill of the way out: the gateway: reached")


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
