"""Carries one job through all its states, and knows what to do when a step fails."""

from __future__ import annotations

import sqlite3
from threading import Event

import structlog

from scrubber.watch.advance import advance
from scrubber.watch.bench import Bench
from scrubber.watch.fail import fail
from scrubber.watch.intake import Intake
from scrubber.watch.job import Job, JobState
from scrubber.watch.oversight import Oversight
from scrubber.watch.trouble import Backoff, is_passing, patiently
from scrubber.watch.worker import WorkerError

log = structlog.get_logger()

WENT_OUT = frozenset({"sent", "duplicate", "used"})


class Carrier:
    """One job after the other. ``clean`` tells whether every input so far went out; ``returned`` whether one was put
    back into the inbox since that was last set."""

    def __init__(self, bench: Bench, oversight: Oversight, intake: Intake, stopping: Event) -> None:
        self._bench = bench
        self._oversight = oversight
        self._intake = intake
        self._stopping = stopping
        self._put_off: dict[str, Backoff] = {}
        self.clean = True
        self.returned = False

    def carry(self, job: Job) -> bool:
        """Take a job through all its states. False when the disk refuses what every file needs."""
        log.info("job-started", job=job.id)
        current: Job | None = job
        while current is not None and not current.is_done:
            try:
                current = patiently(self._advance, current, sleep=self._sleep)
            except (OSError, sqlite3.Error, WorkerError) as error:
                if is_passing(error):
                    return self._wait_with(job)
                self._intake.stop(error)
                return False
            except Exception:
                log.exception("job-failed", job=job.id)
                if not self._give_up(job):
                    return self._wait_with(job)
                current = self._bench.again(job)
        self._put_off.pop(job.id, None)
        self._intake.resume()
        if current is None:
            log.info("file-put-back", job=job.id)
            self.returned = True
        else:
            self._tell(current)
        return True

    def is_due(self, job: Job) -> bool:
        """Whether a job may be gone on with: it was not put off, or for long enough."""
        backoff = self._put_off.get(job.id)
        return backoff is None or self._bench.clock.monotonic() >= backoff.due

    def _advance(self, job: Job) -> Job | None:
        """One step from where the job is by the state: a step that failed half-way may have moved it."""
        return advance(self._bench, self._bench.again(job))

    def _tell(self, job: Job) -> None:
        self.clean = self.clean and job.outcome in WENT_OUT
        self._oversight.file_done(job)
        for companion in self._bench.state.records_of(job.id):
            if companion.state == JobState.ARCHIVED:
                self._oversight.file_done(companion)

    def _wait_with(self, job: Job) -> bool:
        """Let this job wait, and go on with others."""
        self._put_off.setdefault(job.id, Backoff()).fail(self._bench.clock.monotonic())
        log.warning("delivery-retried", job=job.id)
        return True

    def _give_up(self, job: Job) -> bool:
        """A defect of the program fails the file, unless it is committed: then the step is tried again."""
        now = self._bench.again(job)
        if now.state in (JobState.COMMITTED, JobState.PUBLISHED, JobState.FAILING):
            self._oversight.alarm("defect", now)
            return False
        fail(
            self._bench,
            now,
            "the program failed on it; the log says where",
            "Please report this, with the log line of this job.",
        )
        return True

    def _sleep(self, seconds: float) -> None:
        self._bench.clock.wait(seconds, self._stopping)
