"""Runs a container action as the Actions runner does, cancellation included.

Source: actions/runner, src/Runner.Worker/Handlers/ContainerActionHandler.cs, Container/DockerCommandManager.cs
(``docker run``), src/Runner.Sdk/ProcessInvoker.cs (SIGINT, 7.5 s, SIGTERM, 2.5 s, the end).
"""

import json
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.containers.engine import Engine
from tests.e2e.containers.image import build
from tests.e2e.containers.protocol import Annotation, Log, ProtocolError, evaluate, parse_file_command
from tests.e2e.containers.step import (
    SECRETS,
    Folders,
    Step,
    contexts,
    environment,
    give_to_runner,
    unexpected_inputs,
)

LIMIT_S = 600.0
GRACES_S = (7.5, 2.5)  # after SIGINT, and after the SIGTERM that follows
SUMMARY_LIMIT = 1024 * 1024  # bytes; above it the runner drops the whole summary
POLL_S = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One entry of the workspace as it was left."""

    uid: int
    mode: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the runner and the next step see. ``errors`` are the runner's own, each of which fails the step."""

    returncode: int
    outputs: Mapping[str, str]
    env: Mapping[str, str]
    path: tuple[str, ...]
    state: Mapping[str, str]
    summary: str
    annotations: tuple[Annotation, ...]
    log: str  # masked, as people see it
    raw: str = field(repr=False)  # as the container wrote it
    errors: tuple[str, ...]
    files: Mapping[str, File]  # the workspace's, by path
    wall_s: float
    cancelled_s: float | None  # from the first signal to the end, when it was cancelled
    killed: bool  # the grace was not enough

    @property
    def succeeded(self) -> bool:
        """Say whether the step is green."""
        return self.returncode == 0 and not self.errors


