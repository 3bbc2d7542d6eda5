import os
import stat
from pathlib import Path

import pytest

from gha_router.agent import workspace
from gha_router.agent.carry import Carried, Refusal, carry_back
from gha_router.agent.snapshot import compare
from gha_router.errors import WorkspaceError
from gha_router.records import Changes, Snapshot
from tests.unit.agent_files.trees import as_root, as_user, carry, files_up_to, plant, shot


class Step:
    """A workspace, the agent's copy of it, and the snapshot from before the step."""

    def __init__(self, root: Path, tree: dict[str, str]) -> None:
        self.real = plant(root / "ws", tree)
        self.copy = root / "copy"
        workspace.copy(self.real, self.copy, owner=None)
        self.before = shot(self.real)

    def carry(self) -> Carried:
        return carry(self.copy, self.real, self.before)

    def assert_refused(self, path: str, why: str) -> None:
        """Everything is refused, for this reason, and the workspace stays as it is."""
        there = shot(self.real)
        carried = self.carry()
        assert Refusal(path, why) in carried.refused
        assert carried.paths == ()
        assert shot(self.real) == there


@pytest.fixture
def step(tmp_path: Path) -> Step:
    return Step(tmp_path, {"a": "1", "d/b": "2", "d/e/c": "3", "l": "-> a", ".github/ci.yml": "on: push\n"})


# What is carried


def test_created_modified_and_deleted_files_arrive(step: Step) -> None:
    plant(step.copy, {"a": "new", "n/e/w": "4", "way": "-> d/b"})
    (step.copy / "d/b").unlink()
    assert step.carry() == Carried(paths=("a", "d/b", "n/e/w", "way"))
    assert shot(step.real).files == shot(step.copy).files
    assert not list(step.real.rglob(".gha-router-*"))


def test_nothing_changed_is_nothing_carried(step: Step) -> None:
    assert step.carry() == Carried()


def test_folders_that_the_agent_removed_go_and_others_stay(step: Step) -> None:
    (step.copy / "d/e/c").unlink()
    (step.copy / "d/e").rmdir()
    (step.copy / "d/b").unlink()
    assert step.carry() == Carried(paths=("d/b", "d/e/c"))
    assert (step.real / "d").is_dir()
    assert not (step.real / "d/e").exists()


def test_a_removed_folder_with_something_new_in_it_stays(step: Step) -> None:
    plant(step.real, {"d/e/users own": "x"})
    (step.copy / "d/e/c").unlink()
    (step.copy / "d/e").rmdir()
    assert step.carry() == Carried(paths=("d/e/c",))
    assert (step.real / "d/e/users own").exists()


def test_a_file_may_become_a_folder_and_a_folder_a_file(step: Step) -> None:
    for path in ("a", "d/b", "d/e/c"):
        (step.copy / path).unlink()
    (step.copy / "d/e").rmdir()
    (step.copy / "d").rmdir()
    plant(step.copy, {"a/x": "in", "d": "file"})
    assert step.carry().refused == ()
    assert shot(step.real).files == shot(step.copy).files


def test_a_link_may_become_a_folder(step: Step) -> None:
    (step.copy / "l").unlink()
    plant(step.copy, {"l/x": "in"})
    assert step.carry() == Carried(paths=("l", "l/x"))
    assert (step.real / "l/x").read_text(encoding="utf-8") == "in"


def test_modes_arrive_without_setuid_and_setgid(step: Step) -> None:
    plant(step.copy, {"tool": "x", "bin/run": "y"})
    (step.copy / "tool").chmod(0o6755)
    (step.copy / "bin/run").chmod(0o700)
    (step.copy / "bin").chmod(0o2750)
    step.carry()
    modes = {path: stat.S_IMODE((step.real / path).stat().st_mode) for path in ("tool", "bin/run", "bin")}
    assert modes == {"tool": 0o755, "bin/run": 0o700, "bin": 0o750}


