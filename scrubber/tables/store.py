"""One edition of a table as an SQLite file: written once, then only read, a row at a time as rows are asked for.

Why SQLite: docs/decisions/0006-imported-tables-are-sqlite-files.md.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from scrubber.errors import TableError
from scrubber.tables.edition import Edition, Facts, Kind

FORMAT = 1
"""Of the files; another number is another layout, and the table is imported again."""

_APPLICATION = 0x53435254


class Layout(NamedTuple):
    """The columns of a kind of table as SQL, the first ``keys`` of which order its rows."""

    columns: str
    keys: str
    width: int


LAYOUTS: Mapping[Kind, Layout] = MappingProxyType(
    {
        "ptp": Layout(
            "column1 TEXT, column2 TEXT, effective INT, deleted INT, indicator INT, rationale INT",
            "column1, column2, effective, deleted, indicator",
            6,
        ),
        "mue": Layout("code TEXT, units INT, adjudication INT, rationale TEXT", "code", 4),
        "rvu": Layout(
            "code TEXT, modifier TEXT, status TEXT, work TEXT, pe_nonfac TEXT, mp TEXT, total_nonfac TEXT,"
            " mult_proc TEXT, conversion_factor TEXT",
            "code, modifier",
            9,
        ),
    }
)


class StoredRows:
    """The rows of an edition. Opened at the first question, again in each process; reading never locks."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._process = 0
        self._database: sqlite3.Connection | None = None

    def select(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of a query. Raises TableError where the file is gone, damaged or has become another one."""
        # A connection must not cross a fork: both sides would move one file position.
        if self._database is None or self._process != os.getpid():
            self._database, self._process = _open(Path(self.edition.path)), os.getpid()
            if _facts(Path(self.edition.path), self._database).digest != self.edition.facts.digest:
                raise _damaged(Path(self.edition.path), "it changed while it was in use")
        try:
            return self._database.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise _damaged(Path(self.edition.path), str(error)) from error


def read_edition(path: Path) -> Edition:
    """What a file says of itself. Raises TableError where it is no edition of ours, or is damaged."""
    database = _open(path)
    try:
        return Edition(str(path), _facts(path, database))
    finally:
        database.close()


def write_edition(path: Path, facts: Facts, rows: Iterable[tuple[object, ...]]) -> Edition:
    """Write an edition under ``path``, which must not exist; rows may come in any order, a repeated one counts once.

    Raises TableError where there is no room, and leaves an unfinished file behind for the caller to remove.
    """
    layout = LAYOUTS[facts.kind]
    try:
        database = sqlite3.connect(path, isolation_level=None)
        try:
            # The file is nobody's until it is renamed: a crash leaves a leftover, never half an edition.
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            database.execute(f"PRAGMA application_id = {_APPLICATION}")
            database.execute(f"PRAGMA user_version = {FORMAT}")
            database.execute(f"CREATE TABLE entry ({layout.columns}, PRIMARY KEY ({layout.keys})) WITHOUT ROWID")
            database.execute("CREATE TABLE facts (json TEXT)")
            database.execute("BEGIN")
            places = ", ".join("?" * layout.width)
            database.executemany(f"INSERT OR IGNORE INTO entry VALUES ({places})", rows)  # noqa: S608 - our own layout
            counted = _counted(database, facts)
            database.execute("INSERT INTO facts VALUES (?)", (msgspec.json.encode(counted).decode(),))
            database.execute("COMMIT")
        finally:
            database.close()
    except (sqlite3.Error, OSError) as error:
        raise TableError(f"{path.parent}: the table cannot be written there ({error})") from error
    return Edition(str(path), counted)


def _counted(database: sqlite3.Connection, facts: Facts) -> Facts:
    layout = LAYOUTS[facts.kind]
    digest = hashlib.sha256()
    count = 0
    for rows in _batches(database.execute(f"SELECT * FROM entry ORDER BY {layout.keys}")):  # noqa: S608
        count += len(rows)
        digest.update(repr(rows).encode())
    undated = 0
    if facts.kind == "ptp":
        ((undated,),) = database.execute("SELECT count(*) FROM entry WHERE effective = 0").fetchall()
    return msgspec.structs.replace(facts, rows=count, undated=undated, digest=digest.hexdigest())


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[tuple[Any, ...]]]:
    while rows := cursor.fetchmany(10_000):
        yield rows


def _open(path: Path) -> sqlite3.Connection:
    try:
        # immutable: editions are replaced by rename and never changed in place, so that no lock is needed.
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise _damaged(path, str(error)) from error


def _facts(path: Path, database: sqlite3.Connection) -> Facts:
    try:
        ((application,),) = database.execute("PRAGMA application_id").fetchall()
        ((version,),) = database.execute("PRAGMA user_version").fetchall()
        if (application, version) != (_APPLICATION, FORMAT):
            raise _damaged(path, "it is no table of this version")
        ((text,),) = database.execute("SELECT json FROM facts").fetchall()
        return msgspec.json.decode(text, type=Facts)
    except (sqlite3.Error, ValueError, msgspec.MsgspecError) as error:
        raise _damaged(path, str(error)) from error


def _damaged(path: Path, what: str) -> TableError:
    return TableError(f"{path}: the imported table cannot be read ({what}). Remove the file and import it again.")
