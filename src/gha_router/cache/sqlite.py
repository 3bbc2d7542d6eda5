"""Entries in one file of this machine: SQLite, whose locks hold between processes. Nothing else has to be there.

The file is for its owner alone, in a folder that nobody else may write: what is read from it is passed on as a model's
word. One that is somebody else's, a link, or not whole is not used. Each call runs in a thread of its own, so that
another process' lock stops nobody's stream.
"""

import asyncio
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from gha_router.cache.store import FORMAT, Stats, StoreDown

FILE = "cache.sqlite"
BESIDE = ("", "-wal", "-shm")  # what SQLite keeps beside it
LOCK_S = 2.0
APPLICATION = 0x67686172  # "ghar": what `PRAGMA application_id` says of the file
T = TypeVar("T")
SCHEMA = """
CREATE TABLE entry (name TEXT PRIMARY KEY, value BLOB NOT NULL, kept REAL NOT NULL, until REAL NOT NULL,
  size INTEGER NOT NULL);
CREATE INDEX entry_by_age ON entry (kept, size);
CREATE INDEX entry_by_end ON entry (until);
"""
# All but the newest that fit together; the sum runs from the newest to the oldest.
EVICT = """
DELETE FROM entry WHERE kept <= (
  SELECT max(kept) FROM (SELECT kept, sum(size) OVER (ORDER BY kept DESC, rowid DESC) AS total FROM entry)
  WHERE total > ?)
"""


HAS_NEAR = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'near'"  # of semantic.sqlite_index


