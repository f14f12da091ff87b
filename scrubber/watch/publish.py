"""COMMITTED -> PUBLISHED: give each output its name, the outbox last, and never take a name that is taken.

A name that the folder's file system cannot hold becomes a plain one.

Whether an output was published before a restart is told by the disk, not by memory: its temporary name is there, or it
is not. What is gone from both names was fetched by whoever the outbox is for.
"""

from __future__ import annotations

import errno
import os

from scrubber.findings.journal import CORRECTED
from scrubber.watch import disk
from scrubber.watch.bench import Bench
from scrubber.watch.folders import path_in
from scrubber.watch.job import Job, JobState, Output
from scrubber.watch.messages import DiskTrouble, Enter, Entered
from scrubber.watch.names import free_name, is_refusal, stem_of, suffix_of
from scrubber.watch.places import PLACES
from scrubber.watch.scrub_copy import WorkerDiskError


def publish(bench: Bench, job: Job) -> Job:
    """Rename every output that still has its temporary name, and sync the folders. Raises OSError."""
    outputs = {output.kind: output for output in bench.state.outputs(job.id)}
    ordered = [outputs[kind] for kind in PLACES if kind in outputs]
    if CORRECTED in outputs:
        _enter(bench, job, outputs[CORRECTED])
    for key in dict.fromkeys(output.folder for output in ordered):
        for output in ordered:
            if output.folder == key:
                _publish(bench, job, output)
        disk.sync_folder(bench.folders.of(key))
    with bench.state.transaction() as connection:
        connection.execute("UPDATE outputs SET published = 1 WHERE job = ?", (job.id,))
        bench.state.change(connection, job.id, state=JobState.PUBLISHED)
    return bench.again(job)


def _enter(bench: Bench, job: Job, corrected: Output) -> None:
    """Have what goes out entered into the ledger, where one is kept.

    Just before it goes: afterwards the receiver may have taken it. It has been committed, so that it will go out.
    """
    file = path_in(bench.folders.of(corrected.folder), corrected.temporary)
    if bench.settings.watch.ledger is None or not disk.is_there(file):
        return
    request = Enter(corrected=os.fsdecode(file), source_sha256=job.sha256 or "", today=bench.given_today)
    answer = bench.worker.run(request, bench.meanwhile, bench.settings.watch.scan_seconds)
    if isinstance(answer, DiskTrouble):
        raise WorkerDiskError(answer.errno, os.strerror(answer.errno), answer.folder)
    if not isinstance(answer, Entered):
        raise WorkerDiskError(errno.EIO, os.strerror(errno.EIO), "ledger")


def _publish(bench: Bench, job: Job, output: Output) -> None:
    folder = bench.folders.of(output.folder)
    source = path_in(folder, output.temporary)
    plain = False
    while disk.is_there(source):
        try:
            disk.rename_new(source, path_in(folder, output.name))
        except FileExistsError:
            output = _renamed(bench, job, output, plain=plain)
        except OSError as error:
            if plain or not is_refusal(error):
                raise
            plain = True
            output = _renamed(bench, job, output, plain=plain)
        else:
            return


def _renamed(bench: Bench, job: Job, output: Output, *, plain: bool) -> Output:
    """The output with a name that is free; written down before it is used, so that the state can be asked for it."""
    folder = bench.folders.of(output.folder)
    ending = PLACES[output.kind][1] or suffix_of(job.name)
    name = free_name(folder, stem_of(job.name), ending, job.sha256 or "", plain=plain)
    with bench.state.transaction() as connection:
        connection.execute("UPDATE outputs SET name = ? WHERE job = ? AND kind = ?", (name, job.id, output.kind))
    return next(each for each in bench.state.outputs(job.id) if each.kind == output.kind)
