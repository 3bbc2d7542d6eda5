"""Files are looked at without trusting what the agent left in their place."""

import os
from pathlib import Path

import pytest

from gha_router.checks import parse
from gha_router.checks.workspace import LIMIT
from gha_router.records import CheckStatus
from tests.unit.checks.world import HERE, World, check

READERS = [
    {"contains": {"text": "x", "in": "a"}},
    {"not_contains": {"text": "x", "in": "a"}},
    {"regex": {"pattern": "x", "in": "a"}},
    {"equals": {"text": "x", "in": "a"}},
    {"line_count": {"file": "a", "equals": 1}},
    {"count_of": {"text": "x", "file": "a", "equals": 1}},
    {"number": {"equals": 1, "answer": "a"}},
    {"yaml": "a"},
    {"json": "a"},
    {"toml": "a"},
    {"timestamp": "a"},
    {"digest": {"file": "a", "sha256": "0" * 64}},
    {"not_empty": "a"},
    {"workflow": "a"},
    {"line_count": {"file": "a", "claimed": True}},
]
ALL_READERS = pytest.mark.parametrize("spec", READERS, ids=lambda spec: next(iter(spec)))


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "workspace").mkdir()
    return World(tmp_path / "workspace", {"old.md": "old\n"})


def found(world: World, spec: dict[str, object], status: CheckStatus = CheckStatus.FAILED) -> str:
    result = world.check(spec)
    assert result.status is status
    return result.found


@ALL_READERS
def test_a_missing_file_fails(world: World, spec: dict[str, object]) -> None:
    assert found(world, spec) == "missing"


@ALL_READERS
def test_a_link_that_leaves_the_workspace_is_not_followed(world: World, spec: dict[str, object]) -> None:
    (world.root.parent / "secret").write_text("x")
    (world.root / "a").symlink_to("../secret")
    assert found(world, spec) == "a link that leaves the workspace"


@ALL_READERS
def test_a_pipe_is_not_waited_for(world: World, spec: dict[str, object]) -> None:
    os.mkfifo(world.root / "a")
    assert found(world, spec) == "a pipe, socket or device: not opened"


@ALL_READERS
def test_a_folder_is_no_file(world: World, spec: dict[str, object]) -> None:
    (world.root / "a").mkdir()
    assert found(world, spec) == "a folder, not a file"


@ALL_READERS
def test_a_huge_file_is_not_read(world: World, spec: dict[str, object]) -> None:
    evidence = world.evidence()  # before the file is there: the test need not digest it
    with (world.root / "a").open("wb") as file:
        file.truncate(LIMIT + 1)
    result = check(parse(spec, HERE), evidence)
    assert result.status is CheckStatus.FAILED
    assert result.found == "50,000,001 bytes: not read, the limit is 50 MB"


def test_a_link_inside_the_workspace_is_followed(world: World) -> None:
    (world.root / "a").symlink_to("old.md")
    (world.root / "folder").symlink_to(".")
    assert world.check({"contains": {"text": "old", "in": "a"}}).passed
    assert world.check({"contains": {"text": "old", "in": "folder/a"}}).passed


def test_links_that_lead_nowhere_are_there_but_no_file(world: World) -> None:
    (world.root / "gone").symlink_to("nothing")
    (world.root / "circle").symlink_to("circle")
    for path in ("gone", "gone/a", "circle", "circle/a"):
        assert found(world, {"exists": path}) == "a link that leads nowhere"
    assert found(world, {"absent": "gone"}) == "a link that leads nowhere"


def test_a_folder_behind_a_link_outside_is_not_looked_into(world: World) -> None:
    (world.root / "out").symlink_to("..")
    assert found(world, {"exists": "out/secret"}) == "a link that leaves the workspace"
    assert found(world, {"absent": "out/secret"}) == "a link that leaves the workspace"


def test_an_empty_file_exists_with_its_0_bytes(world: World) -> None:
    world.write("a", "")
    assert found(world, {"exists": "a"}, CheckStatus.PASSED) == "a file of 0 bytes"


def test_folders_exist_and_pipes_do_not_count(world: World) -> None:
    (world.root / "folder").mkdir()
    os.mkfifo(world.root / "pipe")
    assert found(world, {"exists": "folder"}, CheckStatus.PASSED) == "a folder"
    assert found(world, {"exists": "pipe"}) == "a pipe, socket or device"
    assert found(world, {"absent": "folder"}) == "a folder"


def test_a_path_below_a_file_is_missing(world: World) -> None:
    assert found(world, {"exists": "old.md/a"}) == "missing"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("new.md", CheckStatus.PASSED, "made by this step, 4 bytes"),
        ("old.md", CheckStatus.FAILED, "untouched: same as before the step"),
        ("none.md", CheckStatus.FAILED, "missing"),
        ("folder", CheckStatus.FAILED, "a folder, not a file"),
    ],
)
def test_fresh_is_told_from_old(world: World, path: str, status: CheckStatus, words: str) -> None:
    world.write("new.md", "new\n")
    (world.root / "folder").mkdir()
    assert found(world, {"fresh": path}, status) == words


def test_a_new_modification_time_or_mode_makes_nothing_fresh(world: World) -> None:
    os.utime(world.root / "old.md")
    assert found(world, {"fresh": "old.md"}) == "untouched: same as before the step"
    (world.root / "old.md").chmod(0o700)
    assert found(world, {"fresh": "old.md"}) == "only its mode changed"


def test_a_deleted_file_is_not_fresh(world: World) -> None:
    (world.root / "old.md").unlink()
    assert found(world, {"fresh": "old.md"}) == "deleted by this step"


@pytest.mark.parametrize(
    ("content", "lines"), [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("a\r\nb\r\n", 2), ("\n", 1)]
)
def test_a_last_line_without_a_line_break_is_a_line(world: World, content: str, lines: int) -> None:
    world.write("a", content)
    assert world.check({"line_count": {"file": "a", "equals": lines}}).passed
    assert world.check({"line_count": {"file": "a", "min": lines}}).passed
    assert world.check({"line_count": {"file": "a", "max": lines}}).passed
    assert not world.check({"line_count": {"file": "a", "min": lines + 1}}).passed


def test_a_file_that_the_system_does_not_let_us_read_is_nobodys_failure(world: World) -> None:
    result = world.check({"exists": "x" * 300})
    assert result.status is CheckStatus.ERROR
    assert result.found.startswith("could not be checked: ")
