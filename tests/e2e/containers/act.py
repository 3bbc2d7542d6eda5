"""Runs workflows with act (github.com/nektos/act) over podman's Docker API, with local images only.

What differs from GitHub: the action's container shares the job container's network; the workspace has the path that
its repository has on this machine; HOME is /root; `github.token` is empty unless given as the secret GITHUB_TOKEN; the
inputs of a dispatch come from the payload; an input with a hyphen in its name does not reach the action; the action's
container does not share `runner.temp` with the job, so that the run's files are not there to upload; actions other than
a checkout without `ref` have to be replaced by stand-ins.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.containers.engine import Engine, EngineError
from tests.e2e.containers.state import tool

LIMIT_S = 900
STAND_INS = Path(__file__).parent / "stand_ins"
SHARED = "/gha-router-artifacts"  # where the stand-ins for artifact actions keep what is uploaded
IDENTITY = ("-c", "user.name=e2e", "-c", "user.email=e2e@example.invalid", "-c", "init.defaultBranch=main")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a workflow ended. ``jobs`` are results by the job's id; ``steps`` and ``outputs`` go by the step's."""

    returncode: int
    log: str  # what the steps wrote, masked by act
    everything: str = field(repr=False)  # act's own words too, in which it repeats each `::add-mask::`
    jobs: Mapping[str, str]
    steps: Mapping[str, str]
    outputs: Mapping[str, Mapping[str, str]]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """act, its runner image, and the socket that it reaches podman by."""

    engine: Engine
    runner: str
    socket: Path

    def run(  # noqa: PLR0913  what a workflow may be given
        self,
        repository: Path,
        event: str,
        *,
        payload: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        stand_ins: Sequence[str] = (),
        repositories: Mapping[str, Path] | None = None,
        artifacts: Path | None = None,
        env: Mapping[str, str] | None = None,
        volumes: Mapping[Path, str] | None = None,
        workflow: str | None = None,
        seconds: float = LIMIT_S,
    ) -> Ran:
        """Run the repository's workflows for an event.

        ``stand_ins`` are actions (``actions/upload-artifact@v4``) that a folder of STAND_INS replaces; ``repositories``
        are folders that stand for ``owner/name@ref``; ``artifacts`` is the folder that the stand-ins share; ``env`` is
        what the jobs find set, ``GITHUB_API_URL`` too; ``volumes`` are folders that jobs find at a path, for reading.
        ``workflow`` is the file of the only one to run. Raises ``EngineError`` when time is up.
        """
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            (home / "event.json").write_text(json.dumps(payload or {}), encoding="utf-8")
            for file, values in (("secrets", secrets), ("env", env)):
                lines = "".join(f"{name}={value}\n" for name, value in (values or {}).items())
                (home / file).write_text(lines, encoding="utf-8")
            command = [*self._command(event, home), *_replacing(stand_ins)]
            command += ["--workflows", workflow] if workflow else []
            for name, path in (repositories or {}).items():
                command += ["--local-repository", f"{name}={path}"]
            mounts = [f"--volume={path}:{place}:ro" for path, place in (volumes or {}).items()]
            mounts += [f"--volume={artifacts}:{SHARED}"] if artifacts else []
            if mounts:
                command += ["--container-options", " ".join(mounts)]
            try:
                ended = subprocess.run(
                    command,
                    cwd=repository,
                    env={"PATH": self.engine.env["PATH"], "HOME": folder, "DOCKER_HOST": f"unix://{self.socket}"},
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    timeout=seconds,
                    check=False,
                )
            except subprocess.TimeoutExpired as late:
                raise EngineError(f"act: still running after {seconds:.0f} s\n{late.stdout!r}") from late
            finally:
                self._sweep()
        return read(ended.stdout, ended.stderr, ended.returncode)

    def _command(self, event: str, home: Path) -> list[str]:
        return [
            *(str(tool("act")), event, "--json", "--eventpath", str(home / "event.json")),
            *("--secret-file", str(home / "secrets"), "--env-file", str(home / "env"), "--var-file", "/dev/null"),
            *("--platform", f"ubuntu-latest={self.runner}", "--pull=false", "--network", "host"),
            *("--no-cache-server", "--container-daemon-socket", "-"),
        ]

    def _sweep(self) -> None:
        """Remove the containers and volumes that act left behind; the storage is ours alone."""
        names = self.engine.run("ps", "--all", "--filter", "name=^act-", "--format", "{{.Names}}").split()
        for name in names:
            self.engine.remove(name)
        for volume in self.engine.run("volume", "ls", "--filter", "name=^act-", "--format", "{{.Name}}").split():
            self.engine.run("volume", "rm", "--force", volume)


@contextmanager
def act(engine: Engine, runner: str) -> Iterator[Act]:
    """Yield act with podman's API served for it."""
    with tempfile.TemporaryDirectory() as folder, engine.service(Path(folder)) as socket:
        yield Act(engine=engine, runner=runner, socket=socket)


def read(stdout: str, stderr: str, returncode: int) -> Ran:
    """Read the JSON lines that act prints."""
    entries = [json.loads(line) for line in stdout.splitlines() if line.startswith("{")]
    outputs: dict[str, dict[str, str]] = {}
    for entry in entries:
        if entry.get("command") == "set-output":
            outputs.setdefault(_step(entry), {})[entry["name"]] = entry["arg"]
    return Ran(
        returncode=returncode,
        log="".join(entry["msg"] for entry in entries if entry.get("raw_output")),
        everything=stdout + stderr,
        jobs={entry["jobID"]: entry["jobResult"] for entry in entries if "jobResult" in entry},
        steps={_step(entry): entry["stepResult"] for entry in entries if entry.get("stage") and "stepResult" in entry},
        outputs=outputs,
        summary="".join(entry["content"] for entry in entries if entry.get("command") == "summary"),
    )


def _step(entry: Mapping[str, Any]) -> str:
    """Return a step's id, or its number in the job; steps inside a composite action have their caller's before it."""
    return ".".join(entry.get("stepID", ()))


def checkout(repository: Path, folder: Path, *, files: Mapping[str, str]) -> Path:
    """Copy what git would commit into a new repository, put ``files`` (path: text) beside it, and commit."""
    listed = _git(repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (repository / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(repository / name, folder / name)
    return commit(folder, files)


def commit(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files into a folder and make it a repository with one commit."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "as it is")
    return folder


def _replacing(stand_ins: Sequence[str]) -> list[str]:
    return [
        part
        for action in stand_ins
        for part in ("--local-repository", f"{action}={STAND_INS / action.partition('@')[0].rpartition('/')[2]}")
    ]


def _git(folder: Path, *args: str) -> str:
    return subprocess.run(
        ("git", *IDENTITY, *args), cwd=folder, capture_output=True, text=True, timeout=60, check=True
    ).stdout
