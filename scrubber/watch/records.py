"""The records files of a job: where the worker finds them, and what becomes of one that cannot be read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from scrubber.watch.bench import Bench
from scrubber.watch.folders import path_in
from scrubber.watch.job import Job
from scrubber.watch.note_failing import note_failing

UNREADABLE = "the treatment records in it cannot be read; the report of its claims says where"
WHAT_TO_DO = "Export the records again, and have the claims scrubbed again with them (scrubber watch rerun)."


def records_paths(bench: Bench, job: Job) -> list[Path]:
    """The records files that came with the claims; for a rerun those of the job that is done again."""
    if job.rerun_of is None:
        return [bench.copy_path(each) for each in bench.state.records_of(job.id)]
    archived = (each.archive_name for each in bench.state.records_of(job.rerun_of))
    return [path_in(bench.folders.archive, name) for name in archived if name is not None]


def note_unreadable(bench: Bench, connection: sqlite3.Connection, claims: Job, paths: Iterable[str]) -> None:
    """Note inside a transaction which records will go to failed.

    One of ``[records] paths`` becomes a job of its own. One in our archive stays there: it came with an earlier job.
    """
    companions = {bench.copy_path(each): each for each in bench.state.records_of(claims.id)}
    for path in (Path(text) for text in paths):
        companion = companions.get(path)
        if companion is not None:
            bench.state.change(connection, companion.id, why=UNREADABLE, what_to_do=WHAT_TO_DO)
        elif not path.is_relative_to(bench.folders.archive):
            _fail_listed(bench, connection, claims, path)


def _fail_listed(bench: Bench, connection: sqlite3.Connection, claims: Job, path: Path) -> None:
    if any(bench.state.jobs("source = ? AND done_at IS NULL", os.fsencode(path))):
        return
    name = os.fsencode(path.name)
    job = note_failing(bench, connection, path, name, kind="records", why=UNREADABLE, what_to_do=WHAT_TO_DO)
    bench.audit.decide(connection, "records-failed", job.id, kind="records", of=claims.id)
