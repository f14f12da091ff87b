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
WHAT_TO_DO = (
    "Export the records again, and have the claims scrubbed again with them (scrubber watch rerun --records). "
    "Where all claims are held, both may be put into the inbox again as well."
)


def records_paths(bench: Bench, job: Job) -> list[Path]:
    """The records files that came with the claims.

    A rerun that none were given for takes those that came the last time that any came with the same bytes, wherever
    they are now: what has gone since holds the claims, for without it they would go out unchecked.
    """
    own = bench.state.records_of(job.id)
    if own or job.rerun_of is None:
        return [bench.copy_path(each) for each in own]
    earlier = bench.state.last_records_with(job.sha256 or "")
    return [_place(bench, each) for each in earlier]


def _place(bench: Bench, records: Job) -> Path:
    if records.archive_name is not None:
        return path_in(bench.folders.archive, records.archive_name)
    return path_in(bench.folders.failed, records.failed_name or records.name)


def note_unreadable(bench: Bench, connection: sqlite3.Connection, claims: Job, paths: Iterable[str]) -> None:
    """Note inside a transaction which records will go to failed.

    One of ``[records] paths`` becomes a job of its own. One of an earlier job stays where it is.
    """
    companions = {bench.copy_path(each): each for each in bench.state.records_of(claims.id)}
    for path in (Path(text) for text in paths):
        companion = companions.get(path)
        if companion is not None and companion.why is None:
            bench.state.change(connection, companion.id, why=UNREADABLE, what_to_do=WHAT_TO_DO)
        elif companion is None and str(path) in bench.listed() and path.is_file():
            _fail_listed(bench, connection, claims, path)


def _fail_listed(bench: Bench, connection: sqlite3.Connection, claims: Job, path: Path) -> None:
    if any(bench.state.jobs("source = ? AND done_at IS NULL", os.fsencode(path))):
        return
    name = os.fsencode(path.name)
    stamp = bench.listed()[str(path)]
    job = note_failing(
        bench, connection, path, name, kind="records", why=UNREADABLE, what_to_do=WHAT_TO_DO, stamp=stamp
    )
    bench.audit.decide(connection, "records-failed", job.id, kind="records", of=claims.id)
