"""Sums in a file that the gateways of one machine share: SQLite, whose locks hold between processes.

Each call runs in a thread of its own, so that waiting for another gateway's lock stops nobody's stream.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from gha_router.gateway.shared.accounts import Account, Short
from gha_router.gateway.shared.store import EMPTY_S, Asking, StoreDown

FILE = "budgets.sqlite"
LOCK_S = 5.0
T = TypeVar("T")
TABLE = """
CREATE TABLE IF NOT EXISTS account (
  key TEXT PRIMARY KEY, used INTEGER NOT NULL, ends REAL NOT NULL, empty_until REAL NOT NULL
)
"""
MAKE = "INSERT INTO account VALUES (?, 0, ?, 0) ON CONFLICT DO NOTHING"
KEPT_S = 32 * 24 * 3600  # what is over is kept a month longer, for those who look


class LocalStore:
    """The store of one machine. Rests and quotas stay each gateway's own: they are gone with it."""

    shares_limits = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="budgets")
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Make the folder, the file and its table, readable for their owner alone."""
        await self._run(self._open)

    async def take(self, asking: Asking) -> Short | None:
        """Take the amount from every account, or say which one refuses it."""
        return await self._run(partial(self._take, asking))

    async def add(self, accounts: Sequence[Account], change: int) -> None:
        """Book a difference."""
        await self._run(partial(self._add, accounts, change))

    async def empty(self, account: Account, at: datetime) -> None:
        """Note that the provider says that there is nothing left."""
        await self._run(partial(self._empty, account, at))

    async def rest(self, scope: str, seconds: float) -> None:
        """Keep it to oneself."""

    async def close(self) -> None:
        """Close the file."""
        if self._connection:
            await self._run(self._connection.close)
        self._thread.shutdown()

    async def _run(self, call: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, call)
        except (sqlite3.Error, OSError, ArithmeticError, TypeError) as error:  # also sums that are no numbers
            raise StoreDown(f"{self._folder / FILE} cannot be used ({error})") from error

    def _open(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._folder / FILE
        file.touch(mode=0o600)
        # Each statement is its own transaction unless one is begun; used by one thread at a time, as the pool has one.
        self._connection = sqlite3.connect(file, timeout=LOCK_S, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")  # a machine that loses power may lose the last second
        self._connection.execute(TABLE)

    @property
    def _open_file(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.OperationalError("it is not open")
        return self._connection

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        """Have the file alone until everything in it is done, or nothing."""
        file = self._open_file
        file.execute("BEGIN IMMEDIATE")  # nobody else reads in order to write, from here to the end
        try:
            yield file
        except BaseException:
            file.execute("ROLLBACK")
            raise
        file.execute("COMMIT")

    def _take(self, asking: Asking) -> Short | None:
        now = asking.at.timestamp()
        with self._locked() as file:
            for account in asking.accounts:
                row = file.execute("SELECT used, empty_until FROM account WHERE key = ?", (account.key,)).fetchone()
                used, empty_until = row or (0, 0.0)
                if empty_until > now or account.refuses(used, asking.amount):
                    return Short(account=account, used=used, told_empty=empty_until > now)
            for account in asking.accounts:
                file.execute(MAKE, (account.key, account.until.timestamp()))
                file.execute("UPDATE account SET used = used + ? WHERE key = ?", (asking.amount, account.key))
            file.execute("DELETE FROM account WHERE ends < ?", (now - KEPT_S,))
        return None

    def _add(self, accounts: Sequence[Account], change: int) -> None:
        with self._locked() as file:
            for account in accounts:
                file.execute("UPDATE account SET used = used + ? WHERE key = ?", (change, account.key))

    def _empty(self, account: Account, at: datetime) -> None:
        until = at.timestamp() + EMPTY_S
        with self._locked() as file:
            file.execute(MAKE, (account.key, account.until.timestamp()))
            file.execute("UPDATE account SET empty_until = ? WHERE key = ?", (until, account.key))
