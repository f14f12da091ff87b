"""The state of every input, in one SQLite file: what a restart goes on from.

WAL and ``synchronous=FULL``: a transaction that returned is on disk. Every change of state is one transaction. Other
rooms and processes read and write through the methods here only.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from scrubber.errors import OutputError
from scrubber.watch.job import DONE, Job, JobState, Output, RerunRequest

SCHEMA_VERSION = 1
BUSY_SECONDS = 30.0

_SCHEMA = """
CREATE TABLE jobs(
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, name BLOB NOT NULL, state TEXT NOT NULL, outcome TEXT, reason TEXT,
    why TEXT, what_to_do TEXT, ta1 TEXT, sha256 TEXT, bytes INTEGER, device INTEGER, inode INTEGER, mtime_ns INTEGER,
    source BLOB, marker BLOB, seen_at TEXT, stable_at TEXT, claimed_at TEXT, committed_at TEXT, done_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0, for_job TEXT, duplicate_of TEXT,
    rerun_of TEXT, rerun_by TEXT, rerun_reason TEXT, claims INTEGER, claims_sent INTEGER, claims_held INTEGER,
    archive_name BLOB, failed_name BLOB, rules TEXT NOT NULL DEFAULT '{}', interchanges TEXT NOT NULL DEFAULT '[]',
    kept INTEGER NOT NULL DEFAULT 0, records_unread INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX jobs_open ON jobs(state) WHERE done_at IS NULL;
CREATE INDEX jobs_done ON jobs(done_at) WHERE done_at IS NOT NULL;
CREATE INDEX jobs_kept ON jobs(done_at) WHERE kept = 1;
CREATE INDEX jobs_name ON jobs(name);
CREATE INDEX jobs_for ON jobs(for_job) WHERE for_job IS NOT NULL;
CREATE TABLE outputs(
    job TEXT NOT NULL, kind TEXT NOT NULL, folder TEXT NOT NULL, temporary BLOB NOT NULL, name BLOB NOT NULL,
    sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, published INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(job, kind)
) WITHOUT ROWID;
CREATE TABLE committed(sha256 TEXT PRIMARY KEY, job TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE interchanges(key TEXT NOT NULL, sha256 TEXT NOT NULL, job TEXT NOT NULL);
CREATE INDEX interchanges_key ON interchanges(key);
CREATE TABLE requests(
    id INTEGER PRIMARY KEY, job TEXT NOT NULL, by TEXT NOT NULL, reason TEXT, asked_at TEXT NOT NULL, taken_job TEXT,
    records TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE facts(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE audit(seq INTEGER PRIMARY KEY, line TEXT NOT NULL);
"""

_JSON = frozenset({"rules", "interchanges"})
_PATHS = msgspec.json.Decoder(tuple[bytes, ...])
_COLUMNS = tuple(Job.__struct_fields__)
_OUTPUT_COLUMNS = tuple(Output.__struct_fields__)


class State:
    """One open state file. Not for two threads: each opens its own."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the state, and make it where it is not there. Raises OutputError when it cannot be used."""
        self.path = path
        try:
            self.connection = _connect(path, read_only=read_only)
            self._prepare(read_only=read_only)
        except (sqlite3.Error, OSError) as error:
            raise OutputError(f"{path}: the state cannot be opened ({error}); see [watch] state") from None

    def close(self) -> None:
        """Close it; what was not committed is gone."""
        self.connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside is on disk when the block ends, or nothing of it. Raises sqlite3.Error."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
            self._commit()
        except BaseException:
            if self.connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
            raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside is as of one moment, whatever others write meanwhile.

        Raises OutputError when the state cannot be read.
        """
        try:
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self.connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            todo = "if it is damaged, stop the daemon and restore a backup"
            raise OutputError(f"{self.path}: the state cannot be read ({error}); {todo}") from None

    def _commit(self) -> None:
        self.connection.execute("COMMIT")

    # Facts

    def fact(self, key: str) -> str | None:
        """One fact about the daemon, such as ``last_scan`` (when it ended) or ``intake_stopped`` (why)."""
        row = self.connection.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_facts(self, connection: sqlite3.Connection, **facts: str | None) -> None:
        """Set facts inside a transaction; None removes one."""
        for key, value in facts.items():
            if value is None:
                connection.execute("DELETE FROM facts WHERE key = ?", (key,))
            else:
                connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (key, value))

    def salt(self) -> bytes:
        """The secret with which control numbers and names are hashed; made with the state."""
        return bytes.fromhex(self.fact("salt") or "")

    # Jobs

    def add(self, connection: sqlite3.Connection, job: Job) -> None:
        """Insert a job inside a transaction."""
        marks = ", ".join("?" * len(_COLUMNS))
        values = [_stored(name, getattr(job, name)) for name in _COLUMNS]
        connection.execute(f"INSERT INTO jobs({', '.join(_COLUMNS)}) VALUES ({marks})", values)  # noqa: S608

    def change(self, connection: sqlite3.Connection, job: str, **columns: Any) -> None:
        """Set columns of a job inside a transaction."""
        unknown = columns.keys() - set(_COLUMNS)
        if unknown:
            raise KeyError(*unknown)
        sets = ", ".join(f"{name} = ?" for name in columns)
        values = [_stored(name, value) for name, value in columns.items()]
        connection.execute(f"UPDATE jobs SET {sets} WHERE id = ?", (*values, job))  # noqa: S608

    def forget(self, connection: sqlite3.Connection, job: str) -> None:
        """Remove a job that was never taken, inside a transaction: its file has left the inbox by itself."""
        connection.execute("DELETE FROM jobs WHERE id = ?", (job,))

    def job(self, job: str) -> Job | None:
        """The job of that id."""
        return next(self.jobs("id = ?", job), None)

    def jobs(self, where: str = "1", *values: object, order: str = "seen_at, id") -> Iterator[Job]:
        """Jobs that fit an SQL condition with ``?`` for the values, the earliest seen first."""
        query = f"SELECT {', '.join(_COLUMNS)} FROM jobs WHERE {where} ORDER BY {order}"  # noqa: S608
        for row in self.connection.execute(query, values):
            yield _job(row)

    def seen(self) -> list[Job]:
        """Inputs that wait in the inbox."""
        return list(self.jobs("state = 'seen' AND done_at IS NULL"))

    def unfinished(self) -> list[Job]:
        """Jobs that were begun and are not done; the earliest begun first."""
        begun = ", ".join(f"'{state}'" for state in JobState if state is not JobState.SEEN and state not in DONE)
        return list(self.jobs(f"done_at IS NULL AND state IN ({begun})", order="stable_at, seen_at, id"))

    def records_of(self, job: str) -> list[Job]:
        """The records files that came with a claims file."""
        return list(self.jobs("for_job = ?", job, order="name, id"))

    def kept(self, until: str, most: int) -> list[Job]:
        """Jobs that were done by then and whose taken file is still kept, the earliest done first."""
        return list(islice(self.jobs("kept = 1 AND done_at <= ?", until, order="done_at"), most))

    def last_records_with(self, sha256: str) -> list[Job]:
        """The records files that came with the claims of these bytes, the last time that any came."""
        query = """SELECT id FROM jobs AS claims WHERE sha256 = ? AND kind = 'claims'
                   AND EXISTS (SELECT 1 FROM jobs WHERE for_job = claims.id) ORDER BY stable_at DESC, id DESC LIMIT 1"""
        row = self.connection.execute(query, (sha256,)).fetchone()
        return [] if row is None else self.records_of(row[0])

    def named(self, name: bytes) -> list[Job]:
        """Every job of that input name, the latest first."""
        return list(self.jobs("name = ?", name, order="seen_at DESC, id DESC"))

    def counts(self) -> dict[tuple[str, str, str | None], int]:
        """How many jobs there are by (kind, state, outcome)."""
        query = "SELECT kind, state, outcome, COUNT(*) FROM jobs GROUP BY kind, state, outcome"
        return {(kind, state, outcome): count for kind, state, outcome, count in self.connection.execute(query)}

    def claims_done(self) -> dict[str, int]:
        """How many claims of inputs that are done were sent and held."""
        query = "SELECT SUM(claims_sent), SUM(claims_held) FROM jobs WHERE done_at IS NOT NULL"
        sent, held = self.connection.execute(query).fetchone()
        return {"sent": sent or 0, "held": held or 0}

    # Outputs

    def outputs(self, job: str) -> list[Output]:
        """What a job writes."""
        query = f"SELECT {', '.join(_OUTPUT_COLUMNS)} FROM outputs WHERE job = ? ORDER BY kind"  # noqa: S608
        rows = self.connection.execute(query, (job,))
        return [Output(**{**dict(zip(_OUTPUT_COLUMNS, row, strict=True)), "published": bool(row[-1])}) for row in rows]

    def set_outputs(self, connection: sqlite3.Connection, job: str, outputs: list[Output]) -> None:
        """Put ``outputs`` in place of what was noted for the job, inside a transaction."""
        connection.execute("DELETE FROM outputs WHERE job = ?", (job,))
        marks = ", ".join("?" * len(_OUTPUT_COLUMNS))
        rows = [tuple(getattr(output, name) for name in _OUTPUT_COLUMNS) for output in outputs]
        connection.executemany(f"INSERT INTO outputs VALUES ({marks})", rows)  # noqa: S608 - only question marks

    # What went out

    def committed_job(self, sha256: str) -> str | None:
        """The job that committed an input of these bytes first."""
        row = self.connection.execute("SELECT job FROM committed WHERE sha256 = ?", (sha256,)).fetchone()
        return None if row is None else str(row[0])

    def interchanges_of(self, key: str) -> list[tuple[str, str]]:
        """(sha256, job) of each interchange of this key that went out."""
        return self.connection.execute("SELECT sha256, job FROM interchanges WHERE key = ?", (key,)).fetchall()

    # Requests

    def ask_rerun(self, job: str, by: str, reason: str | None, at: str, records: Sequence[bytes] = ()) -> int:
        """Note that somebody asked to do a job again; returns the number of the request. Raises sqlite3.Error."""
        with self.transaction() as connection:
            row = connection.execute(
                "INSERT INTO requests(job, by, reason, asked_at, records) VALUES (?, ?, ?, ?, ?)",
                (job, by, reason, at, msgspec.json.encode(records).decode()),
            )
            return int(row.lastrowid or 0)

    def open_requests(self) -> list[RerunRequest]:
        """Requests that no job was made for yet, the earliest first."""
        names = RerunRequest.__struct_fields__
        query = f"SELECT {', '.join(names)} FROM requests WHERE taken_job IS NULL ORDER BY id"  # noqa: S608
        rows = [dict(zip(names, row, strict=True)) for row in self.connection.execute(query)]
        return [RerunRequest(**row | {"records": _PATHS.decode(row["records"])}) for row in rows]

    def take_request(self, connection: sqlite3.Connection, request: int, job: str) -> None:
        """Note inside a transaction which job was made for a request."""
        connection.execute("UPDATE requests SET taken_job = ? WHERE id = ?", (job, request))

    def _prepare(self, *, read_only: bool) -> None:
        version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise OutputError(f"{self.path}: the state was written by a newer version of the scrubber; use that one")
        if version == 0:
            if read_only:
                raise OutputError(f"{self.path}: this is no state of the daemon, or it has never run")
            with self.transaction() as connection:
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                self.set_facts(connection, salt=secrets.token_hex(32))
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    if read_only:
        address = f"{path.absolute().as_uri()}?mode=ro"
        return sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
    # Made here, since SQLite would make it readable for the group; its side files take the mode over.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _stored(name: str, value: object) -> object:
    return msgspec.json.encode(value).decode() if name in _JSON else value


def _job(row: tuple[Any, ...]) -> Job:
    values = dict(zip(_COLUMNS, row, strict=True))
    values["state"] = JobState(values["state"])
    values["kept"], values["records_unread"] = bool(values["kept"]), bool(values["records_unread"])
    values["rules"] = msgspec.json.decode(values["rules"])
    values["interchanges"] = tuple((key, digest) for key, digest in msgspec.json.decode(values["interchanges"]))
    return Job(**values)
