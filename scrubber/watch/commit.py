"""SCRUBBED -> COMMITTED: one transaction, after which there is only forward."""

from __future__ import annotations

import os
import sqlite3

from scrubber.watch import disk
from scrubber.watch.bench import Bench
from scrubber.watch.folders import path_in
from scrubber.watch.job import Job, JobState, Outcome, Output
from scrubber.watch.scrub_copy import duplicate


def commit(bench: Bench, job: Job) -> Job:
    """Decide that the outputs go out, and remember the bytes. Raises OSError when the folders cannot be looked into.

    Back to CLAIMED, to be scrubbed again, when an output has gone or another job sent one of the interchanges since;
    a duplicate when another job committed these bytes since.
    """
    outputs = bench.state.outputs(job.id)
    if not all(_is_whole(bench, output) for output in outputs):
        return bench.change(job, state=JobState.CLAIMED)
    if not job.is_rerun:
        earlier = bench.state.committed_job(job.sha256 or "")
        if earlier is not None:
            return duplicate(bench, job, earlier)
        if any(bench.state.interchanges_of(key) for key, _ in job.interchanges):
            return bench.change(job, state=JobState.CLAIMED)
    with bench.state.transaction() as connection:
        _remember(bench, connection, job, outputs)
    return bench.again(job)


def _remember(bench: Bench, connection: sqlite3.Connection, job: Job, outputs: list[Output]) -> None:
    now, outcome = bench.stamp(), outcome_of(job)
    if not (outcome == "held" and job.records_unread):  # else it may come again, with records that can be read
        connection.execute("INSERT OR IGNORE INTO committed VALUES (?, ?, ?)", (job.sha256, job.id, now))
    rows = [(key, digest, job.id) for key, digest in job.interchanges]
    connection.executemany("INSERT INTO interchanges VALUES (?, ?, ?)", rows)
    bench.state.change(connection, job.id, state=JobState.COMMITTED, outcome=outcome, committed_at=now)
    bench.audit.decide(
        connection,
        outcome,
        job.id,
        sha256=job.sha256,
        claims=job.claims,
        claims_sent=job.claims_sent,
        claims_held=job.claims_held,
        rules=job.rules,
        outputs={output.kind: output.sha256 for output in outputs},
    )


def outcome_of(job: Job) -> Outcome:
    """What became of the claims of a scrubbed job."""
    if not job.claims_held:
        return "sent"
    return "part" if job.claims_sent else "held"


def _is_whole(bench: Bench, output: Output) -> bool:
    path = path_in(bench.folders.of(output.folder), output.temporary)
    return disk.is_there(path) and os.lstat(path).st_size == output.bytes