def test_a_hard_link_in_the_workspace_is_not_written_through(step: Step, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").hardlink_to(step.real / "a")
    plant(step.copy, {"a": "new"})
    step.carry()
    assert (tmp_path / "elsewhere").read_text(encoding="utf-8") == "1"


def test_names_that_are_not_utf8_arrive(step: Step) -> None:
    name = os.fsdecode(b"caf\xe9")
    plant(step.copy, {f"{name}/x": "1"})
    assert step.carry() == Carried(paths=("caf\\udce9/x",))
    assert (step.real / name / "x").read_text(encoding="utf-8") == "1"


@as_root
def test_new_files_belong_to_the_owner_of_the_root_and_replaced_ones_to_their_own(step: Step) -> None:
    os.chown(step.real, 4001, 4002)
    os.chown(step.real / "a", 4003, 4004)
    plant(step.copy, {"a": "new", "n/w": "new", "k": "-> a"})
    for path in ("a", "n/w", "k"):
        os.lchown(step.copy / path, 61001, 61001)
    assert step.carry().refused == ()
    owners = {p: ((step.real / p).lstat().st_uid, (step.real / p).lstat().st_gid) for p in ("a", "n", "n/w", "k")}
    assert owners == {"a": (4003, 4004), "n": (4001, 4002), "n/w": (4001, 4002), "k": (4001, 4002)}


# What is refused, and all with it


@pytest.mark.parametrize("path", [".github/workflows/new.yml", ".github/ci.yml"])
def test_protected_paths_are_refused(step: Step, path: str) -> None:
    plant(step.copy, {path: "on: fork", "harmless": "x"})
    step.assert_refused(path, "protected by .github/**")


def test_a_protected_file_may_not_be_deleted(step: Step) -> None:
    (step.copy / ".github/ci.yml").unlink()
    step.assert_refused(".github/ci.yml", "protected by .github/**")


def test_a_link_in_place_of_a_protected_folder_is_refused(tmp_path: Path) -> None:
    step = Step(tmp_path, {"a": "1"})
    plant(step.copy, {"other/workflows/x.yml": "on: push", ".github": "-> other"})
    step.assert_refused(".github", "protected by .github/**")


@pytest.mark.parametrize(
    ("pattern", "path", "is_protected"),
    [
        ("**/*.lock", "deep/poetry.lock", True),
        ("*.lock", "deep/poetry.lock", False),
        ("*.lock", "lock.txt", False),
        ("docs", "docs/a/b.md", True),
        ("docs", "docs2/a.md", False),
        ("docs/*", "docs", False),
        ("**/conftest.py", "conftest.py", True),
        ("**/conftest.py", "p/q/conftest.py", True),
        ("tests/**", "tests", True),
        ("tests/**", "src/tests/x", False),
    ],
)
def test_patterns_protect_what_they_match_and_what_is_below_it(
    step: Step,
    pattern: str,
    path: str,
    is_protected: bool,  # noqa: FBT001 - a case
) -> None:
    plant(step.copy, {path: "x"})
    after = shot(step.copy)
    changes = compare(step.before, after)
    carried = carry_back(step.copy, step.real, changes, before=step.before, after=after, protected=[pattern])
    assert bool(carried.refused) == is_protected


@pytest.mark.parametrize("path", ["../out", "/etc/out", "a/../../out", "", "d//b", "d/./b", "d/", "x\0y"])
def test_paths_that_leave_the_tree_are_refused(step: Step, path: str) -> None:
    changes = Changes(created=(path,))
    carried = carry_back(step.copy, step.real, changes, before=step.before, after=step.before)
    assert carried == Carried(refused=(Refusal(path, "leaves the workspace"),))


@pytest.mark.parametrize("path", [".git/config", "sub/.git/hooks/pre-commit", ".git", "sub/.GIT/config"])
def test_gits_own_files_are_refused(step: Step, path: str) -> None:
    for changes in (Changes(created=(path,)), Changes(modified=(path,)), Changes(deleted=(path,))):
        carried = carry_back(step.copy, step.real, changes, before=step.before, after=step.before)
        assert carried == Carried(refused=(Refusal(path, "git's own files are never carried"),))


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("x", "/etc/passwd"),
        ("x", "../ws/a"),
        ("d/x", "../../a"),
        ("x", "d/../../a"),
        ("x", "ghost/../a"),  # climbs from wherever ghost will lead
    ],
)
def test_links_that_leave_the_tree_are_refused(step: Step, link: str, target: str) -> None:
    plant(step.copy, {link: f"-> {target}"})
    step.assert_refused(link, f"a link that leaves the workspace: {target}")


