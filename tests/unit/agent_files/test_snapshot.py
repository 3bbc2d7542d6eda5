import hashlib
import json
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gha_router.agent import snapshot as snap
from gha_router.agent.snapshot import MAX_DEPTH, MAX_FILE, SCHEMA, compare, digest_of, quote, read, take, unquote, write
from gha_router.errors import UsageError, WorkspaceError
from gha_router.records import Changes, FileEntry
from tests.unit.agent_files.trees import AT, as_user, plant, shot


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_files_links_and_folders_are_entries_with_digest_size_and_mode(tmp_path: Path) -> None:
    plant(tmp_path, {"b/run.sh": "echo hi\n", "a.txt": "", "link": "-> /etc/passwd", "empty/": ""})
    (tmp_path / "b/run.sh").chmod(0o750)
    (tmp_path / "b").chmod(0o755)
    found = take(tmp_path, at=AT)
    assert found.taken_at == "2026-01-02T03:04:05.000Z"
    assert list(found.entries) == ["a.txt", "b", "b/run.sh", "empty", "link"]
    assert found.entries["b/run.sh"] == FileEntry(
        path="b/run.sh", kind="file", mode=0o750, size=8, digest=sha(b"echo hi\n")
    )
    assert found.entries["b"] == FileEntry(path="b", kind="dir", mode=0o755, size=0, digest=None)
    assert found.entries["link"].kind == "link"
    assert found.entries["link"].digest == sha(b"/etc/passwd")
    assert found.entries["a.txt"].digest == sha(b"")


def test_a_file_longer_than_a_block_is_read_to_its_end(tmp_path: Path) -> None:
    content = b"x" * (snap.BLOCK + 17)
    (tmp_path / "big").write_bytes(content)
    entry = shot(tmp_path).entries["big"]
    assert (entry.size, entry.digest) == (len(content), sha(content))


def test_a_link_to_a_folder_is_never_walked(tmp_path: Path) -> None:
    plant(tmp_path / "outside", {"secret": "s"})
    root = plant(tmp_path / "root", {"way": "-> ../outside", "loop": "-> ."})
    assert list(shot(root).entries) == ["loop", "way"]


def test_git_is_left_out_at_any_depth_as_folder_file_or_link(tmp_path: Path) -> None:
    plant(tmp_path, {".git/HEAD": "x", "sub/.git": "gitdir: ../.git/modules/sub", "sub/deep/.git": "-> /x", "a": ""})
    plant(tmp_path, {".gitignore": "", ".github/ci.yml": ""})
    assert set(shot(tmp_path).files) == {"a", ".gitignore", ".github/ci.yml"}


def test_fifos_and_sockets_are_other_and_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "fifo")
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("sock")
        found = shot(tmp_path).entries
    assert {path: (entry.kind, entry.digest) for path, entry in found.items()} == {
        "fifo": ("other", None),
        "sock": ("other", None),
    }


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: Path(path).symlink_to("/etc/passwd")])
def test_a_file_swapped_just_before_it_is_opened_neither_hangs_nor_is_followed(
    tmp_path: Path, make: Callable[[str], None]
) -> None:
    make(str(tmp_path / "name"))
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        entry = snap._file(folder, "name", "name", 0o644)  # as after a look that saw a regular file
    finally:
        os.close(folder)
    assert (entry.kind, entry.digest) == ("other", None)


