"""Stand-ins for base images, made by debootstrap, for machines that reach Debian's mirrors and no image registry.

They have the names of the images whose place they take, so that ``FROM python:3.13-slim`` finds them. The mirror, its
settings and additional certificate authorities are this machine's own.
"""

import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.containers.engine import Engine, EngineError

SUITE = "trixie"
PYTHON = "docker.io/library/python:3.13-slim"
RUNNER = "localhost/gha-router-runner"
BOOTSTRAP_S = 1200
BUILD_S = 1200
AUTHORITIES = Path("/usr/local/share/ca-certificates")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
EMPTIED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "var/lib/apt/lists", "var/cache/apt")
NOT_NEEDED = ("path-exclude /usr/share/doc/*", "path-exclude /usr/share/man/*", "path-exclude /usr/share/locale/*")
TWEAKS = ("Acquire::Check-Valid-Until", "Acquire::Check-Date")  # set where a mirror is a snapshot
LINKS = {"python": "python3", "python3": "python3", "pip": "pip3"}  # where the official image has them: /usr/local/bin
RUNNER_FILE = f"""\
FROM {PYTHON}
RUN apt-get update \\
 && apt-get install -y --no-install-recommends git nodejs jq \\
 && rm -rf /var/lib/apt/lists/*
CMD ["sleep", "infinity"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """Where this machine's apt gets Debian and its security updates from, and how it checks their dates."""

    debian: str
    security: str | None
    settings: str


def mirror() -> Mirror:
    """Ask apt. Raises ``EngineError`` when it has no lists yet (``apt-get update``)."""
    listed = _output("apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages")
    found = dict(reversed([line.split(" ", 1) for line in listed.splitlines() if " " in line]))  # the first one wins
    if "Debian" not in found:
        raise EngineError("apt knows no Debian mirror; run `apt-get update`")
    said = _output("apt-config", "dump")
    settings = "".join(f"{line}\n" for line in said.splitlines() if line.startswith(TWEAKS))
    return Mirror(debian=found["Debian"], security=found.get("Debian-Security"), settings=settings)


def ensure_bases(engine: Engine) -> tuple[str, str]:
    """Make what is missing; return the tags of the Python base and of act's runner, both keyed by how they are made."""
    here = mirror()
    recipe = f"{Path(__file__).read_text(encoding='utf-8')}{here}{_authorities()}"
    digest = hashlib.sha256(recipe.encode()).hexdigest()[:12]
    runner, kept = f"{RUNNER}:{digest}", f"localhost/gha-router-python:{digest}"
    if not engine.has_image(kept):
        _bootstrap(engine, here, kept)
    engine.run("tag", kept, PYTHON)
    if not engine.has_image(runner):
        with tempfile.TemporaryDirectory(dir=engine.root) as folder:
            (Path(folder) / "Dockerfile").write_text(RUNNER_FILE, encoding="utf-8")
            engine.run("build", "--network", "host", "--pull=never", "--tag", runner, folder, timeout=BUILD_S)
    return PYTHON, runner


def _bootstrap(engine: Engine, here: Mirror, tag: str) -> None:
    packages = engine.root / "packages"  # kept: a second attempt fetches nothing twice
    packages.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=engine.root) as folder:
        root = Path(folder) / "root"
        command = ("debootstrap", "--variant=minbase", f"--cache-dir={packages}", f"--keyring={KEYRING}")
        include = "--include=ca-certificates,python3,python3-pip"
        _output(*command, include, SUITE, str(root), here.debian, seconds=BOOTSTRAP_S)
        _settle(root, here)
        archive = Path(folder) / "root.tar"
        _output("tar", "--numeric-owner", "-C", str(root), "-cf", str(archive), ".", seconds=BUILD_S)
        engine.run("import", "--change", 'CMD ["python3"]', archive, tag, timeout=BUILD_S)


def _settle(root: Path, here: Mirror) -> None:
    """Make a bootstrapped system what the slim images are: no documentation, updates, Python's names."""
    for name in EMPTIED:
        shutil.rmtree(root / name, ignore_errors=True)
        (root / name).mkdir(parents=True)
    (root / "etc/apt/sources.list").write_text(_sources(here), encoding="utf-8")
    (root / "etc/apt/apt.conf.d/99-as-on-the-host").write_text(here.settings, encoding="utf-8")
    (root / "etc/dpkg/dpkg.cfg.d/slim").write_text("\n".join((*NOT_NEEDED, "force-unsafe-io", "")), encoding="utf-8")
    for name, target in LINKS.items():
        (root / "usr/local/bin" / name).symlink_to(f"/usr/bin/{target}")
    for marker in root.glob("usr/lib/python3*/EXTERNALLY-MANAGED"):
        marker.unlink()
    for certificate in _authorities():
        shutil.copy(certificate, root / AUTHORITIES.relative_to("/"))
    _output("chroot", str(root), "update-ca-certificates")
    for name in ("resolv.conf", "hostname"):
        (root / "etc" / name).unlink(missing_ok=True)


def _sources(here: Mirror) -> str:
    lines = [f"deb {here.debian} {SUITE} main", f"deb {here.debian} {SUITE}-updates main"]
    if here.security:
        lines.append(f"deb {here.security} {SUITE}-security main")
    return "\n".join(lines) + "\n"


def _authorities() -> list[Path]:
    return sorted(AUTHORITIES.glob("*.crt"))


def _output(*command: str, seconds: float = 60) -> str:
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        raise EngineError(f"{command[0]}: still running after {seconds:.0f} s") from late
    if ended.returncode != 0:
        raise EngineError(f"{command[0]}: exit {ended.returncode}\n{ended.stdout[-4000:]}{ended.stderr[-2000:]}")
    return ended.stdout
