"""A new task is a working example, in a new folder, under an id that nobody has."""

from pathlib import Path

import pytest

from gha_router.errors import UsageError
from gha_router.experiment.new_task import new_task
from gha_router.experiment.soundness import read_suite
from gha_router.experiment.task import load_suite


def test_it_can_be_read_and_has_a_mutation(tmp_path: Path) -> None:
    files = new_task(tmp_path / "mine" / "fix-greeting")
    assert [str(file.relative_to(tmp_path)) for file in files] == [
        f"mine/fix-greeting/{name}" for name in ("checks/check.py", "oracle.yml", "task.yml", "workspace/greeting.py")
    ]
    (task,) = load_suite(tmp_path / "mine")
    suite = read_suite("mine", (task,))
    assert (task.id, len(suite.mutations["fix-greeting"])) == ("fix-greeting", 1)
    assert suite.size == 3


def test_two_of_them_make_a_suite(tmp_path: Path) -> None:
    new_task(tmp_path / "one")
    new_task(tmp_path / "anything", "two")
    assert sorted(task.id for task in load_suite(tmp_path)) == ["one", "two"]
    assert read_suite("s", load_suite(tmp_path)).size == 6


def test_an_empty_folder_may_be_there(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    assert new_task(tmp_path / "one")


@pytest.mark.parametrize(
    ("folder", "identity", "words"),
    [
        ("mine/Fix_It", None, "'Fix_It' is no id"),
        ("mine/fix", "Fix It", "'Fix It' is no id"),
        ("mine/there", None, "is there and not empty"),
        ("mine/there/workspace", None, "is there and not empty"),
        ("mine/there/inner", None, "is a task itself"),
        ("mine/file", None, "is there and not empty"),
        ("mine/other", "there", "is taken by"),
        ("mine/file/inner", None, "cannot be written"),
    ],
)
def test_what_cannot_be_made_is_refused(tmp_path: Path, folder: str, identity: str | None, words: str) -> None:
    new_task(tmp_path / "mine" / "there")
    (tmp_path / "mine" / "file").write_text("")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match=words):
        new_task(tmp_path / folder, identity)
    assert sorted(tmp_path.rglob("*")) == before
