"""A folder of the trusted commit is written out as it is, and its digest says what was in it."""

import hashlib
import os

import pytest

from gha_router.errors import TaskError, WorkspaceError
from gha_router.github.trusted import export
from tests.integration.trusted.repos import GIT, World, git, read

TASK = {
    "tasks/fix/task.yml": "id: fix\n",
    "tasks/fix/checks/run.sh": "#!/bin/sh\nexit 1\n",
    "tasks/fix/checks/-x\ny": "odd\n",
    "tasks/fixed/task.yml": "id: fixed\n",
}
INSIDE = {path.removeprefix("tasks/fix/"): content for path, content in TASK.items() if "fixed" not in path}


def test_the_folder_is_the_bases_and_not_the_heads(world: World) -> None:
    base = world.commit(TASK)
    world.commit({"tasks/fix/checks/run.sh": "#!/bin/sh\nexit 0\n", "tasks/fix/checks/new": "x"})
    sealed = export(world.work, base, "./tasks/fix/", world.root / "sealed", run_git=GIT)
    assert read(sealed.target) == INSIDE
    assert sealed.files == (r"checks/-x\ny", "checks/run.sh", "task.yml")
    assert (sealed.path, sealed.commit, sealed.notes) == ("tasks/fix", base, ())
    assert sealed.target.stat().st_mode & 0o777 == 0o700
    assert (sealed.target / "checks/run.sh").stat().st_mode & 0o777 == 0o755
    assert (sealed.target / "task.yml").stat().st_mode & 0o777 == 0o644


def test_the_digest_can_be_computed_by_anybody(world: World) -> None:
    base = world.commit({"t/a": "A", "t/b.sh": "#!B"})
    expected = hashlib.sha256()
    for part in (b"a", b"100644", b"A", b"b.sh", b"100755", b"#!B"):
        expected.update(len(part).to_bytes(8, "big") + part)
    assert export(world.work, base, "t", world.root / "sealed", run_git=GIT).digest == expected.hexdigest()


@pytest.mark.parametrize("change", [{"t/a": "B"}, {"t/b": "A"}, {"t/a": "#!A"}], ids=["content", "name", "mode"])
def test_the_digest_changes_with_names_modes_and_contents(world: World, change: dict[str, str]) -> None:
    one = world.commit({"t/a": "A", "other": "x"})
    same = world.commit({"other": "y"})
    two = world.commit(change)
    digests = [export(world.work, sha, "t", world.root / sha, run_git=GIT).digest for sha in (one, same, two)]
    assert digests[0] == digests[1] != digests[2]


def test_links_and_submodules_are_left_out_with_a_note(world: World) -> None:
    world.commit({**TASK, "tasks/fix/checks/up": "-> ../../..", "tasks/fix/checks/pw": "-> /etc/passwd"})
    git(world.work, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},tasks/fix/sub")
    base = world.commit_index()
    sealed = export(world.work, base, "tasks/fix", world.root / "sealed", run_git=GIT)
    assert read(sealed.target) == INSIDE
    assert sorted(note.partition(" in the base")[0] for note in sealed.notes) == [
        "tasks/fix/checks/pw is a link",
        "tasks/fix/checks/up is a link",
        "tasks/fix/sub is a submodule",
    ]


@pytest.mark.parametrize("path", ["tasks/none", "tasks/fix/task.yml", "linked", "linked/fix"])
def test_a_folder_that_the_base_lacks_teaches(world: World, path: str) -> None:
    base = world.commit({**TASK, "linked": "-> tasks"})
    with pytest.raises(TaskError, match="has no folder") as raised:
        export(world.work, base, path, world.root / "sealed", run_git=GIT)
    assert "merge them before" in str(raised.value)
    assert not (world.root / "sealed").exists()


def test_a_target_that_exists_is_not_written_into(world: World) -> None:
    base = world.commit(TASK)
    (world.root / "sealed").symlink_to(world.root / "elsewhere")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        export(world.work, base, "tasks/fix", world.root / "sealed", run_git=GIT)
    assert not (world.root / "elsewhere").exists()


def test_modes_do_not_depend_on_the_umask(world: World) -> None:
    base = world.commit(TASK)
    before = os.umask(0o077)
    try:
        sealed = export(world.work, base, "tasks/fix", world.root / "sealed", run_git=GIT)
    finally:
        os.umask(before)
    assert (sealed.target / "checks").stat().st_mode & 0o777 == 0o755
    assert (sealed.target / "checks/run.sh").stat().st_mode & 0o777 == 0o755
