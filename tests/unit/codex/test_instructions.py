"""What a repository says to agents gets to Codex, and nothing else does."""

import os
from pathlib import Path

import pytest

from gha_router.agent.codex.agent import MAX_INSTRUCTIONS, instructions_of


def test_the_override_counts_first_unless_it_says_nothing(tmp_path: Path) -> None:
    assert instructions_of(tmp_path) is None
    (tmp_path / "AGENTS.md").write_text("be kind\n")
    (tmp_path / "AGENTS.override.md").write_text(" \n")
    assert instructions_of(tmp_path) == "be kind\n"
    (tmp_path / "AGENTS.override.md").write_text("be brief\n")
    assert instructions_of(tmp_path) == "be brief\n"


def test_it_is_cut_where_codex_cuts_it(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_bytes(b"\xff" + b"x" * MAX_INSTRUCTIONS)
    assert len(instructions_of(tmp_path) or "") == MAX_INSTRUCTIONS


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_a_link_out_of_the_workspace_is_not_read_nor_waited_for(tmp_path: Path, kind: str) -> None:
    work, secret = tmp_path / "work", tmp_path / "secret"
    work.mkdir()
    secret.write_text("sk-1")
    match kind:
        case "link":
            (work / "AGENTS.md").symlink_to(secret)
        case "pipe":
            os.mkfifo(work / "AGENTS.md")
        case _:
            (work / "AGENTS.md").mkdir()
    assert instructions_of(work) is None
