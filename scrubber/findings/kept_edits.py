"""Edits that are kept to be gone through more than once, many of them packed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

import msgspec

from scrubber.findings.journal import JournalEdit

UNPACKED = 20_000
"""Edits that are kept as they are, about 220 bytes each. To read them again when they are packed costs time."""
_BLOCK = 2_000
_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(list[JournalEdit]).decode
_FAST = 1


class KeptEdits:
    """Edits in the order they are added. Those of a large file say nearly the same: packed they take ten bytes each."""

    __slots__ = ("_blocks", "_first", "_open")

    def __init__(self, edits: Iterable[JournalEdit] = ()) -> None:
        self._first: list[JournalEdit] = []
        self._blocks: list[bytes] = []
        self._open: list[JournalEdit] = []
        for edit in edits:
            self.add(edit)

    def add(self, edit: JournalEdit) -> None:
        """Add one more."""
        if len(self._first) < UNPACKED:
            self._first.append(edit)
            return
        self._open.append(edit)
        if len(self._open) == _BLOCK:
            self._blocks.append(zlib.compress(_ENCODE(self._open), _FAST))
            self._open = []

    def __iter__(self) -> Iterator[JournalEdit]:
        """The edits."""
        yield from self._first
        for block in self._blocks:
            yield from _DECODE(zlib.decompress(block))
        yield from self._open
