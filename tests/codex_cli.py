"""The real Codex CLI, as npm installs it from our lock: ``scripts/e2e-setup.sh`` does."""

import os
from pathlib import Path

import pytest

from gha_router.agent.codex import installed
from gha_router.errors import AgentError
from tests.e2e.containers import state


def folder() -> Path:
    """Return where it is; skip the test where it is not installed."""
    found = Path(os.environ.get(installed.VARIABLE) or state.folder() / "codex")
    try:
        version = installed.version_of(installed.find({installed.VARIABLE: str(found)}))
    except AgentError as error:
        pytest.skip(f"{error}; `make e2e` installs it")
    assert version == installed.VERSION
    return found
