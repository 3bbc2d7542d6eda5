"""The database in which claude-code-router keeps its settings since version 3.

``app_config(key TEXT PRIMARY KEY, value_json TEXT NOT NULL, updated_at TEXT NOT NULL)``; the row ``default`` is the
whole configuration. Its other tables (keys of clients, backups, state) are not read.
Source: ``packages/core/src/config/config-repository.ts`` of https://github.com/musistudio/claude-code-router.

The file may come from anybody: it is opened read-only, nothing of it is run, and what is taken out of it is bounded.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from gha_router.config.document import Document
from gha_router.config.importers.jsonish import read_json
from gha_router.errors import ConfigError, Position
from gha_router.variables import MAX_CHARACTERS

_TABLE = "app_config"
_STEPS = 100_000  # of SQLite's virtual machine: one row by its key needs some dozens


def read_database(path: Path) -> Document:
    """Return the settings in a database. Raises ``ConfigError`` when it holds none."""
    where = Position(str(path))
    try:
        text = _settings(path)
    except sqlite3.Error as error:
        raise ConfigError(
            f"this database cannot be read: {error}",
            where=where,
            hint="Stop claude-code-router, or export its settings.",
        ) from None
    if text is None:
        raise ConfigError(
            f"this database holds no settings of claude-code-router (no row `default` in `{_TABLE}`)", where=where
        )
    if len(text) > MAX_CHARACTERS:
        raise ConfigError(f"settings longer than {MAX_CHARACTERS:,} characters", where=where)
    document = read_json(text, name=str(path))
    nowhere = dict.fromkeys(document.places, where)  # a line of a row is no line of a file
    return Document(file=str(path), data=document.data, places=nowhere, keys=dict.fromkeys(document.keys, where))


def _settings(path: Path) -> str | None:
    # immutable: no lock, and no journal is looked at, which would be another file than the one that was named.
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True, timeout=0)) as database:
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 8 * MAX_CHARACTERS)
        database.execute("PRAGMA trusted_schema = OFF")
        database.execute("PRAGMA cell_size_check = ON")
        database.set_progress_handler(lambda: 1, _STEPS)  # whatever takes longer is ended
        kind = database.execute("SELECT type FROM sqlite_schema WHERE name = ?", (_TABLE,)).fetchone()
        if kind != ("table",):  # a view would run what its maker wrote
            return None
        row = database.execute(f"SELECT value_json FROM {_TABLE} WHERE key = 'default' LIMIT 1").fetchone()  # noqa: S608
    return row[0] if row and isinstance(row[0], str) else None