def test_what_is_gone_when_it_is_looked_at_is_left_out(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        assert snap._describe(folder, "gone", "gone") is None
        assert list(snap.children(folder, "gone")) == []
        assert snap.look(folder, "gone/file") is None
    finally:
        os.close(folder)


@as_user
def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    plant(tmp_path, {"closed": "x"})
    (tmp_path / "closed").chmod(0)
    with pytest.raises(WorkspaceError, match="closed cannot be read: Permission denied"):
        shot(tmp_path)


def test_a_root_that_is_no_folder_is_the_users_mistake(tmp_path: Path) -> None:
    plant(tmp_path, {"file": ""})
    for path in ("file", "missing"):
        with pytest.raises(UsageError, match="is no folder") as caught:
            shot(tmp_path / path)
        assert caught.value.hint


def test_a_root_that_is_a_link_to_a_folder_is_that_folder(tmp_path: Path) -> None:
    plant(tmp_path / "real", {"a": "1"})
    (tmp_path / "link").symlink_to("real")
    assert shot(tmp_path / "link") == shot(tmp_path / "real")


@pytest.mark.parametrize(("depth", "fits"), [(MAX_DEPTH, True), (MAX_DEPTH + 1, False)])
def test_folders_may_be_nested_up_to_the_limit(tmp_path: Path, depth: int, fits: bool) -> None:  # noqa: FBT001 - a case
    (tmp_path / "/".join("d" * depth)).mkdir(parents=True)
    if fits:
        assert len(shot(tmp_path).entries) == depth
    else:
        with pytest.raises(WorkspaceError, match="nested deeper than 200 levels"):
            shot(tmp_path)


# Names


@given(st.binary(min_size=1, max_size=12))
@example(b"\\udcff")
@example(b"\\\xff\\udc5c")
@example(b"\\udc5cudcff")
@example("日本語".encode())
def test_quoting_is_reversible_and_always_valid_unicode(raw: bytes) -> None:
    name = raw.decode("utf-8", "surrogateescape")
    assert quote(name).encode("utf-8").decode("utf-8") == quote(name)
    assert unquote(quote(name)) == name


@given(st.binary(min_size=1, max_size=6), st.binary(min_size=1, max_size=6))
def test_different_names_stay_different(one: bytes, other: bytes) -> None:
    quoted = [quote(raw.decode("utf-8", "surrogateescape")) for raw in (one, other)]
    assert (quoted[0] == quoted[1]) == (one == other)


@pytest.mark.parametrize("name", ["a b", "日本語.md", "back\\slash", "\\udc41", "\\u0041", "new\nline"])
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert quote(name) == name


def test_a_name_that_is_not_utf8_survives_a_file_of_json(tmp_path: Path) -> None:
    root = plant(tmp_path / "root", {})
    for name in (b"caf\xe9", b"\\udce9"):
        (root / os.fsdecode(name)).mkdir()
        (root / os.fsdecode(name) / "in").write_text("x", encoding="utf-8")
    before = shot(root)
    assert set(before.files) == {"caf\\udce9/in", "\\udc5cudce9/in"}
    write(before, tmp_path / "snap.json")
    assert read(tmp_path / "snap.json") == before


# What differs


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return plant(tmp_path / "root", {"a": "1", "b/c": "2", "l": "-> a"})


def test_nothing_done_is_no_change(root: Path) -> None:
    before = shot(root)
    os.utime(root / "a", (0, 0))
    (root / "a").chmod(0o600)
    plant(root, {"new folder/": ""})
    assert compare(before, shot(root)) == Changes()


def test_created_modified_and_deleted_are_told_apart(root: Path) -> None:
    before = shot(root)
    plant(root, {"z": "new", "b/new": "-> c", "a": "other"})
    (root / "b/c").unlink()
    assert compare(before, shot(root)) == Changes(created=("b/new", "z"), modified=("a",), deleted=("b/c",))


def test_the_executable_bit_is_a_change(root: Path) -> None:
    (root / "a").chmod(0o644)
    before = shot(root)
    (root / "a").chmod(0o755)
    assert compare(before, shot(root)) == Changes(modified=("a",))


def test_a_link_that_points_elsewhere_is_modified(root: Path) -> None:
    before = shot(root)
    (root / "l").unlink()
    plant(root, {"l": "-> b"})
    assert compare(before, shot(root)) == Changes(modified=("l",))


def test_a_file_that_becomes_a_link_of_the_same_content_is_modified(root: Path) -> None:
    before = shot(root)
    (root / "a").unlink()
    plant(root, {"a": "-> 1"})
    assert compare(before, shot(root)) == Changes(modified=("a",))


def test_a_file_that_becomes_a_folder_is_deleted(root: Path) -> None:
    before = shot(root)
    (root / "a").unlink()
    plant(root, {"a/x": "1"})
    assert compare(before, shot(root)) == Changes(created=("a/x",), deleted=("a",))


def test_a_file_that_becomes_a_fifo_is_deleted(root: Path) -> None:
    before = shot(root)
    (root / "a").unlink()
    os.mkfifo(root / "a")
    assert compare(before, shot(root)) == Changes(deleted=("a",))


# Files of JSON


def test_a_written_snapshot_reads_as_the_same(root: Path, tmp_path: Path) -> None:
    before = shot(root)
    write(before, tmp_path / "new" / "snap.json")
    assert read(tmp_path / "new" / "snap.json") == before


def test_a_snapshot_is_never_written_over(root: Path, tmp_path: Path) -> None:
    write(shot(root), tmp_path / "snap.json")
    with pytest.raises(UsageError, match=r"snap\.json is there already"):
        write(shot(root), tmp_path / "snap.json")


def test_a_digest_is_of_the_entries_and_not_of_the_moment(root: Path) -> None:
    before = shot(root)
    assert digest_of(replace(before, taken_at="later")) == digest_of(before)
    (root / "a").write_text("other")
    assert digest_of(shot(root)) != digest_of(before)


def test_a_snapshot_that_was_changed_is_no_snapshot(root: Path, tmp_path: Path) -> None:
    write(shot(root), tmp_path / "snap.json")
    data = json.loads((tmp_path / "snap.json").read_text())
    data["entries"].pop("a")
    (tmp_path / "snap.json").write_text(json.dumps(data))
    with pytest.raises(UsageError, match="changed after it was taken"):
        read(tmp_path / "snap.json")


GOOD = {"path": "a", "kind": "file", "mode": 420, "size": 1, "digest": "00"}


def snap_of(data: dict[str, object]) -> bytes:
    return json.dumps({"schema": SCHEMA, "digest": "0", **data}).encode()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is not JSON"),
        (b'{"taken_at": ', "it is not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "nested without end"),
        (b"[]", "its `schema` is not"),
        (b'{"taken_at": "x", "entries": {}}', "its `schema` is not"),
        (snap_of({"taken_at": "x"}), "entries"),
        (snap_of({"taken_at": "x", "entries": {"a": {**GOOD, "mode": "rw"}}}), "entries.a.mode"),
        (snap_of({"taken_at": "x", "entries": {"b": GOOD}}), "the entry 'b' has path 'a'"),
        (snap_of({"taken_at": "x", "entries": {"a": {**GOOD, "kind": "fifo"}}}), "kind 'fifo'"),
    ],
)
def test_a_broken_snapshot_says_what_is_wrong_and_how_to_make_one(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "snap.json").write_bytes(content)
    with pytest.raises(UsageError, match=says) as caught:
        read(tmp_path / "snap.json")
    assert "gha-router snapshot --workspace" in str(caught.value)
    assert "snap.json" in str(caught.value)


def test_a_missing_snapshot_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read(tmp_path / "missing.json")


def test_a_snapshot_that_cannot_be_written_says_where(root: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"a/snap\.json: File exists"):
        write(shot(root), root / "a" / "snap.json")
    assert not list(tmp_path.glob("**/snap.json"))


def test_a_file_that_could_be_hashed_for_ever_is_told(root: Path) -> None:
    with (root / "endless").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(WorkspaceError, match="endless cannot be read: File too large"):
        take(root, at=AT)
