"""Scrub one file of a run and write its outputs: the same bytes under the same names as `scrub` writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from scrubber.batch.bench import Bench
from scrubber.batch.done import Answer, Done, Written
from scrubber.batch.task import Task
from scrubber.batch.unwritten import Unwritten, render_outcome
from scrubber.claims.contents import Origin, read_file
from scrubber.errors import OutputError, ScrubberError, UnreadableInputError, WorkerError, place_of
from scrubber.outputs.scrubbed_file import ScrubbedFile
from scrubber.scrub import Spread
from scrubber.scrub import scrub_file as scrub
from scrubber.scrub_patient import Context
from scrubber.write.journal_file import sha256

T = TypeVar("T")

Through = tuple[type[BaseException], ...]
Spreads = Callable[[str], Spread]
Told = Callable[[int, int], None]
"""Told how many patients are done and how many there are."""


class StoppedError(Exception):
    """The run was asked to stop; nothing is wrong with the file."""


def guarded(task: Task, fingerprint: str, work: Callable[[], T], through: Through = ()) -> T | Answer:
    """What ``work`` gives, whatever happens: an error is an answer too. StoppedError, ``through`` and exits pass."""
    try:
        return work()
    except StoppedError:
        raise
    except through:
        raise
    except (OutputError, WorkerError) as error:
        return failed(task, fingerprint, str(error), again=True)
    except ScrubberError as error:
        return failed(task, fingerprint, str(error))
    except MemoryError:
        return failed(task, fingerprint, f"{task.file}: not enough memory; divide the file, or give fewer --jobs", True)
    except Exception as error:  # noqa: BLE001 - one file fails, the others go on
        return failed(
            task, fingerprint, f"{task.file}: the program failed ({place_of(error)}). Please report it.", True
        )


def failed(task: Task, fingerprint: str, why: str, again: bool = False) -> Answer:
    """The answer for a file of which nothing was written."""
    return Answer(Done(task.path, 2, fingerprint, error=why), again)


def scrub_file(task: Task, bench: Bench, told: Told, spread: Spreads | None = None) -> Unwritten | Answer:
    """Scrub one file, up to writing; or find that an earlier run did it all. Raises ScrubberError.

    ``spread`` works on patients elsewhere, for the input of a hash (hexadecimal); None: here.
    """
    source = read_file(task.file, bench.settings.max_bytes)
    digest = sha256(source)
    if task.before is not None and still_there(task.before, digest, task.folder):
        return Answer(task.before, before=True)
    context = bench.context(digest)
    origin = Origin(str(task.file.absolute()), len(source), digest)
    try:
        result = scrub(
            source,
            bench.records,
            context,
            bench.claim_parts,
            progress=told,
            spread=spread and spread(digest),
            origin=origin,
        )
    except UnreadableInputError as error:
        raise UnreadableInputError(f"{task.file}: {error}") from None
    return render_outcome(task, bench, result, context, digest)


def write_outcome(task: Task, bench: Bench, result: ScrubbedFile, context: Context, digest: str) -> Answer:
    """Write what came of a file with that hash (hexadecimal). Raises OutputError, nothing written."""
    return render_outcome(task, bench, result, context, digest).write()


def still_there(before: Done, digest: str, folder: Path) -> bool:
    """Whether an earlier run's outputs are those of an input with this hash, and on disk as they were written."""
    if before.sha256 != digest or before.exit_code == 2:
        return False
    return all(_is(folder / output.name, output) for output in before.outputs)


def _is(path: Path, output: Written) -> bool:
    try:
        return path.stat().st_size == output.bytes and sha256(path.read_bytes()) == output.sha256
    except OSError:
        return False
