"""With the limit, no socket leads anywhere but to this machine's files; without it, everything is as ever."""

import ctypes
import errno
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gha_router.agent.egress import Egress, program, require
from gha_router.agent.sandbox import Sandbox, sandbox
from gha_router.errors import InfrastructureError, UsageError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="a user of its own needs root")
LIMITED, OPEN = Egress.GATEWAY, Egress.OPEN
PYTHON = "/usr/bin/python3"  # one that another user may run
FAMILIES = {"IPv4": 2, "IPv6": 10, "netlink": 16, "packets": 17, "vsock": 40, "the kernel's ciphers": 38}


def python(box: Sandbox, script: str, *args: str) -> subprocess.CompletedProcess[str]:
    if not Path(PYTHON).exists():
        pytest.skip(f"there is no {PYTHON}, which an agent's user could run")
    launch = box.launcher(Path(PYTHON), env=box.environment(os.environ, {}))
    box.work.mkdir(exist_ok=True)
    return subprocess.run(
        [launch, "-c", script, *args], cwd=box.work, capture_output=True, text=True, timeout=30, check=False
    )


@pytest.fixture
def listener() -> Iterator[int]:
    """The port of a server on loopback: what an agent could reach, if it were let."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


CONNECT = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5); print('connected')"


def test_without_the_limit_a_connection_is_made(listener: int) -> None:
    with sandbox() as box:
        assert python(box, CONNECT, str(listener)).stdout == "connected\n"
        assert box.isolation == box.identity.isolation


def test_with_it_not_even_to_loopback(listener: int) -> None:
    with sandbox(LIMITED) as box:
        ended = python(box, CONNECT, str(listener))
        assert "PermissionError" in ended.stderr
        assert ended.stdout == ""
        assert box.isolation.endswith(" + network")


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES.keys())
@pytest.mark.parametrize("kind", [1, 2, 3, 1 | socket.SOCK_CLOEXEC], ids=["stream", "datagram", "raw", "flags"])
def test_no_other_family_of_sockets(family: int, kind: int) -> None:
    script = (
        "import socket, sys\n"
        "for make in (socket.socket, socket.socketpair):\n"
        "    try: make(int(sys.argv[1]), int(sys.argv[2])); print('made')\n"
        "    except PermissionError: print('refused')\n"
    )
    with sandbox(LIMITED) as box:
        assert python(box, script, str(family), str(kind)).stdout == "refused\nrefused\n"


def test_names_are_not_looked_up() -> None:
    script = "import socket\ntry: socket.getaddrinfo('example.org', 443); print('found')\nexcept OSError: print('no')"
    with sandbox(LIMITED) as box:
        assert python(box, script).stdout == "no\n"


def test_a_unix_socket_is_reached() -> None:
    with sandbox(LIMITED) as box, closing(socket.socket(socket.AF_UNIX)) as server:
        path = box.root / "socket"
        server.bind(str(path))
        path.chmod(0o666)
        server.listen()
        ended = python(box, f"import socket; socket.socket(1).connect({str(path)!r}); print('connected')")
        assert ended.stdout == "connected\n", ended.stderr


CALLS = {
    "io_uring": "425, 1, 0",
    "the x32 form of socket": "0x40000000 + 41, 2, 1, 0",
    "an address family in the upper half": "NR, (1 << 32) + 2, 1, 0",
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_ways_around_are_closed(call: str) -> None:
    """By the numbers of the calls, as a program without a C library would make them."""
    number = {"x86_64": "41", "aarch64": "198"}[platform.machine()]
    script = (
        "import ctypes; c = ctypes.CDLL(None, use_errno=True)\n"
        f"print(c.syscall(*map(ctypes.c_long, ({call.replace('NR', number)}))), ctypes.get_errno())"
    )
    with sandbox(LIMITED) as box:
        assert python(box, script).stdout == f"-1 {errno.EACCES}\n"


def test_what_it_starts_is_limited_too_and_cannot_take_it_off(listener: int) -> None:
    again = f"import os; os.fork() or os.execv({PYTHON!r}, ['python3', '-c', {CONNECT!r}, '{listener}']); os.wait()"
    with sandbox(LIMITED) as box:
        ended = python(box, again)
        assert "PermissionError" in ended.stderr
        assert "connected" not in ended.stdout


def test_a_filter_that_the_kernel_does_not_take_starts_nothing() -> None:
    with sandbox(LIMITED) as box:
        launch = box.launcher(Path("/bin/echo"), env={})
        text = box.launch_spec.read_text()
        box.launch_spec.write_text(text.replace(program(platform.machine()).hex(), "ff" * 8))
        ended = subprocess.run([launch, "started"], capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout) == (127, "")
    assert "no seccomp filter can be set" in ended.stderr


def test_an_unknown_machine_is_refused() -> None:
    with pytest.raises(InfrastructureError, match="not known for this machine"):
        program("riscv64")


@as_root
def test_this_machine_keeps_it() -> None:
    require()


@as_root
def test_where_filters_are_forbidden_it_says_so_instead_of_running_without() -> None:
    """A process that may set no further filter: what a container without seccomp looks like."""
    forbid = (
        "import ctypes, struct, platform\n"
        "from gha_router.agent.launcher import confine, prctl\n"
        "from gha_router.agent.egress import require\n"
        "i = lambda c, k, t=0, f=0: struct.pack('<HBBI', c, t, f, k)\n"
        "nr = {'x86_64': 157, 'aarch64': 167}[platform.machine()]\n"
        # prctl(PR_SET_SECCOMP) fails with EINVAL, as where the kernel has none; everything else is allowed
        "confine(i(0x20, 0) + i(0x15, nr, 0, 3) + i(0x20, 16) + i(0x15, 22, 0, 1) + i(6, 0x50016) + i(6, 0x7fff0000))\n"
        "require()\n"
    )
    ended = subprocess.run([sys.executable, "-c", forbid], capture_output=True, text=True, timeout=60, check=False)
    assert "InfrastructureError: `egress: gateway` cannot be kept here" in ended.stderr
    assert "no seccomp filter can be set" in ended.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root has what it takes")
def test_without_root_it_is_refused() -> None:
    with pytest.raises(UsageError, match="needs root"):
        require()


def test_a_word_as_the_kernel_counts_it() -> None:
    """An instruction has eight bytes (struct sock_filter), and the launcher counts them."""
    assert len(program("x86_64")) == len(program("aarch64")) == 11 * 8
    assert ctypes.sizeof(ctypes.c_ushort) + 2 + ctypes.sizeof(ctypes.c_uint32) == 8
