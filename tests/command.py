"""Run ``gha-router`` as a user does: a process of its own."""

import functools
import json
import os
import select
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "gha_router")


def environment(**extra: str) -> dict[str, str]:
    """A small environment: what a test needs and nothing of ours that could be a key."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8", **extra}


def gha_router(
    *args: str | Path, cwd: Path | None = None, stdin: str | None = None, timeout: float = 120, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end. One with variables of its own is started from nothing: it hides them from itself."""
    argv = [str(arg) for arg in args]
    if not env:
        return _forked(argv, cwd or Path.cwd(), stdin or "", timeout)
    return subprocess.run(
        [*COMMAND, *argv],
        cwd=cwd,
        input=stdin,
        env=environment(**env),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@functools.cache
def _warm() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.warm"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment(), cwd=ROOT)


def _forked(argv: list[str], cwd: Path, stdin: str, timeout: float) -> subprocess.CompletedProcess[str]:
    warm = _warm()
    assert warm.stdin is not None
    assert warm.stdout is not None
    with tempfile.TemporaryDirectory() as folder:
        files = {name: str(Path(folder, name)) for name in ("stdin", "stdout", "stderr")}
        for name, file in files.items():
            Path(file).write_text(stdin if name == "stdin" else "", "utf-8")
        print(
            json.dumps({"argv": argv, "cwd": str(cwd), "env": environment(), **files}),
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
