"""The state file: what was committed is there, what was not is not."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scrubber.errors import OutputError
from scrubber.watch.job import Job, JobState, Output
from scrubber.watch.state import State

JOB = Job(
    id="job-0123456789abcdef",
    kind="claims",
    name=b"\xff\n-.837",
    state=JobState.SCRUBBED,
    sha256="ab" * 32,
    bytes=12,
    rules={"U101": 2},
    interchanges=(("k", "s"),),
    archive_name=b"2026-11-22/\xff",
)


def test_a_job_comes_back_as_it_was(tmp_path: Path) -> None:
    output = Output(
        job=JOB.id, kind="held", folder="held", temporary=b".t", name=b"\xff.held.837", sha256="cd" * 32, bytes=3
    )
    with closing(State(tmp_path / "s.db")) as state, state.transaction() as connection:
        state.add(connection, JOB)
        state.set_outputs(connection, JOB.id, [output])
    with closing(State(tmp_path / "s.db", read_only=True)) as state:
        assert state.job(JOB.id) == JOB
        assert state.outputs(JOB.id) == [output]
        assert state.unfinished() == [JOB]
        assert state.named(JOB.name) == [JOB]
        assert len(state.salt()) == 32


def test_what_failed_inside_a_transaction_was_never_there(tmp_path: Path) -> None:
    with closing(State(tmp_path / "s.db")) as state:
        with pytest.raises(sqlite3.IntegrityError), state.transaction() as connection:
            [state.add(connection, JOB) for _ in range(2)]
        assert state.job(JOB.id) is None
        with state.transaction() as connection:
            state.add(connection, JOB)
        assert state.job(JOB.id) is not None


def test_it_is_durable_and_private(tmp_path: Path) -> None:
    with closing(State(tmp_path / "s.db")) as state:
        assert state.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert state.connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_state_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(OutputError, match="newer version"):
        State(tmp_path / "s.db")


def test_what_is_no_state_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_bytes(b"this is no database, and long enough to be looked at" * 100)
    with pytest.raises(OutputError, match=r"s\.db: the state cannot be opened"):
        State(tmp_path / "s.db")
    with pytest.raises(OutputError, match="cannot be opened"):
        State(tmp_path / "nowhere" / "s.db", read_only=True)
