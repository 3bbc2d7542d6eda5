"""What a repository tells by itself, so that nobody has to be asked: keys, tests, who runs Claude Code already."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gha_router.config import Kind, built_in_document, recognised
from gha_router.config.words import KNOWN_PROVIDERS
from gha_router.errors import UsageError

SECRET = re.compile(r"\bsecrets\.([A-Za-z_][A-Za-z0-9_]*)")
OFFICIAL = re.compile(r"uses:\s*['\"]?anthropics/claude-code(?:-base)?-action@")
OURS = "gha-router-"  # how the files begin that are written here
LARGEST = 1_000_000  # bytes: what is larger was not written by hand, and is not read
PLACEHOLDER = "no test specified"  # what `npm init` writes
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
LOCKS = (  # who wrote the lock file is who installs by it; `npm ci` refuses to work without its own
    ("package-lock.json", "npm ci && npm test"),
    ("pnpm-lock.yaml", "pnpm install --frozen-lockfile && pnpm test"),
    ("yarn.lock", "yarn install --frozen-lockfile && yarn test"),
    ("bun.lock", "bun install --frozen-lockfile && bun run test"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """How a repository's tests are run. ``found``: by which file that is known."""

    run: str
    found: str
    in_the_image: bool  # the action's image has what it takes: Python, and no other language

    __test__ = False  # for pytest: this is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is there. ``secrets``: the providers' variables whose secrets a workflow names, else Anthropic's."""

    root: Path
    secrets: tuple[str, ...]
    named: bool  # a workflow names them; else nobody knows which there are
    tests: Tests | None
    official: tuple[str, ...]  # workflows that run anthropics/claude-code-action, by name
    foreign: tuple[tuple[str, Kind], ...]  # configurations of other programs that `gha-router import` reads


def look(folder: Path) -> Seen:
    """Return what the repository of a folder tells. Raises ``UsageError`` where there is none."""
    root = next((place for place in (folder.resolve(), *folder.resolve().parents) if (place / ".git").exists()), None)
    if root is None:
        raise UsageError(
            f"{folder} is in no git repository", hint="Run it inside one, or name one: gha-router init --in DIR."
        )
    workflows = dict(_workflows(root))
    known = [name for one in KNOWN_PROVIDERS.values() for name in (one.variable, one.token) if name and _usable(name)]
    named = {name for text in workflows.values() for name in SECRET.findall(text)}
    secrets = tuple(name for name in known if name in named)
    return Seen(
        root=root,
        secrets=secrets or ("ANTHROPIC_API_KEY",),
        named=bool(secrets),
        tests=next(_tests(root), None),
        official=tuple(name for name, text in workflows.items() if OFFICIAL.search(text)),
        foreign=tuple(_foreign(root)),
    )


def _usable(name: str) -> bool:
    """Tell whether we know a model for a key."""
    return bool(built_in_document({name: "set"}).get("models"))


def _workflows(root: Path) -> Iterator[tuple[str, str]]:
    for file in sorted((root / ".github" / "workflows").glob("*.y*ml")):
        text = _text(file)
        if text is not None and not file.name.startswith(OURS):  # they say what we saw, not what there is
            yield file.name, text


def _tests(root: Path) -> Iterator[Tests]:
    if found := _pytest(root):
        run = f"pip install --quiet --user {' '.join(_needed(root))} && python -m pytest -q"
        yield Tests(run=run, found=found, in_the_image=True)
    script = _mapping(_mapping(_json(root / "package.json")).get("scripts")).get("test")
    if isinstance(script, str) and PLACEHOLDER not in script:
        run = next((run for lock, run in LOCKS if (root / lock).is_file()), "npm install && npm test")
        yield Tests(run=run, found="package.json", in_the_image=False)
    for file, run in (
        ("Cargo.toml", "cargo test"),
        ("go.mod", "go test ./..."),
        ("pom.xml", "mvn --batch-mode test"),
        ("build.gradle", "./gradlew test"),
        ("build.gradle.kts", "./gradlew test"),
    ):
        if (root / file).is_file():
            yield Tests(run=run, found=file, in_the_image=False)
    if re.search(r"(?m)^test:", _text(root / "Makefile") or ""):
        yield Tests(run="make test", found="Makefile", in_the_image=False)


def _pytest(root: Path) -> str | None:
    """Return what says that the tests are pytest's."""
    if "pytest" in _toml(root / "pyproject.toml").get("tool", {}):
        return "pyproject.toml"
    files = ("pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg", *REQUIREMENTS)
    named = next((name for name in files if "pytest" in (_text(root / name) or "")), None)
    return named or ("tests/" if any((root / "tests").glob("test_*.py")) else None)


def _needed(root: Path) -> Iterator[str]:
    """Yield what pip installs first: the action's image has pip, and no package that tests are run with."""
    for name in REQUIREMENTS:
        if (root / name).is_file():
            yield f"-r {name}"
    project = _toml(root / "pyproject.toml")
    if project.get("project") or project.get("build-system") or (root / "setup.py").is_file():
        yield "."
    yield "pytest"


def _foreign(root: Path) -> Iterator[tuple[str, Kind]]:
    for name in (
        "litellm_config.yaml",
        "litellm_config.yml",
        "litellm.yaml",
        "config.yaml",
        "config.yml",
        "config.json",
    ):
        if kind := recognised(_text(root / name) or ""):
            yield name, kind


def _text(file: Path) -> str | None:
    """Return a file of the repository, or nothing where there is no such text."""
    try:
        if not file.is_file() or file.stat().st_size > LARGEST:
            return None
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(file) or "")
    except tomllib.TOMLDecodeError:
        return {}


def _json(file: Path) -> object:
    try:
        return json.loads(_text(file) or "null")
    except (ValueError, RecursionError):
        return None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
