"""Results that wait on disk, by file, until all patients of a set are done."""

from __future__ import annotations

import pickle
import tempfile
from array import array
from collections.abc import Iterator
from types import TracebackType
from typing import Generic, TypeVar

R = TypeVar("R")


class Spool(Generic[R]):
    """One temporary file, without a name where the system has such, for the results of all files."""

    def __init__(self, files: int) -> None:
        self._at = tuple(array("Q") for _ in range(files))
        self._file = tempfile.TemporaryFile("w+b", buffering=1 << 20)  # noqa: SIM115 - __exit__ closes it
        self._end = 0

    def add(self, file: int, order: int, result: R) -> None:
        """Keep a result of that file; ``order`` is its place among all. Raises OSError when the disk is full."""
        packed = pickle.dumps(result)
        self._at[file].extend((order, self._end, len(packed)))
        self._file.write(packed)
        self._end += len(packed)

    def of(self, file: int) -> Iterator[R]:
        """The results of a file in their order."""
        places = self._at[file]
        for number in sorted(range(0, len(places), 3), key=lambda number: places[number]):
            self._file.seek(places[number + 1])
            yield pickle.loads(self._file.read(places[number + 2]))  # noqa: S301 - written by this very process

    def __enter__(self) -> Spool[R]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
