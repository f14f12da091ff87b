"""What becomes of the file in the private folder when our copy of it has its place.

It goes only when it still holds the bytes of the copy. Whatever a writer added or changed after it was taken is an
input of its own, and fails: nothing is lost, and nothing of it is sent unseen.
"""

from __future__ import annotations

import os

from scrubber.watch import disk
from scrubber.watch.bench import Bench
from scrubber.watch.job import Job
from scrubber.watch.note_failing import note_failing

CHANGED = "bytes were added or changed after it had been taken and while it was worked on; none of these were sent"
COMPARE = "Compare it with the archived original; put what is new into the inbox under a name of its own."


def settle_taken(bench: Bench, job: Job) -> None:
    """Remove the taken file, or note that it is an input of its own that fails. Raises OSError."""
    taken = bench.folders.taken_file(job.id)
    if job.source is not None or job.sha256 is None or not disk.is_there(taken):
        return
    found = disk.digest_of(taken)
    if found.sha256 == job.sha256:
        disk.remove(taken)
        disk.sync_folder(bench.folders.taken)
    elif not any(bench.state.jobs("source = ?", os.fsencode(taken))):
        _note_changed(bench, job, found)


def _note_changed(bench: Bench, job: Job, found: disk.Copied) -> None:
    taken = bench.folders.taken_file(job.id)
    with bench.state.transaction() as connection:
        changed = note_failing(
            bench,
            connection,
            taken,
            job.name,
            kind=job.kind,
            why=CHANGED,
            what_to_do=COMPARE,
            state=job.state,
            found=found,
        )
        facts = {"of": job.id, "sha256": found.sha256, "bytes": found.bytes}
        bench.audit.decide(connection, "changed-after-taken", changed.id, **facts)
    bench.alarm("changed-after-taken", changed)
