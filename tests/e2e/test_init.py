"""The workflows that ``gha-router init`` writes, read by those who know GitHub's rules."""

from pathlib import Path

import pytest

from gha_router.scaffold import Workflow
from tests.command import gha_router
from tests.e2e.test_linters import NEWER, actionlint, said_by


@pytest.fixture
def workflows(tmp_path: Path) -> list[Path]:
    (tmp_path / ".git").mkdir()
    chosen = [word for workflow in Workflow for word in ("--with", workflow)]
    assert gha_router("init", *chosen, cwd=tmp_path).returncode == 0
    return sorted((tmp_path / ".github" / "workflows").iterdir())


def test_the_workflows_have_githubs_form(workflows: list[Path]) -> None:
    ended = said_by("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)
    assert ended.returncode == 0, ended.stdout
    assert [one for one in actionlint(*workflows) if not NEWER.search(one["message"])] == []


def test_zizmor_finds_nothing(workflows: list[Path]) -> None:
    ended = said_by("zizmor", "--offline", "--persona", "pedantic", "--no-progress", *workflows)
    assert ended.returncode == 0, ended.stdout
