"""FAILING -> FAILED: the original goes to failed, with the reason beside it, and with a TA1 where one is due."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import msgspec

from scrubber.acknowledgments.ta1 import for_interchange
from scrubber.errors import UnreadableInputError
from scrubber.watch import disk
from scrubber.watch.bench import Bench
from scrubber.watch.complete import Incomplete, judge
from scrubber.watch.folders import path_in
from scrubber.watch.job import Job, JobState
from scrubber.watch.names import REFUSED_NAME, TA1, WHY, free_name, shown, stem_of, suffix_of, temporary
from scrubber.watch.places import remove_temporaries
from scrubber.watch.settle import holds, settle_taken
from scrubber.watch.take import drop_copy

CLAIMS_FAILED = "the claims file that it came with failed"
BOTH_AGAIN = "Put it into the inbox again together with its claims."


class Why(msgspec.Struct, frozen=True):
    """why.json. ``bytes`` is the size; ``sha256`` is null for a file that could not be read. ``at`` is UTC, ``state``
    how far it had come."""

    job: str
    name: str
    sha256: str | None
    bytes: int | None
    why: str
    what_to_do: str
    at: str
    state: str


def fail(bench: Bench, job: Job, why: str, what_to_do: str) -> Job:
    """-> FAILING: decide that the job cannot be done, and where it will be. Never after COMMITTED."""
    if job.state in (JobState.COMMITTED, JobState.PUBLISHED):
        raise ValueError(f"{job.id} is committed and can only go forward")
    with bench.state.transaction() as connection:
        bench.state.change(
            connection,
            job.id,
            state=JobState.FAILING,
            outcome="failed",
            reason=job.state,
            why=why,
            what_to_do=what_to_do,
            failed_name=_free_name(bench, job),
        )
        known = {"sha256": job.sha256, "bytes": job.bytes} if job.sha256 else {}
        decision = "records-failed" if job.kind == "records" else "failed"
        bench.audit.decide(connection, decision, job.id, kind=job.kind, **known)
    failing = bench.again(job)
    bench.alarm(_alarm(failing), failing)
    return failing


def _alarm(job: Job) -> str:
    if job.kind == "records":
        return "records-failed"
    return "incomplete" if job.ta1 is not None else "failed"


def move_to_failed(bench: Bench, job: Job) -> Job:
    """Write the reason, then move the original beside it; outputs that were begun go. Raises OSError."""
    if job.attempts:
        remove_temporaries(bench, job)
    plain = False
    while True:
        try:
            if _write_why(bench, job) and _write_ta1(bench, job) and _move_original(bench, job):
                break
        except OSError as error:
            if plain or error.errno not in REFUSED_NAME:
                raise
            plain = True
        job = bench.change(job, failed_name=_free_name(bench, job, plain=plain))
    disk.sync_folder(bench.folders.failed)
    kept = settle_taken(bench, job)
    for companion in bench.state.records_of(job.id):
        if companion.state != JobState.FAILING and not companion.is_done:
            fail(bench, companion, companion.why or CLAIMS_FAILED, companion.what_to_do or BOTH_AGAIN)
    return bench.change(job, state=JobState.FAILED, done_at=bench.stamp(), kept=kept)


def _free_name(bench: Bench, job: Job, *, plain: bool = False) -> bytes:
    digest = job.sha256 or job.id.removeprefix("job-")
    return free_name(bench.folders.failed, stem_of(job.name), suffix_of(job.name), digest, (WHY, TA1), plain=plain)


def _target(bench: Bench, job: Job, ending: bytes = b"") -> Path:
    return path_in(bench.folders.failed, (job.failed_name or b"") + ending)


def _write_why(bench: Bench, job: Job) -> bool:
    """Whether the reason stands; not when something else has the name."""
    target = _target(bench, job, WHY)
    if disk.is_there(target):
        return _is_own(target, job)
    why = Why(
        job.id,
        shown(job.name),
        job.sha256,
        job.bytes,
        job.why or "",
        job.what_to_do or "",
        bench.stamp(),
        job.reason or "",
    )
    return _write(bench, job, "why", msgspec.json.format(msgspec.json.encode(why), indent=2) + b"\n", target)


def _is_own(path: Path, job: Job) -> bool:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Why).job == job.id
    except (OSError, msgspec.DecodeError):
        return False


def _write_ta1(bench: Bench, job: Job) -> bool:
    copy = bench.copy_path(job)
    if job.ta1 is None or not disk.is_there(copy):
        return True
    verdict = judge(os.fsencode(copy), job.bytes or 0, bench.settings.max_bytes, bench.meanwhile)
    if not (isinstance(verdict, Incomplete) and verdict.header):
        return True
    target = _target(bench, job, TA1)
    if disk.is_there(target):  # of this job: its reason was there before
        return True
    try:
        data = for_interchange(verdict.header, job.ta1, bench.today())
    except UnreadableInputError:  # an ISA that nobody could be answered by
        return True
    return _write(bench, job, "ta1", data, target)


def _write(bench: Bench, job: Job, kind: str, data: bytes, target: Path) -> bool:
    part = bench.folders.failed / temporary(job.id, kind)
    disk.remove(part)
    disk.write_new(part, [data])
    return _rename(part, target)


def _rename(source: Path, target: Path) -> bool:
    try:
        disk.rename_new(source, target)
    except FileExistsError:
        return False
    return True


def _move_original(bench: Bench, job: Job) -> bool:
    """Whether the original is in failed now: our copy of it where one was made, else the file itself."""
    copy, source, target = bench.copy_path(job), bench.source_path(job), _target(bench, job)
    if job.sha256 is None:
        drop_copy(bench, job)  # nobody noted that it is whole
    is_moved = disk.is_there(copy)
    if is_moved and not _move(bench, job, copy, target):
        return False
    if copy.parent != bench.folders.copies:
        disk.remove_folder(copy.parent)
    if is_moved or job.is_rerun or not disk.is_there(source) or not _is_ours(job, source):
        return True
    if job.sha256 is not None and job.source is None and holds(bench, job):
        return True
    try:
        return _move(bench, job, source, target)
    except OSError as error:
        if job.source is None or error.errno not in (errno.EACCES, errno.EPERM):
            raise
        return True  # a records file in a folder of somebody else: it stays there, the reason stands in failed


def _is_ours(job: Job, source: Path) -> bool:
    """Whether the file may be moved away: not one that somebody named for a rerun, and one of ``[records] paths`` only
    as long as it is the very file that could not be read."""
    if job.source is None or job.inode is None:
        return job.source is None or job.for_job is None
    try:
        found = source.stat()
    except FileNotFoundError:
        return False
    return (found.st_ino, found.st_size, found.st_mtime_ns) == (job.inode, job.bytes, job.mtime_ns)


def _move(bench: Bench, job: Job, source: Path, target: Path) -> bool:
    """Rename, or copy and unlink where failed is on another file system."""
    try:
        if _rename(source, target):
            return True
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        part = bench.folders.failed / temporary(job.id, "original")
        disk.remove(part)
        disk.copy_new(source, part, bench.meanwhile)
        if _rename(part, target):
            disk.sync_folder(bench.folders.failed)
            disk.remove(source)
            return True
        disk.remove(part)
    if disk.digest_of(target, bench.meanwhile) == disk.digest_of(source, bench.meanwhile):
        disk.remove(source)  # it was copied before a restart
        return True
    return False
