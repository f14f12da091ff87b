"""The outputs of one file between making and writing them: the disk takes its time over several files at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from scrubber.batch.bench import Bench
from scrubber.batch.done import Answer, Done, Written
from scrubber.batch.names import output_names
from scrubber.batch.task import Task
from scrubber.findings.journal import CORRECTED, HELD
from scrubber.outputs.render import Named, render
from scrubber.outputs.scrubbed_file import ScrubbedFile
from scrubber.scrub_patient import Context
from scrubber.write.files import write_all


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What a file's outputs are to hold, by kind, and what there is to say of the file once they are on disk."""

    task: Task
    names: Mapping[str, str]
    outputs: Mapping[str, Iterable[bytes]]
    done: Done

    def write(self) -> Answer:
        """Write everything, or nothing; what an earlier run wrote of the input, and this one does not, goes.

        Raises OutputError when a file cannot be written.
        """
        hashed = {kind: _Hashed(chunks) for kind, chunks in self.outputs.items()}
        contents = {self.names[kind]: chunks for kind, chunks in hashed.items()}
        absent = [name for name in dict.fromkeys((*self.names.values(), *self.task.stale)) if name not in contents]
        write_all(self.task.folder, contents, absent)
        written = tuple(Written(kind, self.names[kind], each.bytes, each.sha256) for kind, each in hashed.items())
        return Answer(msgspec.structs.replace(self.done, outputs=written))


def render_outcome(task: Task, bench: Bench, result: ScrubbedFile, context: Context, digest: str) -> Unwritten:
    """What is to be written of a file with that hash (hexadecimal): what `scrub` would write, under the same names."""
    report = result.report(task.file.name, context)
    wanted = bench.setup.wanted
    names = output_names(task.stem, wanted.reports, wanted.acks)
    outputs = render(
        result,
        report,
        wanted.reports,
        Named(task.file.name, task.path),
        {target: Named(names[target]) for target in (CORRECTED, HELD)},
        bench.answers,
    )
    totals = report.totals
    done = Done(
        task.path,
        1 if result.has_held else 0,
        bench.setup.fingerprint,
        digest,
        len(result.source),
        totals.claims,
        totals.unchanged,
        totals.corrected,
        totals.held,
    )
    return Unwritten(task, names, dict(sorted(outputs.items())), done)


class _Hashed:
    """The chunks of an output, counted and hashed on their way to the disk."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._hash = hashlib.sha256()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        """Of all chunks that went through, in hexadecimal."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._hash.update(chunk)
            self.bytes += len(chunk)
            yield chunk