@pytest.mark.parametrize(
    ("link", "target"), [("x", "d/b"), ("d/e/x", "../../a"), ("x", "missing/yet"), ("x", "."), ("x", "x")]
)
def test_links_within_the_tree_are_carried(step: Step, link: str, target: str) -> None:
    plant(step.copy, {link: f"-> {target}"})
    assert step.carry() == Carried(paths=(link,))
    assert (step.real / link).readlink() == Path(target)


def test_a_link_through_another_that_leaves_the_tree_is_refused(tmp_path: Path) -> None:
    step = Step(tmp_path, {"vendor": "-> /usr"})
    plant(step.copy, {"x": "-> vendor/share"})
    step.assert_refused("x", "a link that leaves the workspace through another one: vendor/share")


def test_a_link_into_git_is_refused(step: Step) -> None:
    plant(step.copy, {"x": "-> .git/hooks"})
    step.assert_refused("x", "a link into git's own files: .git/hooks")


def test_a_special_file_in_place_of_a_file_is_refused(step: Step) -> None:
    (step.copy / "a").unlink()
    os.mkfifo(step.copy / "a")
    step.assert_refused("a", "a special file")


def test_a_special_file_that_is_named_is_refused(step: Step) -> None:
    os.mkfifo(step.copy / "pipe")
    carried = carry_back(step.copy, step.real, Changes(created=("pipe",)), before=step.before, after=shot(step.copy))
    assert carried.refused == (Refusal("pipe", "a special file"),)


def test_a_special_file_in_the_workspace_is_not_replaced(step: Step) -> None:
    os.mkfifo(step.real / "pipe")
    step.before = shot(step.real)
    plant(step.copy, {"pipe": "a file"})
    step.assert_refused("pipe", "a special file stands there in the workspace")


def test_a_folder_by_itself_is_refused_when_it_is_named(step: Step) -> None:
    plant(step.copy, {"new/": ""})
    carried = carry_back(step.copy, step.real, Changes(created=("new",)), before=step.before, after=shot(step.copy))
    assert carried.refused == (Refusal("new", "a folder, which is carried only with what is in it"),)


@as_root
def test_a_hard_link_to_a_file_of_another_user_is_refused(step: Step, tmp_path: Path) -> None:
    (tmp_path / "private").write_text("key", encoding="utf-8")
    os.chown(step.copy, 61001, 61001)
    (step.copy / "x").hardlink_to(tmp_path / "private")
    step.assert_refused("x", "a hard link to a file of another user")


# What changed since the snapshots


def carry_late(step: Step, after: Snapshot) -> tuple[Refusal, ...]:
    there = shot(step.real)
    carried = carry_back(step.copy, step.real, compare(step.before, after), before=step.before, after=after)
    assert shot(step.real) == there
    assert carried.paths == ()
    return carried.refused


@pytest.mark.parametrize("late", ["other content", "-> l", None])
def test_what_changed_after_the_step_ended_is_refused(step: Step, late: str | None) -> None:
    plant(step.copy, {"a": "verified", "harmless": "x"})
    after = shot(step.copy)
    (step.copy / "a").unlink()
    if late is not None:
        plant(step.copy, {"a": late})
    assert carry_late(step, after) == (Refusal("a", "changed after the step ended"),)


def test_a_deleted_file_that_came_back_is_refused(step: Step) -> None:
    (step.copy / "a").unlink()
    after = shot(step.copy)
    plant(step.copy, {"a": "1"})
    assert carry_late(step, after) == (Refusal("a", "changed after the step ended"),)


def test_a_folder_of_the_copy_that_became_a_link_is_not_followed(step: Step, tmp_path: Path) -> None:
    plant(step.copy, {"d/b": "verified"})
    after = shot(step.copy)
    (step.copy / "d").rename(tmp_path / "moved")
    (step.copy / "d").symlink_to(tmp_path / "moved")
    assert carry_late(step, after) == (Refusal("d/b", "changed after the step ended"),)


