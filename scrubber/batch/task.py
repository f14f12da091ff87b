"""One input file as a task."""

from __future__ import annotations

from pathlib import Path

import msgspec

from scrubber.batch.done import Done


class Task(msgspec.Struct, frozen=True):
    """One input and where its outputs go. Small: it names files and holds none.

    ``path`` leads from the folder to the input. ``setup`` is its setup's place among those of the run. ``bytes`` is its
    size when the run began. ``stale`` are names of outputs of an earlier run, which must not stand beside those of this
    one. ``before`` is what an earlier run with the same fingerprint made of it.
    """

    file: Path
    path: str
    stem: str
    folder: Path
    setup: int
    bytes: int
    stale: tuple[str, ...] = ()
    before: Done | None = None
