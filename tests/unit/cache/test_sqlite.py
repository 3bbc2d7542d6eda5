"""The file of kept replies: bounded, its owner's alone, and never trusted when it is not."""

import asyncio
import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from gha_router.cache import StoreDown
from gha_router.cache.sqlite import FILE, SqliteStore
from tests.stores import AT, BEHAVIOURS, Behaviour, name_of

MOST = 10_000


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=name_of)
def test_what_every_store_does(tmp_path: Path, behaviour: Behaviour) -> None:
    async def run() -> None:
        await behaviour(lambda most: SqliteStore(tmp_path / "c", most))

    asyncio.run(run())


def opened(folder: Path) -> None:
    async def run() -> None:
        store = SqliteStore(folder, MOST)
        try:
            await store.open()
            await store.put("a", b"1", at=AT, until=AT + 60)
        finally:
            await store.close()

    asyncio.run(run())


def test_it_is_over_when_its_time_has_come(tmp_path: Path) -> None:
    async def run() -> None:
        store = SqliteStore(tmp_path, MOST)
        await store.open()
        await store.put("a", b"1", at=AT, until=AT + 60)
        assert [await store.get("a", AT + seconds) for seconds in (59, 60)] == [b"1", None]
        assert (await store.stats(AT + 60)).entries == 0
        await store.close()

    asyncio.run(run())


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    opened(tmp_path / "a" / "b")
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "b" / FILE).stat().st_mode) == 0o600


def test_one_that_others_may_read_becomes_its_owner_s(tmp_path: Path) -> None:
    opened(tmp_path)
    (tmp_path / FILE).chmod(0o644)
    opened(tmp_path)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def a_link(folder: Path) -> None:
    opened(folder.parent / "elsewhere")
    (folder / FILE).symlink_to(folder.parent / "elsewhere" / FILE)


def a_link_to_nothing(folder: Path) -> None:
    (folder / FILE).symlink_to(folder.parent / "nothing")


def a_second_name(folder: Path) -> None:
    opened(folder.parent / "elsewhere")
    os.link(folder.parent / "elsewhere" / FILE, folder / FILE)


def a_link_beside_it(folder: Path) -> None:
    (folder / f"{FILE}-wal").symlink_to(folder.parent / "target")


def a_folder_open_to_all(folder: Path) -> None:
    folder.chmod(0o777)


def a_pipe(folder: Path) -> None:
    os.mkfifo(folder / FILE)


def no_database(folder: Path) -> None:
    (folder / FILE).write_bytes(b"no database " * 100)


def cut_short(folder: Path) -> None:
    opened(folder)
    whole = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(whole[:5000] + b"\xff" * 3000)


def another_program_s(folder: Path) -> None:
    with sqlite3.connect(folder / FILE) as file:
        file.execute("CREATE TABLE entry (name TEXT, value BLOB)")
    file.close()


def another_version_s(folder: Path) -> None:
    opened(folder)
    with sqlite3.connect(folder / FILE) as file:
        file.execute("PRAGMA user_version = 99")
    file.close()


def somebody_else_s(folder: Path) -> None:
    opened(folder)
    os.chown(folder / FILE, 65534, 65534)


def in_somebody_else_s_folder(folder: Path) -> None:
    os.chown(folder, 65534, 65534)


UNFIT = (
    a_link,
    a_link_to_nothing,
    a_second_name,
    a_link_beside_it,
    a_folder_open_to_all,
    a_pipe,
    no_database,
    cut_short,
    another_program_s,
    another_version_s,
    somebody_else_s,
    in_somebody_else_s_folder,
)


@pytest.mark.parametrize("spoil", UNFIT, ids=lambda spoil: spoil.__name__)
def test_what_is_not_surely_ours_is_not_used(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    if "somebody" in spoil.__name__ and os.geteuid() != 0:
        pytest.skip("only root can make a file somebody else's")
    spoil(folder)
    with pytest.raises(StoreDown) as caught:
        opened(folder)
    assert str(folder / FILE) in str(caught.value)
    assert not (tmp_path / "target").exists()
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("spoil", [no_database, cut_short, another_version_s], ids=lambda spoil: spoil.__name__)
def test_a_broken_file_is_taken_away_when_it_is_cleared(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    spoil(tmp_path)

    async def clear() -> None:
        store = SqliteStore(tmp_path, MOST)
        await store.clear()
        await store.close()

    asyncio.run(clear())
    opened(tmp_path)
