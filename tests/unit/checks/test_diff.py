"""What a step changed is held against patterns and bounds, by the snapshots."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.checks import parse
from gha_router.checks.diff import _difference
from gha_router.records import CheckResult, CheckStatus
from tests.unit.checks.world import HERE, STEADY, World, check

FOUND = {"src/app.py": "a\nb\nc\n", "tests/test_app.py": "t\n", "yarn.lock": "x\n", ".github/ci.yml": "on: push\n"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "original").mkdir()
    original = World(tmp_path / "original", FOUND)
    shutil.copytree(original.root, tmp_path / "copy")
    world = World(tmp_path / "copy")
    world.original = original.root
    return world


def found(world: World, spec: dict[str, object], status: CheckStatus = CheckStatus.FAILED) -> str:
    result = world.check(spec)
    assert result.status is status, result.found
    return result.found


def test_nothing_changed_is_not_changed_and_breaks_no_bound(world: World) -> None:
    assert found(world, {"changed": "**"}) == "nothing was changed"
    for spec in ({"changed_only": "src"}, {"protected": "default"}, {"diff_size": {"max_lines": 0, "max_files": 0}}):
        assert world.check(spec).passed


def test_a_deleted_file_is_changed(world: World) -> None:
    (world.root / "tests/test_app.py").unlink()
    assert world.check({"changed": "tests/**"}).passed
    assert found(world, {"changed_only": "src/**"}) == "tests/test_app.py"
    assert found(world, {"protected": "tests/**"}) == "tests/test_app.py (tests/**)"


def test_a_mode_is_no_work_and_still_a_change(world: World) -> None:
    (world.root / "src/app.py").chmod(0o755)
    assert found(world, {"changed": "src/**"}) == "nothing there, only src/app.py"
    assert found(world, {"changed_only": "docs"}) == "src/app.py"


def test_an_allowed_folder_may_not_become_a_link(world: World) -> None:
    shutil.rmtree(world.root / "src")
    (world.root / "src").symlink_to("tests")
    assert found(world, {"changed_only": "src/**"}) == "src"


@pytest.mark.parametrize("path", ["yarn.lock", "web/package-lock.json", ".GITHUB/x.yml", ".github/ci.yml"])
def test_the_default_list_protects(world: World, path: str) -> None:
    world.write(path, "planted")
    assert path in found(world, {"protected": "default"})
    assert path in found(world, {"protected": ["default", "docs"]})


def test_what_may_change_nevertheless(world: World) -> None:
    world.write("yarn.lock", "y\n")
    assert world.check({"protected": {"paths": "default", "except": "yarn.lock"}}).passed
    assert not world.check({"protected": {"paths": "default", "except": "web/yarn.lock"}}).passed


def test_what_came_from_the_base_commit_is_protected_whatever_is_free(world: World) -> None:
    world.write("tasks/a/checks/x", "1")
    evidence = replace(world.evidence(), restored=frozenset({"tasks"}))
    result: CheckResult = check(parse({"protected": {"paths": "docs", "except": "**"}}, HERE), evidence)
    assert result.found == "tasks/a/checks/x (the base commit's version)"


def test_the_task_s_own_checks_are_protected(world: World) -> None:
    world.write("tasks/a/checks/expected.txt", "mine")
    assert world.original is not None
    evidence = replace(world.evidence(), sealed=world.original / "tasks/a/checks")
    protected = parse({"protected": {"paths": "docs", "except": "**"}}, HERE)
    assert check(protected, evidence).found == "tasks/a/checks/expected.txt (the task's checks)"
    assert check(protected, replace(evidence, sealed=world.original.parent / "elsewhere")).passed


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("a\nb\nc\n", 0),
        ("a\nB\nc\n", 2),
        ("a\nb\nc\nd\n", 1),
        ("c\nb\na\n", 0),
        ("", 3),
        ("a\nb\nc\na\n", 1),
        ("a\0b", 4),
    ],
)
def test_lines_are_counted_as_added_and_removed(world: World, content: str, lines: int) -> None:
    world.write("src/app.py", content)
    assert world.check({"diff_size": {"max_lines": lines}}).passed
    if lines:
        assert not world.check({"diff_size": {"max_lines": lines - 1}}).passed


def test_without_the_original_every_line_counts(world: World) -> None:
    world.original = None
    world.write("src/app.py", "a\nB\nc\n")
    assert found(world, {"diff_size": {"max_lines": 2}}) == "1 file, 6 bytes, 3 lines"


def test_files_and_bytes_are_counted(world: World) -> None:
    world.write("one", "12345")
    (world.root / "yarn.lock").unlink()
    assert world.check({"diff_size": {"max_files": 2, "max_bytes": 5}}).passed
    assert found(world, {"diff_size": {"max_files": 1}}) == "2 files, 5 bytes"
    assert found(world, {"diff_size": {"max_bytes": 4}}) == "2 files, 5 bytes"


def test_a_file_that_is_too_large_to_count_fails(world: World) -> None:
    (world.root / "big").write_bytes(b"")
    os.truncate(world.root / "big", 50_000_001)
    assert found(world, {"diff_size": {"max_lines": 10**9}}).startswith("big: 50,000,001 bytes: not read")


LINES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=6)


@STEADY
@given(LINES, LINES)
def test_no_change_is_smaller_than_its_difference_in_length(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old).encode(), "\n".join(new).encode()
    size = _difference(before, after)
    assert size == _difference(after, before)
    assert size >= abs(len(before.splitlines()) - len(after.splitlines()))
    assert (size == 0) == (sorted(before.splitlines()) == sorted(after.splitlines()))
