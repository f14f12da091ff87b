"""What a run is to do, settled before the first file is begun: the outputs of each input, and what is done already."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scrubber.acknowledgments.acknowledge import KINDS
from scrubber.batch.done import Done
from scrubber.batch.names import output_names
from scrubber.batch.setup import Setup
from scrubber.batch.task import Task
from scrubber.errors import OutputError
from scrubber.outputs.render import FORMATS


@dataclass(frozen=True, slots=True)
class Plan:
    """The tasks in the order of the inputs, and by what they are done."""

    folder: Path
    tasks: tuple[Task, ...]
    setups: tuple[Setup, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier runs in the folder left: inputs by path that they took on, and the kinds of outputs they wrote."""

    paths: frozenset[str] = frozenset()
    reports: tuple[str, ...] = ()
    acks: tuple[str, ...] = ()
    done: Mapping[str, Done] | None = None

    def outputs(self, path: str, stem: str) -> tuple[str, ...]:
        """Names in the folder that earlier runs may have written of an input."""
        done = self.done.get(path) if self.done else None
        listed = output_names(stem, self.reports, self.acks).values() if path in self.paths else ()
        written = [output.name for output in done.outputs] if done else []
        return tuple(dict.fromkeys((*listed, *written)))


def apart_from_inputs(folder: Path, files: Iterable[Path]) -> None:
    """Raise OutputError when inputs are in the output folder: the next run would take output for input."""
    real = folder.resolve()
    parents = {file.parent for file in files}
    if any(parent.resolve() == real for parent in parents):
        raise OutputError(f"{folder}: inputs are in it; give output a folder of its own with --out")


def path_from(folder: Path, file: Path) -> str:
    """How a file is named in the folder's journal and receipt."""
    return os.path.relpath(file, folder)


def plan_tasks(
    files: Iterable[tuple[Path, int]], folder: Path, setups: tuple[Setup, ...], earlier: Earlier, *, force: bool
) -> tuple[Task, ...]:
    """A task for each file, which comes with the number of its setup.

    Raises OutputError when two would write the same names, or when an output is there that no earlier run wrote and
    ``force`` was not given.
    """
    taken: dict[str, Path] = {}
    there = set(os.listdir(folder)) if folder.is_dir() else set()  # noqa: PTH208 - names are wanted
    foreign: list[str] = []
    tasks = []
    for file, setup in files:
        if file.stem in taken:
            raise OutputError(
                f"{taken[file.stem]} and {file} would both be written as {file.stem}.*; scrub them into folders of"
                " their own"
            )
        taken[file.stem] = file
        path = path_from(folder, file)
        wanted = setups[setup].wanted
        own = earlier.outputs(path, file.stem)
        names = output_names(file.stem, wanted.reports, wanted.acks)
        foreign += [name for name in names.values() if name in there and name not in own]
        done = earlier.done.get(path) if earlier.done else None
        before = done if done and done.fingerprint == setups[setup].fingerprint else None
        stale = (*own, *(output_names(file.stem, FORMATS, KINDS).values() if force else ()))
        tasks.append(Task(file, path, file.stem, folder, setup, _size(file), stale, before))
    if foreign and not force:
        more = f" (and {len(foreign) - 1} more)" if len(foreign) > 1 else ""
        raise OutputError(
            f"{folder / foreign[0]}{more} exists already, and no earlier run in this folder wrote it; choose another"
            " folder with --out, or give --force"
        )
    return tuple(tasks)


def spare(read: Iterable[Path], tasks: tuple[Task, ...], setups: tuple[Setup, ...], own: Iterable[str]) -> None:
    """Raise OutputError when an output would be written over something that is read: --force is no leave for that.

    ``own`` are the names of the run's own files.
    """
    folder = tasks[0].folder.resolve()
    names = set(own)
    for task in tasks:
        wanted = setups[task.setup].wanted
        names.update((*output_names(task.stem, wanted.reports, wanted.acks).values(), *task.stale))
    for file in read:
        real = file.resolve()
        if real.parent == folder and real.name in names:
            raise OutputError(f"{file} is read, and output of this run would replace it; give another --out")


def _size(file: Path) -> int:
    """Bytes; 0 for what cannot be looked at: its task will say why."""
    try:
        return file.stat().st_size
    except OSError:
        return 0
