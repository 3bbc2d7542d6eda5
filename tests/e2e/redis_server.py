"""A real Redis of a test's own: on a loopback port, with a password, without a trace on disk."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from tests.processes import wait_until

PASSWORD = "redis-canary-81c2"
_STATE = Path(os.environ.get("XDG_CACHE_HOME", "/var/tmp")) / "gha-router-e2e"  # noqa: S108  scripts/e2e-setup.sh's
PROGRAMS = {"7": "redis-server", "8": str(_STATE / "redis8/redis-server")}  # by version; 8 has vector sets


@dataclass
class RedisServer:
    """One that can be stopped in the middle and started again."""

    folder: Path
    port: int
    program: str = PROGRAMS["7"]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    @property
    def client(self) -> "redis.Redis":
        return redis.Redis.from_url(self.url)

    def start(self) -> None:
        options = ("--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", str(self.folder))
        quiet = ("--requirepass", PASSWORD, "--logfile", str(self.folder / "redis.log"))
        self.process = subprocess.Popen([self.program, *options, *quiet])
        wait_until(self._answers)

    def stop(self) -> None:
        """End it at once, as a machine that is gone: what it kept is lost."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def _answers(self) -> bool:
        with suppress(redis.ConnectionError), self.client as client:
            return bool(client.ping())
        return False


@contextmanager
def redis_server(folder: Path, version: str = "7") -> Iterator[RedisServer]:
    program = PROGRAMS[version]
    if shutil.which(program) is None:
        pytest.skip(f"no Redis {version} ({program}): `make e2e` installs it on Debian, as root")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = RedisServer(folder, port, program)
    try:
        server.start()
        yield server
    finally:
        server.stop()
