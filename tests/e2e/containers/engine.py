"""podman with a storage of its own, set up so that it also runs where rlimits cannot be raised and cgroups are old."""

import json
import os
import resource
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gha_router.agent.identity import LOCKS

QUICK_S = 180
NEEDED = ("PATH", "LANG", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy", "https_proxy", "no_proxy")
CONTAINERS_CONF = """\
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
netns = "host"
default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]
"""
STORAGE_CONF = """\
[storage]
driver = "{driver}"
graphroot = "{root}/storage"
runroot = "{root}/run"
"""


# What containers get, at most: podman asks for more than it may give where CAP_SYS_RESOURCE is missing.
LIMITS = {"files": (resource.RLIMIT_NOFILE, 20_000), "processes": (resource.RLIMIT_NPROC, 4_096)}


class EngineError(Exception):
    """podman did not do what it was asked; the message holds what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """podman, and the environment that leads it to its own storage."""

    root: Path
    env: Mapping[str, str]

    def run(self, *args: str | Path, timeout: float = QUICK_S, stdin: int | None = None) -> str:
        """Run a podman command and return what it prints. Raises ``EngineError``, also when time is up."""
        command = ["podman", *map(str, args)]
        try:
            ended = subprocess.run(
                command, env=self.env, stdin=stdin, capture_output=True, text=True, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired as late:
            raise EngineError(f"{' '.join(command)}: still running after {timeout:.0f} s") from late
        if ended.returncode != 0:
            raise EngineError(
                f"{' '.join(command)}: exit {ended.returncode}\n{ended.stdout[-4000:]}{ended.stderr[-4000:]}"
            )
        return ended.stdout

    def start(self, *args: str | Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start a podman command whose output, errors included, is read line by line."""
        return subprocess.Popen(
            ["podman", *map(str, args)],
            env={**self.env, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )

    def shared_leases(self) -> tuple[str, str]:
        """Return the option by which a container takes part in this machine's leases of users (agent/identity.py).

        The host sees a container's processes: a gha-router outside that ended its own agent's user would end an agent
        inside that happens to be the same user. The runner's machines run one job at a time and need none of this.
        """
        LOCKS.mkdir(mode=0o700, parents=True, exist_ok=True)
        return "-v", f"{LOCKS}:{LOCKS}"

    def has_image(self, tag: str) -> bool:
        """Say whether an image is in the storage."""
        return bool(self.run("images", "--quiet", "--filter", f"reference={tag}").strip())

    def inspect(self, kind: str, name: str) -> dict[str, object]:
        """Return what podman knows of an ``image`` or a ``container``."""
        found: list[dict[str, object]] = json.loads(self.run(kind, "inspect", name))
        return found[0]

    def remove(self, container: str) -> None:
        """Remove a container by its name, running or not, there or not."""
        self.run("rm", "--force", "--time", "0", "--ignore", container)

    @contextmanager
    def service(self, folder: Path) -> Iterator[Path]:
        """Serve Docker's API on a socket in ``folder`` as long as the context lasts, for act."""
        socket = folder / "podman.sock"
        log = folder / "podman-service.log"
        command = ["podman", "system", "service", "--time", "0", f"unix://{socket}"]
        with log.open("wb") as said:
            process = subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
            try:
                _wait_for(socket, process, log)
                yield socket
            finally:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(10)


def engine(root: Path) -> Engine:
    """Return podman with its storage and configuration in ``root``."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    containers, storage = root / "containers.conf", root / "storage.conf"
    limits = {name: _limit(kind, most) for name, (kind, most) in LIMITS.items()}
    containers.write_text(CONTAINERS_CONF.format(**limits), encoding="utf-8")
    storage.write_text(STORAGE_CONF.format(driver=_driver(root), root=root) + _mount_program(root), encoding="utf-8")
    registries = root / "registries.conf"
    registries.write_text('unqualified-search-registries = ["docker.io"]\n', encoding="utf-8")
    ours = {
        "CONTAINERS_REGISTRIES_CONF": str(registries),
        "CONTAINERS_CONF": str(containers),
        "CONTAINERS_STORAGE_CONF": str(storage),
        "HOME": "/root",
    }
    return Engine(root=root, env={name: os.environ[name] for name in NEEDED if name in os.environ} | ours)


def _limit(kind: int, most: int) -> int:
    hard = resource.getrlimit(kind)[1]
    return most if hard == resource.RLIM_INFINITY else min(hard, most)


def _driver(root: Path) -> str:
    return "overlay" if _kernel_mounts_overlays(root) or Path("/dev/fuse").exists() else "vfs"


def _mount_program(root: Path) -> str:
    if _kernel_mounts_overlays(root) or not Path("/dev/fuse").exists():
        return ""
    return '[storage.options.overlay]\nmount_program = "/usr/bin/fuse-overlayfs"\n'


def _kernel_mounts_overlays(root: Path) -> bool:
    """Try it: on an overlay (a container's own root) the kernel refuses another one."""
    trial = root / "overlay-trial"
    folders = {name: trial / name for name in ("lower", "upper", "work", "merged")}
    for path in folders.values():
        path.mkdir(parents=True, exist_ok=True)
    options = ",".join(f"{name}dir={folders[name]}" for name in ("lower", "upper", "work"))
    command: Sequence[str] = ("mount", "-t", "overlay", "overlay", "-o", options, str(folders["merged"]))
    if subprocess.run(command, capture_output=True, timeout=QUICK_S, check=False).returncode != 0:
        return False
    subprocess.run(("umount", str(folders["merged"])), capture_output=True, timeout=QUICK_S, check=True)
    return True


def _wait_for(socket: Path, process: subprocess.Popen[bytes], log: Path, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise EngineError(f"podman's service did not start: {log.read_text(encoding='utf-8', errors='replace')}")
        time.sleep(0.02)
