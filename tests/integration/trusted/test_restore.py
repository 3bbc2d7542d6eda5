"""What steers the agent is the trusted commit's, whatever stands in the copy."""

import os
from pathlib import Path

import pytest

from gha_router.agent import workspace as agent_workspace
from gha_router.errors import WorkspaceError
from gha_router.github.restore import Done, Replacement, restore, told
from tests.integration.trusted.repos import GIT, World, as_root, git, plant, read

BASE = {
    "CLAUDE.md": "be kind\n",
    "src/CLAUDE.md": "tests first\n",
    "src/a.py": "1\n",
    ".claude/settings.json": "{}\n",
    ".claude/hooks/stop.sh": "#!/bin/sh\n",
}


def head_of(world: World, tree: dict[str, str], *, without: tuple[str, ...] = ()) -> tuple[str, Path]:
    """Commit the base, then the pull request; return the base and the agent's copy of the head."""
    base = world.commit(BASE)
    world.commit(tree, without=without)
    return base, copied(world)


def copied(world: World) -> Path:
    copy = world.root / "copy"
    agent_workspace.copy(world.work, copy, owner=None)
    return copy


def test_what_a_pull_request_changes_adds_and_deletes_is_as_in_the_base(world: World) -> None:
    tree = {
        "CLAUDE.md": "obey me\n",
        ".claude/settings.json": '{"hooks": {}}\n',
        ".claude/skills/x/SKILL.md": "x",
        ".mcp.json": "{}",
        "docs/AGENTS.md": "x",
        "src/a.py": "2\n",
    }
    base, copy = head_of(world, tree, without=("src/CLAUDE.md",))
    done = restore(copy, world.work, base, run_git=GIT)
    assert read(copy) == {**BASE, "src/a.py": "2\n"}
    assert done == (
        Replacement(path=".claude/settings.json", done=Done.REPLACED),
        Replacement(path=".claude/skills/x/SKILL.md", done=Done.REMOVED),
        Replacement(path=".mcp.json", done=Done.REMOVED),
        Replacement(path="CLAUDE.md", done=Done.REPLACED),
        Replacement(path="docs/AGENTS.md", done=Done.REMOVED),
        Replacement(path="src/CLAUDE.md", done=Done.ADDED),
    )
    assert not (copy / ".claude/skills").exists()
    assert os.access(copy / ".claude/hooks/stop.sh", os.X_OK)


def test_a_pull_request_does_not_speak_to_codex(world: World) -> None:
    tree = {"AGENTS.override.md": "obey me\n", "src/Agents.Override.md": "x\n", ".codex/skills/x/SKILL.md": "obey\n"}
    base, copy = head_of(world, tree)
    assert {one.done for one in restore(copy, world.work, base, run_git=GIT)} == {Done.REMOVED}
    assert read(copy) == BASE


def test_a_copy_that_is_as_the_base_is_not_touched(world: World) -> None:
    base, copy = head_of(world, {"src/a.py": "2\n"})
    before = {path: path.lstat() for path in copy.rglob("*")}
    assert restore(copy, world.work, base, run_git=GIT) == ()
    assert {path: path.lstat().st_ino for path in copy.rglob("*")} == {
        path: info.st_ino for path, info in before.items()
    }


def test_people_are_told(world: World) -> None:
    base, copy = head_of(world, {"CLAUDE.md": "obey\n", ".mcp.json": "{}"}, without=("src/CLAUDE.md",))
    assert told(restore(copy, world.work, base, run_git=GIT), base) == (
        f".mcp.json: the base commit {base[:12]} does not have it; it was removed from the agent's copy",
        f"CLAUDE.md: the agent was given the version of the base commit {base[:12]}",
        f"src/CLAUDE.md: it was missing; the agent was given the version of the base commit {base[:12]}",
    )


def test_a_link_in_place_of_the_folder_leads_nowhere(world: World) -> None:
    outside = world.root / "outside"
    plant(outside, {"settings.json": "mine\n"})
    base, copy = head_of(world, {".claude": f"-> {outside}"}, without=(".claude",))
    restore(copy, world.work, base, run_git=GIT)
    assert read(copy) == BASE
    assert read(outside) == {"settings.json": "mine\n"}


def test_links_in_place_of_files_lead_nowhere(world: World) -> None:
    outside = world.root / "outside"
    plant(outside, {"victim": "be kind\n"})
    tree = {"CLAUDE.md": f"-> {outside}/victim", "lib/CLAUDE.md": "-> ../src/a.py", ".mcp.json": "-> /etc/passwd"}
    base, copy = head_of(world, tree, without=("CLAUDE.md",))
    restore(copy, world.work, base, run_git=GIT)
    assert read(copy) == BASE
    assert read(outside) == {"victim": "be kind\n"}


def test_a_link_in_place_of_the_folder_above_is_not_written_through(world: World) -> None:
    outside = world.root / "outside"
    outside.mkdir()
    base, copy = head_of(world, {"src": f"-> {outside}"}, without=("src",))
    restore(copy, world.work, base, run_git=GIT)
    assert list(outside.iterdir()) == []
    assert (copy / "src").is_symlink()


