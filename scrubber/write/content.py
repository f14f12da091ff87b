"""The bytes of an output, made piece by piece while it is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator


class Pieces:
    """An output as pieces of bytes, made anew each time that it is iterated."""

    def __init__(self, pieces: Callable[[], Iterable[bytes]]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        """The pieces."""
        yield from self._pieces()


class Content(Pieces):
    """An output of which size and hash are known from the first whole pass on; who asks before causes one."""

    def __init__(self, pieces: Callable[[], Iterable[bytes]]) -> None:
        super().__init__(pieces)
        self._size: int | None = None
        self._sha256 = ""

    def __iter__(self) -> Iterator[bytes]:
        """The pieces."""
        if self._size is not None:
            yield from self._pieces()
            return
        size, digest = 0, hashlib.sha256()
        for piece in self._pieces():
            size += len(piece)
            digest.update(piece)
            yield piece
        self._size, self._sha256 = size, digest.hexdigest()

    @property
    def size(self) -> int:
        """Bytes."""
        self._known()
        return self._size or 0

    @property
    def sha256(self) -> str:
        """Hash in hexadecimal."""
        self._known()
        return self._sha256

    def _known(self) -> None:
        if self._size is None:
            for _ in self:
                pass
