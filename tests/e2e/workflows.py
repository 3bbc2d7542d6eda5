"""What the shipped workflows and actions consist of."""

import re
from pathlib import Path

from tests.e2e.containers.state import REPOSITORY

USES = re.compile(r"^\s*(?:- )?uses:\s*([^\s#]+)(?:\s+#\s*(.*))?$", re.MULTILINE)
SELF = re.compile(r"uses: \$/(\S+)")
WORKFLOWS = REPOSITORY / ".github" / "workflows"
EXAMPLES = REPOSITORY / "examples" / "workflows"


def all_workflows() -> list[Path]:
    """Return every workflow of the repository, and the examples of those that call them."""
    return [*sorted(WORKFLOWS.glob("*.yml")), *sorted(EXAMPLES.glob("*.yml"))]


def all_actions() -> list[Path]:
    """Return the definition of every action that the repository offers."""
    return sorted([REPOSITORY / "action.yml", *REPOSITORY.glob("[a-z]*/action.yml")])


def shipped(workflow: str) -> set[str]:
    """Return the actions that a workflow uses, ``owner/name@ref`` with any path."""
    return {found[0] for found in USES.findall((WORKFLOWS / workflow).read_text(encoding="utf-8"))}


def elsewhere(workflow: Path, owner: str) -> str:
    """Return a workflow with ``$/NAME``, which act does not know, as ``OWNER/NAME@v1``."""
    return SELF.sub(rf"uses: {owner}/\1@v1", workflow.read_text(encoding="utf-8"))
