"""Vectors beside the entries of a SQLite file; compared in memory, where a partition is brought when it is asked first.

Another process' additions are seen by ``PRAGMA data_version``, which changes with its commits and not with ours.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

from gha_router.cache.semantic.matrix import Matrix
from gha_router.cache.sqlite import SqliteStore
from gha_router.cache.store import Near

PARTITIONS = 8  # in memory; of a run's own there are one or two
SCHEMA = """
CREATE TABLE IF NOT EXISTS near (number INTEGER PRIMARY KEY AUTOINCREMENT, partition TEXT NOT NULL, name TEXT NOT NULL,
  vector BLOB NOT NULL, note BLOB NOT NULL, until REAL NOT NULL, UNIQUE (partition, name));
CREATE INDEX IF NOT EXISTS near_by_end ON near (until);
CREATE TRIGGER IF NOT EXISTS near_goes AFTER DELETE ON entry BEGIN DELETE FROM near WHERE name = old.name; END
"""
# Numbers are given in order and never again, so that at most so many are within the last so many numbers.
EVICT = "DELETE FROM near WHERE number <= (SELECT max(number) FROM near) - ?"


class SqliteIndex:
    """What is near, in the file of a store that somebody else opens and closes."""

    def __init__(self, store: SqliteStore, max_rows: int) -> None:
        self._store = store
        self._max_rows = max_rows
        self._seen: int | None = None  # the data_version that the matrices are of
        self._matrices: OrderedDict[str, Matrix] = OrderedDict()

    async def open(self) -> None:
        """Make the table where it is not there yet."""
        await self._store.run(self._open)

    async def add(self, partition: str, name: str, vector: bytes, note: bytes, *, at: float, until: float) -> None:
        """Have the entry of this name found by its meaning."""
        await self._store.run(partial(self._add, (partition, name, vector, note, until), at))

    async def near(self, partition: str, vector: bytes, *, limit: int, at: float) -> Sequence[Near]:
        """Return the nearest that are not over yet, the nearest first."""
        return await self._store.run(partial(self._near, partition, vector, limit, at))

    def _open(self) -> None:
        with self._store.locked() as file:
            for statement in _statements():
                file.execute(statement)

    def _add(self, row: tuple[str, str, bytes, bytes, float], at: float) -> None:
        with self._store.locked() as file:
            file.execute("DELETE FROM near WHERE until <= ?", (at,))
            file.execute("REPLACE INTO near (partition, name, vector, note, until) VALUES (?, ?, ?, ?, ?)", row)
            file.execute(EVICT, (self._max_rows,))

    def _near(self, partition: str, vector: bytes, limit: int, at: float) -> Sequence[Near]:
        return self._brought(partition, len(vector) // 4, at).near(vector, limit=limit, at=at)

    def _brought(self, partition: str, width: int, at: float) -> Matrix:
        """Return a partition's matrix with all that the file has by now."""
        file = self._store.file
        [[version]] = file.execute("PRAGMA data_version").fetchall()
        if version != self._seen:  # somebody else wrote, perhaps deleted
            self._matrices.clear()
            self._seen = version
        matrix = self._matrices.get(partition)
        if matrix is None or matrix.width != width or len(matrix) > 2 * self._max_rows:
            matrix = self._matrices[partition] = Matrix(width)
        self._matrices.move_to_end(partition)
        while len(self._matrices) > PARTITIONS:
            self._matrices.popitem(last=False)
        _take_in(matrix, file, partition, at)
        return matrix


def _take_in(matrix: Matrix, file: sqlite3.Connection, partition: str, at: float) -> None:
    query = (
        "SELECT number, name, vector, note, until FROM near "
        "WHERE partition = ? AND number > ? AND until > ? ORDER BY number"
    )
    for number, name, vector, note, until in file.execute(query, (partition, matrix.last, at)):
        matrix.add(name, vector, note, until)
        matrix.last = number


def _statements() -> list[str]:
    table, index, trigger = SCHEMA.strip().split(";\n")
    return [table, index, trigger]