@pytest.mark.parametrize("change", ["edit", "delete", "folder", "executable"])
def test_what_changed_in_the_workspace_is_a_conflict(step: Step, change: str) -> None:
    plant(step.copy, {"a": "agent", "harmless": "x"})
    match change:
        case "edit":
            plant(step.real, {"a": "user"})
        case "executable":
            (step.real / "a").chmod(0o755)
        case _:
            (step.real / "a").unlink()
            plant(step.real, {"a/": ""} if change == "folder" else {})
    step.assert_refused("a", "changed in the workspace since the step began")


def test_a_file_that_both_made_is_a_conflict(step: Step) -> None:
    plant(step.copy, {"new": "agent"})
    plant(step.real, {"new": "user"})
    step.assert_refused("new", "made in the workspace since the step began")


@pytest.mark.parametrize("path", ["a", "d/b", "new", "l/below"])
def test_what_was_put_back_for_the_agent_is_protected_and_no_conflict(step: Step, path: str) -> None:
    """The copy had another version than the workspace from the beginning."""
    plant(step.real, {"a": "of the pull request", "d/b": "of the pull request", "new": "of the pull request"})
    (step.copy / "l").unlink()
    plant(step.copy, {path: "agent", "harmless": "x"})
    carried = carry_back(
        step.copy,
        step.real,
        Changes(created=("harmless", path)),
        before=step.before,
        after=shot(step.copy),
        restored=frozenset({"a", "d/b", "new", "l"}),
    )
    [refusal] = carried.refused
    assert refusal.path == path
    assert refusal.why.startswith("protected: the agent was given the base commit's version")


def test_a_file_that_was_edited_is_not_deleted(step: Step) -> None:
    (step.copy / "a").unlink()
    plant(step.real, {"a": "user"})
    step.assert_refused("a", "changed in the workspace since the step began")


@pytest.mark.parametrize("kept", ["d/users own", "d/e/.git/HEAD", "d/.git"])
def test_a_folder_that_holds_more_is_not_replaced_by_a_file(step: Step, kept: str) -> None:
    plant(step.real, {kept: "x"})
    for path in ("d/b", "d/e/c"):
        (step.copy / path).unlink()
    (step.copy / "d/e").rmdir()
    (step.copy / "d").rmdir()
    plant(step.copy, {"d": "file"})
    shown = kept.removesuffix("/HEAD")
    step.assert_refused("d", f"a folder stands there in the workspace, with {shown}")


def test_a_link_as_parent_in_the_workspace_is_never_written_through(step: Step, tmp_path: Path) -> None:
    outside = plant(tmp_path / "outside", {"b": "2"})
    plant(step.copy, {"d/b": "agent", "d/e/new": "agent"})
    (step.real / "d").rename(tmp_path / "moved")
    (step.real / "d").symlink_to(outside)
    step.assert_refused("d/b", "d is a link in the workspace")
    step.assert_refused("d/e/new", "d is a link in the workspace")
    assert shot(outside).entries["b"].size == 1


def test_a_file_as_parent_in_the_workspace_is_refused(step: Step) -> None:
    plant(step.copy, {"new/x": "agent"})
    plant(step.real, {"new": "user"})
    step.assert_refused("new/x", "new is no folder in the workspace")


# What fails midway


def test_a_write_that_fails_midway_names_what_was_carried_and_leaves_no_half_file(step: Step) -> None:
    plant(step.copy, {"b1": "small", "b2": "x" * 100_000, "b3": "small"})
    (step.copy / "a").unlink()
    with files_up_to(10_000), pytest.raises(WorkspaceError) as caught:
        step.carry()
    assert caught.value.what == "b2 cannot be carried into the workspace: File too large; carried already: a, b1"
    assert caught.value.hint
    assert {path.name for path in step.real.iterdir()} == {"b1", "d", "l", ".github"}


@as_user
def test_a_folder_that_may_not_be_written_to_is_named(step: Step) -> None:
    plant(step.copy, {"d/new": "x"})
    (step.real / "d").chmod(0o555)
    with pytest.raises(WorkspaceError, match=r"d/new cannot be carried .* Permission denied; .*: nothing"):
        step.carry()
    (step.real / "d").chmod(0o755)
