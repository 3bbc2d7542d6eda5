"""Runs git on a checkout that a stranger may have filled: no hook, no prompt, no configuration but the checkout's own.

Nothing here is run once an agent has worked in a folder. Each command has a limit of time and of output, and what it
has started ends with it.
"""

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Timer
from typing import Protocol

from gha_router.errors import InfrastructureError

MAX_ANSWER = 256 * 1024 * 1024  # bytes of one command's output; all trees of Linux are 20 MB
READ_S, FETCH_S = 60.0, 120.0  # seconds that a command may take
FETCH_HINT = (
    "Let actions/checkout fetch more (`fetch-depth: 0`), and let the job read the repository (`permissions: "
    "{contents: read}`)."
)
_FROM_CALLER = ("PATH", "http_proxy", "https_proxy", "no_proxy", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE")
_FIXED = {
    "HOME": "/nonexistent",  # nobody's: neither .netrc nor a configuration
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",  # reading never starts a transport, which the checkout's configuration may name
}
_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.ext.allow=never",
)
_LOGIN = re.compile(r"://[^/@\s]*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command wrote, and its exit status."""

    status: int
    out: bytes
    error: str  # without logins


class RunGit(Protocol):
    """Runs git in a checkout; ``given`` is its standard input."""

    def __call__(self, workspace: Path, arguments: Sequence[str], *, given: bytes = b"") -> Answer:
        """Raise ``InfrastructureError`` when it cannot be started, takes too long or writes too much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """The installed git. ``env`` is ours: what finds git and reaches the origin is handed on, and ``more``."""

    env: Mapping[str, str] = field(repr=False)
    more: Mapping[str, str] = field(default_factory=dict, repr=False)  # of git's own, such as who commits
    max_answer: int = MAX_ANSWER
    read_s: float = READ_S
    fetch_s: float = FETCH_S

    def __call__(self, workspace: Path, arguments: Sequence[str], *, given: bytes = b"") -> Answer:
        """Run one command, as ``RunGit`` says. A fetch runs as the checkout's owner: what it writes is theirs."""
        is_fetch = arguments[0] == "fetch"
        seconds = self.fetch_s if is_fetch or arguments[0] == "push" else self.read_s
        where = os.path.realpath(workspace)
        settings = [word for setting in (*_SETTINGS, f"safe.directory={where}") for word in ("-c", setting)]
        line = ["git", "--no-pager", *settings, *arguments]
        shown = f"git {arguments[0]}"
        uid, gid = _owner_of(workspace) if is_fetch else (None, None)
        with TemporaryFile() as stdin, TemporaryFile() as errors:
            stdin.write(given)
            stdin.seek(0)
            try:
                process = subprocess.Popen(
                    line,
                    stdin=stdin,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    cwd=where,
                    env=self._environment(where),
                    start_new_session=True,
                    user=uid,
                    group=gid,
                    extra_groups=None if uid is None else (),
                )
            except OSError as error:
                hint = "Git has to be installed where gha-router runs, and the workspace has to be a folder."
                raise InfrastructureError(f"`{shown}` cannot be started: {error.strerror}", hint=hint) from None
            out = self._read(process, seconds, shown)
            errors.seek(0)
            text = errors.read(4096).decode("utf-8", "replace").strip()
        return Answer(status=process.returncode, out=out, error=_LOGIN.sub("://", text))

    def _environment(self, where: str) -> dict[str, str]:
        handed = {name: self.env[name] for name in _FROM_CALLER if name in self.env}
        return {**handed, **_FIXED, **self.more, "GIT_CEILING_DIRECTORIES": str(Path(where).parent)}

    def _read(self, process: subprocess.Popen[bytes], seconds: float, shown: str) -> bytes:
        """Return all output. Too much or too late ends git and everything that it has started."""
        expired = Event()

        def stop() -> None:
            expired.set()
            _kill(process)

        timer = Timer(seconds, stop)
        timer.start()
        try:
            with process.stdout or contextlib.nullcontext() as pipe:
                out = pipe.read(self.max_answer + 1) if pipe else b""
            if len(out) > self.max_answer:
                _kill(process)
            process.wait()
        finally:
            timer.cancel()
            if process.poll() is None:  # we are told to end
                _kill(process)
        if expired.is_set():
            raise InfrastructureError(f"`{shown}` took longer than {seconds:g} s and was stopped", hint=FETCH_HINT)
        if len(out) > self.max_answer:
            hint = "The repository has more files than can be read here."
            raise InfrastructureError(f"`{shown}` wrote more than {self.max_answer:,} bytes", hint=hint)
        return out


def _owner_of(workspace: Path) -> tuple[int, int] | tuple[None, None]:
    """Return whose the checkout is, where we are root and it is another's."""
    info = workspace.stat()
    return (info.st_uid, info.st_gid) if os.geteuid() == 0 and info.st_uid != 0 else (None, None)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
