"""The next step of a job, by its state. Every step can be begun again after a restart."""

from __future__ import annotations

from scrubber.watch.archive import archive
from scrubber.watch.bench import Bench
from scrubber.watch.commit import commit
from scrubber.watch.fail import fail, move_to_failed
from scrubber.watch.job import Job, JobState
from scrubber.watch.publish import publish
from scrubber.watch.scrub_copy import duplicate, scrub_copy
from scrubber.watch.take import UNOPENED, UnreadableSourceError, claim, copy_in, drop_marker


def advance(bench: Bench, job: Job) -> Job | None:
    """Take one step; the job as it is then, or None when its file is back in the inbox.

    Raises OSError or sqlite3.Error when the disk refuses; the job is where it was then, and the step can be done again.
    """
    match job.state:
        case JobState.STABLE:
            return claim(bench, job)
        case JobState.CLAIMED if job.sha256 is None:
            return _copy(bench, job)
        case JobState.CLAIMED:
            return _decide(bench, job)
        case JobState.SCRUBBED:
            return commit(bench, job)
        case JobState.COMMITTED:
            return publish(bench, job)
        case JobState.PUBLISHED:
            return archive(bench, job)
        case JobState.FAILING:
            return move_to_failed(bench, job)
        case _:
            return job


def _copy(bench: Bench, job: Job) -> Job | None:
    if job.why is not None and (job.bytes or 0) > bench.settings.max_bytes:
        drop_marker(bench, job)
        return fail(bench, job, job.why, job.what_to_do or "")  # too large even to be copied
    try:
        return copy_in(bench, job)
    except UnreadableSourceError as error:
        drop_marker(bench, job)
        return fail(
            bench,
            job,
            f"{UNOPENED} ({error})",
            "Give the scrubber leave to read it, and put it into the inbox again.",
        )


def _decide(bench: Bench, job: Job) -> Job:
    """What to do with a job whose bytes are known."""
    if job.why is not None:
        return fail(bench, job, job.why, job.what_to_do or "")
    if job.rerun_of is not None:
        original = bench.state.job(job.rerun_of)
        if original is not None and original.sha256 not in (None, job.sha256):
            return fail(
                bench,
                job,
                "the archived original is not what it was: its hash differs",
                "Find out who changed the archive; restore the original from a backup.",
            )
        return scrub_copy(bench, job)
    earlier = bench.state.committed_job(job.sha256 or "")
    return duplicate(bench, job, earlier) if earlier else scrub_copy(bench, job)
