import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from gha_router.agent.snapshot import MAX_DEPTH
from gha_router.agent.workspace import copy
from gha_router.errors import UsageError, WorkspaceError
from tests.unit.agent_files.trees import as_root, as_user, files_up_to, plant, shot

AGENT = (61001, 61002)
TOKEN = "ghs_0123456789abcdef"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return plant(tmp_path / "ws", {"a": "1", "b/run.sh": "echo", "in": "-> b/run.sh", "out": "-> /etc/passwd"})


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def below(root: Path) -> Iterator[Path]:
    yield root
    yield from sorted(root.rglob("*"))


def test_the_copy_is_the_same_tree(source: Path, target: Path) -> None:
    plant(source, {"empty/": ""})
    (source / "b/run.sh").chmod(0o751)
    (source / "b").chmod(0o555)
    assert copy(source, target, owner=None) == ()
    assert shot(target).entries == shot(source).entries
    (source / "b").chmod(0o755)


def test_times_are_kept_also_those_of_folders(source: Path, target: Path) -> None:
    os.utime(source / "b/run.sh", ns=(1, 1_600_000_000_000_000_001))
    os.utime(source / "b", ns=(1, 1_500_000_000_000_000_001))
    copy(source, target, owner=None)
    assert (target / "b/run.sh").stat().st_mtime_ns == 1_600_000_000_000_000_001
    assert (target / "b").stat().st_mtime_ns == 1_500_000_000_000_000_001


def test_a_link_that_leaves_the_tree_stays_a_link(source: Path, target: Path) -> None:
    copy(source, target, owner=None)
    assert (target / "out").readlink() == Path("/etc/passwd")
    assert (target / "in").readlink() == Path("b/run.sh")


def test_a_hard_link_becomes_a_file_of_its_own(source: Path, target: Path) -> None:
    (source / "twin").hardlink_to(source / "a")
    copy(source, target, owner=None)
    (target / "a").write_text("changed", encoding="utf-8")
    assert (target / "twin").read_text(encoding="utf-8") == "1"
    assert (source / "a").read_text(encoding="utf-8") == "1"


def test_setuid_and_setgid_are_dropped(source: Path, target: Path) -> None:
    (source / "a").chmod(0o6755)
    (source / "b").chmod(0o2775)
    copy(source, target, owner=None)
    assert stat.S_IMODE((target / "a").stat().st_mode) == 0o755
    assert stat.S_IMODE((target / "b").stat().st_mode) == 0o775


def test_special_files_are_left_out_with_a_note(source: Path, target: Path) -> None:
    os.mkfifo(source / "b" / "pipe")
    assert copy(source, target, owner=None) == ("not in the agent's copy: b/pipe, it is a FIFO, a socket or a device",)
    assert not (target / "b" / "pipe").exists()


def test_names_that_are_not_utf8_are_copied(source: Path, target: Path) -> None:
    (source / os.fsdecode(b"caf\xe9")).write_text("x", encoding="utf-8")
    copy(source, target, owner=None)
    assert (target / os.fsdecode(b"caf\xe9")).read_text(encoding="utf-8") == "x"


@as_root
def test_everything_belongs_to_the_owner_links_and_the_root_too(source: Path, target: Path) -> None:
    plant(source, {".git/config": "[core]\n", ".git/HEAD": "ref: refs/heads/main\n"})
    copy(source, target, owner=AGENT)
    assert {(path.lstat().st_uid, path.lstat().st_gid) for path in below(target)} == {AGENT}
    assert (Path("/etc/passwd").stat().st_uid, (source / "a").stat().st_uid) == (0, 0)


@as_user
def test_a_user_cannot_give_the_copy_away(source: Path, target: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"Operation not permitted|Invalid argument") as caught:
        copy(source, target, owner=AGENT)
    assert "run as root" in str(caught.value)
    assert not target.exists()


# What is refused


@pytest.mark.parametrize("inside", ["dest", "b/dest", "."])
def test_a_target_within_the_workspace_is_refused(source: Path, inside: str) -> None:
    with pytest.raises(WorkspaceError, match="would lie within the workspace"):
        copy(source, source / inside, owner=None)


def test_a_target_that_leads_into_the_workspace_by_a_link_is_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "way").symlink_to(source)
    with pytest.raises(WorkspaceError, match="would lie within the workspace"):
        copy(source, tmp_path / "way" / "dest", owner=None)
    assert not (source / "dest").exists()


def test_a_target_that_holds_something_is_refused_and_left_alone(source: Path, target: Path) -> None:
    plant(target, {"precious": "x"})
    with pytest.raises(WorkspaceError, match="exists already"):
        copy(source, target, owner=None)
    assert (target / "precious").exists()


def test_an_empty_folder_may_be_the_target(source: Path, target: Path) -> None:
    target.mkdir()
    copy(source, target, owner=None)
    assert shot(target).files == shot(source).files


