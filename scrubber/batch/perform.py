"""A whole run: plan, receipt, work, receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Protocol

from scrubber.batch import journal as finished
from scrubber.batch import receipt as receipts
from scrubber.batch.done import Answer, Done
from scrubber.batch.engine import Engine
from scrubber.batch.plan import Earlier, Plan, apart_from_inputs, plan_tasks, spare
from scrubber.batch.receipt import FINISHED, INTERRUPTED, RUNNING, Receipt, make_receipt, read_receipt, write_receipt
from scrubber.batch.run import Run
from scrubber.batch.run_across import RunAcross
from scrubber.batch.setup import Setup


@dataclass(frozen=True, slots=True)
class Job:
    """What the command line asks for: inputs, each with the number of its setup, and where output goes.

    ``read`` are other files that are read; output never replaces them. ``force`` lets it replace what else is there.
    ``across``: the files are one input.
    """

    inputs: tuple[tuple[Path, int], ...]
    folder: Path
    setups: tuple[Setup, ...]
    read: tuple[Path, ...]
    force: bool
    across: bool = False


class Progress(Protocol):
    """Who follows a run."""

    def begin(self, files: int, size: int) -> None:
        """So many files of so many bytes in all."""

    def done(self, answers: list[Answer]) -> None:
        """Files are done; called now and then with none, too."""

    def patients(self, done: int, of: int) -> None:
        """So many patients of the file in hand are done."""


def perform(job: Job, engine_for: Callable[[tuple[Setup, ...]], Engine], progress: Progress, stop: Event) -> Receipt:
    """Do what is missing of a job, and write its receipt. ``stop`` is set, by anybody, to end it before.

    Raises ScrubberError before anything is done when it cannot be begun; OutputError when journal or receipt cannot be
    written.
    """
    apart_from_inputs(job.folder, [file for file, _ in job.inputs])
    journal = finished.Journal(job.folder)
    try:
        plan = _plan(job, journal)
    except BaseException:
        journal.abandon()
        raise
    try:
        return _carry_out(plan, journal, engine_for(job.setups), progress, stop, RunAcross if job.across else Run)
    finally:
        journal.close()


def _plan(job: Job, journal: finished.Journal) -> Plan:
    before = read_receipt(job.folder)
    paths = frozenset(entry.path for entry in before.files) if before else frozenset()
    kinds = (before.options.reports, before.options.acks) if before else ((), ())
    earlier = Earlier(paths, *kinds, journal.done)
    tasks = plan_tasks(job.inputs, job.folder, job.setups, earlier, force=job.force)
    records = [path for setup in job.setups for path in setup.records]
    spare((*job.read, *records), tasks, job.setups, (finished.NAME, receipts.NAME))
    return Plan(job.folder, tasks, job.setups)


def _carry_out(
    plan: Plan,
    journal: finished.Journal,
    engine: Engine,
    progress: Progress,
    stop: Event,
    run: type[Run] | type[RunAcross],
) -> Receipt:
    journal.sweep()
    write_receipt(plan.folder, make_receipt(plan, {}, RUNNING))
    progress.begin(len(plan.tasks), sum(task.bytes for task in plan.tasks))
    done: dict[str, Done] = {}

    def tell(answers: list[Answer]) -> None:
        journal.add(answer.done for answer in answers if not answer.before)
        done.update((answer.done.path, answer.done) for answer in answers)
        progress.done(answers)

    try:
        run(plan, engine, tell, progress.patients, stop).go()
    finally:
        engine.close()
        journal.sweep()
        receipt = make_receipt(plan, done, FINISHED if len(done) == len(plan.tasks) else INTERRUPTED)
        write_receipt(plan.folder, receipt)
    journal.finish()
    return receipt
