"""SEEN: what the state says of inputs that wait in the inbox, and which of them have waited long enough to fail."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from scrubber.log import new_job
from scrubber.watch.bench import Bench
from scrubber.watch.companions import is_records
from scrubber.watch.job import Job, JobState
from scrubber.watch.scan import NO_CLAIMS, UNREADABLE, Entry, Waiting
from scrubber.watch.take import Doom

MOST_CHANGES = 5000
"""Rows that are written after one scan: a burst is written down over several."""


class _Before(NamedTuple):
    """How an input was, and how long it had waited, when this process began."""

    look: tuple[int | None, ...]
    seconds: float
    unchanged_seconds: float


class Seen:
    """The rows of inputs in the inbox. Rows that did not change are not written again."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._rows = {job.name: job for job in bench.state.seen()}
        now = bench.clock.now()
        self._before = {
            job.name: _Before(_look(job), _seconds(job.seen_at, now), _seconds(job.stable_at, now))
            for job in self._rows.values()
        }

    def note(self, waiting: list[Waiting]) -> None:
        """Write down what waits and why, and forget what has left the inbox by itself. Raises sqlite3.Error."""
        there = {each.entry.name for each in waiting}
        gone = [job for name, job in self._rows.items() if name not in there]
        changed = [each for each in waiting if self._differs(each)][:MOST_CHANGES]
        if not gone and not changed:
            return
        state = self._bench.state
        with state.transaction() as connection:
            for job in gone:
                connection.execute("DELETE FROM jobs WHERE id = ? AND state = 'seen'", (job.id,))
            rows = [self._row(each) for each in changed]
            for row in rows:
                if row.name in self._rows:
                    columns = {key: getattr(row, key) for key in ("reason", "stable_at", *_LOOK)}
                    state.change(connection, row.id, **columns)
                else:
                    state.add(connection, row)
        for job in gone:
            del self._rows[job.name]
            self._before.pop(job.name, None)
        self._rows.update((row.name, row) for row in rows)

    def taken(self, name: bytes) -> None:
        """The input is on its way and no longer waits."""
        self._rows.pop(name, None)
        self._before.pop(name, None)

    def with_earlier(self, waiting: list[Waiting]) -> list[Waiting]:
        """The same, with the time that each had waited before this process began: it is taken from the wall clock once,
        so that setting that clock later changes nothing."""
        return [self._with_earlier(each) for each in waiting] if self._before else waiting

    def _with_earlier(self, each: Waiting) -> Waiting:
        before = self._before.get(each.entry.name)
        if before is None:
            return each
        same = before.look == _look_of(each.entry)
        unchanged = each.unchanged_seconds + (before.unchanged_seconds if same else 0.0)
        return each._replace(seconds=each.seconds + before.seconds, unchanged_seconds=unchanged)

    def _differs(self, waiting: Waiting) -> bool:
        row = self._rows.get(waiting.entry.name)
        return row is None or row.reason != waiting.reason or _look(row) != _look_of(waiting.entry)

    def _row(self, waiting: Waiting) -> Job:
        entry, now = waiting.entry, self._bench.stamp()
        row = self._rows.get(entry.name)
        same = row is not None and _look(row) == _look_of(entry)
        return Job(
            id=row.id if row else new_job(),
            kind="records" if is_records(entry.name) else "claims",
            name=entry.name,
            state=JobState.SEEN,
            reason=waiting.reason,
            seen_at=row.seen_at if row else now,
            stable_at=row.stable_at if row and same else now,
            device=entry.device,
            inode=entry.inode,
            bytes=entry.size,
            mtime_ns=entry.mtime_ns,
        )


def doom_of(waiting: Waiting, minutes: float) -> Doom | None:
    """Why an input is given up that has not changed for so long; None where it goes on waiting.

    What is no regular file stays where it is: it is not ours to move a folder or a link. So does what cannot even be
    looked at.
    """
    if waiting.entry.fault or waiting.unchanged_seconds < minutes * 60:
        return None
    since = f"and nothing came for {minutes:g} minutes"
    if waiting.incomplete is not None:
        code = waiting.incomplete.code if waiting.incomplete.header else None
        return Doom(f"{waiting.incomplete.reason}, {since}", "Send the whole file again.", code)
    if waiting.reason == NO_CLAIMS:
        return Doom(f"{NO_CLAIMS}, {since}", "Put it into the inbox again together with its claims.")
    if waiting.reason.startswith(UNREADABLE):
        return Doom(waiting.reason, "Give the scrubber leave to read it, and put it into the inbox again.")
    return None


def _seconds(moment: str | None, now: datetime) -> float:
    return max(0.0, (now - datetime.fromisoformat(moment)).total_seconds()) if moment else 0.0


_LOOK = ("device", "inode", "bytes", "mtime_ns")


def _look(row: Job) -> tuple[int | None, ...]:
    return row.device, row.inode, row.bytes, row.mtime_ns


def _look_of(entry: Entry) -> tuple[int | None, ...]:
    return entry.device, entry.inode, entry.size, entry.mtime_ns
