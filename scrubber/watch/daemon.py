"""The daemon: looks at the inbox, takes what is ripe, and carries one input after the other to its end."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from datetime import date
from threading import Event

import structlog

from scrubber.errors import OutputError, ScrubberError
from scrubber.settings.settings import Settings
from scrubber.version import __version__
from scrubber.watch import disk
from scrubber.watch.audit_log import KEY_NAME, AuditLog
from scrubber.watch.bench import Bench, Scrubs
from scrubber.watch.carry import Carrier
from scrubber.watch.clock import Clock
from scrubber.watch.companions import is_records
from scrubber.watch.complete import NotInterchange
from scrubber.watch.file_system import refuse_network
from scrubber.watch.fix_cap import capped
from scrubber.watch.folders import Folders
from scrubber.watch.hint import Hint
from scrubber.watch.intake import Intake
from scrubber.watch.job import Job, JobState, Kind, RerunRequest
from scrubber.watch.locks import LOCK, Locks, LockTakenError
from scrubber.watch.note_failing import fail_orphans
from scrubber.watch.oversight import Oversight
from scrubber.watch.rerun import begin_rerun
from scrubber.watch.scan import CHANGING, IN_LINE, NO_RECORDS, RECORDS_CHANGING, Ripe, Scan, Scanner, Waiting
from scrubber.watch.seen import Seen, doom_of
from scrubber.watch.settle import let_go
from scrubber.watch.state import State
from scrubber.watch.take import Doom, intend
from scrubber.watch.worker import Worker

log = structlog.get_logger()

UNSETTLED = frozenset({CHANGING, RECORDS_CHANGING, NO_RECORDS, IN_LINE})
"""What an input waits for that time alone can bring."""
SCAN_SHARE = 10
"""A scan is not begun before so many times its own length have passed: a long backlog is worked off, not looked at."""
LONGEST_PAUSE = 30.0
"""Seconds; but no longer than this: scans are what feeds the watchdog."""


class Daemon:
    """One daemon on its folders, from its locks to its end. Nothing in it is for two threads but ``stop``."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        today: date | None = None,
        serve: bool = True,
        worker: Scrubs | None = None,
    ) -> None:
        """Make the folders, take the locks, open the state.

        With ``serve`` False no port is opened. Raises ScrubberError when the state is on a network file system, another
        daemon is at work here, a folder or the state cannot be used, or unsafe fixes are wanted that no payer allows.
        """
        self._settings = capped(settings)
        self._clock = clock or Clock()
        self._stopping = Event()
        self._wake = Event()
        self._next_scan = 0.0
        self._inbox_lost = False
        self._others_due = False
        """A scan was completed since what is no ripe file had its turn."""
        self._said_stopping = False
        self._fatal: ScrubberError | None = None
        refuse_network(settings.watch.state)
        self.folders = Folders(settings.watch)
        self._is_another = self._has_lost_its_folder()
        """The inbox was replaced by another folder since its orphans were looked for."""
        self.folders.make()
        with contextlib.ExitStack() as undo:
            self._locks = Locks(self.folders)
            undo.callback(self._locks.close)
            self.state = State(settings.watch.state)
            undo.callback(self.state.close)
            self._oversight = Oversight(settings, self._clock, self.state, serve=serve)
            undo.callback(self._oversight.close)
            self._worker = worker or Worker(settings, settings.watch.state, held=self._locks.descriptors)
            undo.callback(self._worker.close)
            self._bench = self._make_bench(today)
            self._intake = Intake(self._bench, self._oversight)
            self._carrier = Carrier(self._bench, self._oversight, self._intake, self._stopping)
            self._seen = Seen(self._bench)
            self._scanner = Scanner(
                settings.watch.inbox,
                self._clock,
                settings.watch,
                records_files=settings.records_files,
                most=settings.max_bytes,
                meanwhile=self._meanwhile,
            )
            self._undo = undo.pop_all()

    def _has_lost_its_folder(self) -> bool:
        """Whether the daemon worked before, and its folder in the inbox is gone. Raises OutputError."""
        try:
            return disk.is_there(self.folders.state) and not disk.is_there(self.folders.taken / LOCK)
        except OSError as error:
            raise OutputError(
                f"{error.filename}: cannot be looked at ({error.strerror}); `scrubber doctor` says which folder refuses"
            ) from None

    def _make_bench(self, today: date | None) -> Bench:
        watch = self._settings.watch
        key = watch.state.with_name(KEY_NAME)
        return Bench(
            settings=self._settings,
            folders=self.folders,
            state=self.state,
            audit=AuditLog(self.state.connection, key, watch.audit_file, self._clock),
            clock=self._clock,
            worker=self._worker,
            meanwhile=self._meanwhile,
            alarm=self._oversight.alarm,
            listed=lambda: self._scanner.listed.stamps,
            given_today=today,
        )

    def run(self) -> None:
        """Work until ``stop`` is called; the file in hand is finished then."""
        self._begin()
        hint = Hint(self.folders.inbox, self._wake)
        try:
            while not self._stopping.is_set():
                hint.start()
                self._wake.clear()
                self._tick()
                if not self._stopping.is_set():
                    self._clock.wait(max(self._next_scan - self._clock.monotonic(), 0.0), self._wake)
        finally:
            hint.close()
        self._end()

    def run_once(self) -> int:
        """Take what is or becomes ripe, and end. 0: all went out or was a duplicate; 1: something is held, failed or
        left waiting. Raises OutputError when the inbox cannot be read or the disk refuses."""
        self._begin()
        began = self._clock.monotonic()
        unsettled = True
        while unsettled and not self._stopping.is_set():
            self._tick()
            if self._inbox_lost or self._intake.stopped:
                self._end()
                raise OutputError(self._hindrance())
            unsettled = any(self._may_ripen(each) for each in self._scanner.waiting()) or (
                not self._may_scrub
                and self._clock.monotonic() - began <= self._longest_wait
                and bool(self.state.unfinished() or self.state.open_requests())
            )
            if unsettled:
                self._wake.clear()
                self._clock.wait(max(self._next_scan - self._clock.monotonic(), 0.0), self._wake)
        clean = self._carrier.clean and not self._scanner.waiting() and not self.state.unfinished()
        self._end()
        return 0 if clean else 1

    def stop(self) -> None:
        """End after the file in hand. May be called from a signal handler."""
        self._stopping.set()
        self._wake.set()

    def close(self) -> None:
        """End the worker and let go of state and locks."""
        self._undo.close()

    # One round

    def _tick(self) -> None:
        """One scan, and all the work that there is; a backlog is worked off with further scans in between."""
        self._next_scan = 0.0
        self._look_if_due()
        if self._inbox_lost or not self._intake.is_due:  # what is in hand has files there too
            return
        try:
            done = self._go_on() and self._take_requests() and self._take_ripe() and self._fail_overdue()
            done = done and self._let_go() and self._go_on()  # what other jobs left to be moved to failed
            if done and self._intake.stopped:
                self._intake.probe()
                self._intake.resume()
        except (OSError, sqlite3.Error) as error:
            self._intake.stop(error)
        self._flush()

    def _meanwhile(self) -> None:
        """What goes on while the worker scrubs, and while a file is read or copied."""
        if self._stopping.is_set():
            self._say_stopping()
        self._look_if_due()

    def _say_stopping(self) -> None:
        if not self._said_stopping:
            self._said_stopping = True
            self._oversight.stopping()

    def _look_if_due(self) -> None:
        """Scan when it is time, or when what waits is not what the last scan saw.

        Never raises for what a later scan may mend.
        """
        if self._clock.monotonic() < self._next_scan and not self._carrier.returned:
            return
        self._carrier.returned = False
        began = self._clock.monotonic()
        try:
            self._is_another = self._locks.renew() or self._is_another
            scan = self._scanner.scan(self._about_to_be_taken())
        except LockTakenError as error:  # the inbox was made anew, and another daemon was faster
            self._fatal = error
            self.stop()
            return
        except (OSError, OutputError):
            self._next_scan = self._clock.monotonic() + self._settings.watch.scan_seconds
            self._lose_inbox()
            return
        self._note(scan)
        ended = self._clock.monotonic()
        pause = min(SCAN_SHARE * (ended - began), LONGEST_PAUSE)
        self._next_scan = ended + max(self._settings.watch.scan_seconds, pause)

    def _about_to_be_taken(self) -> frozenset[tuple[bytes, int | None]]:
        """Name and inode of files that may still be in the inbox although a job has begun with them."""
        with contextlib.suppress(sqlite3.Error):  # which stops the intake before anything is taken
            return frozenset((job.name, job.inode) for job in self.state.unfinished() if job.state == JobState.STABLE)
        return frozenset()

    def _lose_inbox(self) -> None:
        """The inbox cannot be read, or is not there: say so, and leave everything as it is until it comes back."""
        if self._inbox_lost:
            return
        self._inbox_lost = True
        self._oversight.inbox(lost=True)
        with contextlib.suppress(sqlite3.Error), self.state.transaction() as connection:
            self.state.set_facts(connection, inbox_lost=self._bench.stamp())

    def _note(self, scan: Scan) -> None:
        """Write down what a scan saw."""
        self._others_due = True
        waiting = self._seen.with_earlier(self._scanner.waiting())
        facts: dict[str, str | None] = {"last_scan": self._bench.stamp(), "inbox_lost": None}
        if self._is_another and not self._inbox_lost:
            self._oversight.alarm("inbox")
            facts["inbox_replaced"] = facts["last_scan"]
        if self._inbox_lost:
            self._inbox_lost = False
            self._oversight.inbox(lost=False)
        try:
            if self._is_another:
                fail_orphans(self._bench)
                self._is_another = False
            self._seen.note(waiting)
            with self.state.transaction() as connection:
                self.state.set_facts(connection, **facts)
        except (OSError, sqlite3.Error) as error:
            self._intake.stop(error)
        self._flush()
        self._oversight.scan_finished(scan, waiting)

    @property
    def _may_scrub(self) -> bool:
        """Whether the listed records can be read, which every claims file is scrubbed with."""
        return self._scanner.listed_are_quiet

    def _go_on(self) -> bool:
        """Carry on what was begun. False when the disk refuses or the daemon ends."""
        for job in self.state.unfinished():
            self._look_if_due()
            if self._stopping.is_set() or self._inbox_lost:
                return False
            rides_along = job.for_job is not None and job.state != JobState.FAILING
            waits = job.state == JobState.CLAIMED and job.why is None and not self._may_scrub
            if rides_along or waits or not self._carrier.is_due(job):
                continue
            now = self.state.job(job.id)  # its claims may have carried it on since
            if now is not None and not now.is_done and not self._carrier.carry(now):
                return False
        return True

    def _take_requests(self) -> bool:
        for request in self.state.open_requests() if self._may_scrub else ():
            self._look_if_due()
            if self._stopping.is_set() or self._inbox_lost:
                return False
            job = self._begun(request)
            if job is not None and not self._carrier.carry(job):
                return False
        return True

    def _begun(self, request: RerunRequest) -> Job | None:
        """The job of a request; None for one that cannot be begun, which is put aside so that it stops nothing else."""
        try:
            return begin_rerun(self._bench, request)
        except (OSError, sqlite3.Error):
            raise
        except Exception:
            log.exception("job-failed")
            self._oversight.alarm("defect")
            with self.state.transaction() as connection:
                self.state.take_request(connection, request.id, "")
            return None

    def _take_ripe(self) -> bool:
        while not self._stopping.is_set():
            if self._inbox_lost:
                return True
            found = self._scanner.ripe(1)
            if not found:
                return True
            if not self._take(found[0]):
                return False
            self._look_if_due()
            if self._others_due and not self._give_turns():
                return False
            if self._intake.stopped and not self._intake.is_due:
                return False
        return False

    def _give_turns(self) -> bool:
        """In a long backlog everything else has its turn after each scan."""
        self._others_due = False
        return self._go_on() and self._take_requests() and self._fail_overdue()

    def _take(self, ripe: Ripe) -> bool:
        doom = None
        if isinstance(ripe.verdict, NotInterchange) and ripe.entry.size > self._settings.max_bytes:
            doom = Doom(ripe.verdict.reason, "Divide the file, or raise max-bytes.")
        job = intend(self._bench, ripe.entry, records=ripe.records, marker=ripe.done, doom=doom)
        for entry in (ripe.entry, *ripe.records):
            self._seen.taken(entry.name)
        return self._carrier.carry(job)

    def _fail_overdue(self) -> bool:
        """Take those that waited too long, to fail."""
        for each in self._seen.with_earlier(self._scanner.waiting()):
            doom = doom_of(each, self._settings.watch.incomplete_minutes)
            if doom is None:
                continue
            self._look_if_due()
            if self._stopping.is_set() or self._inbox_lost:
                return False
            kind: Kind = "records" if is_records(each.entry.name) else "claims"
            job = intend(self._bench, each.entry, kind=kind, doom=doom)
            self._scanner.taken(each.entry.name)
            self._seen.taken(each.entry.name)
            if not self._carrier.carry(job):
                return False
        return True

    def _let_go(self) -> bool:
        """Look at the taken files that were kept long enough. False when the daemon ends."""
        while not self._inbox_lost and let_go(self._bench):
            self._look_if_due()
            if self._stopping.is_set():
                return False
        return True

    def _flush(self) -> None:
        """Bring the audit log's file up to date; the lines wait in the state when that cannot be done."""
        try:
            self._bench.audit.flush()
        except (OSError, sqlite3.Error) as error:
            self._intake.stop(error)

    # Begin and end

    def _begin(self) -> None:
        """Say that it is here; where the state cannot be written, it waits like everything else."""
        try:
            with self.state.transaction() as connection:
                self.state.set_facts(
                    connection,
                    started_at=self._bench.stamp(),
                    version=__version__,
                    pid=str(os.getpid()),
                    intake_stopped=None,
                    stopped_at=None,
                )
                self._bench.audit.decide(connection, "started", version=__version__)
            fail_orphans(self._bench)
        except (OSError, sqlite3.Error) as error:
            self._intake.stop(error)
        self._flush()

    def _end(self) -> None:
        self._say_stopping()
        try:
            self._seen.note(self._scanner.waiting())  # what was looked into since the last scan has its reason by now
            with self.state.transaction() as connection:
                self.state.set_facts(connection, stopped_at=self._bench.stamp())
                self._bench.audit.decide(connection, "stopped")
        except sqlite3.Error as error:
            self._intake.stop(error)
        self._flush()
        if self._fatal is not None:
            raise self._fatal

    def _hindrance(self) -> str:
        if self._intake.stopped is None:
            return f"{self.folders.inbox}: the inbox cannot be read; make it available and try again"
        return f"the work cannot go on ({self._intake.stopped}); nothing is lost: put that right and try again"

    def _may_ripen(self, waiting: Waiting) -> bool:
        return waiting.reason in UNSETTLED and waiting.seconds <= self._longest_wait

    @property
    def _longest_wait(self) -> float:
        """Seconds within which what time alone can bring has come."""
        watch = self._settings.watch
        return watch.quiet_seconds + watch.records_wait_seconds + 3 * watch.scan_seconds
