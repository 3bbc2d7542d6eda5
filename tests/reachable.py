"""A Python with pytest that another user can start: ours may lie where nobody else can pass through."""

import shutil
import site
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments")


@contextmanager
def python_with_pytest() -> Iterator[Path]:
    """Yield the folder of ``python`` and ``pytest``: a small environment in a folder that all may pass through."""
    with tempfile.TemporaryDirectory(prefix="tests-python-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        subprocess.run([_base(), "-m", "venv", "--without-pip", root / "venv"], check=True)
        (library,) = (root / "venv" / "lib").glob("python*/site-packages")
        installed = next(
            Path(place) for place in (*site.getsitepackages(), *sys.path) if Path(place, "pluggy").is_dir()
        )
        for package in PACKAGES:
            shutil.copytree(installed / package, library / package, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(installed / "py.py", library)
        python = root / "venv" / "bin" / "python"
        script = python.with_name("pytest")
        script.write_text(f"#!{python}\nimport sys\nfrom pytest import console_main\nsys.exit(console_main())\n")
        script.chmod(0o755)
        _keep_compiled_alone(python, library)
        yield python.parent


def _keep_compiled_alone(python: Path, library: Path) -> None:
    """Put compiled modules in place of their sources: the commands of checks read no ``__pycache__`` but their own."""
    subprocess.run([python, "-m", "compileall", "-q", "-b", library], check=True)
    for source in library.rglob("*.py"):
        source.unlink()


def _base() -> Path:
    """Return an interpreter, ours if possible, whose folders all may pass through."""
    for place in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        base = Path(place).resolve()
        if base.exists() and all(parent.stat().st_mode & stat.S_IXOTH for parent in base.parents):
            return base
    raise FileNotFoundError("no Python that another user can start")
