"""Which files steer a test run, and what becomes of them in the clean copy in which checks run.

The files are those that the programs read by themselves: nobody names them on a command line, so that a new one is
enough to make every test pass.
"""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gha_router.checks.loading import toml_of
from gha_router.paths import any_matches, seals

Part = Callable[[bytes], object]  # what of a file steers; None: nothing


class Rule(StrEnum):
    """Where the version that checks see comes from, for a file that was ``changed`` or is ``new``."""

    EXACT = "exact"  # changed: the sealed version; new: absent
    KNOWN = "known"  # changed: the sealed version; new: as the agent wrote it
    NEW = "new"  # changed: as the agent wrote it; new: absent
    SWEPT = "swept"  # absent, and not worth a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """Paths under one rule. ``part``: it holds only where that part of the file is another."""

    globs: tuple[str, ...]
    rule: Rule
    part: Part | None = None


def _pytest_in_toml(content: bytes) -> object:
    """Return ``[tool.pytest]``, read as pytest reads it. What cannot be read steers as a whole."""
    try:
        tools = toml_of(content.decode("utf-8")).get("tool")
    except (ValueError, RecursionError):
        return content
    return tools.get("pytest") if isinstance(tools, dict) else None


def _pytest_in_ini(content: bytes) -> object:
    """Return the whole when it has a section of pytest's: two readers of these files need not agree on its end."""
    return content if re.search(rb"^\s*\[\s*(?:tool:)?pytest", content, re.MULTILINE) else None


_SCRIPTS = ("scripts", "jest", "mocha", "ava", "vitest", "nyc", "c8", "tap", "workspaces")


def _scripts_in_json(content: bytes) -> object:
    """Return what npm runs, and the settings of the test runners that keep them here."""
    try:
        package = json.loads(content)
    except (ValueError, RecursionError):
        return content
    found = {key: package[key] for key in _SCRIPTS if key in package} if isinstance(package, dict) else {}
    return found or None


_ENDINGS = (".py", ".pyc", ".*so", "/__init__.py", "/__init__.pyc", "/__init__.*so")
_PYTEST = ("pytest", "_pytest", "pluggy", "_pluggy", "iniconfig", "unittest", "xdist")

STEERING: tuple[Steering, ...] = (
    Steering(
        globs=(
            *("conftest.py", "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "tox.toml", "noxfile.py"),
            *("sitecustomize.py", "usercustomize.py", "sitecustomize/**", "usercustomize/**", "*.pth", "pyvenv.cfg"),
            *(".coveragerc", ".envrc", ".python-version", ".tool-versions", "mise.toml", ".mise.toml"),
            *(f"conftest{ending}" for ending in _ENDINGS),
            *(f"{name}{ending}" for name in ("sitecustomize", "usercustomize") for ending in _ENDINGS[:3]),
        ),
        rule=Rule.EXACT,
    ),
    Steering(globs=("pyproject.toml",), rule=Rule.EXACT, part=_pytest_in_toml),
    Steering(globs=("setup.cfg", "tox.ini"), rule=Rule.EXACT, part=_pytest_in_ini),
    # Beside the code: a module that is found before the one of that name that everybody means.
    Steering(
        globs=tuple(f"**/{name}{ending}" for name in _PYTEST for ending in _ENDINGS),
        rule=Rule.NEW,
    ),
    Steering(globs=("**/__pycache__/**",), rule=Rule.SWEPT),
    Steering(
        globs=(
            *("jest.config.*", "jest.setup.*", "vitest.config.*", "vitest.workspace.*", ".mocharc*", "karma.conf.*"),
            *("playwright.config.*", "ava.config.*", ".taprc", ".nycrc*", ".c8rc*", ".npmrc", ".yarnrc*"),
            *(".pnpmfile.cjs", "go.work", ".cargo/**"),
        ),
        rule=Rule.EXACT,
    ),
    # Of a project that has none, these may well be the work that was asked for.
    Steering(globs=("package.json",), rule=Rule.KNOWN, part=_scripts_in_json),
    Steering(
        globs=(
            "Makefile",
            "makefile",
            "GNUmakefile",
            "*.mk",
            "justfile",
            "Justfile",
            "Taskfile.y*ml",
            "babel.config.*",
        ),
        rule=Rule.KNOWN,
    ),
)
_SHADOW = Steering(globs=(), rule=Rule.NEW)
TESTS = (
    *("test_*.py", "*_test.py", "*.test.*js", "*.test.*ts", "*.test.*sx", "*.spec.*js", "*.spec.*ts", "*.spec.*sx"),
    *("*_test.go", "*_test.rb", "*_spec.rb"),
)
INSTALLED = ("**/node_modules/**", "**/site-packages/**")


def steering_of(path: str) -> Steering | None:
    """Return how a path steers a test run, ``None`` when it does not."""
    # Packages bring these files by the hundred, and nobody looks for them there.
    if any_matches(INSTALLED, path) and not path.endswith((".pth", "customize.py")):
        return None
    return next((steering for steering in STEERING if seals(steering.globs, path)), None)


def shadow_of(path: str) -> Steering | None:
    """Return how a path stands before a module of Python's own library, ``None`` when it does not.

    ``python -m pytest`` looks in the folder that it is started in before it looks there.
    """
    name, _, rest = path.partition("/")
    module = rest.startswith("__init__.") and "/" not in rest if rest else name.endswith((".py", ".pyc", ".so"))
    return _SHADOW if module and name.partition(".")[0] in sys.stdlib_module_names else None


def is_test(path: str) -> bool:
    """Return whether a runner would take this path for tests by its name."""
    return seals(TESTS, path) and not any_matches(INSTALLED, path)
