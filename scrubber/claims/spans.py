"""Where the claims and hierarchy levels of a file are, as columns of numbers.

A claim and its level take about 100 bytes, a quarter of what the objects would: a ClaimSpan or Level is made when it is
asked for, and again the next time.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar, overload

if TYPE_CHECKING:
    from scrubber.claims.outline import Transaction

NO_LEVEL = -1
_T = TypeVar("_T")


class Level(NamedTuple):
    """One HL and the segments that follow it up to its first claim or the next HL."""

    start: int
    end: int
    segment: int
    number: str
    parent_number: str
    code: str
    child_flag: str
    parent: Level | None
    order: int
    """Position of this HL in its transaction, 0 for the first."""


class ClaimSpan(NamedTuple):
    """A claim's bytes: its CLM up to the next CLM, HL or trailer."""

    ordinal: int
    """Position in the file, 0 for the first claim."""
    start: int
    end: int
    segment: int
    claim_id: str
    level: Level | None
    transaction: Transaction

    @property
    def position(self) -> int:
        """Position in the file, counted from 1, as reports show it."""
        return self.ordinal + 1


class Packed(Sequence[_T]):
    """A sequence that makes its members."""

    __slots__ = ()

    @overload
    def __getitem__(self, at: int) -> _T: ...
    @overload
    def __getitem__(self, at: slice) -> list[_T]: ...
    def __getitem__(self, at: int | slice) -> _T | list[_T]:
        count = len(self)
        if isinstance(at, slice):
            return [self.made(number) for number in range(count)[at]]
        number = at + count if at < 0 else at
        if not 0 <= number < count:
            raise IndexError(at)
        return self.made(number)

    def __iter__(self) -> Iterator[_T]:
        return map(self.made, range(len(self)))

    def made(self, number: int) -> _T:
        """The one of a number that is known to be there, from 0 on."""
        raise NotImplementedError

    def place(self, number: int) -> tuple[int, int]:
        """Its first byte and the one behind its last."""
        raise NotImplementedError


class PackedLevels(Packed[Level]):
    """Levels by their number in the file."""

    __slots__ = ("_codes", "_ends", "_flags", "_misnumbered", "_numbers", "_orders", "_parent", "_parents",
                 "_segments", "_starts", "_texts")  # fmt: skip

    def __init__(self) -> None:
        self._starts, self._ends, self._segments = array("Q"), array("Q"), array("Q")
        self._orders, self._codes, self._flags = array("I"), array("I"), array("I")
        self._parents = array("i")
        self._texts: list[str] = []
        """Level codes and child flags: the columns have their places."""
        self._numbers: dict[str, int] = {}
        self._misnumbered: dict[int, tuple[str, str]] = {}
        """HL01 and HL02 where they do not count the levels of their transaction from 1."""
        self._parent: tuple[int, Level | None] = (NO_LEVEL, None)
        """The last one that was made for what stands below it: most levels of a file stand below few."""

    def __len__(self) -> int:
        return len(self._starts)

    def add(self, start: int, segment: int, elements: Sequence[str], parent: int, order: int) -> int:
        """Add one by the elements of its HL, below that of number ``parent``; the number it gets."""
        number = len(self._starts)
        _, own, above, code, flag = elements
        self._starts.append(start)
        self._ends.append(start)
        self._segments.append(segment)
        self._orders.append(order)
        self._parents.append(parent)
        self._codes.append(self._number(code))
        self._flags.append(self._number(flag))
        if own != str(order + 1) or above != self._counted(parent):
            self._misnumbered[number] = (own, above)
        return number

    def close(self, end: int) -> None:
        """Say where the one that was added last ends."""
        self._ends[-1] = end

    def is_counted(self, first: int, end: int) -> bool:
        """Whether HL01 and HL02 of those with these numbers count the levels of their transaction from 1."""
        return not self._misnumbered or not any(first <= number < end for number in self._misnumbered)

    def parents(self, first: int, end: int) -> array[int]:
        """The number of the one above each, NO_LEVEL for none."""
        return self._parents[first:end]

    def codes(self, first: int, end: int) -> list[str]:
        """HL03 of each."""
        return [self._texts[code] for code in self._codes[first:end]]

    def flags(self, first: int, end: int) -> list[str]:
        """HL04 of each."""
        return [self._texts[flag] for flag in self._flags[first:end]]

    def place(self, number: int) -> tuple[int, int]:
        return self._starts[number], self._ends[number]

    def _counted(self, parent: int) -> str:
        return "" if parent == NO_LEVEL else str(self._orders[parent] + 1)

    def made(self, number: int) -> Level:
        above = self._parents[number]
        parent = None
        if above != NO_LEVEL:
            at, parent = self._parent
            if at != above:
                parent = self.made(above)
                self._parent = (above, parent)
        order = self._orders[number]
        if number in self._misnumbered:
            own, parents = self._misnumbered[number]
        else:
            own, parents = str(order + 1), "" if parent is None else str(parent.order + 1)
        return Level(
            self._starts[number], self._ends[number], self._segments[number], own, parents,
            self._texts[self._codes[number]], self._texts[self._flags[number]], parent, order,
        )  # fmt: skip

    def _number(self, text: str) -> int:
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self._texts)
            self._texts.append(text)
        return found


class PackedClaims(Packed[ClaimSpan]):
    """Claims by their ordinal in the file."""

    __slots__ = ("_ends", "_id_ends", "_ids", "_levels", "_levels_above", "_segments", "_starts", "_transaction_of",
                 "_transactions")  # fmt: skip

    def __init__(self, levels: PackedLevels) -> None:
        self._levels = levels
        self._transactions: list[Transaction] = []
        self._ids = bytearray()
        self._id_ends = array("Q")
        self._starts, self._ends, self._segments = array("Q"), array("Q"), array("Q")
        self._transaction_of = array("I")
        self._levels_above = array("i")

    def __len__(self) -> int:
        return len(self._starts)

    def add(self, start: int, segment: int, claim_id: bytes, level: int, transaction: Transaction) -> None:
        """Add one that stands below the level of that number."""
        if not self._transactions or self._transactions[-1] is not transaction:
            self._transactions.append(transaction)
        self._starts.append(start)
        self._ends.append(start)
        self._segments.append(segment)
        self._levels_above.append(level)
        self._transaction_of.append(len(self._transactions) - 1)
        self._ids += claim_id
        self._id_ends.append(len(self._ids))

    def close(self, end: int) -> None:
        """Say where the one that was added last ends."""
        self._ends[-1] = end

    def place(self, number: int) -> tuple[int, int]:
        return self._starts[number], self._ends[number]

    def levels(self, first: int, end: int) -> array[int]:
        """The number of the level that each stands below, NO_LEVEL for none."""
        return self._levels_above[first:end]

    def made(self, number: int) -> ClaimSpan:
        level = self._levels_above[number]
        claim_id = self._ids[self._id_ends[number - 1] if number else 0 : self._id_ends[number]].decode("latin-1")
        above = None if level == NO_LEVEL else self._levels.made(level)
        transaction = self._transactions[self._transaction_of[number]]
        return ClaimSpan(
            number, self._starts[number], self._ends[number], self._segments[number], claim_id, above, transaction
        )
