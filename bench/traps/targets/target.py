"""What a target is, and how the process of one is started and ended."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.traps.runner import Gateway

PEERS = Path(__file__).parents[2] / ".peers"  # bench/traps/install.sh fills it
PYTHON = PEERS / "python" / "bin" / "python"
PROVIDER_KEY = "sk-of-the-scripted-upstream"
KEY = "sk-of-the-client-of-this-bench"
START_S = 90.0
IDLE_S = 2  # the short limit for silence, and for the first byte
STOP_S = 5.0


class NotStarted(Exception):
    """A target could not be started; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A gateway that can be started in front of an upstream."""

    name: str
    version: Callable[[], str | None]  # None: it is not installed
    started: Callable[[str, Path], AbstractContextManager[Gateway]]  # of the upstream's URL and a folder for files


def environment(**extra: str) -> dict[str, str]:
    """Return a small environment: nothing of the caller's that could be a key or a proxy."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8", **extra}


def free_port() -> int:
    """Return a port of the loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(
    command: Sequence[str | Path], *, folder: Path, env: Mapping[str, str], ready: Callable[[], bool]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server as long as the context lasts, in a session of its own, which is ended with it."""
    log = folder / "log.txt"
    with log.open("wb") as out:
        server = subprocess.Popen(
            list(map(str, command)), cwd=folder, env=env, stdout=out, stderr=out, start_new_session=True
        )
    try:
        _wait(server, ready, log)
        yield server
    finally:
        _stop(server)


def _wait(server: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            raise NotStarted(f"it did not start: {log.read_text(errors='replace')[-800:].strip()}")
        time.sleep(0.02)


def _stop(server: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, number)
            server.wait(STOP_S)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    server.wait()


def listens(port: int) -> bool:
    """Return whether somebody accepts connections."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def distribution(name: str) -> str | None:
    """Return the version of a Python package among the peers."""
    found = next(PYTHON.parents[1].glob(f"lib/python*/site-packages/{name.replace('-', '_')}-*.dist-info"), None)
    return found.name.removesuffix(".dist-info").rpartition("-")[2] if found else None