def test_folders_in_place_of_files_and_files_in_place_of_folders(world: World) -> None:
    tree = {"CLAUDE.md/CLAUDE.md": "x", "CLAUDE.md/deep/er": "x", ".claude/hooks": "x", "src/.claude": "x"}
    base, copy = head_of(world, tree, without=("CLAUDE.md", ".claude/hooks"))
    restore(copy, world.work, base, run_git=GIT)
    assert read(copy) == BASE


@pytest.mark.parametrize(
    "path",
    [
        ".Claude/settings.json",
        "claude.MD",
        "CLAUDE.md.",
        "CLAUDE.md ",
        "CLAUDE\u200d.md",
        "ＣＬＡＵＤＥ.md",
        "CLAUDE.md::$DATA",
        "\u212alaude/.mcp.JSON",
        "agentſ.md",
        "claude.locaL.md",
        "a/b/c/.claude/x",
        "bunfig.toml",
        ".agents/skills/x/SKILL.md",
        "src/--upload-pack=x\ny/CLAUDE.md",
    ],
)
def test_other_spellings_and_depths_are_the_same_file(world: World, path: str) -> None:
    base, copy = head_of(world, {path: "obey me\n"})
    done = restore(copy, world.work, base, run_git=GIT)
    assert [replacement.done for replacement in done] == [Done.REMOVED]
    assert "\n" not in told(done, base)[0]
    assert read(copy) == BASE


def test_names_that_only_resemble_stay(world: World) -> None:
    tree = {"docs/bunfig.toml": "x", "MYCLAUDE.md": "x", "CLAUDE.mdx": "x", "claude/x": "x", ".claude-notes/x": "x"}
    base, copy = head_of(world, tree)
    assert restore(copy, world.work, base, run_git=GIT) == ()
    assert read(copy) == {**BASE, **tree}


def test_a_submodule_that_calls_itself_claude_is_removed_whole(world: World) -> None:
    base = world.commit(BASE)
    git(world.work, "rm", "-rq", ".claude")
    git(world.work, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},.claude")
    world.commit_index()
    plant(world.work, {".claude/.git": "gitdir: /elsewhere\n", ".claude/settings.json": "evil\n"})
    restore(copy := copied(world), world.work, base, run_git=GIT)
    assert read(copy) == BASE
    assert not (copy / ".claude/.git").exists()


def test_a_huge_file_in_the_copy_is_never_read_whole(world: World) -> None:
    base, copy = head_of(world, {"src/a.py": "2\n"})
    os.truncate(copy / "CLAUDE.md", 1 << 40)
    assert restore(copy, world.work, base, run_git=GIT) == (Replacement(path="CLAUDE.md", done=Done.REPLACED),)


def test_a_fifo_does_not_hold_us_up(world: World) -> None:
    base, copy = head_of(world, {"src/a.py": "2\n"})
    (copy / "CLAUDE.md").unlink()
    os.mkfifo(copy / "CLAUDE.md")
    restore(copy, world.work, base, run_git=GIT)
    assert (copy / "CLAUDE.md").read_text() == "be kind\n"


def test_a_link_of_the_base_is_left_out(world: World) -> None:
    world.commit(BASE)
    base = world.commit({"sub/CLAUDE.md": "-> ../src/a.py"})
    done = restore(copy := copied(world), world.work, base, run_git=GIT)
    assert done == (Replacement(path="sub/CLAUDE.md", done=Done.REMOVED),)
    assert read(copy) == BASE


def test_a_nested_file_is_not_put_back_where_its_folder_is_gone(world: World) -> None:
    base, copy = head_of(world, {}, without=("src",))
    assert restore(copy, world.work, base, run_git=GIT) == ()
    assert not (copy / "src").exists()


def test_gits_own_files_are_left_alone(world: World) -> None:
    base = world.commit(BASE)
    git(world.work, "branch", "CLAUDE.md")
    copy = copied(world)
    assert restore(copy, world.work, base, run_git=GIT) == ()
    assert (copy / ".git/refs/heads/CLAUDE.md").exists()


def test_a_copy_that_is_not_there_says_so(world: World) -> None:
    base = world.commit(BASE)
    with pytest.raises(Exception, match="is no folder") as raised:
        restore(world.root / "nope", world.work, base, run_git=GIT)
    assert type(raised.value).__module__ == WorkspaceError.__module__


@as_root
def test_what_is_written_belongs_to_the_owner_of_the_copy(world: World) -> None:
    base = world.commit(BASE)
    world.commit({"CLAUDE.md": "obey\n"}, without=(".claude",))
    copy = world.root / "copy"
    agent_workspace.copy(world.work, copy, owner=(60_500, 60_500))
    restore(copy, world.work, base, run_git=GIT)
    assert {path.lstat().st_uid for path in copy.rglob("*")} == {60_500}
    assert (copy / ".claude/hooks").stat().st_mode & 0o777 == 0o755
