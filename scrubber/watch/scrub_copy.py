"""CLAIMED, second half: decide whether the bytes went out before; if not, have the worker write every output.

Outputs are written under temporary names in the folders that they will be published in. Nothing can be seen yet.
"""

from __future__ import annotations

import os

from scrubber.watch import disk
from scrubber.watch.bench import Bench
from scrubber.watch.fail import fail
from scrubber.watch.folders import path_in
from scrubber.watch.job import Job, JobState, Output
from scrubber.watch.messages import Died, DiskTrouble, Place, Refused, Request, Result
from scrubber.watch.names import free_name, shown, stem_of, suffix_of, temporary
from scrubber.watch.places import PLACES, remove_temporaries
from scrubber.watch.records import note_unreadable, records_paths
from scrubber.watch.take import copy_again

MOST_ATTEMPTS = 5
"""Scrubs that may be begun for one input: more means that it brings the daemon itself down."""


class WorkerDiskError(OSError):
    """The worker met an error of the disk; the daemon goes by its number as by one of its own."""


def duplicate(bench: Bench, job: Job, of: str) -> Job:
    """-> PUBLISHED: these bytes went through before, so that nothing is written."""
    with bench.state.transaction() as connection:
        bench.state.change(
            connection,
            job.id,
            state=JobState.PUBLISHED,
            outcome="duplicate",
            duplicate_of=of,
            archive_name=job.archive_name or archive_name(bench, job),
        )
        bench.audit.decide(connection, "duplicate", job.id, sha256=job.sha256, of=of)
    return bench.again(job)


def scrub_copy(bench: Bench, job: Job) -> Job:
    """CLAIMED -> SCRUBBED, or FAILING. Raises OSError when the disk refuses, also for the worker."""
    remove_temporaries(bench, job)
    if job.attempts >= MOST_ATTEMPTS:
        return fail(
            bench,
            job,
            f"the daemon ended {job.attempts} times while it scrubbed this file",
            "Please report this. Scrub the file by hand (scrubber scrub) to see what happens.",
        )
    for each in (job, *bench.state.records_of(job.id)):
        if each.sha256 is not None and not disk.is_there(bench.copy_path(each)):
            copy_again(bench, each)
    name = job.archive_name or archive_name(bench, job)
    job = bench.change(job, attempts=job.attempts + 1, archive_name=name)
    request = _request(bench, job)
    result = bench.worker.run(request, bench.meanwhile, bench.settings.watch.scan_seconds)
    if isinstance(result, Result):
        return _scrubbed(bench, job, request, result)
    if isinstance(result, DiskTrouble):
        bench.change(job, attempts=job.attempts - 1)  # it says nothing about the file
        raise WorkerDiskError(result.errno, os.strerror(result.errno), result.folder)
    if isinstance(result, Refused):
        return fail(bench, job, result.why, "Put it right where it was made, and put it into the inbox again.")
    return _died(bench, job, result if isinstance(result, Died) else Died("it answered what was not asked"))


def _died(bench: Bench, job: Job, died: Died) -> Job:
    bench.alarm("worker-died", job)
    return fail(
        bench,
        job,
        f"the worker that scrubbed it ended ({died.how})",
        "Divide it, or raise worker-megabytes or worker-seconds in [watch]. If it is not large, please report this.",
    )


def archive_name(bench: Bench, job: Job) -> bytes:
    """Where the original will be in the archive: "DATE/NAME", not taken yet. That of a rerun is there already."""
    original = bench.state.job(job.rerun_of) if job.rerun_of else None
    if original is not None and original.archive_name is not None:
        return original.archive_name
    day = bench.today().isoformat()
    name = free_name(bench.folders.archive / day, stem_of(job.name), suffix_of(job.name), job.sha256 or job.id[4:])
    return day.encode() + b"/" + name


def _request(bench: Bench, job: Job) -> Request:
    places = {}
    for kind, (key, ending) in PLACES.items():
        folder = bench.folders.of(key)
        name = free_name(folder, stem_of(job.name), ending or suffix_of(job.name), job.sha256 or "")
        places[kind] = Place(folder=str(folder), temporary=temporary(job.id, kind), name=os.fsdecode(name))
    return Request(
        job=job.id,
        source=str(bench.copy_path(job)),
        input_name=shown(job.name),
        records=tuple(str(path) for path in records_paths(bench, job)),
        places=places,
        archive_path=str(path_in(bench.folders.archive, job.archive_name or b"")),
        rerun=job.is_rerun,
        today=bench.given_today,
        listed=bench.listed(),
    )


def _scrubbed(bench: Bench, job: Job, request: Request, result: Result) -> Job:
    outputs = [
        Output(
            job=job.id,
            kind=written.kind,
            folder=PLACES[written.kind][0],
            temporary=os.fsencode(request.places[written.kind].temporary),
            name=os.fsencode(request.places[written.kind].name),
            sha256=written.sha256,
            bytes=written.bytes,
        )
        for written in result.written
    ]
    for folder in {output.folder for output in outputs}:
        disk.sync_folder(bench.folders.of(folder))  # a committed output whose name is lost would count as published
    with bench.state.transaction() as connection:
        bench.state.set_outputs(connection, job.id, outputs)
        bench.state.change(
            connection,
            job.id,
            state=JobState.SCRUBBED,
            claims=result.claims,
            claims_sent=result.claims_sent,
            claims_held=result.claims_held,
            rules=result.rules,
            interchanges=result.interchanges,
            records_unread=bool(result.unreadable_records) or any(each.why for each in bench.state.records_of(job.id)),
        )
        note_unreadable(bench, connection, job, result.unreadable_records)
    return bench.again(job)
