"""The ledger's file: its layout, and how it is opened to be read or written.

Deliveries and claims only ever get higher numbers, and a claim that a later one replaces keeps its row, with the later
one's number beside it. So a reader that remembers the highest number it has seen goes on to see the same, whatever is
added meanwhile. What is taken out counts as ``removals``, so that a reader notices.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from scrubber.errors import LedgerError

FORMAT = 1
"""Of the file. Another number is another layout."""

WAIT_SECONDS = 30
"""How long a program waits for another one that is writing."""

_APPLICATION = 0x5343_4C47

_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    source BLOB NOT NULL, corrected BLOB NOT NULL, family BLOB NOT NULL, sent_on INTEGER NOT NULL, digest BLOB NOT NULL
);
CREATE TABLE claim (
    number INTEGER PRIMARY KEY AUTOINCREMENT, delivery INTEGER NOT NULL, digest BLOB NOT NULL, patient BLOB NOT NULL,
    name BLOB NOT NULL, clm01 BLOB NOT NULL, payer BLOB NOT NULL, filing TEXT NOT NULL, void INTEGER NOT NULL,
    likeness BLOB NOT NULL, replaced_by INTEGER
);
CREATE TABLE line (
    claim INTEGER NOT NULL, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, code TEXT NOT NULL,
    modifiers TEXT NOT NULL, units INTEGER, cents INTEGER, renderer BLOB NOT NULL, likeness BLOB NOT NULL
);
CREATE INDEX claim_of_patient ON claim (patient);
CREATE INDEX claim_of_delivery ON claim (delivery);
CREATE INDEX claim_by_name ON claim (name);
CREATE INDEX claim_by_replacement ON claim (replaced_by);
CREATE INDEX claim_by_number ON claim (clm01);
CREATE INDEX line_of_claim ON line (claim);
"""


def open_to_read(path: Path) -> sqlite3.Connection:
    """The ledger, which cannot be written through this connection. Raises LedgerError where it is none."""
    if not path.is_file():
        raise LedgerError(f"{path}: there is no ledger; `scrubber ledger add --ledger {path}` makes one")
    connection = _connect(path, "ro")
    with _as_ledger_errors(path, connection):
        _check_layout(path, connection)
    return connection


@contextmanager
def writing(path: Path, *, create: bool = False) -> Iterator[sqlite3.Connection]:
    """The ledger, locked for one change, which is made whole or not at all.

    ``create`` makes one where there is none, readable by its owner only. Waits for another writer, and raises
    LedgerError when that takes too long or the file is no ledger.
    """
    if create:
        _touch(path)
    elif not path.is_file():
        raise LedgerError(f"{path}: there is no ledger; `scrubber ledger add --ledger {path}` makes one")
    with closing(_connect(path, "rw")) as connection, _as_ledger_errors(path):
        connection.execute("PRAGMA secure_delete = ON")  # what is taken out is gone from the disk
        if create:
            with _change(connection):
                if _is_empty(connection):
                    _lay_out(connection)
        with _change(connection):
            _check_layout(path, connection)
            yield connection


@contextmanager
def _change(connection: sqlite3.Connection) -> Iterator[None]:
    """A change that no other writer comes between, made whole or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def read_salt(connection: sqlite3.Connection) -> bytes:
    """The secret that identities are hashed with."""
    return bytes(connection.execute("SELECT value FROM about WHERE name = 'salt'").fetchone()[0])


def removals(connection: sqlite3.Connection) -> int:
    """How often something was taken out."""
    return int(connection.execute("SELECT value FROM about WHERE name = 'removals'").fetchone()[0])


def count_removal(connection: sqlite3.Connection) -> None:
    """Note that rows which a reader may have seen are gone."""
    connection.execute("UPDATE about SET value = value + 1 WHERE name = 'removals'")


def state_of(connection: sqlite3.Connection, newest: int) -> str:
    """SHA-256 over the deliveries up to number ``newest`` in order, in hexadecimal: what one state answers stays."""
    digests = connection.execute("SELECT digest FROM delivery WHERE number <= ? ORDER BY number", (newest,))
    return hashlib.sha256(b"".join(bytes(digest) for (digest,) in digests)).hexdigest()


def newest_delivery(connection: sqlite3.Connection) -> int:
    """The highest number of a delivery; 0 where there is none."""
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM delivery").fetchone()[0])


@contextmanager
def _as_ledger_errors(path: Path, connection: sqlite3.Connection | None = None) -> Iterator[None]:
    """SQLite's faults in our words; the connection is closed on the way."""
    try:
        yield
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise ledger_error(path, error) from error
        raise


def ledger_error(path: Path, fault: sqlite3.Error) -> LedgerError:
    """What a fault of SQLite means for the user."""
    name = getattr(fault, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LedgerError(f"{path}: another program has been writing to the ledger for {WAIT_SECONDS} s; try again")
    if name == "SQLITE_READONLY_ROLLBACK":
        return LedgerError(
            f"{path}: a change was broken off; `scrubber ledger show --ledger {path}` takes it back, then try again"
        )
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return LedgerError(f"{path}: the ledger cannot be opened; check its permissions and those of its folder")
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return LedgerError(f"{path}: the disk is full or failing ({fault}); nothing was changed")
    return LedgerError(f"{path}: is no ledger, or is damaged ({fault}); take it from a backup or name another")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode={mode}", uri=True, timeout=WAIT_SECONDS, isolation_level=None,
            check_same_thread=False,
        )  # fmt: skip
    except sqlite3.Error as fault:
        raise ledger_error(path, fault) from fault


def _touch(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise LedgerError(f"{path}: the ledger cannot be made ({error.strerror}); check its folder") from None


def _is_empty(connection: sqlite3.Connection) -> bool:
    return not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]


def _lay_out(connection: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    connection.execute("INSERT INTO about VALUES ('salt', ?), ('removals', 0)", (secrets.token_bytes(32),))
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def _check_layout(path: Path, connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != _APPLICATION:
        raise LedgerError(f"{path}: is no ledger; name the file that `scrubber ledger add` made")
    if version != FORMAT:
        raise LedgerError(
            f"{path}: has layout {version}, this version reads {FORMAT}; use the version that made it, or begin another"
        )