class SqliteStore:
    """The store of one machine."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.where = str(folder / FILE)
        self._folder = folder
        self._max_bytes = max_bytes
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cache")
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Make folder, file and table where they are not there yet, and see whether they are ours."""
        await self.run(self._open)

    async def get(self, name: str, at: float) -> bytes | None:
        """Return what is kept under a name and not over yet."""
        return await self.run(partial(self._get, name, at))

    async def put(self, name: str, value: bytes, *, at: float, until: float) -> None:
        """Keep a value until a time, in the place of what is there; the oldest go when it is full."""
        await self.run(partial(self._put, name, value, at, until))

    async def stats(self, at: float) -> Stats:
        """Return what the file holds and is not over yet."""
        return await self.run(partial(self._stats, at))

    async def clear(self) -> int:
        """Forget everything; a file that cannot be read is taken away."""
        return await self.run(self._clear)

    async def close(self) -> None:
        """Close the file; what was beside it goes into it."""
        if self._connection:
            with suppress(StoreDown):
                await self.run(self._connection.close)
            self._connection = None
        self._thread.shutdown()

    async def run(self, call: Callable[[], T]) -> T:
        """Do something in the store's thread. Raises ``StoreDown``."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, call)
        except (sqlite3.Error, OSError, TypeError, ValueError) as error:  # also columns of another kind
            raise StoreDown(f"{self.where} cannot be used ({error})") from error

    @property
    def file(self) -> sqlite3.Connection:
        """Return the open file, for use in ``run``."""
        if self._connection is None:
            raise sqlite3.OperationalError("it is not open")
        return self._connection

    @contextmanager
    def locked(self) -> Iterator[sqlite3.Connection]:
        """Have the file alone until everything in it is done, or nothing; in ``run``."""
        self.file.execute("BEGIN IMMEDIATE")
        try:
            yield self.file
        except BaseException:
            self.file.execute("ROLLBACK")
            raise
        self.file.execute("COMMIT")

    def _open(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_ours(self._folder)
        with suppress(FileExistsError):
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            os.close(os.open(self.where, flags, 0o600))
        for suffix in BESIDE:
            _require_own_file(Path(self.where + suffix))
        # Each statement is its own transaction unless one is begun; used by one thread at a time, as the pool has one.
        file = sqlite3.connect(self.where, timeout=LOCK_S, isolation_level=None, check_same_thread=False)
        try:
            self._prepare(file)
        except BaseException:
            file.close()
            raise
        self._connection = file

    def _prepare(self, file: sqlite3.Connection) -> None:
        file.execute("PRAGMA trusted_schema = OFF")  # the file may come from another machine
        file.execute("PRAGMA cell_size_check = ON")
        file.execute("PRAGMA synchronous = OFF")  # a new file: to wait for the disk would be half of a gateway's start
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("BEGIN IMMEDIATE")
        [[application]], [[version]], [[tables]] = (
            file.execute(query).fetchall()
            for query in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
        )
        if not tables and not application:
            for statement in (*SCHEMA.split(";")[:-1], f"PRAGMA application_id = {APPLICATION}"):
                file.execute(statement)
            file.execute(f"PRAGMA user_version = {FORMAT}")
        elif application != APPLICATION:
            raise sqlite3.DatabaseError("it is no cache of gha-router's")
        elif version != FORMAT:
            raise sqlite3.DatabaseError("it is of another version of gha-router")
        file.execute("COMMIT")
        file.execute("PRAGMA synchronous = NORMAL")

    def _get(self, name: str, at: float) -> bytes | None:
        row = self.file.execute("SELECT value FROM entry WHERE name = ? AND until > ?", (name, at)).fetchone()
        return bytes(row[0]) if row else None

    def _put(self, name: str, value: bytes, at: float, until: float) -> None:
        if len(value) > self._max_bytes:
            return
        with self.locked() as file:
            file.execute("DELETE FROM entry WHERE until <= ?", (at,))
            file.execute("REPLACE INTO entry VALUES (?, ?, ?, ?, ?)", (name, value, at, until, len(value)))
            [total] = file.execute("SELECT sum(size) FROM entry").fetchone()
            if total > self._max_bytes:
                file.execute(EVICT, (self._max_bytes,))

    def _stats(self, at: float) -> Stats:
        query = "SELECT count(*), coalesce(sum(size), 0), min(kept), max(kept) FROM entry WHERE until > ?"
        entries, size, oldest, newest = self.file.execute(query, (at,)).fetchone()
        near = "SELECT count(*) FROM near JOIN entry USING (name) WHERE near.until > ? AND entry.until > ?"
        found = self.file.execute(near, (at, at)).fetchone()[0] if self._has_near else 0
        return Stats(entries=entries, bytes=size, oldest=oldest, newest=newest, near=found)

    @property
    def _has_near(self) -> bool:
        return bool(self.file.execute(HAS_NEAR).fetchone()[0])

    def _clear(self) -> int:
        try:
            if self._connection is None:
                self._open()
            [count] = self.file.execute("SELECT count(*) FROM entry").fetchone()
            with self.locked() as file:
                file.execute("DELETE FROM entry")
                if self._has_near:
                    file.execute("DELETE FROM near")
            self.file.execute("VACUUM")
        except sqlite3.DatabaseError:
            self._take_away()
            return 0
        return int(count)

    def _take_away(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
        _require_ours(self._folder)
        for suffix in BESIDE:
            Path(self.where + suffix).unlink(missing_ok=True)


def _require_ours(folder: Path) -> None:
    """Raise ``OSError`` unless nobody else may put a file of theirs into this folder."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise OSError(f"{folder} is no folder, or a link to one")
    if found.st_uid != os.geteuid():
        raise OSError(f"the folder {folder} belongs to somebody else")
    if found.st_mode & stat.S_IWOTH:
        raise OSError(f"everybody may write in the folder {folder}")


def _require_own_file(file: Path) -> None:
    """Raise ``OSError`` for a file that is somebody else's or leads elsewhere; make it the owner's alone."""
    try:
        found = file.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        raise OSError(f"{file} is no file of its own, but a link")
    if found.st_uid != os.geteuid():
        raise OSError(f"{file} belongs to somebody else")
    if stat.S_IMODE(found.st_mode) != stat.S_IRUSR | stat.S_IWUSR:
        file.chmod(0o600, follow_symlinks=False) if os.chmod in os.supports_follow_symlinks else file.chmod(0o600)
