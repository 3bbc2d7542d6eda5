"""What outlives a test run: tools, base images and build layers, in one folder outside the repository."""

import os
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
SETUP = "scripts/e2e-setup.sh"
PROGRAMS = ("podman", "runc", "debootstrap")  # installed by SETUP


def folder() -> Path:
    """Return where images and tools are kept; scripts/e2e-setup.sh works this out in the same way."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "/var/tmp") / "gha-router-e2e"  # noqa: S108  root's, mode 700


def tool(name: str) -> Path:
    """Return a program that SETUP installs into an environment of its own: act, hadolint."""
    return folder() / "tools" / "bin" / name


def why_no_containers() -> str | None:
    """Return why containers cannot be run on this machine, or ``None``."""
    if os.geteuid() != 0:
        return "containers are started as root, as the Actions runner does; this user is not root"
    try:
        release = Path("/etc/os-release").read_text(encoding="utf-8")
    except FileNotFoundError:
        release = ""
    if "ID=debian" not in release.splitlines():
        return "the base images are made with Debian's debootstrap; this is not Debian"
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    missing += [name for name in ("act", "hadolint") if not tool(name).is_file()]
    return f"not installed: {', '.join(missing)}; run `sh {SETUP}`" if missing else None
