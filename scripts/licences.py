"""Write docs/licences.md: under what each package of requirements-runtime.lock may be used, as its own metadata says.

The environment has to be the lock's (`make .venv/.ready`). Metadata: https://packaging.python.org/en/latest/specifications/core-metadata/
"""

import re
import sys
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import cast

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements-runtime.lock"
PAGE = ROOT / "docs" / "licences.md"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)(?: *; *([^\\]*))?", re.MULTILINE)
LONGEST = 40  # characters of a licence's name; some put its whole text there
SHARED = re.compile(r"GPL|MPL")
HEAD = """\
# Licences of dependencies

Made by `scripts/licences.py` from the metadata of what `requirements-runtime.lock` pins: all that the image has, extras
too. gha-router itself is under the MIT licence. The Claude Code CLI comes inside claude-agent-sdk's wheel and is
Anthropic's, under terms of its own.

| package | licence |
|---|---|
"""


def pinned(lock: str) -> list[tuple[str, str, str]]:
    """Return name, version and marker of each package in a lock."""
    return [(name, version, marker.strip()) for name, version, marker in PINNED.findall(lock)]


def licence(package: Message) -> str:
    """Return what a package says: its expression, else its classifiers, else its field in one line."""
    if expression := package.get("License-Expression"):
        return str(expression)
    classifiers = [str(one) for one in package.get_all("Classifier", []) if str(one).startswith("License ::")]
    named = [one.rpartition(" :: ")[2] for one in classifiers if not one.endswith("OSI Approved")]
    if named:
        return ", ".join(named)
    first = str(package.get("License") or "").strip().partition("\n")[0]
    return first if 0 < len(first) <= LONGEST else "see its files"


def page(lock: str) -> str:
    """Return the page. Raises ``SystemExit`` where the environment is not the lock's."""
    rows = {}
    for name, version, marker in pinned(lock):
        try:
            found = metadata(name)
        except PackageNotFoundError:
            if not marker:
                raise SystemExit(f"{name} is not installed: make .venv/.ready") from None
            continue  # for another system
        if found["Version"] != version and not marker:  # with one it may be another Python's
            raise SystemExit(f"{name} is installed as {found['Version']}, and pinned as {version}: make .venv/.ready")
        rows[name] = f"| {name} | {licence(cast('Message', found))} |\n"
    shared = ", ".join(name for name, row in rows.items() if SHARED.search(row))
    note = f"Of these, changes to their own files are to be shared alike: {shared}. None is changed here.\n"
    return f"{HEAD}{''.join(rows.values())}\n{note}"


def main() -> None:
    """Write the page; with ``--check`` compare only."""
    text = page(LOCK.read_text(encoding="utf-8"))
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != text:
        raise SystemExit("docs/licences.md is not what is installed: python scripts/licences.py")


if __name__ == "__main__":
    main()
