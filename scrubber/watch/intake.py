"""Whether anything may be taken: not while the disk refuses what every file needs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import structlog

from scrubber.watch import disk
from scrubber.watch.bench import Bench
from scrubber.watch.folders import PUBLIC
from scrubber.watch.oversight import Oversight
from scrubber.watch.trouble import Backoff, Refusal, name_of

log = structlog.get_logger()

PROBE = ".scrubber-probe.tmp"


class Intake:
    """Stops when a folder or the state cannot be written, and is tried again after growing waits."""

    def __init__(self, bench: Bench, oversight: Oversight) -> None:
        self._bench = bench
        self._oversight = oversight
        self._backoff = Backoff()
        self.stopped: str | None = None
        """Why it is stopped, as in "ENOSPC in outbox"."""

    @property
    def is_due(self) -> bool:
        """Whether work may be done now: it is not stopped, or it is time to try again."""
        return self.stopped is None or self._bench.clock.monotonic() >= self._backoff.due

    def stop(self, error: Refusal) -> None:
        """Stop because of an error, and say so; or wait longer when it is stopped already."""
        self._backoff.fail(self._bench.clock.monotonic())
        was_running = self.stopped is None
        word, folder = name_of(error), self._folder_of(error)
        self.stopped = self.words(error)
        if was_running:
            log.error("delivery-failed", exc_info=error)
            self._oversight.intake(self.stopped)
            self._write_down("intake-stopped", errno=word, **({"folder": folder} if folder else {}))

    def words(self, error: Refusal) -> str:
        """The error as people are told it, as in "ENOSPC in outbox"."""
        folder = self._folder_of(error)
        return f"{name_of(error)} in {folder}" if folder else name_of(error)

    def resume(self) -> None:
        """Something was done: go on."""
        self._backoff.reset()
        if self.stopped is not None:
            self.stopped = None
            self._oversight.intake(None)
            self._write_down("intake-resumed")

    def probe(self) -> None:
        """Write and sync a little in every folder and in the state. Raises OSError or sqlite3.Error."""
        for key in PUBLIC:
            folder = self._bench.folders.of(key)
            if key == "inbox":
                folder = self._bench.folders.taken
            disk.remove(folder / PROBE)
            disk.write_new(folder / PROBE, [b"probe\n"])
            disk.remove(folder / PROBE)
        with self._bench.state.transaction() as connection:
            self._bench.state.set_facts(connection, probed=self._bench.stamp())

    def _write_down(self, decision: str, **facts: str) -> None:
        """Note it in state and audit log; where the state is what cannot be written, the log line must do."""
        state = self._bench.state
        try:
            with state.transaction() as connection:
                state.set_facts(connection, intake_stopped=self.stopped)
                self._bench.audit.decide(connection, decision, **facts)
        except sqlite3.Error:
            return

    def _folder_of(self, error: Refusal) -> str:
        if isinstance(error, sqlite3.Error):
            return "state"
        if not isinstance(error, OSError) or not isinstance(error.filename, str):
            return ""
        path = Path(error.filename)
        if error.filename in PUBLIC:  # the worker names the folder by its key
            return error.filename
        return next((key for key in PUBLIC if path.is_relative_to(self._bench.folders.of(key))), "")
