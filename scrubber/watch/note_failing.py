"""Inputs that fail where they are found, without ever having been taken as a whole."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from scrubber.log import new_job
from scrubber.watch.bench import Bench
from scrubber.watch.disk import Copied
from scrubber.watch.job import Job, JobState, Kind
from scrubber.watch.listed_records import Stamp
from scrubber.watch.locks import LOCK
from scrubber.watch.names import TA1, WHY, free_name, shown, stem_of, suffix_of

ORPHAN = "it was found in the private folder, and the state knows nothing of it (another state, or a lost one)"
ORPHAN_TO_DO = (
    "See in the archive and the outbox whether it went out before; if it did not, put it into the inbox again."
)


def note_failing(
    bench: Bench,
    connection: sqlite3.Connection,
    source: Path,
    name: bytes,
    *,
    kind: Kind,
    why: str,
    what_to_do: str,
    state: JobState = JobState.CLAIMED,
    found: Copied | None = None,
    stamp: Stamp | None = None,
) -> Job:
    """Make a job, inside a transaction, that moves the file at ``source`` to failed. ``found`` is its hash if known.

    With a ``stamp`` it is moved only as long as it is as it was then.
    """
    identity, now = new_job(), bench.stamp()
    digest = found.sha256 if found else identity.removeprefix("job-")
    job = Job(
        id=identity,
        kind=kind,
        name=name,
        state=JobState.FAILING,
        outcome="failed",
        reason=state,
        why=why,
        what_to_do=what_to_do,
        sha256=found.sha256 if found else None,
        bytes=found.bytes if found else stamp.size if stamp else None,
        source=os.fsencode(source),
        device=stamp.device if stamp else None,
        inode=stamp.inode if stamp else None,
        mtime_ns=stamp.mtime_ns if stamp else None,
        seen_at=now,
        stable_at=now,
        failed_name=free_name(bench.folders.failed, stem_of(name), suffix_of(name), digest, (WHY, TA1)),
    )
    bench.state.add(connection, job)
    return job


def fail_orphans(bench: Bench) -> None:
    """What stands in the private folder without a job is an input that a lost state knew: it fails, in sight.

    What stands there after its job was done, because the inbox was away meanwhile, is kept, and then looked at as
    every other. Raises OSError or sqlite3.Error.
    """
    for path in sorted(bench.folders.taken.iterdir()):
        if path.name.startswith("."):  # ours, or what a network mount keeps of a removed file that is still open
            continue
        job = bench.state.job(shown(os.fsencode(path.name)))
        if job is not None and job.is_done and job.sha256 is not None and not job.kept:
            bench.change(job, kept=True)
        known = job is not None and (not job.is_done or job.sha256 is not None)
        if known or path.name == LOCK or path.is_symlink() or not path.is_file():
            continue
        if any(bench.state.jobs("source = ? AND done_at IS NULL", os.fsencode(path))):
            continue
        name = os.fsencode(path.name + ".837")
        with bench.state.transaction() as connection:
            job = note_failing(bench, connection, path, name, kind="claims", why=ORPHAN, what_to_do=ORPHAN_TO_DO)
            bench.audit.decide(connection, "failed", job.id, kind="claims")
        bench.alarm("failed", job)
