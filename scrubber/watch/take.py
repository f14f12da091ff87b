"""STABLE and CLAIMED: a file of the inbox becomes ours by one rename, and then a copy that nobody else can write to.

Claims and the records files that came with them are taken together or not at all.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from typing import NamedTuple

from scrubber.log import new_job
from scrubber.watch import disk
from scrubber.watch.bench import Bench
from scrubber.watch.folders import path_in
from scrubber.watch.job import Job, JobState, Kind
from scrubber.watch.names import candidates, stem_of, suffix_of, temporary
from scrubber.watch.scan import Entry

_UNREADABLE = frozenset({errno.EACCES, errno.EPERM, errno.ENOENT, errno.ELOOP, errno.EINVAL})


UNOPENED = "the file cannot be opened"
AGAIN = (
    "Give the scrubber leave to read it, or export it again; then have its claims scrubbed again with it "
    "(scrubber watch rerun --records)."
)


class UnreadableSourceError(Exception):
    """The file itself cannot be opened; the text says why, in the words of the system."""


class Doom(NamedTuple):
    """Why a file is taken only to fail. ``ta1`` is the note code of the TA1 that goes with it, if any."""

    why: str
    what_to_do: str
    ta1: str | None = None


def intend(
    bench: Bench,
    entry: Entry,
    kind: Kind = "claims",
    records: Sequence[Entry] = (),
    marker: bytes | None = None,
    doom: Doom | None = None,
) -> Job:
    """SEEN -> STABLE: write down that these files will be taken, before anything is done to them."""
    with bench.state.transaction() as connection:
        claims = _stable(bench, entry, kind)
        why, what_to_do, ta1 = doom or (None, None, None)
        bench.state.change(connection, claims.id, marker=marker, why=why, what_to_do=what_to_do, ta1=ta1)
        for each in records:
            companion = _stable(bench, each, "records")
            bench.state.change(connection, companion.id, for_job=claims.id)
    return bench.again(claims)


def _stable(bench: Bench, entry: Entry, kind: Kind) -> Job:
    connection, now = bench.state.connection, bench.stamp()
    seen = next(bench.state.jobs("name = ? AND state = 'seen'", entry.name), None)
    job = seen or Job(id=new_job(), kind=kind, name=entry.name, state=JobState.SEEN, seen_at=now)
    if seen is None:
        bench.state.add(connection, job)
    bench.state.change(
        connection,
        job.id,
        kind=kind,
        state=JobState.STABLE,
        reason=None,
        stable_at=now,
        device=entry.device,
        inode=entry.inode,
        bytes=entry.size,
        mtime_ns=entry.mtime_ns,
    )
    return job


def claim(bench: Bench, job: Job) -> Job | None:
    """STABLE -> CLAIMED: rename into the private folder. None when the files are no longer what was judged.

    Raises OSError when the disk refuses.
    """
    group = [job, *bench.state.records_of(job.id)]
    if not all(_rename(bench, each) for each in group):
        put_back(bench, job)
        return None
    disk.sync_folder(bench.folders.taken)
    disk.sync_folder(bench.folders.inbox)
    with bench.state.transaction() as connection:
        for each in group:
            bench.state.change(connection, each.id, state=JobState.CLAIMED, claimed_at=bench.stamp())
    return bench.again(job)


def _rename(bench: Bench, job: Job) -> bool:
    """Whether the very file that was judged is in the private folder now."""
    source, target = path_in(bench.folders.inbox, job.name), bench.folders.taken_file(job.id)
    if not disk.is_there(target):
        try:
            if not _is_as_judged(os.lstat(source), job):
                return False
            disk.make_folder(bench.folders.taken)
            disk.rename_new(source, target)
        except FileNotFoundError:  # the sender took it back
            return False
    return _is_as_judged(os.lstat(target), job)


def _is_as_judged(found: os.stat_result, job: Job) -> bool:
    return stat.S_ISREG(found.st_mode) and (found.st_ino, found.st_size, found.st_mtime_ns) == (
        job.inode,
        job.bytes,
        job.mtime_ns,
    )


def put_back(bench: Bench, job: Job) -> None:
    """Undo a taking: every file of the job goes back to the inbox under its name, or beside what has come there since.

    Nothing was decided yet, so that the jobs are forgotten; the next scans judge the files anew.
    """
    group = [job, *bench.state.records_of(job.id)]
    if job.state != JobState.STABLE:  # else a restart would not find a claimed file that is in the inbox again
        with bench.state.transaction() as connection:
            for each in group:
                bench.state.change(connection, each.id, state=JobState.STABLE, claimed_at=None)
    for each in group:
        drop_copy(bench, each)
        taken = bench.folders.taken_file(each.id)
        if disk.is_there(taken):
            _return_to_inbox(bench, each)
    with bench.state.transaction() as connection:
        for each in group:
            bench.state.forget(connection, each.id)


def _return_to_inbox(bench: Bench, job: Job) -> None:
    taken = bench.folders.taken_file(job.id)
    for name in candidates(stem_of(job.name), suffix_of(job.name), job.id.removeprefix("job-")):
        try:
            disk.rename_new(taken, path_in(bench.folders.inbox, name))
        except FileExistsError:
            continue
        break
    disk.sync_folder(bench.folders.inbox)
    disk.sync_folder(bench.folders.taken)


def copy_in(bench: Bench, job: Job) -> Job | None:
    """CLAIMED, first half: copy everything of the job to files of our own, and note their hashes.

    None when a file changed after it was judged: it is back in the inbox. A records file that cannot be opened holds
    its claims, and fails when they are done. Raises UnreadableSourceError when the claims cannot be opened, OSError
    when the disk refuses.
    """
    group = [each for each in (job, *bench.state.records_of(job.id)) if each.sha256 is None]
    copies: list[tuple[Job, disk.Copied]] = []
    unreadable: list[tuple[Job, str]] = []
    for each in group:
        try:
            copied = _copy(bench, each)
        except UnreadableSourceError as error:
            if each is job:
                raise
            unreadable.append((each, str(error)))
            continue
        if copied is None:
            put_back(bench, job)
            return None
        copies.append((each, copied))
    disk.sync_folder(bench.folders.copies)
    drop_marker(bench, job)
    with bench.state.transaction() as connection:
        for each, why in unreadable:
            bench.state.change(connection, each.id, why=f"{UNOPENED} ({why})", what_to_do=AGAIN)
        for each, copied in copies:
            bench.state.change(connection, each.id, sha256=copied.sha256, bytes=copied.bytes)
            about = {"of": each.for_job} if each.for_job else {}
            bench.audit.decide(
                connection, "taken", each.id, kind=each.kind, sha256=copied.sha256, bytes=copied.bytes, **about
            )
    return bench.again(job)


def _copy(bench: Bench, job: Job) -> disk.Copied | None:
    """Our own copy, synced; None when what was copied is not what was judged.

    A taken file that is not there says nothing about itself: its mount is missing, and others may be done meanwhile.
    """
    drop_copy(bench, job)
    copy, source = bench.copy_path(job), bench.source_path(job)
    disk.make_folder(copy.parent)
    try:
        os.close(disk.open_regular(source))
    except OSError as error:
        if error.errno == errno.ENOENT and job.source is None:
            raise OSError(errno.ESTALE, "the taken file is not there", str(source)) from None
        if error.errno not in _UNREADABLE:
            raise
        raise UnreadableSourceError(error.strerror) from None
    copied = disk.copy_new(source, copy, bench.meanwhile)
    if job.source is None and (copied.bytes != job.bytes or not _is_as_judged(os.lstat(source), job)):
        return None
    if copy.parent != bench.folders.copies:
        disk.sync_folder(copy.parent)
    return copied


def copy_again(bench: Bench, job: Job) -> None:
    """Make our own copy anew when it was lost. Raises FileNotFoundError when its source is not what it was either."""
    copy, source = bench.copy_path(job), bench.source_path(job)
    if not disk.is_there(source) or disk.digest_of(source, bench.meanwhile).sha256 != job.sha256:
        raise FileNotFoundError(errno.ENOENT, "neither the copy nor the original is there", str(copy))
    disk.make_folder(copy.parent)
    part = bench.folders.copies / temporary(job.id, "original")
    disk.remove(part)
    disk.copy_new(source, part, bench.meanwhile)
    disk.rename_new(part, copy)


def drop_copy(bench: Bench, job: Job) -> None:
    """Remove our own copy, if there is one."""
    copy = bench.copy_path(job)
    disk.remove(copy)
    if copy.parent != bench.folders.copies:
        disk.remove_folder(copy.parent)


def drop_marker(bench: Bench, job: Job) -> None:
    """The .done file has said what it had to say; a later file of that name needs one of its own.

    To be done before the state says that the file was copied: else a restart would leave it there.
    """
    if job.marker is not None and bench.settings.watch.done_companion:
        disk.remove(path_in(bench.folders.inbox, job.marker))
