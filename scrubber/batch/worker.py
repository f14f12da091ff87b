"""What runs in a worker: its start, whole files, and parts of files."""

from __future__ import annotations

import os
import signal
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from multiprocessing import parent_process
from threading import Thread

from scrubber.batch.bench import Bench
from scrubber.batch.done import Answer
from scrubber.batch.scrub_file import StoppedError, Told, guarded, scrub_file
from scrubber.batch.setup import Setup
from scrubber.batch.task import Task
from scrubber.batch.unwritten import Unwritten
from scrubber.collector import young_garbage_only
from scrubber.outputs.claim_part import PatientPart
from scrubber.scrub_part import Results, write_part

WRITERS = 16
"""Files that a worker writes at the same time."""

BENCHES = 4
"""Setups that a process keeps loaded, each with its treatment records; files come in the order of their setups."""

_setups: tuple[Setup, ...] = ()
_benches: dict[int, Bench] = {}


def _nobody(_done: int, _of: int) -> None:
    """Nobody follows the progress of a file that another process works on."""


_told: Told = _nobody


def begin(setups: tuple[Setup, ...], apart: bool = True) -> None:
    """Take the setups of a run; done once in each process, so that no task carries settings or tables.

    ``apart`` is for a process of its own: it leaves interrupts to its parent, and does not outlive it.
    """
    take(setups)
    _benches.clear()
    if apart:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        Thread(target=_end_with_parent, daemon=True).start()


def take(setups: tuple[Setup, ...]) -> None:
    """Go by these setups from now on. What was loaded for others is dropped."""
    global _setups  # noqa: PLW0603 - a pool's initializer has no other place to leave what tasks go by
    if setups is not _setups:
        _setups = setups
        _benches.clear()


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for its next task for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def follow(told: Told) -> None:
    """Tell ``told`` of the progress of files that this process works on. What it raises ends the work on the file."""
    global _told  # noqa: PLW0603 - as above
    _told = told


def bench_of(setup: int) -> Bench:
    """The setup of that number, loaded when it is first used in this process. Raises ScrubberError."""
    if setup not in _benches:
        while len(_benches) >= BENCHES:
            del _benches[next(iter(_benches))]
        _benches[setup] = Bench(_setups[setup])
    return _benches[setup]


def ready() -> int:
    """A task that does nothing, so that workers start; the process id of the one that did it."""
    return os.getpid()


def scrub_whole(tasks: tuple[Task, ...]) -> list[Answer]:
    """Scrub some files and write their outputs: an answer for each. Raises nothing that is only a file's fault.

    A disk takes as long to make sure of ten files as of one, so that several are written at the same time. When the
    work is stopped, there is no answer for the rest.
    """
    answers = []
    with ThreadPoolExecutor(min(WRITERS, len(tasks))) as writers:
        writing: list[Future[Answer]] = []
        for task in tasks:
            fingerprint = _setups[task.setup].fingerprint
            try:
                found = guarded(task, fingerprint, partial(_scrub, task))
            except StoppedError:
                break
            if isinstance(found, Unwritten):
                writing.append(writers.submit(guarded, task, fingerprint, found.write))
            else:
                answers.append(found)
        return answers + [future.result() for future in writing]


def _scrub(task: Task) -> Unwritten | Answer:
    with young_garbage_only():
        return scrub_file(task, bench_of(task.setup), _told)


def scrub_piece(setup: int, source_sha256: str, part: bytes) -> Results[PatientPart]:
    """Scrub a part of a file that another process has indexed. Raises ScrubberError."""
    bench = bench_of(setup)
    with young_garbage_only():
        return write_part(part, bench.context(source_sha256), bench.claim_parts)
