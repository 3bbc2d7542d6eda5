"""A workspace as one file: what is in it comes out, once, and nothing of it leads elsewhere."""

import io
import lzma
import tarfile
from contextlib import suppress
from pathlib import Path

import pytest

from gha_router.errors import TaskError
from gha_router.experiment import packed
from gha_router.experiment.new_task import new_task
from gha_router.experiment.task import Task, load_task


def task_with(tmp_path: Path, **files: str) -> Task:
    folder = tmp_path / "task"
    new_task(folder)
    (folder / "workspace" / "greeting.py").unlink()
    (folder / "workspace").rmdir()
    with tarfile.open(folder / packed.NAME, "w:xz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(text.encode()), 0o777
            archive.addfile(info, io.BytesIO(text.encode()))
    return load_task(folder)


def test_its_files_are_the_workspace(tmp_path: Path) -> None:
    task = task_with(tmp_path, **{"a.txt": "A", ".git/HEAD": "ref: refs/heads/main\n"})
    assert (task.workspace / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
    assert task.workspace == task.workspace


@pytest.mark.parametrize("name", ["../out.txt", "/srv/out.txt", "a/../../out.txt"])
def test_nothing_leads_out(tmp_path: Path, name: str) -> None:
    task = task_with(tmp_path, **{name: "x"})
    with suppress(TaskError):
        assert all(file.resolve().is_relative_to(task.workspace) for file in task.workspace.rglob("*"))
    assert not list(tmp_path.rglob("out.txt"))


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    task = task_with(tmp_path)
    (task.folder / packed.NAME).write_bytes(b"no archive")
    with pytest.raises(TaskError, match="cannot be unpacked") as caught:
        _ = task.workspace
    assert str(task.folder.resolve() / packed.NAME) in str(caught.value)


def test_an_archive_that_was_cut_is_told(tmp_path: Path) -> None:
    task = task_with(tmp_path, **{"a.txt": "A" * 10_000})
    whole = (task.folder / packed.NAME).read_bytes()
    (task.folder / packed.NAME).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TaskError, match="cannot be unpacked"):
        _ = task.workspace


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    task = task_with(tmp_path)
    huge = tarfile.TarInfo("huge")
    huge.size = packed.MOST_BYTES + 1  # its header alone: nothing behind it is to be read
    (task.folder / packed.NAME).write_bytes(lzma.compress(huge.tobuf() + bytes(1024)))
    with pytest.raises(TaskError, match="more than 1,073,741,824 bytes"):
        _ = task.workspace


@pytest.mark.parametrize(("there", "words"), [(True, "has both workspace/ and"), (False, "has no workspace/")])
def test_a_task_has_one_workspace(tmp_path: Path, there: bool, words: str) -> None:  # noqa: FBT001 - a case
    task = task_with(tmp_path)
    if there:
        (task.folder / "workspace").mkdir()
    else:
        (task.folder / packed.NAME).unlink()
    with pytest.raises(TaskError, match=words):
        load_task(task.folder)
