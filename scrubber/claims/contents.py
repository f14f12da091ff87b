"""Where an input's bytes come from: a buffer in memory, pieces of one, or a file that is read span by span."""

from __future__ import annotations

import errno
import hashlib
import os
import weakref
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import msgspec

from scrubber.errors import UnreadableInputError

FILES_KEPT_OPEN = 64
"""Inputs that a process keeps open: a part of the work reads one file or a few, and the next one mostly the same."""


class Contents(Protocol):
    """The bytes of an input by offset. ``bytes`` is one."""

    def __getitem__(self, at: slice, /) -> bytes:
        """The bytes from ``at.start`` up to ``at.stop``."""


class Origin(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An input by its path, and what it was when it was indexed: its size in bytes, and SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str


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


def origin_of(path: Path, contents: bytes) -> Origin:
    """The origin of a file whose bytes have just been read."""
    return Origin(str(path.absolute()), len(contents), hashlib.sha256(contents).hexdigest())


class Pieces:
    """Some stretches of a buffer that is elsewhere, by where each begins. Only whole ones can be asked for."""

    def __init__(self, pieces: Mapping[int, bytes]) -> None:
        self._pieces = pieces

    def __getitem__(self, at: slice, /) -> bytes:
        return self._pieces[at.start][: at.stop - at.start]


class FileContents:
    """A file that is read span by span, and refused once it is no longer what was indexed."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        try:
            self._file = os.open(origin.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise UnreadableInputError(
                f"{origin.path}: cannot be read by this worker ({error.strerror}); workers read inputs by their path:"
                " put them on storage that every worker sees at the same place"
            ) from None
        weakref.finalize(self, os.close, self._file)
        self._stamp = self._stamped()
        if self._stamp[0] != origin.size or self._hash() != origin.sha256:
            raise self._changed()

    def _hash(self) -> str:
        with os.fdopen(os.dup(self._file), "rb") as whole:
            return hashlib.file_digest(whole, "sha256").hexdigest()

    def _stamped(self) -> tuple[int, int]:
        state = os.fstat(self._file)
        return state.st_size, state.st_mtime_ns

    def _changed(self) -> UnreadableInputError:
        return UnreadableInputError(
            f"{self._origin.path}: is not the file that was indexed ({self._origin.size} bytes, SHA-256"
            f" {self._origin.sha256[:16]}...); leave inputs alone while they are scrubbed, and start again"
        )

    def check(self) -> None:
        """Raise UnreadableInputError when the file was written to since it was opened."""
        if self._stamped() != self._stamp:
            raise self._changed()

    def __getitem__(self, at: slice, /) -> bytes:
        start, stop, _ = at.indices(self._origin.size)
        found = b""
        while start + len(found) < stop:
            more = os.pread(self._file, stop - start - len(found), start + len(found))
            if not more:
                raise self._changed()
            found += more
        return found


@lru_cache(maxsize=FILES_KEPT_OPEN)
def _opened(origin: Origin) -> FileContents:
    return FileContents(origin)


def open_contents(origin: Origin) -> FileContents:
    """The file of that origin, opened and hashed once in a process, and looked at again each time it is asked for.

    Raises UnreadableInputError when it cannot be opened, or is not what was indexed.
    """
    contents = _opened(origin)
    contents.check()
    return contents


class ContentsOf:
    """The contents of an origin, opened when they are first asked for. Holds no file open by itself."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin

    def __getitem__(self, at: slice, /) -> bytes:
        return open_contents(self._origin)[at]
