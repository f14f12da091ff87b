"""Levels and claims of one transaction: a stretch of the columns of its file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from scrubber.claims.spans import NO_LEVEL, ClaimSpan, Level, Packed, PackedClaims, PackedLevels


class LevelKind(NamedTuple):
    """What a level says of itself, and what is so: HL03, whether it stands below one, HL04, whether one is below it."""

    code: str
    has_parent: bool
    child_flag: str
    is_parent: bool


class LevelsOf(Packed[Level]):
    """The levels of one transaction: those that were added since ``first`` and before ``end``."""

    __slots__ = ("_every", "end", "first")

    def __init__(self, every: PackedLevels | None = None) -> None:
        self._every = PackedLevels() if every is None else every
        self.first = self.end = len(self._every)

    def __len__(self) -> int:
        return self.end - self.first

    def place(self, number: int) -> tuple[int, int]:
        return self._every.place(self.first + number)

    def is_counted(self) -> bool:
        """Whether HL01 counts them from 1 and HL02 names the parent."""
        return self._every.is_counted(self.first, self.end)

    def kinds(self) -> set[LevelKind]:
        """The kinds that there are."""
        above = self._every.parents(self.first, self.end)
        parents = set(above)
        kinds = zip(
            self.codes(),
            [parent != NO_LEVEL for parent in above],
            self._every.flags(self.first, self.end),
            [number in parents for number in range(self.first, self.end)],
            strict=True,
        )
        return set(map(LevelKind._make, set(kinds)))

    def codes(self) -> list[str]:
        """HL03 of each."""
        return self._every.codes(self.first, self.end)

    def parents(self) -> list[int]:
        """The order of the one above each, NO_LEVEL for none."""
        return _orders(self._every.parents(self.first, self.end), self.first)

    def upward(self, orders: Iterable[int]) -> bytearray:
        """A mark for each level of these orders, and each that stands above one."""
        above = self._every.parents(self.first, self.end)
        marks = bytearray(len(self))
        for order in orders:
            while order >= 0 and not marks[order]:
                marks[order] = 1
                order = above[order] - self.first
        return marks

    def made(self, number: int) -> Level:
        return self._every.made(self.first + number)


class ClaimsOf(Packed[ClaimSpan]):
    """The claims of one transaction: those that were added since ``first`` and before ``end``."""

    __slots__ = ("_every", "_levels", "end", "first")

    def __init__(self, every: PackedClaims | None = None, levels: LevelsOf | None = None) -> None:
        self._levels = LevelsOf() if levels is None else levels
        self._every = PackedClaims(PackedLevels()) if every is None else every
        self.first = self.end = len(self._every)

    def __len__(self) -> int:
        return self.end - self.first

    def place(self, number: int) -> tuple[int, int]:
        return self._every.place(self.first + number)

    def ordinals(self) -> range:
        """Their ordinals in the file."""
        return range(self.first, self.end)

    def levels(self) -> list[int]:
        """The order of the level that each stands below, NO_LEVEL for none."""
        return _orders(self._every.levels(self.first, self.end), self._levels.first)

    def codes_above(self) -> set[str]:
        """HL03 of the levels that they stand below; empty for one that stands below none."""
        codes = self._levels.codes()
        return {"" if order == NO_LEVEL else codes[order] for order in self.levels()}

    def made(self, number: int) -> ClaimSpan:
        return self._every.made(self.first + number)


def _orders(numbers: Iterable[int], first: int) -> list[int]:
    """Orders of levels in the transaction of which the first has that number."""
    return [number if number == NO_LEVEL else number - first for number in numbers]