@pytest.mark.parametrize(("name", "why"), [("missing", "is not there"), ("a", "is no folder")])
def test_a_workspace_that_is_no_folder_is_the_users_mistake(source: Path, target: Path, name: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        copy(source / name, target, owner=None)
    assert caught.value.hint


def test_a_half_written_copy_is_removed(source: Path, target: Path) -> None:
    (source / "z" / "/".join("d" * MAX_DEPTH)).mkdir(parents=True)
    with pytest.raises(WorkspaceError, match="nested deeper"):
        copy(source, target, owner=None)
    assert not target.exists()


@as_user
def test_an_unreadable_file_is_named_and_nothing_is_left(source: Path, target: Path) -> None:
    (source / "b/run.sh").chmod(0)
    with pytest.raises(WorkspaceError, match=r"b/run\.sh cannot be copied for the agent: Permission denied"):
        copy(source, target, owner=None)
    assert not target.exists()


def test_a_write_that_fails_is_explained_and_nothing_is_left(source: Path, target: Path) -> None:
    (source / "b/big").write_bytes(b"x" * 100_000)
    with files_up_to(10_000), pytest.raises(WorkspaceError, match=r"b/big cannot be copied .* File too large"):
        copy(source, target, owner=None)
    assert not target.exists()


# What git's folder holds


@pytest.fixture
def repository(source: Path) -> Path:
    config = (
        '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://x-access-token:'
        f'{TOKEN}@github.com/o/r\n[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic {TOKEN}\n'
    )
    zero = "0" * 40
    return plant(
        source,
        {
            ".git/HEAD": "ref: refs/heads/main\n",
            ".git/config": config,
            ".git/config.worktree": config,
            ".git/FETCH_HEAD": f"{zero}\t\tbranch 'main' of https://x:{TOKEN}@github.com/o/r\n",
            ".git/credentials": f"https://x:{TOKEN}@github.com\n",
            ".git/hooks/pre-commit": f"curl -H {TOKEN}\n",
            ".git/logs/HEAD": f"{zero} {zero} n <e> 1 +0000\tpull https://x:{TOKEN}@github.com/o/r: Fast-forward\n",
            ".git/logs/refs/heads/config": f"{zero} {zero} n <e> 1 +0000\tbranch: Created from HEAD\n",
            ".git/objects/pack/p.idx": "binary",
            ".git/refs/heads/config": f"{zero}\n",
            ".git/refs/heads/hooks/x": f"{zero}\n",
            ".git/refs/heads/credentials": f"{zero}\n",
            ".git/modules/sub/HEAD": f"{zero}\n",
            ".git/modules/sub/config": config,
            ".git/modules/sub/hooks/pre-push": TOKEN,
            ".git/modules/sub/objects/": "",
            ".git/worktrees/w/config.worktree": config,
            "nested/.git/config": config,
        },
    )


def test_no_credential_is_anywhere_in_the_copy(repository: Path, target: Path) -> None:
    notes = copy(repository, target, owner=None)
    holding = [str(file) for file in below(target) if file.is_file() and TOKEN.encode() in file.read_bytes()]
    assert holding == []
    assert not any(TOKEN in note for note in notes)
    assert "credentials were removed from .git/config in the agent's copy" in notes
    assert "not in the agent's copy: .git/credentials, it holds credentials" in notes


def test_the_workspace_itself_keeps_its_credentials(repository: Path, target: Path) -> None:
    copy(repository, target, owner=None)
    assert TOKEN in (repository / ".git/config").read_text(encoding="utf-8")


def test_hooks_are_left_out_and_branches_of_that_name_stay(repository: Path, target: Path) -> None:
    copy(repository, target, owner=None)
    gone = [".git/hooks", ".git/modules/sub/hooks"]
    kept = [
        ".git/refs/heads/hooks/x",
        ".git/refs/heads/config",
        ".git/refs/heads/credentials",
        ".git/objects/pack/p.idx",
    ]
    kept += [".git/logs/refs/heads/config", ".git/HEAD", ".git/modules/sub/HEAD"]
    assert not any((target / path).exists() for path in gone)
    assert all((target / path).read_bytes() == (repository / path).read_bytes() for path in kept)


def test_the_remote_survives_without_its_token(repository: Path, target: Path) -> None:
    copy(repository, target, owner=None)
    assert (target / ".git/config").read_text(encoding="utf-8") == (
        '[core]\n\tbare = false\n[remote "origin"]\n\turl = "https://github.com/o/r"\n[http "https://github.com/"]\n'
    )


@pytest.mark.parametrize("content", ["gitdir: ../.git/modules/sub\n", "-> ../elsewhere/.git"])
def test_a_git_that_points_elsewhere_is_left_out_with_a_note(source: Path, target: Path, content: str) -> None:
    plant(source, {"sub/.git": content})
    assert copy(source, target, owner=None) == (
        "not in the agent's copy: sub/.git, it points to a repository elsewhere",
    )
    assert not os.path.lexists(target / "sub/.git")


def test_a_configuration_that_is_a_link_is_left_out(source: Path, target: Path) -> None:
    plant(source, {".git/config": "-> ../shared", "shared": f"[http]\n\textraheader = {TOKEN}\n"})
    (note,) = copy(source, target, owner=None)
    assert ".git/config, it is a link" in note
    assert not os.path.lexists(target / ".git/config")


def test_files_named_config_outside_of_git_are_not_touched(source: Path, target: Path) -> None:
    plant(source, {"config": "[credential]\n\thelper = x\n", "logs/a": "https://u:p@host\n"})
    assert copy(source, target, owner=None) == ()
    assert shot(target).files == shot(source).files
