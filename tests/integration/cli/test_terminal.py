"""What a person at a terminal meets: versions, completion, how much is told, colours."""

import os
import pty
import re
import select
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from gha_router.agent.choice import version_of
from gha_router.records import AgentKind
from tests.command import COMMAND, environment, gha_router

ASK = ("run", "--model", "sim/honest", "--workspace", "workspace", "--out", "out", "--prompt", "Create a file a.txt")
COLOUR = re.compile(rb"\x1b\[[0-9;]*3[0-9]")
ON_A_TERMINAL = 30.0  # seconds; it takes one


def test_the_version_names_all_that_a_result_depends_on() -> None:
    ended = gha_router("--version")
    assert ended.returncode == 0
    ours, claude, codex, prices, python = ended.stdout.splitlines()
    assert ours == f"gha-router {version('gha-router')}"
    agent_sdk = version("claude-agent-sdk")
    assert claude == f"Claude Code {version_of(AgentKind.CLAUDE)} (claude-agent-sdk {agent_sdk})"
    assert codex == f"Codex CLI {version_of(AgentKind.CODEX) or 'not installed'}"
    assert re.fullmatch(r"prices of litellm [\d.]+, \d{4}-\d\d-\d\d, digest [0-9a-f]{12}", prices)
    assert python == f"Python {sys.version.split()[0]}"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("ca",), "calibrate"),
        (("run", "--verb"), "--verbose"),
        (("checks", "comm"), "command"),
        (("import", "lite"), "litellm"),
    ],
)
@pytest.mark.parametrize("secret", [{}, {"LAB_API_KEY": "x"}], ids=["", "started-again"])
def test_a_shell_completes(tmp_path: Path, words: tuple[str, ...], expected: str, secret: dict[str, str]) -> None:
    program = tmp_path / "gha-router"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m gha_router "$@"\n')
    program.chmod(0o755)
    script = (
        'eval "$(gha-router --show-completion)"\n'
        f"COMP_WORDS=(gha-router {' '.join(words)}); COMP_CWORD={len(words)}\n"
        '_gha_router_completion gha-router; printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    env = environment(**secret) | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    ended = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, timeout=60, check=True)
    assert expected in ended.stdout.split(), ended.stderr


def ran(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    (folder / "workspace").mkdir()
    return gha_router(*ASK, *more, cwd=folder)


def test_quiet_tells_the_result_and_nothing_on_the_way(tmp_path: Path) -> None:
    ended = ran(tmp_path, "--quiet")
    assert ended.stderr == ""
    assert "Report: out/report.md" in ended.stdout


def test_verbose_tells_each_request(tmp_path: Path) -> None:
    ended = ran(tmp_path, "-v")
    requests = [line for line in ended.stderr.splitlines() if line.startswith("  request sim/honest: 200, ")]
    assert len(requests) == (tmp_path / "out" / "ledger.jsonl").read_text().count('"type":"receipt"') > 0
    assert re.search(r"[\d,]+ in, [\d,]+ out, \$\d", requests[0])


def test_nobody_is_quiet_and_verbose_at_once(tmp_path: Path) -> None:
    ended = ran(tmp_path, "-q", "-v")
    assert ended.returncode == 2
    assert "--quiet and --verbose exclude each other" in ended.stderr


def on_a_terminal(*args: str, cwd: Path, **env: str) -> bytes:
    """Run a command with a terminal for its output; return what came."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *args], cwd=cwd, env=environment(TERM="xterm-256color", **env), stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        found = b""
        try:
            while select.select([ours], [], [], ON_A_TERMINAL)[0]:
                found += os.read(ours, 65536)
        except OSError:  # the other end has closed: all is read
            pass
        finally:
            process.kill()
            os.close(ours)
    return found


def test_a_terminal_has_a_clock_and_colours_and_no_color_takes_these_away(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    seen = on_a_terminal(*ASK, cwd=tmp_path)
    assert COLOUR.search(seen)
    assert re.search(rb"attempt 1 on sim/honest.*0:00:0", seen)
    plain = on_a_terminal(*ASK, cwd=tmp_path, NO_COLOR="1")
    assert b"Report: out/report.md" in plain
    assert not COLOUR.search(plain)
