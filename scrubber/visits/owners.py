"""Patients by a name that claims give them: a claim number, a member id."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter


class Owners:
    """Names in the order they were added, each with its patient, about 30 bytes a name.

    A file of a claim for each of its patients would keep ten times that in a dict of texts. Names are found by their
    hashes, which stand sorted, and compared as a whole.
    """

    __slots__ = ("_ends", "_hashes", "_order", "_patients", "_texts")

    _order: array[int]
    """Places of the names as their hashes are sorted, once all are there."""

    def __init__(self) -> None:
        self._texts = bytearray()
        self._ends = array("Q")
        self._hashes = array("q")
        self._patients = array("I")

    def add(self, name: str, patient: int) -> None:
        """Add a name. None may be added once ``close`` was called."""
        self._texts += _bytes(name)
        self._ends.append(len(self._texts))
        self._hashes.append(hash(name))
        self._patients.append(patient)

    def close(self) -> None:
        """Make the names ready to be looked up."""
        hashes = self._hashes
        self._order = array("I", sorted(range(len(hashes)), key=hashes.__getitem__))
        self._hashes = array("q", map(hashes.__getitem__, self._order))

    def __len__(self) -> int:
        """How many names were added."""
        return len(self._ends)

    def name(self, place: int) -> str:
        """The name that was added as the one of that place; the first is 0."""
        return self._raw(place).decode("utf-8", "surrogatepass")

    def of(self, name: str) -> set[int]:
        """The patients of that name, none for one that nobody has."""
        hashes, wanted, raw = self._hashes, hash(name), _bytes(name)
        found = set()
        at = bisect_left(hashes, wanted)
        while at < len(hashes) and hashes[at] == wanted:
            place = self._order[at]
            if self._raw(place) == raw:
                found.add(self._patients[place])
            at += 1
        return found

    def shared(self) -> Iterator[list[int]]:
        """Places of the names that were added more than once, in their order, for each such name."""
        for _, same_hash in groupby(zip(self._hashes, self._order, strict=True), itemgetter(0)):
            places = [place for _, place in same_hash]
            if len(places) > 1:
                alike: dict[bytes, list[int]] = {}
                for place in places:
                    alike.setdefault(bytes(self._raw(place)), []).append(place)
                yield from (each for each in alike.values() if len(each) > 1)

    def _raw(self, place: int) -> bytearray:
        return self._texts[self._ends[place - 1] if place else 0 : self._ends[place]]


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")
