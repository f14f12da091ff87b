"""Scrub one file of a run and write its outputs: the same bytes under the same names as `scrub` writes."""

from __future__ import annotations

import errno
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from scrubber.batch.bench import Bench
from scrubber.batch.done import Answer, Done, Written
from scrubber.batch.names import output_names
from scrubber.batch.task import Task
from scrubber.claims.contents import Origin
from scrubber.errors import OutputError, ScrubberError, UnreadableInputError, WorkerError
from scrubber.findings.journal import CORRECTED, HELD
from scrubber.outputs import Named, render
from scrubber.reports.assemble import assemble
from scrubber.reports.detail import findings_only
from scrubber.scrub import Spread, scrub
from scrubber.write.files import write_all
from scrubber.write.journal_file import sha256

Spreads = Callable[[str], Spread]
Told = Callable[[int, int], None]
"""Told how many patients are done and how many there are."""


class StoppedError(Exception):
    """The run was asked to stop; nothing is wrong with the file."""


def answer_for(
    task: Task,
    fingerprint: str,
    bench: Callable[[], Bench],
    told: Told,
    spread: Spreads | None = None,
    through: tuple[type[BaseException], ...] = (),
) -> Answer:
    """Scrub a file, whatever happens: an error is an answer too. StoppedError, ``through`` and exits pass."""
    try:
        return scrub_file(task, bench(), spread, told)
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
        return failed(task, fingerprint, f"{task.file}: the program failed ({place(error)}). Please report it.", True)


def failed(task: Task, fingerprint: str, why: str, again: bool = False) -> Answer:
    """The answer for a file of which nothing was written."""
    return Answer(Done(task.path, 2, fingerprint, error=why), again)


def place(error: BaseException) -> str:
    """Kind of failure and where, without its text: that might hold patient data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} in {trace.tb_frame.f_globals.get('__name__', '?')}, line {trace.tb_lineno}"


def scrub_file(task: Task, bench: Bench, spread: Spreads | None, told: Told) -> Answer:
    """Scrub one file and write its outputs, or find that an earlier run did so. Raises ScrubberError, nothing written.

    ``spread`` works on patients elsewhere, for the input of a hash (hexadecimal); None: here.
    """
    source = read_file(task.file, bench.settings.max_bytes)
    digest = sha256(source)
    if task.before is not None and still_there(task.before, digest, task.folder):
        return Answer(task.before, before=True)
    context = bench.context(digest)
    origin = Origin(str(task.file.absolute()), len(source), digest)
    try:
        origin = Origin(str(task.file.absolute()), len(source), digest)
        result = scrub(source, bench.records, context, progress=told, spread=spread and spread(digest), origin=origin)
    except UnreadableInputError as error:
        raise UnreadableInputError(f"{task.file}: {error}") from None
    report = assemble(result, task.file.name, context)
    wanted = bench.setup.wanted
    names = output_names(task.stem, wanted.reports, wanted.acks)
    outputs = render(
        result,
        findings_only(report) if wanted.findings_only else report,
        wanted.reports,
        Named(task.file.name, task.path),
        {target: Named(names[target]) for target in (CORRECTED, HELD)},
        bench.answers,
    )
    written = write_outputs(task, names, {kind: [data] for kind, data in outputs.items()})
    counts = Counter(claim.disposition for claim in result.claims)
    return Answer(
        Done(
            task.path,
            1 if result.has_held else 0,
            bench.setup.fingerprint,
            digest,
            len(source),
            len(result.claims),
            counts["unchanged"],
            counts["corrected"],
            counts["held"],
            written,
        )
    )


def write_outputs(task: Task, names: dict[str, str], outputs: dict[str, Iterable[bytes]]) -> tuple[Written, ...]:
    """Write everything, or nothing; what an earlier run wrote of the input, and this one does not, goes."""
    hashed = {kind: _Hashed(chunks) for kind, chunks in outputs.items()}
    contents = {names[kind]: chunks for kind, chunks in hashed.items()}
    absent = [name for name in dict.fromkeys((*names.values(), *task.stale)) if name not in contents]
    write_all(task.folder, contents, absent)
    return tuple(Written(kind, names[kind], each.bytes, each.sha256) for kind, each in sorted(hashed.items()))


class _Hashed:
    """The chunks of an output, counted and hashed on their way to the disk."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._hash = hashlib.sha256()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._hash.update(chunk)
            self.bytes += len(chunk)
            yield chunk


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


def read_file(file: Path, most_bytes: int) -> bytes:
    """The input's bytes. Raises UnreadableInputError when it cannot be read or is larger than ``most_bytes``."""
    try:
        size = file.stat().st_size
        if size > most_bytes:
            raise UnreadableInputError(f"{file}: {size} bytes are more than max-bytes ({most_bytes}); divide the file")
        return file.read_bytes()
    except OSError as error:
        why = "is a folder" if error.errno == errno.EISDIR else f"cannot be read ({error.strerror})"
        raise UnreadableInputError(f"{file}: {why}; expected an 837P file") from None
