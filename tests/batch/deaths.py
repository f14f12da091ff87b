"""Engines in which one file takes its worker down, or its memory, as a defect or the system might."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from scrubber.batch.done import Answer
from scrubber.batch.engine import Processes
from scrubber.batch.setup import Setup
from scrubber.batch.task import Task
from scrubber.batch.worker import scrub_piece, scrub_whole

T = TypeVar("T")

DEADLY = "deadly"


def scrub_or_die(tasks: tuple[Task, ...]) -> list[Answer]:
    """Scrub files; the one named deadly ends the process as the system does when memory runs out."""
    if any(task.stem == DEADLY for task in tasks):
        os.kill(os.getpid(), signal.SIGKILL)
    return scrub_whole(tasks)


def die_the_first_time(marker: str, setup: int, source_sha256: str, part: bytes) -> object:
    """Scrub a part; the first that comes here finds no memory, the second dies."""
    for name, end in (("memory", _no_memory), ("life", _no_life)):
        try:
            os.close(os.open(f"{marker}.{name}", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            continue
        end()
    return scrub_piece(setup, source_sha256, part)


def _no_memory() -> None:
    raise MemoryError


def _no_life() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly(Processes):
    """Real workers; the deadly file kills the one that takes it, each time."""

    def submit(self, work: Callable[..., T], /, *arguments: object) -> Future[T]:
        return super().submit(scrub_or_die if work is scrub_whole else work, *arguments)  # type: ignore[arg-type]


class Shaky(Processes):
    """Real workers, of which the first part of a file finds no memory and the next kills its worker, once each."""

    def __init__(self, workers: int, setups: tuple[Setup, ...], marker: str) -> None:
        super().__init__(workers, setups)
        self._marker = marker

    def submit(self, work: Callable[..., T], /, *arguments: object) -> Future[T]:
        if work is scrub_piece:
            return super().submit(die_the_first_time, self._marker, *arguments)  # type: ignore[arg-type]
        return super().submit(work, *arguments)
