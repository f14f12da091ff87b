"""The files of ``[records] paths``, looked at from scan to scan: they speak for claims only while they are quiet.

Half a file can be read as a whole one with other minutes. So they are judged as the files of the inbox are: by two of
our own scans.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from scrubber.errors import RecordsError
from scrubber.visits.records import records_in
from scrubber.watch.companions import records_stems


class Stamp(msgspec.Struct, frozen=True, array_like=True):
    """What changes when a file does. Size in bytes, times in nanoseconds."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int


Stamps = dict[str, Stamp | None]
"""By path; None for what cannot be seen."""


class ListedRecords:
    """What the scans saw of the listed files. Not for two threads."""

    def __init__(self, files: Callable[[], Iterable[Path]]) -> None:
        self._files = files
        self._since: dict[str, tuple[float, int]] = {}
        self.stamps: Stamps = {}
        """Each file as the last scan saw it."""
        self.stems: frozenset[bytes] = frozenset()
        """The stems of claims files that one of them belongs to."""

    def look(self, clock: Callable[[], float]) -> None:
        """Look at every file; ``clock`` is the monotonic one."""
        before, since = self.stamps, self._since
        self.stamps = stamps_of(self._files())
        at = clock()
        self._since = {
            path: (since[path][0], since[path][1] + 1) if path in before and before[path] == stamp else (at, 1)
            for path, stamp in self.stamps.items()
        }
        names = (os.fsencode(Path(path).name) for path, stamp in self.stamps.items() if stamp is not None)
        self.stems = frozenset(stem for name in names for stem in records_stems(name))

    def are_quiet(self, began: float, quiet_seconds: float) -> bool:
        """Whether two scans saw each of them just so, that long apart; ``began`` is when the last one did."""
        return all(looks > 1 and began - since >= quiet_seconds for since, looks in self._since.values())


def stamps_of(paths: Iterable[Path]) -> Stamps:
    """The files that these paths stand for, and each as it is now."""
    return {str(path): stamp_of(path) for each in paths for path in inside(each)}


def inside(path: Path) -> Iterator[Path]:
    """The file itself, or the files of a folder; a folder that cannot be looked into stands for itself."""
    if not path.is_dir():
        yield path
        return
    try:
        yield from records_in(path)
    except RecordsError:
        yield path


def stamp_of(path: Path) -> Stamp | None:
    """The file as it is now; None where it cannot be seen."""
    try:
        at = path.stat()
    except OSError:
        return None
    return Stamp(at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns)
