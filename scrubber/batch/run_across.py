"""Run a plan whose files are one input: their patients are worked on together, each file has outputs of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from threading import Event

import msgspec

from scrubber.batch.across import Finished, Member, scrub_across
from scrubber.batch.bench import Bench
from scrubber.batch.done import Answer
from scrubber.batch.engine import Engine
from scrubber.batch.plan import Plan
from scrubber.batch.scrub_file import StoppedError, failed, still_there, write_outcome
from scrubber.batch.setup import Setup
from scrubber.batch.task import Task
from scrubber.batch.worker import scrub_piece
from scrubber.claims.outline import File
from scrubber.envelope import Envelope
from scrubber.errors import OutputError, ScrubberError, SettingsError, WorkerError, place_of
from scrubber.outputs.claim_part import PatientPart
from scrubber.outputs.scrubbed_file import ScrubbedFile
from scrubber.scrub import Adding, Beside
from scrubber.scrub_part import Results, Scrubbed, in_window
from scrubber.scrub_patient import Context

NOT_THERE = ""
"""Stands for a hash where there is no file, or not one file."""


def setup_of_set(setups: tuple[Setup, ...], files: Sequence[Path]) -> Setup:
    """The one setup of files that are one input; its fingerprint speaks of them too, by name, content and order.

    Raises SettingsError when they have several: a patient of two files cannot be scrubbed by two settings.
    """
    if len(setups) > 1:
        named = " and ".join(str(setup.settings.file or "no settings file") for setup in setups[:2])
        raise SettingsError(
            f"--across-files scrubs all files by the same settings, and these have several ({named}); give --settings"
        )
    (setup,) = setups
    if setup.ledger is not None:
        raise SettingsError(
            "--across-files does not work with --ledger; scrub the files each on its own, or without it"
        )
    said = [setup.fingerprint, *(f"{file.name} {_hash(file)}" for file in files)]
    return msgspec.structs.replace(setup, fingerprint=hashlib.sha256(msgspec.json.encode(said)).hexdigest())


def _hash(file: Path) -> str:
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return NOT_THERE


class RunAcross:
    """One run of a plan with one setup. ``tell`` takes each answer, once, on the thread that calls ``go``.

    Where an earlier run has done all of it, nothing is done; else everything is.
    """

    def __init__(
        self,
        plan: Plan,
        engine: Engine,
        tell: Callable[[list[Answer]], None],
        followed: Callable[[int, int], None],
        stopping: Event,
    ) -> None:
        self._tasks = plan.tasks
        self._setup = plan.setups[0]
        self._engine = engine
        self._tell = tell
        self._followed = followed
        self._stopping = stopping

    def go(self) -> None:
        """Do everything, or what can be done until ``stopping``."""
        if all(_is_done(task) for task in self._tasks):
            self._tell([Answer(task.before, before=True) for task in self._tasks if task.before])
            return
        told = 0
        try:
            for answer in self._answers():
                self._tell([answer])
                told += 1
        except StoppedError:
            return
        except ScrubberError as error:
            self._tell([self._failed(task, error) for task in self._tasks[told:]])
        except OSError as error:
            short = OutputError(
                f"results that wait for others cannot be kept ({error.strerror}); make room and run again"
            )
            self._tell([self._failed(task, short) for task in self._tasks[told:]])

    def _answers(self) -> Iterator[Answer]:
        bench = Bench(self._setup)
        context = bench.context(NOT_THERE)

        def submit(part: bytes) -> Future[Results[PatientPart]]:
            return self._engine.submit(scrub_piece, 0, NOT_THERE, part)

        def scrub(parts: Iterable[bytes]) -> Iterator[Scrubbed[PatientPart]]:
            return in_window(submit, parts, self._engine.window)

        def settle(
            file: File, envelope: Envelope, results: Iterable[PatientPart], context: Context, beside: Beside
        ) -> ScrubbedFile:
            adding = Adding(file, bench.claim_parts)
            for result in results:
                adding.add(result)
            return adding.finished(envelope, context, beside)

        members = [Member(task.file, task.file.name) for task in self._tasks]
        for finished in scrub_across(members, bench.records, context, scrub, settle, self._follow):
            if self._stopping.is_set():
                raise StoppedError
            yield self._answer(self._tasks[finished.number], finished, bench, context)

    def _answer(self, task: Task, finished: Finished[ScrubbedFile], bench: Bench, context: Context) -> Answer:
        result = finished.outcome
        if result is None:
            return self._failed(task, finished.error)
        try:
            return write_outcome(task, bench, result, context, result.source_sha256)
        except (ScrubberError, MemoryError) as error:
            return self._failed(task, error)

    def _failed(self, task: Task, error: Exception | None) -> Answer:
        if isinstance(error, ScrubberError):
            why = str(error)
            if isinstance(error, WorkerError):
                why = f"{task.file}: {why}"
        elif isinstance(error, self._engine.died):
            why = f"{task.file}: a process that scrubbed claims of it died, twice; is there memory enough?"
        else:
            why = f"{task.file}: the program failed ({'' if error is None else place_of(error)}). Please report it."
        return failed(task, self._setup.fingerprint, why)

    def _follow(self, done: int, of: int) -> None:
        if self._stopping.is_set():
            raise StoppedError
        self._followed(done, of)


def _is_done(task: Task) -> bool:
    before = task.before
    return before is not None and still_there(before, before.sha256 or "", task.folder)
