"""Builds images, and measures them."""

import hashlib
import socket
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.containers.engine import Engine

BUILD_S = 1200
ANSWER_S = 30
TAG = "localhost/gha-router:e2e"
BUILD_STAGE = "localhost/gha-router-build:e2e"
PROGRAM = "/opt/gha-router/bin/gha-router"
GATEWAY_CONFIG = "version: 1\n"  # the built-in provider `sim` needs no more


def build(engine: Engine, dockerfile: Path, tag: str, *, target: str | None = None) -> str:
    """Build an image and return its tag. In Docker's form: podman's own has no place for a health check."""
    stage = ("--target", target) if target else ()
    options = ("--network", "host", "--pull=never", "--format", "docker", "--layers", *stage)
    engine.run("build", *options, "--tag", tag, "--file", dockerfile, dockerfile.parent, timeout=BUILD_S)
    return tag


def build_ours(engine: Engine, repository: Path) -> str:
    """Build the repository's image. Its build stage is kept by a name, so that its layers outlive `image prune`."""
    build(engine, repository / "Dockerfile", BUILD_STAGE, target="build")
    build(engine, repository / "Dockerfile", TAG)
    engine.run("image", "prune", "--force", timeout=BUILD_S)
    return TAG


def load(engine: Engine, archive: Path) -> str:
    """Take an image out of an archive, as a release's contract tests do; return its tag."""
    said = engine.run("load", "--input", archive, timeout=BUILD_S)
    engine.run("tag", said.strip().rpartition(" ")[2], TAG)
    return TAG


def size_mb(engine: Engine, tag: str) -> float:
    """Return the unpacked size of an image in MB, its base included."""
    size = engine.inspect("image", tag)["Size"]
    assert isinstance(size, int)
    return size / 1e6


def digest_of(folder: Path) -> str:
    """Return a digest over the paths and contents below a folder."""
    state = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        state.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return state.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How long it took from ``run`` to the gateway's first answer, and what the health check said."""

    seconds: float
    health: str


def gateway_start(engine: Engine, tag: str) -> Start:
    """Start the image as a service, and take the time until ``/healthz`` answers."""
    name = f"gha-router-e2e-{uuid.uuid4().hex[:12]}"
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "gha-router.yml"
        config.write_text(GATEWAY_CONFIG, encoding="utf-8")
        options = ("--rm", "--name", name, "--network", "host", "--pull=never", "--entrypoint", PROGRAM)
        files = ("--config", "/config.yml", "--info-file", "/run/gateway.json", "--ledger", "/run/ledger.jsonl")
        began = time.monotonic()
        process = engine.start(
            "run", *options, "-v", f"{config}:/config.yml:ro", tag, "serve", "--port", str(port), *files
        )
        try:
            _until_answered(port, began + ANSWER_S)
            seconds = time.monotonic() - began
            return Start(seconds=seconds, health=engine.run("healthcheck", "run", name).strip() or "healthy")
        finally:
            engine.remove(name)
            process.wait(ANSWER_S)
            if process.stdout:
                process.stdout.close()


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _until_answered(port: int, deadline: float) -> None:
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < deadline, "the gateway did not answer"
            time.sleep(0.005)


def runner_with(engine: Engine, runner: str, tag: str) -> str:
    """Return act's runner with the gha-router of an image on its PATH; both have the same Python."""
    program = (f"COPY --from={tag} /opt/gha-router /opt/gha-router", "ENV PATH=/opt/gha-router/bin:$PATH")
    return _derived(engine, "localhost/gha-router-runner-with:e2e", f"FROM {runner}", *program)


def hosted(engine: Engine, runner: str) -> str:
    """Return act's runner as GitHub's machines are: a user `runner` who may become root, and no gha-router."""
    user = (
        "RUN apt-get update && apt-get install -y --no-install-recommends python3-venv sudo",
        "RUN useradd --uid 1001 --create-home runner && echo 'runner ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/runner",
    )
    return _derived(engine, "localhost/gha-router-runner-hosted:e2e", f"FROM {runner}", *user)


def _derived(engine: Engine, made: str, *lines: str) -> str:
    with tempfile.TemporaryDirectory(dir=engine.root) as folder:
        (Path(folder) / "Dockerfile").write_text("\n".join((*lines, 'CMD ["sleep", "infinity"]', "")), encoding="utf-8")
        engine.run("build", "--network", "host", "--pull=never", "--tag", made, folder, timeout=BUILD_S)
    return made
