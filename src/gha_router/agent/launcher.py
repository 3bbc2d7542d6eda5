"""Starts a program that is not trusted, and ends it with everything that it has started.

Run as a script by an isolated interpreter (``python -I -S launcher.py SPEC ARGS...``), so it needs nothing but the
standard library. SPEC is a JSON file::

    {"program": "/path/to/claude", "name": "claude", "uid": 61001, "gid": 61001,   # null: stay who we are
     "env": {...},                   # the whole environment of the program
     "pass_env": ["NAME", ...],      # taken over from ours where it is set
     "filter": "2000...",            # a seccomp filter in hexadecimal digits; null: none
     "lock": "/path",                # locked, shared, until all is ended; null: nothing is
     "limits": {"FSIZE": 4096, ...}, # getrlimit(2): what one process may use, without RLIMIT_
     "pid_file": "/path",            # where our own pid goes: SIGTERM to it ends the program and all below it
     "left_file": "/path"}           # where the names of what the program left running go, a JSON list

The program gets a new session, no groups, no way to new privileges, no open file but the standard three, and dies with
us; we die with our parent. As child subreaper (prctl(2)) every orphan below us becomes our child, so "no child left"
means that nothing is left, whatever session it went to.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import resource
import signal
import sys
import time
from typing import Any, NoReturn

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
INSTRUCTION = 8  # bytes
NOT_STARTED = 127
SWEEP_S = 5.0

_libc = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int) -> None:
    """Set one attribute of this process (man 2 prctl)."""
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option})")


class FilterProgram(ctypes.Structure):
    """``struct sock_fprog`` (linux/filter.h)."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def confine(instructions: bytes) -> None:
    """Set a seccomp filter for this process and all that it starts (man 2 seccomp); it cannot be taken off again."""
    program = FilterProgram(len(instructions) // INSTRUCTION, instructions)
    if _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no seccomp filter can be set")


def become(spec: dict[str, Any], program: int, argv: list[str]) -> NoReturn:
    """Turn this (forked) process into the program. It is opened beforehand: its new user need not reach its path."""
    os.setsid()
    os.closerange(3, program)
    os.closerange(program + 1, 65_536)
    os.umask(0o022)
    for name, wanted in spec["limits"].items():
        number = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(number)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(number, (most, most))
    if spec["uid"] is not None:
        os.setgroups([])
        os.setresgid(spec["gid"], spec["gid"], spec["gid"])
        os.setresuid(spec["uid"], spec["uid"], spec["uid"])
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if spec["filter"] is not None:
        confine(bytes.fromhex(spec["filter"]))
    env = {name: os.environ[name] for name in spec["pass_env"] if name in os.environ} | spec["env"]
    os.execve(program, argv, env)


def descendants(root: int) -> list[int]:
    """Return the pids of all processes below ``root``, from /proc/PID/stat (proc(5), field 4: parent).

    It is read as bytes: a process gives itself any name, and one that is no text must not hide it.
    """
    parents: dict[int, int] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{entry}/stat", "rb") as stat:
                parents[int(entry)] = int(stat.read().rpartition(b")")[2].split()[1])
    found: list[int] = []
    frontier = {root}
    while frontier := {pid for pid, parent in parents.items() if parent in frontier}:
        found.extend(frontier)
    return found


def still_running(root: int) -> list[str]:
    """Return the names of the processes below ``root``, without those that have ended and wait to be reaped."""
    names = []
    for pid in descendants(root):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", "rb") as stat:
            name, _, rest = stat.read().rpartition(b")")
            if rest.split()[:1] != [b"Z"]:
                names.append(name.partition(b"(")[2].decode(errors="backslashreplace"))
    return sorted(names)


def kill_all_of(uid: int) -> None:
    """End every process of a user in one call, so that none can fork away meanwhile: kill(2) with pid -1."""
    child = os.fork()
    if child == 0:
        try:
            os.setresuid(uid, uid, uid)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def sweep(uid: int | None) -> None:
    """End all that is left below us and reap it."""
    deadline = time.monotonic() + SWEEP_S
    while time.monotonic() < deadline:
        for pid in descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if uid is not None:
            kill_all_of(uid)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)


def exit_code_of(pid: int) -> int:
    """Wait for the program, reaping orphans that end before it; return its exit code, 128 + n for signal n."""
    while True:
        ended, status = os.wait()
        if ended == pid:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def stop(_number: int, _frame: object) -> NoReturn:
    """Leave ``exit_code_of`` when we are told to end."""
    raise SystemExit(128 + signal.SIGTERM)


def main(argv: list[str]) -> int:
    """Start the program, wait for it, sweep; return its exit code."""
    with open(argv[1], encoding="utf-8") as file:
        spec = json.load(file)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    if spec["lock"] is not None:  # the kernel lets go of it when we have ended
        fcntl.flock(os.open(spec["lock"], os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), fcntl.LOCK_SH)
    with open(spec["pid_file"], "w", encoding="utf-8") as file:
        file.write(str(os.getpid()))
    pid = 0
    try:
        program = os.open(spec["program"], os.O_RDONLY)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # until its pid is known there is nothing to end
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
            become(spec, program, [spec["name"], *argv[2:]])
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        os.close(program)
        code = exit_code_of(pid)
        with open(spec["left_file"], "w", encoding="utf-8") as file:
            json.dump(still_running(os.getpid()), file)
    except OSError as error:
        print(f"gha-router launcher: {spec['program']}: {error}", file=sys.stderr)  # noqa: T201  stderr is our channel
        return NOT_STARTED
    else:
        return code
    finally:
        if pid:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            sweep(spec["uid"])


if __name__ == "__main__":
    sys.exit(main(sys.argv))
