"""Inputs that fail where they are found, without ever having been taken as a whole."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from scrubber.log import new_job
from scrubber.watch.bench import Bench
from scrubber.watch.disk import Copied
from scrubber.watch.job import Job, JobState, Kind
from scrubber.watch.locks import LOCK
from scrubber.watch.names import TA1, WHY, free_name, stem_of, suffix_of

PRIVATE = ".scrubber-"
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
) -> Job:
    """Make a job, inside a transaction, that moves the file at ``source`` to failed. ``found`` is its hash if known."""
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
        bytes=found.bytes if found else None,
        source=os.fsencode(source),
        seen_at=now,
        stable_at=now,
        failed_name=free_name(bench.folders.failed, stem_of(name), suffix_of(name), digest, (WHY, TA1)),
    )
    bench.state.add(connection, job)
    return job


def fail_orphans(bench: Bench) -> None:
    """What stands in the private folder without a job is an input that a lost state knew: it fails, in sight.

    Raises OSError or sqlite3.Error.
    """
    for path in sorted(bench.folders.taken.iterdir()):
        known = bench.state.job(path.name) or any(bench.state.jobs("source = ?", os.fsencode(path)))
        ours = path.name == LOCK or path.name.startswith(PRIVATE)
        if known or ours or path.is_symlink() or not path.is_file():
            continue
        name = os.fsencode(path.name + ".837")
        with bench.state.transaction() as connection:
            job = note_failing(bench, connection, path, name, kind="claims", why=ORPHAN, what_to_do=ORPHAN_TO_DO)
            bench.audit.decide(connection, "failed", job.id, kind="claims")
        bench.alarm("failed", job)
