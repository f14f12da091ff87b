"""What the daemon counts, in the text format of Prometheus. No label holds a name, and none grows with the input."""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from scrubber.log import ALARMS
from scrubber.version import __version__
from scrubber.watch import disk

OUTCOMES = {"claims": ("sent", "part", "held", "duplicate", "failed"), "records": ("used", "duplicate", "failed")}
JOB_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
SCAN_SECONDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)
READABLE = 0o644
"""Mode of the metrics file: whoever collects it runs as another user, and it holds counts only."""


class Metrics:
    """The metrics of one daemon, in a registry of their own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the daemon goes on counting where the last one ended: begun is said once, below
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.files = Counter("scrubber_files", "Inputs that are done", ["kind", "outcome"], registry=registry)
        self.claims = Counter("scrubber_claims", "Claims of inputs that are done", ["disposition"], registry=registry)
        self.alarms = Counter("scrubber_alarms", "What needed a person, by kind", ["kind"], registry=registry)
        self.worker_deaths = Counter("scrubber_worker_deaths", "Worker processes that died", registry=registry)
        self.waiting = Gauge("scrubber_waiting_inputs", "Inputs in the inbox that are not taken yet", registry=registry)
        self.stuck = Gauge("scrubber_stuck_inputs", "Inputs not done after stuck-minutes", registry=registry)
        self.oldest = Gauge("scrubber_oldest_waiting_seconds", "Age of the oldest input not done", registry=registry)
        self.in_hand = Gauge("scrubber_jobs_in_hand", "Inputs that are taken and not done", registry=registry)
        self.ignored = Gauge(
            "scrubber_ignored_entries", "Names in the inbox that are left alone, such as .part", registry=registry
        )
        self.intake_stopped = Gauge(
            "scrubber_intake_stopped", "1 while nothing is taken because a disk fails", registry=registry
        )
        self.last_scan = Gauge(
            "scrubber_last_scan_timestamp_seconds", "When a scan was last completed (Unix time)", registry=registry
        )
        self.started = Gauge(
            "scrubber_start_timestamp_seconds", "When the daemon started (Unix time)", registry=registry
        )
        self.scan_seconds = Histogram(
            "scrubber_scan_seconds", "Time of one scan of the inbox", buckets=SCAN_SECONDS, registry=registry
        )
        self.job_seconds = Histogram(
            "scrubber_job_seconds", "Time from taking an input to its end", buckets=JOB_SECONDS, registry=registry
        )
        version = Gauge("scrubber_info", "Always 1; the label is the version", ["version"], registry=registry)
        version.labels(__version__).set(1)
        # A counter that is not there yet reads as "never happened" to an alarm rule only when it is there as 0.
        for kind, outcomes in OUTCOMES.items():
            for outcome in outcomes:
                self.files.labels(kind, outcome)
        for disposition in ("sent", "held"):
            self.claims.labels(disposition)
        for alarm in ALARMS:
            self.alarms.labels(alarm)

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus. May be called from another thread."""
        return generate_latest(self._registry)

    def write(self, file: Path) -> None:
        """Put the text into a file, whole or not at all. Raises OSError."""
        temporary = file.with_name(f".{file.name}.tmp")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, READABLE)
        with os.fdopen(handle, "wb") as stream:
            os.fchmod(stream.fileno(), READABLE)
            stream.write(self.text())
        disk.replace(temporary, file)
