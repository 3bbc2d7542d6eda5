"""Run ``gha-router`` as a user does: a process of its own."""

import atexit
import functools
import json
import os
import select
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "gha_router")
_ONE_AT_A_TIME = threading.Lock()


def environment(**extra: str) -> dict[str, str]:
    """A small environment: what a test needs and nothing of ours that could be a key."""
    of_ours = {name: os.environ[name] for name in ("OPENBLAS_NUM_THREADS",) if name in os.environ}
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8", **of_ours, **extra}


def gha_router(
    *args: str | Path, cwd: Path | None = None, stdin: str | None = None, timeout: float = 120, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a process that is forked from one that has loaded it.

    What has to hold of the start itself is tested on processes that are started from nothing: ``COMMAND``.
    """
    with _ONE_AT_A_TIME:
        return _forked([str(arg) for arg in args], cwd or Path.cwd(), stdin or "", timeout, environment(**env))


@functools.cache
def _warm() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.warm"]
    pipe = subprocess.PIPE
    warm = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment(), cwd=ROOT)
    atexit.register(warm.communicate)  # it ends with its standard input
    return warm


def _forked(
    argv: list[str], cwd: Path, stdin: str, timeout: float, env: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    warm = _warm()
    assert warm.stdin is not None
    assert warm.stdout is not None
    with tempfile.TemporaryDirectory() as folder:
        files = {name: str(Path(folder, name)) for name in ("stdin", "stdout", "stderr")}
        for name, file in files.items():
            Path(file).write_text(stdin if name == "stdin" else "", "utf-8")
        print(
            json.dumps({"argv": argv, "cwd": str(cwd), "env": env, **files}),
            file=warm.stdin,
            flush=True,
        )
        if not select.select([warm.stdout], [], [], timeout)[0]:
            warm.kill()
            _warm.cache_clear()
            raise subprocess.TimeoutExpired(argv, timeout)
        code = int(warm.stdout.readline())
        out, error = (Path(files[name]).read_text("utf-8") for name in ("stdout", "stderr"))
    return subprocess.CompletedProcess(argv, code, out, error)
