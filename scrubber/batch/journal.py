"""The run's journal, one line for each file that is done, and with it the lock of the output folder."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from scrubber.batch.done import Done
from scrubber.errors import OutputError
from scrubber.write.files import FOLDER_MODE, MODE

NAME = "batch-finished.jsonl"
SCHEMA = "claim-scrub-batch-finished/1"

_LEFT_OVER = (".scrubber-", ".tmp")
"""How the names of output that was being written begin and end."""


class _Head(msgspec.Struct, frozen=True):
    schema: str


class Journal:
    """The journal of an output folder. While it is open no other run works in that folder."""

    def __init__(self, folder: Path) -> None:
        """Open or begin it. Raises OutputError when the folder cannot be written, or another run is at work in it."""
        self.folder = folder
        self._waiting: list[bytes] = []
        self._new = not folder.exists()
        try:
            folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            self._file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, MODE)
        except OSError as error:
            raise OutputError(
                f"{folder}: output cannot be written ({error.strerror}); choose another folder with --out"
            ) from None
        self._lock()
        self.done = self._read()
        """What earlier runs did last with each input, by its path from the folder."""

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                return  # a file system without locks; renames keep output whole there too
            os.close(self._file)
            raise OutputError(
                f"{self.folder}: another run is at work in this folder; wait for it, or choose another with --out"
            ) from None

    def _read(self) -> dict[str, Done]:
        with (self.folder / NAME).open("rb") as file:
            lines = file.read().split(b"\n")
        torn = lines.pop()  # what a run that was killed had not written to its end
        if torn:
            os.ftruncate(self._file, os.fstat(self._file).st_size - len(torn))
        if not lines:
            self._waiting.append(msgspec.json.encode(_Head(SCHEMA)) + b"\n")
            self.finish()
            return {}
        found: dict[str, Done] = {}
        try:
            if msgspec.json.decode(lines[0], type=_Head).schema != SCHEMA:
                raise msgspec.DecodeError
            for line in lines[1:]:
                done = msgspec.json.decode(line, type=Done)
                found[done.path] = done
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise OutputError(
                f"{self.folder / NAME}: is no journal of a run of this version; choose another folder with --out"
            ) from None
        return found

    def add(self, done: Iterable[Done]) -> None:
        """Write down what became of files: on disk when this returns, unless the disk is full: then with the next."""
        self._waiting += [msgspec.json.encode(each) + b"\n" for each in done]
        with contextlib.suppress(OSError):
            self._write()

    def finish(self) -> None:
        """Write what could not be written yet. Raises OutputError when it still cannot be."""
        try:
            self._write()
        except OSError as error:
            raise OutputError(
                f"{self.folder / NAME}: cannot be written ({error.strerror}); make room and run the command again"
            ) from None

    def _write(self) -> None:
        if not self._waiting:
            return
        size = os.fstat(self._file).st_size
        try:
            lines = memoryview(b"".join(self._waiting))
            while lines:  # a full disk takes a part of them first
                lines = lines[os.write(self._file, lines) :]
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, size)  # half a line must not stand before the next
            raise
        self._waiting.clear()

    def sweep(self) -> None:
        """Remove what killed workers were writing. Nothing else is removed."""
        begins, ends = _LEFT_OVER
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                if path.name.startswith(begins) and path.name.endswith(ends):
                    path.unlink(missing_ok=True)

    def abandon(self) -> None:
        """Close it without a trace, where no run has begun in the folder."""
        if not self.done:
            with contextlib.suppress(OSError):
                (self.folder / NAME).unlink()
                if self._new:
                    self.folder.rmdir()
        self.close()

    def close(self) -> None:
        """Let others into the folder."""
        os.close(self._file)
