"""The audit log: chained in the caller's transaction, completed after a crash, proof against every kind of change."""

import gzip
import json
import os
import sqlite3
import stat
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.errors import OutputError
from scrubber.watch import disk
from scrubber.watch.audit_log import AuditLog, place_for, read_key
from scrubber.watch.audit_proof import Head, files_of, head_in, prove
from scrubber.watch.clock import Clock
from scrubber.watch.state import State

JOB = "job-0123456789abcdef"
DIGEST = "ab" * 32


class StillClock(Clock):
    def now(self):
        return datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path / "watch.db")
    yield state
    state.close()


def log_of(state):
    folder = state.path.parent
    return AuditLog(state.connection, folder / "audit.key", folder / "audit.jsonl", StillClock())


def decide(state, log, count):
    for number in range(count):
        with state.transaction() as connection:
            log.decide(connection, "taken", JOB, sha256=DIGEST, bytes=number)


def proof(state, log, **more):
    key = read_key(state.path.parent / "audit.key")
    return prove(key, files_of(log.file), head=head_in(state), **more)


def test_what_was_decided_is_in_the_file_and_proved(state):
    log = log_of(state)
    decide(state, log, 3)
    with state.transaction() as connection:
        log.decide(
            connection, "part", JOB, claims=3, claims_sent=2, claims_held=1, rules={"U101": 1}, outputs={"held": DIGEST}
        )
    log.flush()

    assert log.file.read_bytes().count(b"\n") == 4
    assert stat.S_IMODE(log.file.stat().st_mode) == 0o600
    assert stat.S_IMODE((state.path.parent / "audit.key").stat().st_mode) == 0o600
    assert state.connection.execute("SELECT COUNT(*) FROM audit").fetchone() == (0,)
    found = proof(state, log)
    assert (found.lines, found.first, found.last, found.faults) == (4, 1, 4, ())


def test_a_line_of_a_transaction_that_did_not_commit_never_was(state):
    log = log_of(state)
    decide(state, log, 1)
    with pytest.raises(ValueError):
        _decide_and_fail(state, log)
    decide(state, log, 1)
    log.flush()

    assert proof(state, log).last == 2
    assert not proof(state, log).faults


def _decide_and_fail(state, log):
    with state.transaction() as connection:
        log.decide(connection, "sent", JOB)
        raise ValueError


def test_lines_that_wait_for_the_file_are_part_of_the_log(state):
    log = log_of(state)
    decide(state, log, 2)
    log.flush()
    decide(state, log, 2)

    found = proof(state, log)
    assert (found.lines, found.last, found.waiting, found.faults) == (4, 4, 2, ())


def test_it_goes_on_after_a_restart(state):
    for _ in range(3):
        log = log_of(state)
        decide(state, log, 2)
        log.flush()
    assert proof(state, log).last == 6
    assert not proof(state, log).faults


def test_more_lines_than_one_batch(state):
    log = log_of(state)
    with state.transaction() as connection:
        for _ in range(1234):
            log.decide(connection, "taken", JOB)
    log.flush()
    assert (proof(state, log).last, proof(state, log).faults) == (1234, ())


