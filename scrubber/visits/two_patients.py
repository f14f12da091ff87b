"""One clinician with two patients at the same time, found in the records of all patients of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Occupied(NamedTuple):
    """A clinician's stretch, in minutes of the day: the number of its row, and who was treated."""

    start: int
    stop: int
    row: int
    person: object


def at_the_same_time(stretches: Iterable[Occupied]) -> Iterator[tuple[Occupied, Occupied]]:
    """Every stretch of one clinician and day that overlaps with one of another person, with such a one.

    At most two for each: one that began earlier and one that begins later. Touching ends do not overlap.
    """
    ordered = sorted(stretches)  # a row has one stretch, so that persons are never compared
    last: list[Occupied] = []  # of two different persons, those that end last
    for each in ordered:
        earlier = next((one for one in last if one.person != each.person), None)
        if earlier is not None and each.start < earlier.stop:
            yield each, earlier
        last = _two(sorted([*last, each], key=lambda one: -one.stop))
    nearest: list[Occupied] = []  # of two different persons, those that begin next
    for each in reversed(ordered):
        later = next((one for one in nearest if one.person != each.person), None)
        if later is not None and later.start < each.stop:
            yield each, later
        nearest = _two([each, *nearest])


def _two(found: Iterable[Occupied]) -> list[Occupied]:
    """The first of each person, two persons at most."""
    kept: list[Occupied] = []
    for each in found:
        if all(each.person != one.person for one in kept):
            kept.append(each)
    return kept[:2]
