"""PUBLISHED -> ARCHIVED: our copy becomes the archived original, and what we took from the inbox goes."""

from __future__ import annotations

from scrubber.watch import disk
from scrubber.watch.bench import Bench
from scrubber.watch.fail import fail
from scrubber.watch.folders import path_in
from scrubber.watch.job import Job, JobState, Outcome
from scrubber.watch.names import free_name, is_refusal, stem_of, suffix_of
from scrubber.watch.places import remove_temporaries
from scrubber.watch.scrub_copy import archive_name
from scrubber.watch.settle import holds, settle_taken
from scrubber.watch.take import copy_again


def archive(bench: Bench, job: Job) -> Job:
    """The last step of a job that did not fail, and of its records files. Raises OSError."""
    if job.outcome == "duplicate":  # of a job that was scrubbed before another committed the same bytes
        remove_temporaries(bench, job)
    job = _keep_copy(bench, job)
    kept = settle_taken(bench, job)
    for companion in bench.state.records_of(job.id):
        if companion.is_done or companion.state == JobState.FAILING:
            continue
        if companion.why is not None:
            fail(bench, companion, companion.why, companion.what_to_do or "")
        else:
            _archive_records(bench, companion, "duplicate" if job.outcome == "duplicate" else "used")
    return bench.change(job, state=JobState.ARCHIVED, done_at=bench.stamp(), kept=kept)


def _archive_records(bench: Bench, job: Job, outcome: Outcome) -> None:
    if job.archive_name is None:
        job = bench.change(job, archive_name=archive_name(bench, job))
    job = _keep_copy(bench, job)
    kept = settle_taken(bench, job)
    with bench.state.transaction() as connection:
        bench.state.change(
            connection, job.id, state=JobState.ARCHIVED, outcome=outcome, done_at=bench.stamp(), kept=kept
        )
        bench.audit.decide(connection, outcome, job.id, kind="records", of=job.for_job, sha256=job.sha256)


def _keep_copy(bench: Bench, job: Job) -> Job:
    """Rename our copy to its place in the archive; a rerun's original is there already.

    Where our copy is gone and the archive has none, a new one is made of the taken file. Raises FileNotFoundError when
    the original is nowhere: then a folder or a mount is missing.
    """
    copy = bench.copy_path(job)
    if not disk.is_there(copy) and not holds(bench, job):
        copy_again(bench, job)
    plain = False
    while disk.is_there(copy):
        target = path_in(bench.folders.archive, job.archive_name or b"")
        disk.make_folder(target.parent)
        if job.is_rerun and disk.is_there(target) and disk.digest_of(target, bench.meanwhile).sha256 == job.sha256:
            disk.remove(copy)
            break
        try:
            disk.rename_new(copy, target)
        except OSError as error:
            refused = is_refusal(error)
            if not isinstance(error, FileExistsError) and (plain or not refused):
                raise
            plain = plain or refused
            day = (job.archive_name or b"").partition(b"/")[0]
            name = free_name(target.parent, stem_of(job.name), suffix_of(job.name), job.sha256 or "", plain=plain)
            job = bench.change(job, archive_name=day + b"/" + name)
    if job.archive_name is not None:
        disk.sync_folder(path_in(bench.folders.archive, job.archive_name).parent)
    if copy.parent != bench.folders.copies:
        disk.remove_folder(copy.parent)
    return job
