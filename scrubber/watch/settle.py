"""What becomes of the file in the private folder when our copy of it has its place.

A sender may hold it open and go on writing for as long as it likes. So it is kept for a while after its job is done,
and goes only when it still holds the bytes of the copy and the copy is where it belongs. Whatever was added or changed
after it was taken is an input of its own, and fails: none of it is sent unseen.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from scrubber.watch import disk
from scrubber.watch.bench import Bench
from scrubber.watch.clock import stamp
from scrubber.watch.folders import path_in
from scrubber.watch.job import Job, JobState
from scrubber.watch.note_failing import note_failing

CHANGED = "bytes were added or changed after it had been taken; none of these were sent"
COMPARE = "Compare it with the archived original; put what is new into the inbox under a name of its own."
NOT_ARCHIVED = "it was done, and its original is not in the archive any more"
ARCHIVE_IT = "Find out where the archive is; put this file there if it is lost."
MOST_AT_ONCE = 500
"""Kept files that are looked at before the inbox is looked at again."""


def settle_taken(bench: Bench, job: Job) -> bool:
    """Whether the taken file is to be kept now that its job ends; what was written to is noted as an input that fails.

    Raises OSError.
    """
    taken = bench.folders.taken_file(job.id)
    if job.source is not None or job.sha256 is None or not disk.is_there(taken):
        return False
    if _has_stayed(taken, job):
        return True
    if any(bench.state.jobs("source = ?", os.fsencode(taken))):
        return False
    found = disk.digest_of(taken, bench.meanwhile)
    if found.sha256 == job.sha256:
        return True
    _note(bench, job, found, CHANGED, COMPARE)
    return False


def let_go(bench: Bench) -> bool:
    """Remove taken files that were kept for ``incomplete-minutes`` and have stayed as they were; whether there may be
    more. Raises OSError or sqlite3.Error.
    """
    until = stamp(bench.clock.now() - timedelta(minutes=bench.settings.watch.incomplete_minutes))
    jobs = bench.state.kept(until, MOST_AT_ONCE)
    if not jobs:
        return False
    for job in jobs:
        _let_go(bench, job)
    disk.sync_folder(bench.folders.taken)
    with bench.state.transaction() as connection:
        for job in jobs:
            bench.state.change(connection, job.id, kept=False)
    return len(jobs) == MOST_AT_ONCE


def _let_go(bench: Bench, job: Job) -> None:
    taken = bench.folders.taken_file(job.id)
    if not disk.is_there(taken) or any(bench.state.jobs("source = ? AND done_at IS NULL", os.fsencode(taken))):
        return
    found = disk.digest_of(taken, bench.meanwhile)
    if found.sha256 != job.sha256:
        _note(bench, job, found, CHANGED, COMPARE)
    elif job.state == JobState.ARCHIVED and not holds(bench, job):
        _note(bench, job, found, NOT_ARCHIVED, ARCHIVE_IT)
    else:  # whoever mends a file takes it out of failed
        disk.remove(taken)


def holds(bench: Bench, job: Job) -> bool:
    """Whether the original is where its job says, in the archive or in failed, with its own bytes. Raises OSError."""
    name = job.failed_name if job.outcome == "failed" else job.archive_name
    folder = bench.folders.failed if job.outcome == "failed" else bench.folders.archive
    place = path_in(folder, name or b"?")
    return disk.is_there(place) and disk.digest_of(place, bench.meanwhile) == (job.sha256, job.bytes)


def _has_stayed(taken: Path, job: Job) -> bool:
    """Whether size and time of change are those that it was taken with: then it need not be read before ``let_go``."""
    found = os.lstat(taken)
    return (found.st_ino, found.st_size, found.st_mtime_ns) == (job.inode, job.bytes, job.mtime_ns)


def _note(bench: Bench, job: Job, found: disk.Copied, why: str, what_to_do: str) -> None:
    taken = bench.folders.taken_file(job.id)
    with bench.state.transaction() as connection:
        changed = note_failing(
            bench,
            connection,
            taken,
            job.name,
            kind=job.kind,
            why=why,
            what_to_do=what_to_do,
            state=job.state,
            found=found,
        )
        facts = {"of": job.id, "sha256": found.sha256, "bytes": found.bytes}
        bench.audit.decide(connection, "changed-after-taken", changed.id, **facts)
        bench.state.change(connection, job.id, kept=False)
    bench.alarm("changed-after-taken", changed)
