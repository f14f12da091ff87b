"""Parts of a file's outputs, kept in file order outside of memory until the whole of them is written."""

from __future__ import annotations

import errno
import os
import tempfile
import weakref
from array import array
from collections.abc import Iterator
from contextlib import contextmanager

from scrubber.errors import SpoolError

IN_MEMORY = 4_000_000
"""Bytes that one spool keeps in memory; what is more goes to a temporary file without a name, mode 0600."""
PIECE = 1 << 20
"""Bytes that are read back at a time."""


class Spool:
    """Byte strings with the ordinal of their claim, put in any order and read back by ordinal; 16 bytes of memory each.

    One ordinal may come several times; what came first is then read first. Raises SpoolError when the temporary folder
    is full or broken.
    """

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._ordinals = array("I")
        self._ends = array("Q", [0])
        self._sorted = True
        self._last = -1
        self._end = 0
        self._pending: list[bytes] = []
        """What is not in the file yet."""
        self._most_pending = in_memory
        self._on_disk = 0
        self._handle = -1

    def __len__(self) -> int:
        """How many parts there are."""
        return len(self._ordinals)

    def put(self, ordinal: int, data: bytes) -> int:
        """Add a part; the number by which ``read`` finds it again."""
        if ordinal < self._last:
            self._sorted = False
        self._last = ordinal
        self._pending.append(data)
        self._end += len(data)
        self._ordinals.append(ordinal)
        self._ends.append(self._end)
        if self._end - self._on_disk > self._most_pending:
            self._to_disk()
        return len(self._ordinals) - 1

    def read(self, number: int) -> bytes:
        """One part by its number."""
        return self._bytes(self._ends[number], self._ends[number + 1])

    def parts(self) -> Iterator[bytes]:
        """Every part in the order of the ordinals. The spool must not be added to meanwhile."""
        ends = self._ends
        for numbers in self._runs():
            block, start, end = b"", 0, 0
            for number in numbers:
                first, last = ends[number], ends[number + 1]
                if last > end:
                    start, end = first, max(min(first + PIECE, ends[numbers[-1] + 1]), last)
                    block = self._bytes(start, end)
                yield block[first - start : last - start]

    def pieces(self) -> Iterator[bytes]:
        """All parts in the order of the ordinals, one behind the other, in pieces of at most PIECE."""
        pending = bytearray()
        for numbers in self._runs():
            at, end = self._ends[numbers[0]], self._ends[numbers[-1] + 1]
            while at < end:
                upto = min(at + PIECE - len(pending), end)
                pending += self._bytes(at, upto)
                at = upto
                if len(pending) >= PIECE:
                    yield bytes(pending)
                    pending.clear()
        if pending:
            yield bytes(pending)

    def numbers(self, claims: int) -> array[int]:
        """For each ordinal below ``claims`` the number of its part, of which it must have one."""
        found = array("I", bytes(4 * claims))
        for number, ordinal in enumerate(self._ordinals):
            found[ordinal] = number
        return found

    def _runs(self) -> Iterator[range]:
        """Numbers of the parts in the order of the ordinals, those together that stand one behind the other."""
        count = len(self._ordinals)
        if self._sorted:
            if count:
                yield range(count)
            return
        first = last = -1
        for number in sorted(range(count), key=self._ordinals.__getitem__):
            if number != last + 1 and last >= 0:
                yield range(first, last + 1)
                first = number
            elif last < 0:
                first = number
            last = number
        yield range(first, last + 1)

    def _bytes(self, start: int, end: int) -> bytes:
        if start >= self._on_disk:
            if len(self._pending) > 1:
                self._pending = [b"".join(self._pending)]
            return b"".join(self._pending)[start - self._on_disk : end - self._on_disk]
        if end > self._on_disk:
            self._to_disk()
        data = bytearray()
        with _clear():
            while len(data) < end - start:
                block = os.pread(self._handle, end - start - len(data), start + len(data))
                if not block:
                    raise OSError(errno.EIO, "a temporary file is shorter than what was written to it")
                data += block
        return bytes(data)

    def _to_disk(self) -> None:
        with _clear():
            if self._handle < 0:
                file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed when nobody has the spool any more
                weakref.finalize(self, file.close)
                self._handle = file.fileno()
                self._most_pending = PIECE
            rest = memoryview(b"".join(self._pending))
            while rest:
                rest = rest[os.write(self._handle, rest) :]
        self._on_disk = self._end
        self._pending = []


@contextmanager
def _clear() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SpoolError(
            error.errno or 0,
            f"{tempfile.gettempdir()}: intermediate results cannot be kept ({error.strerror}); make room, or name "
            "another folder in TMPDIR",
        ) from None
