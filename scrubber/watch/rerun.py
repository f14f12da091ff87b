"""Doing a finished job again because somebody asked: the only way in which the same bytes go out twice."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from scrubber.errors import OutputError, RecordsError, SettingsError, UnreadableInputError
from scrubber.log import new_job
from scrubber.settings.settings import Watch
from scrubber.watch import disk
from scrubber.watch.bench import Bench
from scrubber.watch.companions import is_records
from scrubber.watch.folders import Folders, path_in
from scrubber.watch.job import Job, JobState, RerunRequest
from scrubber.watch.names import shown
from scrubber.watch.state import State

_JOB = re.compile("job-[0-9a-f]{16}")
LONGEST_BY = 200
"""Characters; the audit log takes no more."""


def job_to_repeat(state: State, wanted: str) -> Job:
    """The finished claims job that a job id or an input's name means; of several with one name the latest.

    Raises UnreadableInputError, with what to do, when there is none, or when the name means different contents.
    """
    by_id = state.job(wanted) if _JOB.fullmatch(wanted) else None
    found = [by_id] if by_id else [job for job in state.named(os.fsencode(wanted)) if job.kind == "claims"]
    found = [job for job in found if job.kind == "claims" and job.is_done]
    if not found:
        raise UnreadableInputError(
            f"{_text(wanted)}: no finished job has this id or input name; see scrubber watch status"
        )
    if len({job.sha256 for job in found}) > 1:
        ids = ", ".join(f"{job.id} ({(job.done_at or '')[:16]}Z, {job.outcome})" for job in found[:10])
        raise UnreadableInputError(f"{_text(wanted)}: several inputs had this name; name the job: {ids}")
    return found[0]


def ask(watch: Watch, wanted: str, *, by: str, reason: str | None, at: str, records: Sequence[Path] = ()) -> Job:
    """Write down that a finished job shall be done again, with these ``records`` in place of those that came with it
    before; returns that job.

    Raises UnreadableInputError for a job that is not known or whose original is gone, RecordsError for records that are
    no records file, OutputError when there is no state, SettingsError when nobody is named.
    """
    by, reason = _text(by), reason and _text(reason)
    for path in records:
        if not path.is_file():
            raise RecordsError(f"{_text(str(path))}: there is no such file")
        if not is_records(os.fsencode(path.name)):
            raise RecordsError(f"{_text(str(path))}: expected a file of treatment records (.csv, .jsonl or .ndjson)")
    if not by.strip() or len(by) > LONGEST_BY:
        raise SettingsError(f"--by: expected who asks, in {LONGEST_BY} characters at most")
    if not watch.state.exists():
        raise OutputError(f"{watch.state}: there is no state of a daemon here; name the settings with --settings")
    with contextlib.closing(State(watch.state)) as state:
        job = job_to_repeat(state, wanted)
        original = original_of(Folders(watch), job)
        if original is None or not disk.is_there(Path(os.fsdecode(original))):
            raise UnreadableInputError(f"{_text(wanted)}: its original is not in the archive any more")
        state.ask_rerun(job.id, by.strip(), reason, at, [os.fsencode(path.resolve()) for path in records])
    return job


def _text(argument: str) -> str:
    """What stands on the command line as valid UTF-8."""
    return shown(os.fsencode(argument))


def original_of(folders: Folders, job: Job) -> bytes | None:
    """Where the original of a finished job is: in the archive or in failed."""
    if job.archive_name is not None:
        return os.fsencode(path_in(folders.archive, job.archive_name))
    if job.failed_name is not None:
        return os.fsencode(path_in(folders.failed, job.failed_name))
    return None


def begin_rerun(bench: Bench, request: RerunRequest) -> Job:
    """Make a job of a request, with the archived original in place of a taken file."""
    again = bench.state.job(request.job)
    if again is None:
        raise LookupError(request.job)
    now = bench.stamp()
    job = Job(
        id=new_job(),
        kind="claims",
        name=again.name,
        state=JobState.CLAIMED,
        source=original_of(bench.folders, again),
        seen_at=now,
        stable_at=now,
        claimed_at=now,
        rerun_of=again.id,
        rerun_by=request.by,
        rerun_reason=request.reason,
    )
    with bench.state.transaction() as connection:
        bench.state.add(connection, job)
        for path in request.records:
            bench.state.add(connection, _given(job, path))
        bench.state.take_request(connection, request.id, job.id)
        bench.audit.decide(connection, "rerun-asked", job.id, of=again.id, by=request.by)
    return job


def _given(claims: Job, path: bytes) -> Job:
    """A records file that was named for a rerun: copied and archived as one that came with the claims, and left where
    it is."""
    return Job(
        id=new_job(),
        kind="records",
        name=os.fsencode(Path(os.fsdecode(path)).name),
        state=JobState.CLAIMED,
        source=path,
        seen_at=claims.seen_at,
        stable_at=claims.stable_at,
        claimed_at=claims.claimed_at,
        for_job=claims.id,
    )
