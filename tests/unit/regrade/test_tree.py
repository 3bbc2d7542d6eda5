"""A recorded workspace comes back byte for byte, from wherever the bytes are, and never outside of its folder."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from gha_router.agent.snapshot import compare
from gha_router.errors import UsageError
from gha_router.records import Changes, FileEntry, Snapshot
from gha_router.regrade.tree import changed_files, restore
from tests.unit.agent_files.trees import plant, shot


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    (tmp_path / "kept").mkdir()
    return tmp_path / "kept"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "target").mkdir()
    return tmp_path / "target"


def put(kept: Path, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    (kept / digest).write_bytes(content)
    return digest


def entry(path: str, kind: str = "file", digest: str | None = None) -> FileEntry:
    return FileEntry(path=path, kind=kind, mode=0o644 if kind == "file" else 0o755, size=1, digest=digest)


def recorded(*entries: FileEntry) -> Snapshot:
    return Snapshot(taken_at="then", entries={one.path: one for one in entries})


def test_files_come_from_what_was_kept_and_from_what_is_unchanged(tmp_path: Path, kept: Path, target: Path) -> None:
    base = tmp_path / "base"
    plant(base, {"same.txt": "1", "changed.txt": "old", "d/run.sh": "go", "link": "-> same.txt", "empty/": ""})
    before = shot(base)
    digest = put(kept, b"new")
    changed = replace(before.entries["changed.txt"], digest=digest)
    was = Snapshot(taken_at="x", entries={**before.entries, "changed.txt": changed})

    assert restore(was, target, kept=kept, bases=[base]) == ()

    assert compare(was, shot(target)) == Changes()
    assert (target / "changed.txt").read_text() == "new"
    assert (target / "link").is_symlink()


def test_what_is_nowhere_is_named(tmp_path: Path, kept: Path, target: Path) -> None:
    plant(tmp_path / "base", {"a": "other"})
    digest = hashlib.sha256(b"lost").hexdigest()
    assert restore(recorded(entry("a", digest=digest)), target, kept=kept, bases=[tmp_path / "base"]) == ("a",)
    assert not list(target.iterdir())


def test_a_kept_file_that_was_changed_is_seen_and_not_used(kept: Path, target: Path) -> None:
    digest = put(kept, b"right")
    (kept / digest).write_bytes(b"wrong")
    assert changed_files(kept) == (digest,)
    assert restore(recorded(entry("a", digest=digest)), target, kept=kept, bases=()) == ("a",)


@pytest.mark.parametrize("path", ["../a", "/etc/x", "a/../../b", ".git/config", "a//b", "."])
def test_no_recorded_path_leads_out(path: str, kept: Path, target: Path) -> None:
    digest = put(kept, b"x")
    folders = [entry(part, "dir") for part in ("a", "a/..", "..", "a/../..", ".git", "a/", "")]
    with pytest.raises(UsageError, match=r"none that a workspace can have|no folder"):
        restore(recorded(*folders[:1], entry(path, digest=digest)), target, kept=kept, bases=())
    assert list(target.parent.glob("b")) == []


def test_nothing_is_written_through_a_recorded_link(tmp_path: Path, kept: Path, target: Path) -> None:
    (tmp_path / "outside").mkdir()
    link = replace(entry("l", "link"), digest=put(kept, str(tmp_path / "outside").encode()))
    with pytest.raises(UsageError, match="lies in something that is no folder"):
        restore(recorded(link, entry("l/a", digest=put(kept, b"x"))), target, kept=kept, bases=())
    assert not list((tmp_path / "outside").iterdir())


def test_two_recorded_paths_are_never_one_place(tmp_path: Path, kept: Path, target: Path) -> None:
    r"""``a\udc5cx`` and ``a\x`` are one name: a link first, and then what is to be written through it."""
    outside = tmp_path / "outside"
    outside.write_text("as it was")
    link = replace(entry("a\\udc5cx", "link"), digest=put(kept, str(outside).encode()))
    with pytest.raises(UsageError, match="none that a workspace can have"):
        restore(recorded(link, entry("a\\x", digest=put(kept, b"evil"))), target, kept=kept, bases=())
    assert outside.read_text() == "as it was"
    assert not list(target.iterdir())


@pytest.mark.parametrize("path", ["n" * 256, "/".join(["d"] * 300)])
def test_a_recorded_path_that_is_too_long_is_refused(path: str, kept: Path, target: Path) -> None:
    above = [entry("/".join(["d"] * depth), "dir") for depth in range(1, 300)]
    with pytest.raises(UsageError, match="longer than any"):
        restore(recorded(*above, entry(path, digest=put(kept, b"x"))), target, kept=kept, bases=())
    assert not list(target.iterdir())


def test_a_digest_that_is_a_path_reads_nothing(tmp_path: Path, kept: Path, target: Path) -> None:
    (tmp_path / "secret").write_text("s")
    assert restore(recorded(entry("a", digest="../secret")), target, kept=kept, bases=()) == ("a",)
