"""Progress of a run over many files, on standard error, when that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from scrubber.batch.done import Answer


class Following:
    """Counts what is done, and shows it where there is a bar."""

    def __init__(self, bar: Progress | None = None) -> None:
        self._bar = bar
        self._task: TaskID | None = None
        self._began = monotonic()
        self.files = self.before = self.claims = self.bytes = 0

    @property
    def seconds(self) -> float:
        """Since the first file was begun."""
        return max(monotonic() - self._began, 1e-6)

    @property
    def rates(self) -> str:
        """Files, claims and megabytes a second, of what was done in this run."""
        per = self.seconds
        return f"{self.files / per:.1f} files/s, {self.claims / per:.0f} claims/s, {self.bytes / per / 1e6:.2f} MB/s"

    def begin(self, files: int, size: int) -> None:
        """So many files of so many bytes."""
        self._began = monotonic()
        if self._bar is not None:
            self._task = self._bar.add_task("", total=max(size, 1), of=files, files=0, rates="")

    def done(self, answers: list[Answer]) -> None:
        """Files are done."""
        for answer in answers:
            if answer.before:
                self.before += 1
            else:
                self.files += 1
                self.claims += answer.done.claims
                self.bytes += answer.done.bytes or 0
        if self._bar is not None and self._task is not None:
            size = sum(answer.done.bytes or 0 for answer in answers)
            self._bar.update(self._task, advance=size, files=self.files + self.before, rates=self.rates)

    def patients(self, done: int, of: int) -> None:
        """Patients of the file in hand; a large one would seem to stand still."""
        if self._bar is not None and self._task is not None and done % 50 == 0:
            self._bar.update(self._task, description=f"{done}/{of} patients of a file" if done < of else "")


@contextmanager
def following(*, quiet: bool) -> Iterator[Following]:
    """Who follows a run: with a bar on a terminal, else silently."""
    if quiet or not sys.stderr.isatty():
        yield Following()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.fields[files]}/{task.fields[of]} files"),
        BarColumn(),
        TextColumn("{task.fields[rates]}"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Following(bar)
