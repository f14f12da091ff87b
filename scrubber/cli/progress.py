"""Progress on standard error, when that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

FIRST_SHOWN = 200
"""Patients: below this the work is done before a bar could be read."""


@contextmanager
def progress_for(name: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A function to be told (patients done, patients in all) that shows a bar; None where there is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{name}: patients", total=None, visible=False)

        def tell(done: int, of: int) -> None:
            if of >= FIRST_SHOWN and done % 50 == 0:
                bar.update(task, completed=done, total=of, visible=True)

        yield tell


@contextmanager
def bytes_progress(name: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A function to be told (bytes done, bytes in all) that shows a bar; None where there is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)

        def tell(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        yield tell
