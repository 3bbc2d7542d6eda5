"""What the launcher starts is somebody else, knows nothing of us, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from gha_router.agent.identity import launcher_lock, lease, locked
from gha_router.agent.launcher import descendants, still_running
from gha_router.agent.sandbox import Sandbox, sandbox, sweep
from tests.processes import alive, wait_until

ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="a user of its own needs root")


def shell(box: Sandbox, script: str, **extra: str) -> subprocess.CompletedProcess[str]:
    launch = box.launcher(Path("/bin/sh"), env=box.environment(os.environ, extra))
    box.work.mkdir(exist_ok=True)
    if box.identity.owner:
        os.chown(box.work, *box.identity.owner)
    return subprocess.run([launch, "-c", script], cwd=box.work, capture_output=True, text=True, timeout=30, check=False)


def test_the_environment_is_an_allow_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary")
    monkeypatch.setenv("GITHUB_TOKEN", "ghs-canary")
    with sandbox() as box:
        seen = shell(box, "env", GIVEN="yes").stdout
        assert "canary" not in seen
        assert "GIVEN=yes" in seen
        assert f"HOME={box.home}" in seen


def test_exit_code_and_streams_pass_through() -> None:
    with sandbox() as box:
        ended = shell(box, "echo out; echo err >&2; exit 7")
        assert (ended.returncode, ended.stdout, ended.stderr) == (7, "out\n", "err\n")
        assert shell(box, "kill -9 $$").returncode == 128 + signal.SIGKILL


def test_a_program_that_is_not_there_is_said_in_one_line() -> None:
    with sandbox() as box:
        launch = box.launcher(Path("/nowhere/claude"), env={})
        ended = subprocess.run([launch], capture_output=True, text=True, timeout=30, check=False)
        assert ended.returncode == 127
        assert ended.stderr.startswith("gha-router launcher: /nowhere/claude: ")
        assert "Traceback" not in ended.stderr


LEAVE_BEHIND = {
    "background": "sleep 300 & echo $!",
    "own session": "setsid sleep 300 & sleep 0.2; pgrep -n -f 'sleep 300'",
    "double fork": "( ( setsid sh -c 'echo $$ > pid; exec sleep 300' ) & ) ; sleep 0.2; cat pid",
    "ignores TERM": "sh -c 'trap \"\" TERM; echo $$ > pid; while :; do sleep 0.1; done' & sleep 0.2; cat pid",
}


@pytest.mark.parametrize("script", LEAVE_BEHIND.values(), ids=LEAVE_BEHIND.keys())
def test_nothing_is_left_behind_when_the_program_ends(script: str) -> None:
    with sandbox() as box:
        pid = int(shell(box, script).stdout.split()[-1])
        assert not alive(pid)


def test_a_process_whose_name_is_no_text_is_found_all_the_same() -> None:
    named = "import ctypes; ctypes.CDLL(None).prctl(15, b'\\xff) R 1', 0, 0, 0)"
    code = f"{named}; print(flush=True); input()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as process:
        assert process.stdout
        assert process.stdin
        process.stdout.readline()
        assert process.pid in descendants(os.getpid())
        assert "\\xff) R 1" in still_running(os.getpid())
        process.stdin.write(b"\n")


def test_what_was_left_running_is_named_and_what_has_ended_is_not() -> None:
    with sandbox() as box:
        shell(box, "true & sleep 300 & setsid sleep 300 & sleep 0.1")
        assert box.left_file.read_text() == '["sleep", "sleep"]'
        shell(box, "true & wait")
        assert box.left_file.read_text() == "[]"


@as_root
def test_what_was_left_in_folders_that_all_may_write_is_removed_and_named(tmp_path: Path) -> None:
    with sandbox() as box:
        place = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="e2e-"))
        try:
            place.chmod(0o777)
            shell(box, f"mkdir {place}/a; touch {place}/a/b {place}/c; touch {tmp_path}/d")
            assert sorted(box.forget_shared()) == [f"{place}/a", f"{place}/c"]
            assert list(place.iterdir()) == []
            assert box.forget_shared() == ()
        finally:
            place.rmdir()


@pytest.mark.parametrize("number", [signal.SIGTERM])
def test_a_signal_to_the_launcher_ends_all_below_it(number: signal.Signals) -> None:
    with sandbox() as box:
        box.work.mkdir()
        if box.identity.owner:
            os.chown(box.work, *box.identity.owner)
        launch = box.launcher(Path("/bin/sh"), env=box.environment(os.environ, {}))
        script = "setsid sleep 300 & echo $! > pids; sleep 300 & echo $! >> pids; echo >> pids; wait"
        process = subprocess.Popen([launch, "-c", script], cwd=box.work)
        pids_file = box.work / "pids"
        wait_until(lambda: pids_file.exists() and pids_file.read_text().endswith("\n\n"))
        process.send_signal(number)
        process.wait(10)
        assert [alive(int(pid)) for pid in pids_file.read_text().split()] == [False, False]


def test_when_we_are_killed_the_launcher_ends_everything(tmp_path: Path) -> None:
    code = (
        "import os, subprocess, sys\n"
        "from pathlib import Path\n"
        "from gha_router.agent.sandbox import sandbox\n"
        "with sandbox() as box:\n"
        "    box.work.mkdir(); box.work.chmod(0o777)\n"
        "    launch = box.launcher(Path('/bin/sh'), env=box.environment(os.environ, {}))\n"
        "    subprocess.run([launch, '-c', 'setsid sleep 300 & echo $! > pid; echo >> pid; wait'], cwd=box.work)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(tmp_path)})
    tmp_path.chmod(0o755)

    def pid_files() -> list[Path]:
        return [file for file in tmp_path.glob("gha-router-*/work/pid") if file.read_text().endswith("\n\n")]

    for parent in tmp_path.parents:
        if parent.stat().st_uid == os.geteuid() and parent != parent.parent and str(parent).startswith("/tmp/"):  # noqa: S108
            parent.chmod(parent.stat().st_mode | 0o011)
    wait_until(lambda: bool(pid_files()))
    pid = int(pid_files()[0].read_text())
    process.kill()
    process.wait(10)
    wait_until(lambda: not alive(pid))
    assert not alive(pid)
    sweep(tmp_path)
    assert list(tmp_path.glob("gha-router-*")) == []


def test_a_sandbox_in_use_is_not_swept_away() -> None:
    with sandbox() as box:
        sweep(box.root.parent)
        assert box.home.is_dir()


@as_root
def test_the_program_has_its_own_user_no_groups_and_no_way_to_privileges() -> None:
    with sandbox() as box:
        status = shell(box, "cat /proc/self/status; id -G; umask").stdout
        uid = box.identity.uid
        assert f"Uid:\t{uid}\t{uid}\t{uid}\t{uid}" in status
        assert f"Gid:\t{uid}\t{uid}\t{uid}\t{uid}" in status
        assert "Groups:\t \n" in status
        assert "NoNewPrivs:\t1" in status


@as_root
def test_our_environment_and_memory_cannot_be_read() -> None:
    with sandbox() as box:
        ended = shell(box, f"cat /proc/{os.getpid()}/environ; cat /proc/{os.getpid()}/maps; ls /proc/*/fd 2>/dev/null")
        assert ended.stderr.count("Permission denied") == 2
        assert str(os.getpid()) not in ended.stdout


@as_root
def test_control_files_of_the_launcher_cannot_be_read() -> None:
    with sandbox() as box:
        assert "Permission denied" in shell(box, f"cat {box.launch_spec}").stderr
        assert "Permission denied" in shell(box, f"ls {box.root}").stderr


@as_root
def test_two_sandboxes_at_once_never_share_a_user() -> None:
    with sandbox() as one, sandbox() as other:
        assert one.identity.uid != other.identity.uid


@as_root
def test_a_user_is_nobodys_until_its_launcher_has_ended_all_of_it() -> None:
    """A run that was killed lets go of its user at once; its launcher ends all of that user a moment later."""
    with sandbox() as box:
        box.work.mkdir()
        launch = box.launcher(Path("/bin/sh"), env=box.environment(os.environ, {}))
        assert box.identity.uid is not None
        lock = launcher_lock(box.identity.uid)
        with subprocess.Popen([launch, "-c", "exec sleep 300"], cwd=box.work) as process:
            wait_until(lambda: box.pid_file.exists() and bool(box.pid_file.read_text()))
            assert locked(lock) is None
            process.terminate()
        descriptor = locked(lock)
        assert descriptor is not None
        os.close(descriptor)


@as_root
def test_a_user_whose_launcher_still_runs_is_not_leased(tmp_path: Path) -> None:
    with lease(tmp_path) as first:
        assert first.uid is not None
    descriptor = locked(launcher_lock(first.uid, tmp_path))
    with lease(tmp_path) as second:
        assert second.uid != first.uid
    assert descriptor is not None
    os.close(descriptor)
    with lease(tmp_path) as third:
        assert third.uid == first.uid


@as_root
def test_a_lease_is_held_against_other_processes(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from gha_router.agent.identity import lease\n"
        "with lease(Path(sys.argv[1])) as it: print(it.uid)"
    )
    with lease(tmp_path) as held:
        other = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, timeout=30
        )
        assert int(other.stdout) != held.uid


def test_what_an_agent_locked_is_removed_all_the_same() -> None:
    with sandbox() as box:
        shell(box, "mkdir -p deep/er; touch deep/er/file; chmod 000 deep/er; chmod 500 deep .")
    assert not box.root.exists()


def test_folders_nested_deeper_than_python_goes_are_removed_too() -> None:
    with sandbox() as box:
        shell(box, "i=0; while [ $i -lt 1500 ]; do mkdir d && cd -P d || exit; i=$((i+1)); done")
        assert (box.work / "d" / "d").is_dir()
    assert not box.root.exists()


def test_open_files_of_ours_are_closed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    with sandbox() as box, secret.open() as file:
        os.set_inheritable(file.fileno(), True)  # noqa: FBT003  the standard library's own form
        launch = box.launcher(Path("/bin/sh"), env=box.environment(os.environ, {}))
        ended = subprocess.run(
            [launch, "-c", f"cat <&{file.fileno()}"],
            pass_fds=[file.fileno()],
            capture_output=True,
            text=True,
            check=False,
        )
        assert "canary" not in ended.stdout