def test_wherever_a_write_was_cut_short_it_is_completed(state, tmp_path):
    log = log_of(state)
    decide(state, log, 2)
    log.flush()
    written = log.file.read_bytes()
    decide(state, log, 3)
    lines = b"".join(line.encode() + b"\n" for (line,) in state.connection.execute("SELECT line FROM audit"))

    for size in range(len(lines) + 1):
        for padding in (b"", b"\0" * 7):
            log.file.write_bytes(written + lines[:size] + padding)
            offset, data = place_for(log.file, lines)
            disk.write_end(log.file, offset, data)
            assert log.file.read_bytes() == written + lines

    log.file.write_bytes(written + lines[: len(lines) // 2])
    log.flush()
    assert log.file.read_bytes() == written + lines
    assert not proof(state, log).faults


def test_a_file_that_cannot_be_written_loses_no_line(state):
    log = log_of(state)
    decide(state, log, 1)
    log.file.mkdir()
    with pytest.raises(OSError):
        log.flush()
    log.file.rmdir()
    decide(state, log, 1)
    log.flush()
    assert (proof(state, log).last, proof(state, log).faults) == (2, ())


def test_a_failed_sync_is_written_anew(state, monkeypatch):
    log = log_of(state)
    decide(state, log, 2)
    real, synced, written = os.fsync, [], []
    real_write = os.write

    def failing(handle):
        synced.append(handle)
        if len(synced) == 1:
            raise OSError(5, "Input/output error")
        real(handle)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError):
        log.flush()
    monkeypatch.setattr(os, "write", lambda handle, data: written.append(len(data)) or real_write(handle, data))
    log.flush()

    assert written == [log.file.stat().st_size]  # all of it again, not only what was missing
    assert not proof(state, log).faults


def test_what_it_does_not_know_it_does_not_take(state):
    log = log_of(state)
    with state.transaction() as connection:
        for decision, job, facts in [
            ("looked", JOB, {}),
            ("taken", "claims.837", {}),
            ("taken", JOB, {"name": "claims.837"}),
            ("taken", JOB, {"sha256": "QUILLFEATHER"}),
            ("taken", JOB, {"rules": {"QUILLFEATHER": 1}}),
            ("taken", JOB, {"outputs": {"held": "DORA"}}),
            ("taken", JOB, {"bytes": True}),
        ]:
            with pytest.raises(ValueError):
                log.decide(connection, decision, job, **facts)


def test_a_lost_key_stops_it_and_says_what_to_do(state):
    log = log_of(state)
    decide(state, log, 1)
    (state.path.parent / "audit.key").unlink()
    with pytest.raises(OutputError, match="audit-log begin"):
        log_of(state)


def test_a_key_that_was_cut_short_before_anything_was_sealed_is_made_anew(state):
    (state.path.parent / "audit.key").write_bytes(b"ab")
    log = log_of(state)
    decide(state, log, 1)
    log.flush()
    assert not proof(state, log).faults


def test_rotated_files_are_one_log(state):
    log = log_of(state)
    folder = log.file.parent
    for name in ("audit.jsonl.3.gz", "audit-20260101.jsonl", "audit.jsonl-20260201", "audit.jsonl.1", None):
        decide(state, log, 3)
        log.flush()
        if name and name.endswith(".gz"):
            (folder / name).write_bytes(gzip.compress(log.file.read_bytes()))
            log.file.unlink()
        elif name:
            log.file.rename(folder / name)
    assert len(files_of(log.file)) == 5
    found = proof(state, log)
    assert (found.lines, found.first, found.last, found.faults) == (15, 1, 15, ())

    (folder / "audit.jsonl.3.gz").unlink()
    assert [fault.what for fault in proof(state, log).faults] == ["before it line numbers 1 to 3 are missing"]
    assert not proof(state, log, first=4).faults

    only = prove(read_key(folder / "audit.key"), [folder / "audit-20260101.jsonl"], first=4, last=6, head=None)
    assert (only.lines, only.faults) == (3, ())
    alone = prove(read_key(folder / "audit.key"), [folder / "audit-20260101.jsonl"], first=4, head=None)
    assert "--last" in alone.faults[0].what


# Tampering: a log of eight lines, as bytes, and what is found when something was done to it.

LINES = 8


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    state = State(folder / "watch.db")
    log = log_of(state)
    decide(state, log, LINES)
    log.flush()
    head = head_in(state)
    state.close()
    return read_key(folder / "audit.key"), log.file.read_bytes(), head, folder / "tampered.jsonl"


def faults(written, lines, head=None):
    key, _, known, file = written
    file.write_bytes(lines if isinstance(lines, bytes) else b"".join(lines))
    return [(fault.line, fault.what) for fault in prove(key, [file], head=head or known).faults]


def split(written):
    return written[1].splitlines(keepends=True)


def test_untouched(written):
    assert faults(written, split(written)) == []


@pytest.mark.parametrize("at", range(LINES))
def test_a_removed_line_is_named(written, at):
    lines = split(written)
    del lines[at]
    if at == LINES - 1:
        assert faults(written, lines) == [(0, "cut off at the end: line number 8 is missing")]
    else:
        assert faults(written, lines) == [(at + 1, f"before it line number {at + 1} is missing")]


@pytest.mark.parametrize("at", range(LINES))
def test_a_changed_line_is_named(written, at):
    lines = split(written)
    lines[at] = lines[at].replace(b'"taken"', b'"stopped"')
    assert faults(written, lines) == [(at + 1, f"changed, or no line of this log (line number {at + 1} is expected)")]


def test_a_line_sealed_with_another_key_is_named(written, tmp_path):
    state = State(tmp_path / "watch.db")
    log = log_of(state)
    decide(state, log, LINES)
    log.flush()
    other = log.file.read_bytes().splitlines(keepends=True)
    state.close()
    lines = split(written)
    lines[3] = other[3]
    assert [line for line, _ in faults(written, lines)] == [4]


def test_moved_doubled_and_inserted_lines_are_named(written):
    lines = split(written)
    swapped = [*lines[:2], lines[3], lines[2], *lines[4:]]
    assert faults(written, swapped) == [
        (3, "before it line number 3 is missing"),
        (4, "line number 3 stands twice or out of order"),
    ]
    assert faults(written, [*lines[:3], lines[2], *lines[3:]]) == [(4, "line number 3 stands twice or out of order")]
    inserted = faults(written, [*lines[:3], b"{}\n", *lines[3:]])
    assert inserted == [(4, "changed, or no line of this log (line number 4 is expected)")]


@pytest.mark.parametrize("left", range(LINES))
def test_whole_lines_cut_off_at_the_end_are_missed(written, left):
    (fault,) = faults(written, split(written)[:left])
    assert fault[1].startswith("cut off at the end: line number")


def test_a_log_that_was_continued_from_an_older_state_is_named(written, tmp_path):
    """As when a backup of the state was put back: the same key, the same numbers, other lines."""
    key, data, _, _ = written
    (tmp_path / "audit.key").write_bytes(key.hex().encode())
    state = State(tmp_path / "watch.db")
    log = log_of(state)
    with state.transaction() as connection:
        for _ in range(LINES + 1):
            log.decide(connection, "stopped")
    (last,) = state.connection.execute("SELECT line FROM audit WHERE seq = 9").fetchone()
    state.close()
    assert faults(written, data + last.encode() + b"\n") == [
        (9, "line number 9 follows another line than the one before it")
    ]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_byte_can_be_changed_taken_out_or_put_in_unseen(written, data):
    whole = written[1]
    at = data.draw(st.integers(0, len(whole) - 1))
    how = data.draw(st.sampled_from(["change", "remove", "insert", "cut"]))
    if how == "change":
        byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
        tampered = whole[:at] + bytes([byte]) + whole[at + 1 :]
    elif how == "remove":
        tampered = whole[:at] + whole[at + data.draw(st.integers(1, 400)) :]
    elif how == "insert":
        tampered = whole[:at] + data.draw(st.binary(min_size=1, max_size=40)) + whole[at:]
    else:
        tampered = whole[:at]
    if tampered == whole:
        return
    found = faults(written, tampered)
    assert found
    first = whole[:at].count(b"\n") + 1
    assert found[0][0] in (first, first + 1, 0)  # the line it begins in, the one that misses it, or the end


@settings(max_examples=200, deadline=None)
@given(st.permutations(range(LINES)))
def test_no_order_but_the_right_one_passes(written, order):
    lines = split(written)
    assert bool(faults(written, [lines[at] for at in order])) is (list(order) != list(range(LINES)))


def test_a_half_line_that_is_being_written_is_no_fault(written):
    _, _, head, _ = written
    lines = split(written)
    waiting = Head(head.n, head.mac, (lines[-1].rstrip(b"\n"),))
    assert faults(written, b"".join(lines[:-1]) + lines[-1][:50], waiting) == []
    before = Head(head.n - 1, json.loads(lines[-2])["mac"])
    assert faults(written, b"".join(lines[:-1]) + lines[-1][:50], before) == []
    assert faults(written, b"".join(lines[:-1]) + lines[-1][:50]) == [
        (8, "cut off in the middle (line number 8 is expected)")
    ]


def test_the_state_alone_can_be_read_while_the_daemon_writes(state):
    log = log_of(state)
    decide(state, log, 1)
    reader = State(state.path, read_only=True)
    with state.transaction() as connection:
        log.decide(connection, "sent", JOB)
        assert head_in(reader).n == 1
    assert head_in(reader).n == 2
    with pytest.raises(sqlite3.OperationalError):
        reader.connection.execute("DELETE FROM audit")
    reader.close()