class Running:
    """An action that runs."""

    def __init__(self, engine: Engine, step: Step, folders: Folders, name: str, process: subprocess.Popen[str]) -> None:
        self.engine = engine
        self.name = name
        self.folders = folders
        self.log = Log()
        self._step = step
        self._process = process
        self._started = time.monotonic()
        self._cancelled_s: float | None = None
        self._killed = False
        for secret in (*SECRETS, *step.secrets):
            self.log.hide(secret)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, text: str, seconds: float = LIMIT_S) -> None:
        """Wait until the container has written a text. Raises ``AssertionError`` when it ends or time is up."""
        deadline = time.monotonic() + seconds
        while not any(text in line for line in list(self.log.raw)):
            assert self._process.poll() is None, f"it ended without {text!r}:\n{self._tail()}"
            assert time.monotonic() < deadline, f"no {text!r} after {seconds} s:\n{self._tail()}"
            time.sleep(POLL_S)

    def execute(self, *command: str, user: str = "0") -> str:
        """Run a program in the container beside the action, for a look from outside."""
        return self.engine.run("exec", "--user", user, self.name, *command)

    def cancel(self, graces: tuple[float, float] = GRACES_S) -> None:
        """Do what the runner does when somebody presses Cancel, and return when it is over."""
        began = time.monotonic()
        for number, grace in zip((signal.SIGINT, signal.SIGTERM), graces, strict=True):
            self._process.send_signal(number)
            if self._ended_within(grace):
                break
        else:
            self.kill()
        self._cancelled_s = time.monotonic() - began

    def kill(self) -> None:
        """End it at once; does nothing when it has ended."""
        if self._process.poll() is None:
            self._killed = True
            self.engine.remove(self.name)
            self._process.kill()
            self._process.wait(30)

    def close(self) -> None:
        """Leave nothing behind, whatever has happened."""
        self.kill()
        self.engine.remove(self.name)
        self._reader.join(10)
        if self._process.stdout:
            self._process.stdout.close()

    def result(self, seconds: float = LIMIT_S) -> Result:
        """Wait for the end and read what was left. Raises ``AssertionError`` when time is up."""
        if not self._ended_within(seconds):
            self.kill()
            raise AssertionError(f"the action still ran after {seconds} s:\n{self._tail()}")
        wall_s = time.monotonic() - self._started
        self._reader.join(10)
        read = _Left(self.folders)
        return Result(
            returncode=self._process.returncode,
            outputs=read.pairs("GITHUB_OUTPUT"),
            env=read.pairs("GITHUB_ENV"),
            path=tuple(read.text("GITHUB_PATH").splitlines()),
            state=read.pairs("GITHUB_STATE"),
            summary=self.log.masked(read.summary()),
            annotations=tuple(self.log.annotations),
            log="\n".join(self.log.shown),
            raw="\n".join(self.log.raw),
            errors=tuple(read.errors),
            files=listing(self._step.workspace),
            wall_s=wall_s,
            cancelled_s=self._cancelled_s,
            killed=self._killed,
        )

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.log.feed(line.rstrip("\r\n"))

    def _ended_within(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _tail(self) -> str:
        return "\n".join(self.log.shown[-40:])


class _Left:
    """Reads the file commands, collecting what the runner would object to."""

    def __init__(self, folders: Folders) -> None:
        self._files = folders.file_commands
        self.errors: list[str] = []

    def text(self, name: str) -> str:
        return self._files[name].read_text(encoding="utf-8")

    def pairs(self, name: str) -> dict[str, str]:
        try:
            return parse_file_command(self.text(name))
        except ProtocolError as wrong:
            self.errors.append(f"Unable to process file command '{name}' successfully. {wrong}")
            return {}

    def summary(self) -> str:
        text = self.text("GITHUB_STEP_SUMMARY")
        size = len(text.encode())
        if size > SUMMARY_LIMIT:
            self.errors.append(
                f"$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got {size}"
            )
            return ""
        return text


@contextmanager
def start_action(engine: Engine, step: Step) -> Iterator[Running]:
    """Start an action; whatever happens, its container and the runner's folders are gone in the end."""
    image = step.image or image_of(engine, step)
    with tempfile.TemporaryDirectory(prefix="runner-") as temp:
        Path(temp).chmod(0o755)
        folders = Folders.make(Path(temp) / "_temp")
        folders.event.write_text(json.dumps(step.payload), encoding="utf-8")
        give_to_runner(folders.temp)
        name = f"gha-router-e2e-{uuid.uuid4().hex[:12]}"
        env = environment(step, folders)
        process = engine.start(
            "run", *engine.shared_leases(), *_arguments(step, folders, name, env), image, *_words(step), env=env
        )
        running = Running(engine, step, folders, name, process)
        for unknown in unexpected_inputs(step):
            valid = ", ".join(f"'{known}'" for known in step.action().get("inputs") or {})
            running.log.feed(f"::warning::Unexpected input(s) '{unknown}', valid inputs are [{valid}]")
        try:
            yield running
        finally:
            running.close()


def run_action(engine: Engine, step: Step, *, seconds: float = LIMIT_S) -> Result:
    """Run an action to its end."""
    with start_action(engine, step) as running:
        return running.result(seconds)


def image_of(engine: Engine, step: Step) -> str:
    """Return the image that action.yml names, built when it names a Dockerfile."""
    named = str(step.action()["runs"]["image"])
    if named.startswith("docker://"):
        return named.removeprefix("docker://")
    return build(engine, step.action_dir / named, f"localhost/gha-router-action:{step.action_dir.name}")


def listing(workspace: Path) -> dict[str, File]:
    """Return all that is in the workspace but .git, by path."""
    found = {}
    for path in sorted(workspace.rglob("*")):
        name = path.relative_to(workspace)
        if name.parts[0] != ".git":
            state = path.lstat()
            found[name.as_posix()] = File(uid=state.st_uid, mode=state.st_mode & 0o7777, size=state.st_size)
    return found


def _arguments(step: Step, folders: Folders, name: str, env: Mapping[str, str]) -> list[str]:
    """Return the options of ``run``. Values go through the client's environment, as the runner passes them."""
    mounts = {str(source): target for source, target in folders.mounts(step.workspace).items()}
    if step.docker_socket:
        mounts[str(step.docker_socket)] = "/var/run/docker.sock"
    entry = step.action()["runs"].get("entrypoint")
    return [
        *("--rm", "--name", name, "--label", "gha-router-e2e", "--workdir", "/github/workspace"),
        *("--user", step.user),
        *("--network", step.network, "--pull=never", "--no-healthcheck"),
        *(part for variable in env for part in ("-e", variable)),
        *(part for source, target in mounts.items() for part in ("-v", f"{source}:{target}")),
        *(("--entrypoint", str(entry)) if entry else ()),
    ]


def _words(step: Step) -> list[str]:
    known = contexts(step)
    return [evaluate(word, known) for word in step.action()["runs"].get("args") or ()]
