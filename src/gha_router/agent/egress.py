"""Keeps a program from every network: it and all that it starts can open sockets of this machine's files only.

A seccomp filter (seccomp(2)) needs no privilege, and holds for children, other users and setuid programs alike. It
looks at numbers only, not at addresses, so it does not tell one address from another: it allows no IP socket at all,
loopback included. The agent reaches the gateway by a Unix socket. io_uring, which opens sockets without a system call
for it, and the 32-bit calls of x86-64 are refused as well.

Format: an array of ``struct sock_filter`` over ``struct seccomp_data`` (linux/filter.h, linux/seccomp.h).
"""

import errno
import json
import os
import platform
import struct
import subprocess
import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from gha_router.agent import launcher
from gha_router.errors import InfrastructureError, UsageError

PROBE_S = 30.0
PROBE = """\
import errno, socket
socket.socket(socket.AF_UNIX).close()
for family in (socket.AF_INET, socket.AF_INET6):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            socket.socket(family, kind).close()
        except PermissionError:
            continue
        raise SystemExit("a socket could be opened")
print("closed")
"""


class Egress(StrEnum):
    """Where the agent may send to."""

    OPEN = "open"  # wherever the machine can
    GATEWAY = "gateway"  # to the gateway alone


class _Machine(NamedTuple):
    """System calls by their numbers (asm/unistd.h)."""

    arch: int  # AUDIT_ARCH_* (linux/audit.h)
    socket: int
    socketpair: int


_MACHINES = {
    "x86_64": _Machine(arch=0xC000003E, socket=41, socketpair=53),
    "aarch64": _Machine(arch=0xC00000B7, socket=198, socketpair=199),
}
_IO_URING_SETUP = 425  # on every machine
_X32 = 0x40000000  # from here on: the calls of x86-64's other ABI
_NR, _ARCH, _FIRST_ARGUMENT = 0, 4, 16  # offsets in seccomp_data; the argument's lower half, which the kernel reads
_AF_UNIX = 1
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000


def program(machine: str) -> bytes:
    """Return the filter for a machine (``platform.machine()``). Raises ``InfrastructureError`` for an unknown one."""
    if machine not in _MACHINES:
        known = ", ".join(_MACHINES)
        raise InfrastructureError(
            f"`egress: gateway` is not known for this machine ({machine}), only for {known}",
            hint="Run on one of those, or say `egress: open`.",
        )
    arch, socket, socketpair = _MACHINES[machine]
    return b"".join(
        struct.pack("<HBBI", code, yes, no, value)
        for code, value, yes, no in (
            (_LOAD, _ARCH, 0, 0),
            (_IF_EQUAL, arch, 0, 8),  # if not, over eight instructions to the last
            (_LOAD, _NR, 0, 0),
            (_IF_AT_LEAST, _X32, 6, 0),
            (_IF_EQUAL, _IO_URING_SETUP, 5, 0),
            (_IF_EQUAL, socket, 1, 0),
            (_IF_EQUAL, socketpair, 0, 2),
            (_LOAD, _FIRST_ARGUMENT, 0, 0),
            (_IF_EQUAL, _AF_UNIX, 0, 1),
            (_RETURN, _ALLOW, 0, 0),
            (_RETURN, _REFUSE | errno.EACCES, 0, 0),
        )
    )


def require() -> None:
    """Make sure that the limit holds here, by a program that tries. Raises what ends the run when it does not."""
    if os.geteuid() != 0:
        raise UsageError(
            "`egress: gateway` needs root: an agent that runs as our own user could borrow another process's sockets",
            hint="Run the action as a container, as `uses:` does, or say `egress: open`.",
        )
    with tempfile.TemporaryDirectory(prefix="gha-router-probe-") as folder:
        spec: dict[str, object] = {
            "program": sys.executable,
            "name": sys.executable,
            "uid": None,
            "gid": None,
            "env": {},
            "pass_env": [],
            "pid_file": str(Path(folder) / "pid"),
            "left_file": str(Path(folder) / "left"),
            "filter": program(platform.machine()).hex(),
            "lock": None,
            "limits": {},
        }
        file = Path(folder) / "launch.json"
        file.write_text(json.dumps(spec), encoding="utf-8")
        python = (sys.executable, "-I", "-S")
        ended = subprocess.run(
            [*python, launcher.__file__, str(file), *python[1:], "-c", PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PROBE_S,
            check=False,
        )
    if ended.stdout != "closed\n":
        last = (ended.stderr.strip().splitlines() or [f"exit {ended.returncode}"])[-1]
        raise InfrastructureError(
            f"`egress: gateway` cannot be kept here: {last}",
            hint="It needs seccomp filters, which this kernel or container does not allow. Or say `egress: open`.",
        )
