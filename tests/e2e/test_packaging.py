"""Wheel and source distribution, installed by pip, uv and pipx as a stranger does: elsewhere, in a HOME of its own.

Dependencies are those of requirements-runtime.lock, by the installers' own caches where they have them.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = shutil.which("uv", path=f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?(==[^ ;\\]+(?: *;[^\\]*)?)", re.MULTILINE)
INSTALL_S, DEMO_S = 900, 300


class Elsewhere:
    """A folder outside of the repository, with a HOME and nothing of ours in the environment."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home, self.empty = folder, folder / "home", folder / "empty"
        for one in (self.home, self.empty):
            one.mkdir()
        names = ("PATH", "SSL_CERT_FILE", "PIP_CERT", "UV_CACHE_DIR", "PIP_CACHE_DIR", "HTTPS_PROXY", "NO_PROXY")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        of_pip = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_"))}
        caches = {
            "PIP_CACHE_DIR": str(Path.home() / ".cache" / "pip"),
            "UV_CACHE_DIR": str(Path.home() / ".cache" / "uv"),
        }
        self.env = {**caches, **of_pip, **kept, "HOME": str(self.home), "LANG": "C.UTF-8"}
        self.constraints = folder / "constraints.txt"
        found = PINNED.findall((ROOT / "requirements-runtime.lock").read_text())
        self.constraints.write_text("".join(f"{name}{rest}\n" for name, rest in found))

    def run(self, *line: str | Path, seconds: float = INSTALL_S, **env: str) -> subprocess.CompletedProcess[str]:
        ended = subprocess.run(
            line, cwd=self.empty, env=self.env | env, capture_output=True, text=True, timeout=seconds, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended

    def venv(self, name: str) -> Path:
        self.run(sys.executable, "-m", "venv", self.folder / name)
        return self.folder / name / "bin"


def by_pip(place: Elsewhere, file: Path) -> Path:
    programs = place.venv("pip")
    place.run(programs / "pip", "install", "--quiet", "--constraint", place.constraints, file)
    return programs / "gha-router"


def by_uv(place: Elsewhere, file: Path) -> Path:
    if UV is None:
        pytest.skip("uv is not here")
    bin_, tools = place.folder / "bin", place.folder / "tools"
    place.run(
        *(UV, "tool", "install", "--quiet", "--python", sys.executable, "--constraints", place.constraints, file),
        UV_TOOL_DIR=str(tools),
        UV_TOOL_BIN_DIR=str(bin_),
    )
    return bin_ / "gha-router"


def by_pipx(place: Elsewhere, file: Path) -> Path:
    programs = place.venv("pipx")
    place.run(programs / "pip", "install", "--quiet", "pipx")
    place.run(
        *(programs / "pipx", "install", "--pip-args", f"--constraint {place.constraints}", file),
        PIPX_HOME=str(place.folder / "pipx-home"),
        PIPX_BIN_DIR=str(place.folder / "bin"),
    )
    return place.folder / "bin" / "gha-router"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with a wheel and a source distribution of this tree."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder


def only(folder: Path, pattern: str) -> Path:
    [found] = folder.glob(pattern)
    return found


def test_the_wheel_holds_the_package_its_types_and_its_licence_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(only(built, "*.whl")) as wheel:
        names = wheel.namelist()
    assert "gha_router/py.typed" in names
    assert "gha_router/pricing/prices.json" in names
    assert {name.partition("/")[0] for name in names} == {"gha_router", f"gha_router-{version('gha-router')}.dist-info"}
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name]


def test_the_source_distribution_holds_what_the_wheel_is_made_of(built: Path) -> None:
    with tarfile.open(only(built, "*.tar.gz")) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "src/gha_router/py.typed"} <= names


@pytest.mark.parametrize(
    ("install", "pattern"),
    [(by_pip, "*.whl"), (by_pip, "*.tar.gz"), (by_uv, "*.whl"), (by_pipx, "*.whl")],
    ids=["pip", "pip-source", "uv", "pipx"],
)
def test_it_is_installed_elsewhere(
    tmp_path: Path, built: Path, install: Callable[[Elsewhere, Path], Path], pattern: str
) -> None:
    place = Elsewhere(tmp_path)
    program = install(place, only(built, pattern))
    assert place.run(program, "--version").stdout.startswith(f"gha-router {version('gha-router')}\nClaude Code 2.")
    assert "command" in place.run(program, "checks", "command").stdout


def test_the_demo_runs_from_an_installed_wheel_outside_of_the_repository(tmp_path: Path, built: Path) -> None:
    place = Elsewhere(tmp_path)
    program = by_uv(place, only(built, "*.whl"))
    ended = place.run(program, "demo", "--quiet", seconds=DEMO_S)
    assert ended.stderr == ""
    assert json.loads((place.empty / "gha-router-demo" / "report.json").read_text())
    assert "2 of 5 models verified every task" in ended.stdout
