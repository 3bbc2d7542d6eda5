"""Where mistakes are made: folders, repositories, and servers on loopback that answer as the real ones do."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

from tests.command import ROOT, gha_router

GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
}


@contextmanager
def answering(status: int, body: str, kind: str = "application/json", *, read: str | None = None) -> Iterator[int]:
    """Serve one answer to whatever is asked, or ``read`` to who only reads; yields the port."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            code, text = (200, read) if self.command == "GET" and read is not None else (status, body)
            self.send_response(code)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PATCH = answer  # noqa: N815  the server's own form

        def log_message(self, *_args: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join(10)


@contextmanager
def listening() -> Iterator[int]:
    """Hold a port; yields it."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


@contextmanager
def closed() -> Iterator[int]:
    """Yield a port that nobody listens on: it is held, and refuses."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def shallow(folder: Path) -> str:
    """Make ``workspace`` a checkout of the last commit alone, whose origin is gone; return the commit before."""
    origin = folder / "origin"

    def git(*words: str, at: Path = origin) -> str:
        named = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
        env = {"PATH": os.environ["PATH"], **GIT}
        ended = subprocess.run(["git", *named, *words], cwd=at, env=env, capture_output=True, text=True, check=True)
        return ended.stdout.strip()

    origin.mkdir()
    git("init", "--quiet")
    for number in (1, 2):
        (origin / "README.md").write_text(f"{number}\n")
        git("add", ".")
        git("commit", "--quiet", "--message", f"{number}")
    (folder / "workspace").rmdir()
    git("clone", "--quiet", "--depth", "1", f"file://{origin}", str(folder / "workspace"), at=folder)
    base = git("rev-parse", "HEAD~1")
    shutil.rmtree(origin)
    return base


def without_cli(folder: Path) -> Path:
    """Return a folder with the agent's SDK as a platform has it whose wheel carries no CLI."""
    package = find_spec("claude_agent_sdk")
    assert package is not None
    assert package.origin is not None
    target = folder / "packages" / "claude_agent_sdk"
    shutil.copytree(Path(package.origin).parent, target, ignore=shutil.ignore_patterns("_bundled", "__pycache__"))
    return target.parent


def old_python(folder: Path) -> Path:
    """Return a program that says of itself what Python 3.9 says, and finds itself too old."""
    program = folder / "python3.9"
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    program.chmod(0o755)
    return program


def recorded(folder: Path) -> None:
    """Leave a run's results in ``out``."""
    ask = (
        "run",
        "--model",
        "sim/honest",
        "--workspace",
        "workspace",
        "--out",
        "out",
        "--prompt",
        "Create a file a.txt",
    )
    gha_router(*ask, cwd=folder)


def setup_script() -> Path:
    """Return the script that sets a checkout up."""
    return ROOT / "scripts" / "setup.sh"
