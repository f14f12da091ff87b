"""Where work runs: in this process, or in worker processes of this machine.

An engine is little more than a ``concurrent.futures.Executor``: it takes module-level functions, and says how many
tasks it wants ahead. Everything that is large (settings, tables, records) is in the worker already; see ``bench``.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from threading import Lock
from typing import Protocol, TypeVar

from scrubber.batch.setup import Setup
from scrubber.batch.worker import begin

T = TypeVar("T")

AHEAD = 4
"""Tasks a worker that are submitted before the first is done: enough to keep it busy, never all there are."""


class Engine(Protocol):
    """Runs functions somewhere."""

    @property
    def window(self) -> int:
        """How many tasks may be under way."""

    @property
    def workers(self) -> int:
        """How many tasks can run at the same time."""

    @property
    def divides(self) -> bool:
        """Whether to divide a large file: its patients go to workers and their results come back."""

    @property
    def died(self) -> tuple[type[BaseException], ...]:
        """What a task raises when its worker died; the engine goes on with others."""

    def submit(self, work: Callable[..., T], /, *arguments: object) -> Future[T]:
        """Run ``work(*arguments)``. Both are pickled where they go to another process."""

    def close(self) -> None:
        """End the workers when they are done with what is under way."""


class Here:
    """This process alone: a task is done when ``submit`` returns."""

    window = 1
    workers = 1
    divides = False
    died: tuple[type[BaseException], ...] = ()

    def __init__(self, setups: tuple[Setup, ...]) -> None:
        begin(setups, apart=False)

    def submit(self, work: Callable[..., T], /, *arguments: object) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(work(*arguments))
        except Exception as error:  # noqa: BLE001 - whoever asks for the result gets it
            future.set_exception(error)
        return future

    def close(self) -> None:
        """Nothing runs any more."""


class Processes:
    """Worker processes of this machine, started by spawning. Those that die are replaced."""

    divides = True
    died: tuple[type[BaseException], ...] = (BrokenExecutor,)

    def __init__(self, workers: int, setups: tuple[Setup, ...]) -> None:
        """Starts nothing yet. ``setups`` go to each worker once, when it starts."""
        self.window = AHEAD * workers
        self.workers = workers
        self._setups = setups
        self._pool: ProcessPoolExecutor | None = None
        self._lock = Lock()

    def submit(self, work: Callable[..., T], /, *arguments: object) -> Future[T]:
        with self._lock:
            if self._pool is None:
                self._pool = self._made()
            try:
                return self._pool.submit(work, *arguments)
            except BrokenExecutor:
                self._pool.shutdown(wait=True, cancel_futures=True)
                self._pool = self._made()
                return self._pool.submit(work, *arguments)

    def close(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _made(self) -> ProcessPoolExecutor:
        spawning = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.workers, spawning, begin, (self._setups,))


def usable_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def engine_for(jobs: int, setups: tuple[Setup, ...]) -> Engine:
    """The engine for so many jobs; one runs in this process."""
    return Here(setups) if jobs == 1 else Processes(jobs, setups)
