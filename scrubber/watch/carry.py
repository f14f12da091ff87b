"""Carries one job through all its states, and knows what to do when a step fails."""

from __future__ import annotations

import contextlib
import sqlite3
from threading import Event

import structlog

from scrubber.watch.advance import advance
from scrubber.watch.bench import Bench
from scrubber.watch.fail import fail
from scrubber.watch.intake import Intake
from scrubber.watch.job import Job, JobState
from scrubber.watch.oversight import Oversight
from scrubber.watch.trouble import OF_THE_DISK, OF_THE_FILE, Backoff, Refusal, is_passing, name_of, patiently
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
                    return self._wait_with(job, error)
                if not self._is_of_one_file(error):
                    self._intake.stop(error)
                    return False
                if not self._fail_for(job, error):
                    return self._wait_with(job, error)
                current = self._bench.again(job)
            except Exception:
                log.exception("job-failed", job=job.id)
                if not self._give_up(job):
                    return self._wait_with(job, None)
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

    def _wait_with(self, job: Job, error: Refusal | None) -> bool:
        """Let this job wait, say why, and go on with others."""
        self._put_off.setdefault(job.id, Backoff()).fail(self._bench.clock.monotonic())
        about = {} if error is None else {"errno": name_of(error)}
        log.warning("delivery-retried", job=job.id, **about)
        with contextlib.suppress(OSError, sqlite3.Error):  # it is said in the log, and again when it gets stuck
            now = self._bench.again(job)
            reason = "the program failed on it" if error is None else self._intake.words(error)
            if now.state != JobState.FAILING and now.reason != reason:  # the reason of that is how far it had come
                self._bench.change(now, reason=reason)
        return True

    def _is_of_one_file(self, error: Refusal) -> bool:
        """Whether the error says nothing about others: every folder and the state can be written as ever."""
        if not isinstance(error, OSError) or error.errno in OF_THE_DISK:
            return False
        try:
            self._intake.probe()
        except (OSError, sqlite3.Error):
            return False
        return True

    def _fail_for(self, job: Job, error: Refusal) -> bool:
        """Fail a file that will meet the same error each time; not one that is not ours yet, nor a committed one."""
        now = self._bench.again(job)
        if not isinstance(error, OSError) or error.errno not in OF_THE_FILE:
            return False
        if now.state not in (JobState.CLAIMED, JobState.SCRUBBED):
            return False
        why = f"the system refuses it or its name: {error.strerror} ({self._intake.words(error)})"
        try:
            fail(self._bench, now, why, "Put it into the inbox again under a short, plain name.")
        except OSError:
            return False
        return True

    def _give_up(self, job: Job) -> bool:
        """A defect of the program fails a file that was taken, unless it is committed: then it is tried again."""
        now = self._bench.again(job)
        if now.state not in (JobState.CLAIMED, JobState.SCRUBBED):
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
