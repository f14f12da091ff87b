"""What every step of a job works with."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from scrubber.settings.settings import Settings
from scrubber.watch.audit_log import AuditLog
from scrubber.watch.clock import Clock, stamp
from scrubber.watch.folders import Folders
from scrubber.watch.job import Job
from scrubber.watch.listed_records import Stamps
from scrubber.watch.messages import Answer, Enter, Request
from scrubber.watch.state import State


class Scrubs(Protocol):
    """What works on one file at a time: the worker process."""

    def run(self, request: Request | Enter, meanwhile: Callable[[], None], every_seconds: float) -> Answer:
        """Scrub, or enter into the ledger; ``meanwhile`` is called every so many seconds until that is done."""

    def close(self) -> None:
        """End the process."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The daemon's state, folders and worker, and what it tells about a job.

    ``given_today`` is what the command line said "today" means. ``alarm`` takes a kind and the job it is about.
    ``listed`` gives the files of ``[records] paths`` as the last scan saw them.
    """

    settings: Settings
    folders: Folders
    state: State
    audit: AuditLog
    clock: Clock
    worker: Scrubs
    meanwhile: Callable[[], None]
    alarm: Callable[[str, Job], None]
    listed: Callable[[], Stamps] = dict
    given_today: date | None = None

    def stamp(self) -> str:
        """Now, as text for the state."""
        return stamp(self.clock.now())

    def today(self) -> date:
        """The date that "today" means: as given, else the clock in the settings' time zone."""
        if self.given_today is not None:
            return self.given_today
        now: datetime = self.clock.now()
        zone = ZoneInfo(self.settings.timezone) if self.settings.timezone else None
        return now.astimezone(zone).date()

    def source_path(self, job: Job) -> Path:
        """Where the bytes of a job are before they are copied."""
        return Path(os.fsdecode(job.source)) if job.source is not None else self.folders.taken_file(job.id)

    def copy_path(self, job: Job) -> Path:
        """Where our own copy of a job's input is."""
        return self.folders.copy_file(job.id, job.kind, job.name)

    def change(self, job: Job, **columns: Any) -> Job:
        """Set columns of a job in a transaction of its own; returns the job as it is now."""
        with self.state.transaction() as connection:
            self.state.change(connection, job.id, **columns)
        return self.again(job)

    def again(self, job: Job) -> Job:
        """The job as the state has it now."""
        found = self.state.job(job.id)
        if found is None:
            raise LookupError(job.id)
        return found
