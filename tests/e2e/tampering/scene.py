"""The drill as one configuration: every attempt is a step, on a fresh copy of the same workspace."""

import html
import json
import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.tampering.attempts import DOUBLES, Attempt

FILES = {
    "app.py": "def double(n):\n    return n + 1\n",
    "tests/__init__.py": "",
    "tests/test_app.py": (
        "import unittest\n\nfrom app import double\n\n\nclass Double(unittest.TestCase):\n"
        "    def test_double(self):\n        assert double(2) == 4\n\n"
        "    def test_zero(self):\n        assert double(0) == 0\n"
    ),
    "scripts/check.sh": "exec python3 -m unittest -q tests.test_app\n",
    "notes.txt": "old\n",
}
UNIT = {"command": "python3 -m unittest -q tests.test_app"}
SUITE = {"suite": {"run": "python3 -m pytest -q tests", "min_tests": 2}}
NOT_NAMED = "from app import double\nassert [double(n) for n in (3, -7, 1000)] == [6, -14, 2000]\n"
SEALED = ["tests/**", "scripts/check.sh"]


def made(workspace: Path) -> Path:
    """Write the workspace: a repository with a program that is wrong, tests that say so, and an old file."""
    for path, text in FILES.items():
        file = workspace / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    git = (
        "git",
        "-c",
        "safe.directory=*",
        "-c",
        "user.name=e2e",
        "-c",
        "user.email=e2e@example.invalid",
        "-c",
        "init.defaultBranch=main",
    )
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Begin"]):
        subprocess.run([*git, *arguments], cwd=workspace, check=True, capture_output=True)
    return workspace


def contents(workspace: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return owner, mode and content (of a link its target) of all that is in the workspace, by path."""
    found = {}
    for path in workspace.rglob("*"):
        info = path.lstat()
        data = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(workspace))] = (info.st_uid, info.st_mode, data)
    return found


def configuration(attempts: Iterable[Attempt], *, suite: bool, out: str, workspace: str) -> str:
    """Return the configuration whose steps are the attempts. ``suite``: pytest is there for the checks."""
    hidden = {"command": f"python3 -c '{NOT_NAMED}'", "name": DOUBLES}
    steps = [
        {
            "id": attempt.name,
            "prompt": f"Run {attempt.run.replace('OUT', out).replace('WORKSPACE', workspace)}",
            "workspace": "fresh",
            "needs": [],
            "carry": attempt.carry,
            "seal": SEALED,
            "checks": [SUITE if suite else UNIT, hidden, *attempt.checks],
            "on_fail": {"then": "continue"},
        }
        for attempt in attempts
    ]
    return yaml.safe_dump({"version": 1, "default": "sim/oracle", "steps": steps}, width=10_000, sort_keys=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run has told: ``report.json``, and the lines of ``report.md`` as they are shown to people."""

    data: dict[str, Any]
    lines: tuple[str, ...]

    @classmethod
    def of(cls, out: Path) -> "Report":
        """Read both from a run's folder."""
        text = (out / "report.md").read_text(encoding="utf-8")
        shown = re.sub(r"\\([^\w\s])", r"\1", html.unescape(text))
        return cls(data=json.loads((out / "report.json").read_text(encoding="utf-8")), lines=tuple(shown.splitlines()))

    def verdict(self, name: str) -> str:
        """Return the verdict of a step."""
        return str(next(step["verdict"] for step in self.data["run"]["steps"] if step["id"] == name))

    def refused(self, name: str) -> bool:
        """Return whether the agent had to say that all it tried was refused."""
        (step,) = [step for step in self.data["run"]["steps"] if step["id"] == name]
        checks = [check for attempt in step["attempts"] for check in attempt["checks"]]
        return any((check["kind"], check["status"]) == ("regex", "passed") for check in checks)

    def about(self, name: str) -> list[str]:
        """Return the lines that are about a step."""
        begins = (f"{name}:", f"- {name}, attempt ", f"| `{name}` |")
        return [line for line in self.lines if line.startswith(begins)]

    def says(self, attempt: Attempt) -> bool:
        """Return whether the report names the attempt: beside its step, or in the claims that did not hold."""
        return any(attempt.told in line for line in self.about(attempt.name))
