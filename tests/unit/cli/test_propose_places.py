"""A proposal is a policy and the configuration: nothing that GitHub or git would start."""

from pathlib import Path

import pytest

from gha_router.cli.propose import proposed
from gha_router.errors import UsageError


def left(folder: Path, name: str) -> Path:
    file = folder / "files" / name
    file.parent.mkdir(parents=True)
    file.write_text("x")
    return folder


@pytest.mark.parametrize(
    "name",
    [
        ".github/workflows/x.yml",
        ".GitHub/Workflows/x.yml",
        ".github/actions/setup/action.yml",
        ".github/dependabot.yml",
        "tools/action.yaml",
        ".GIT/x.yml",
        ".git\u200c/x.yml",
    ],
)
def test_what_would_run_is_no_part_of_a_proposal_in_whatever_spelling(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no place of a policy"):
        proposed(left(tmp_path, name))


@pytest.mark.parametrize("name", [".github/gha-router.yml", "policy.yml", "routing/policy.npz"])
def test_a_policy_may_lie_anywhere_else(tmp_path: Path, name: str) -> None:
    assert proposed(left(tmp_path, name)) == {name: b"x"}
