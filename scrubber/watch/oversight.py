"""Makes silence impossible: metrics, health, systemd and the log are told of every scan, every end and every alarm."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Sequence
from datetime import datetime

import structlog

from scrubber.settings.settings import Settings
from scrubber.version import __version__
from scrubber.watch.clock import Clock
from scrubber.watch.health import Answers, Health
from scrubber.watch.job import DONE, Job
from scrubber.watch.metrics import Metrics
from scrubber.watch.notify import Notify
from scrubber.watch.scan import Scan, Waiting
from scrubber.watch.state import State
from scrubber.watch.status import longest_silence

WRITE_SECONDS = 5.0
"""Seconds between two writings of the metrics file; sooner when intake stops or the daemon ends."""

_WORST = 20
_log = structlog.get_logger()


class Oversight:
    """What the daemon tells the world. None of its calls raises for trouble of its own, after it was made.

    With ``serve`` False (`--once`) it listens on no port. Used in the daemon's thread; HTTP answers in others.
    """

    def __init__(
        self, settings: Settings, clock: Clock, state: State, *, serve: bool = True, notify: Notify | None = None
    ) -> None:
        """Raises OutputError when the metrics port is taken."""
        self._watch = settings.watch
        self._clock = clock
        self._state = state
        self._notify = notify or Notify()
        self._started = clock.monotonic()
        self._scanned: float | None = None
        self._stopped: str | None = None
        self._inbox_lost = False
        self._alarmed: dict[bytes | str, float] = {}
        """When each stuck input was last named: one that waits by its name, one in hand by its job."""
        self._written = float("-inf")
        self._stopping = False
        self.metrics = Metrics()
        self.metrics.started.set(clock.now().timestamp())
        self._take_over()
        self.health: Health | None = None
        if serve and self._watch.metrics_port is not None:
            self.health = Health(self._watch.metrics_port, Answers(self.metrics.text, self.not_alive, self.not_ready))
        _log.info("daemon-started", version=__version__)

    def _take_over(self) -> None:
        """Go on from what earlier runs counted: a counter that begins anew would hide what happened in between."""
        for (kind, state, outcome), count in self._state.counts().items():
            if outcome is not None and state in DONE:
                self.metrics.files.labels(kind, outcome).inc(count)
        for disposition, count in self._state.claims_done().items():
            self.metrics.claims.labels(disposition).inc(count)

    def scan_finished(self, scan: Scan, waiting: Sequence[Waiting]) -> None:
        """A scan was completed; ``waiting`` are the inputs that were not taken. Feeds the watchdog."""
        metrics, now = self.metrics, self._clock.monotonic()
        in_hand = self._in_hand()
        ages: list[tuple[bytes | str, float]] = [(each.entry.name, each.seconds) for each in waiting]
        ages += [(job.id, self._age(job)) for job in in_hand]
        limit = self._watch.stuck_minutes * 60
        metrics.scan_seconds.observe(scan.took_seconds)
        metrics.last_scan.set(self._clock.now().timestamp())
        metrics.waiting.set(len(waiting))
        metrics.in_hand.set(len(in_hand))
        metrics.ignored.set(scan.ignored)
        metrics.oldest.set(max((age for _, age in ages), default=0.0))
        stuck = {each: age for each, age in ages if age >= limit}
        metrics.stuck.set(len(stuck))
        self._name_stuck(stuck, now, limit)
        if self._scanned is None:
            self._notify.ready()
        self._scanned = now
        self._notify.alive()
        self._notify.status(self._line(len(waiting), len(in_hand), len(stuck)))
        self._write_metrics(now)

    def file_done(self, job: Job) -> None:
        """An input, of claims or of records, has ended, and where."""
        outcome = job.outcome or "failed"
        self.metrics.files.labels(job.kind, outcome).inc()
        self.metrics.claims.labels("sent").inc(job.claims_sent or 0)
        self.metrics.claims.labels("held").inc(job.claims_held or 0)
        seconds = _seconds_between(job.claimed_at, job.done_at)
        self.metrics.job_seconds.observe(seconds)
        _log.info("file-done", job=job.id, kind=job.kind, outcome=outcome, claims=job.claims or 0,
                  held=job.claims_held or 0, seconds=seconds)  # fmt: skip

    def alarm(self, kind: str, job: Job | None = None) -> None:
        """Something needs a person; ``kind`` is one of ``log.ALARMS``."""
        self.metrics.alarms.labels(kind).inc()
        if kind == "worker-died":
            self.metrics.worker_deaths.inc()
        about = {"job": job.id} if job is not None else {}
        _log.error("alarm", alarm=kind, **about)

    def inbox(self, *, lost: bool) -> None:
        """The inbox cannot be read or is not there, or it is back."""
        self._inbox_lost = lost
        if lost:
            self.alarm("inbox")
        else:
            _log.info("inbox-back")

    def intake(self, stopped: str | None) -> None:
        """Nothing is taken any more, and why in plain words without names (None: it goes on)."""
        if stopped == self._stopped:
            return
        errno = re.search(r"\bE[A-Z]{2,14}\b", stopped or "")
        about = {"errno": errno[0]} if errno else {}
        if stopped is not None:
            _log.error("intake-stopped", **about)
        else:
            _log.info("intake-resumed")
        self._stopped = stopped
        self.metrics.intake_stopped.set(stopped is not None)
        self._notify.status(f"intake stopped: {stopped}" if stopped else "intake goes on")
        self._write_metrics(self._clock.monotonic(), at_once=True)

    def stopping(self) -> None:
        """The daemon was asked to end: it does when the file in hand is done. May be said more than once."""
        if self._stopping:
            return
        self._stopping = True
        self._notify.stopping()
        _log.info("stopping")

    def close(self) -> None:
        """The daemon ends: the last figures are written, and the port is free again."""
        self._write_metrics(self._clock.monotonic(), at_once=True)
        if self.health is not None:
            self.health.close()
        self._notify.close()
        _log.info("daemon-stopped")

    def not_alive(self) -> list[str]:
        """Why the daemon should be started anew; nothing when it works. Called in any thread."""
        since = self._clock.monotonic() - (self._started if self._scanned is None else self._scanned)
        return [f"no scan was completed for {since:.0f} seconds"] if since > longest_silence(self._watch) else []

    def not_ready(self) -> list[str]:
        """Why inputs are not taken at present; nothing when they are. Called in any thread."""
        reasons = self.not_alive()
        if self._scanned is None:
            reasons.append("no scan was completed yet")
        if self._inbox_lost:
            reasons.append("the inbox is not there")
        if self._stopped is not None:
            reasons.append(f"intake is stopped: {self._stopped}")
        if self._stopping:
            reasons.append("it was asked to end")
        return reasons

    def _name_stuck(self, stuck: dict[bytes | str, float], now: float, limit: float) -> None:
        """An alarm for each input that is stuck, and again as often as it has waited once more as long.

        Of many at once only the oldest have one each; how many there are is in the metric.
        """
        self._alarmed = {each: at for each, at in self._alarmed.items() if each in stuck}
        due = [each for each in stuck if now - self._alarmed.get(each, float("-inf")) >= limit]
        self._alarmed.update(dict.fromkeys(due, now))
        for each in sorted(due, key=lambda each: -stuck[each])[:_WORST]:
            self.alarm("stuck", self._state_job(each))

    def _in_hand(self) -> list[Job]:
        """Jobs that are not done; none while the state itself refuses, which stops the intake and is told there."""
        with contextlib.suppress(sqlite3.Error):
            return self._state.unfinished()
        return []

    def _state_job(self, stuck: bytes | str) -> Job | None:
        with contextlib.suppress(sqlite3.Error):
            return self._state.job(stuck) if isinstance(stuck, str) else next(iter(self._state.named(stuck)), None)
        return None

    def _age(self, job: Job) -> float:
        """Seconds since a job was taken, by the wall clock: it is the only one that survives a restart."""
        begun = datetime.fromisoformat(job.stable_at or job.seen_at or self._clock.now().isoformat())
        return max(0.0, (self._clock.now() - begun).total_seconds())

    def _line(self, waiting: int, in_hand: int, stuck: int) -> str:
        if self._stopped is not None:
            return f"intake stopped: {self._stopped}"
        return f"{waiting} waiting, {in_hand} in hand, {stuck} stuck"

    def _write_metrics(self, now: float, *, at_once: bool = False) -> None:
        file = self._watch.metrics_file
        if file is None or (now - self._written < WRITE_SECONDS and not at_once):
            return
        self._written = now
        try:
            self.metrics.write(file)
        except OSError:
            _log.exception("metrics-failed")


def _seconds_between(begin: str | None, end: str | None) -> float:
    """Seconds between two stamps; 0 where one is missing or the clock was set back."""
    with contextlib.suppress(ValueError):
        if begin and end:
            return max(0.0, (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds())
    return 0.0
