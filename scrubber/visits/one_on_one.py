"""Recorded stretches of one-on-one care, and where two of them claim the same minutes of the clock.

One-on-one are timed codes and the evaluations of one discipline. Supervised modalities and groups are not; nor is
remote monitoring, which is counted by the month. Touching ends do not overlap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from scrubber.tables.tableset import load_tables
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.minutes import ASSISTANTS, THERAPISTS, UNCOUNTED, clock_of, minutes_of
from scrubber.visits.records import TreatmentRecord

BY_THE_MONTH = "rtm"


class Stretch(NamedTuple):
    """Time of the clock that one row claims, in minutes of the day, and the counted minutes in it."""

    start: int
    stop: int
    minutes: int
    row: TreatmentRecord


class Overlap(NamedTuple):
    """Two signed rows whose stretches overlap. ``claims`` are ordinals of the other row's claims where they are of
    another patient.
    """

    row: TreatmentRecord
    other: TreatmentRecord
    claims: tuple[int, ...] = ()


class Combined(NamedTuple):
    """Timed minutes of PT and OT on one day, and the minutes of the clock that they cover. ``claims`` are ordinals."""

    minutes: int
    clock: int
    claims: tuple[int, ...]


@dataclass(slots=True, eq=False)
class Clock:
    """What the clock times of the signed rows of one visit say.

    ``overlaps`` are within the visit, ``elsewhere`` with another patient of the same clinician. ``untimed`` are codes
    of signed one-on-one rows without clock times, ``unnamed`` those of rows without a clinician.
    """

    stretches: list[Stretch] = field(default_factory=list)
    overlaps: list[Overlap] = field(default_factory=list)
    elsewhere: list[Overlap] = field(default_factory=list)
    combined: Combined | None = None
    untimed: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()


NO_CLOCK = Clock()
"""That of a visit without records. Never changed: ``combined`` is set only where there are stretches."""


def read_clock(rows: Iterable[TreatmentRecord], elsewhere: Collection[Overlap]) -> Clock:
    """The clock of a visit's rows. ``elsewhere`` are overlaps of any rows of the patient with other patients."""
    mine = [row for row in rows if row.signed and is_one_on_one(row)]
    if not mine:
        return NO_CLOCK
    found = stretches(mine)
    return Clock(
        found,
        overlaps(found) if len(found) > 1 else [],
        [each for each in elsewhere if each.row in mine],
        untimed=tuple(dict.fromkeys([row.code for row in mine if row.start is None])),
        unnamed=tuple(dict.fromkeys([row.code for row in mine if not row.clinician_id])),
    )


def is_one_on_one(row: TreatmentRecord) -> bool:
    """A row of a timed code or an evaluation that a clinician furnished to one patient alone."""
    return row.mode != "group" and row.role not in UNCOUNTED and _one_on_one(row.code)


@lru_cache(maxsize=4096)
def _one_on_one(code: str) -> bool:
    """The code is timed, or an evaluation."""
    entry = load_tables().therapy.get(code)
    return entry is not None and (entry.discipline != "" or (entry.timed and entry.family != BY_THE_MONTH))


def stretches(rows: Sequence[TreatmentRecord]) -> list[Stretch]:
    """Stretches of one-on-one rows of one patient and discipline, by their start.

    Of a joint row of an assistant only what no therapist's row of the same code covers: joint time counts once.
    """
    found: list[Stretch] = []
    for row in rows:
        if row.start is None or row.stop is None:
            continue
        clock = (row.start, row.stop)
        pieces = [clock]
        if row.together and row.role in ASSISTANTS:
            pieces = _outside(clock, _of_therapists(rows, row.code))
        left = minutes_of(row)
        for start, stop in pieces:
            minutes = min(left, stop - start)
            left -= minutes
            found.append(Stretch(start, stop, minutes, row))
    found.sort(key=itemgetter(0, 1))
    return found


def overlaps(found: Iterable[Stretch]) -> list[Overlap]:
    """Each stretch that begins before one that began earlier has ended, with that one. ``found`` in order of start."""
    overlapping: list[Overlap] = []
    longest: Stretch | None = None
    for stretch in found:
        if longest is not None and stretch.start < longest.stop:
            overlapping.append(Overlap(stretch.row, longest.row))
        if longest is None or stretch.stop > longest.stop:
            longest = stretch
    return overlapping


def combined(one: Sequence[Stretch], other: Sequence[Stretch], claims: tuple[int, ...]) -> Combined | None:
    """Timed minutes of two disciplines when they are more than the time they cover; None where nothing overlaps."""
    mine, theirs = _timed(one), _timed(other)
    clock = _length(_merged(each[:2] for each in (*mine, *theirs)))
    if clock == _length(_merged(each[:2] for each in mine)) + _length(_merged(each[:2] for each in theirs)):
        return None
    minutes = sum(each.minutes for each in (*mine, *theirs))
    return Combined(minutes, clock, claims) if minutes > clock else None


def _timed(found: Sequence[Stretch]) -> list[Stretch]:
    therapy = load_tables().therapy
    return [each for each in found if therapy[each.row.code].timed]


def _length(merged: Iterable[tuple[int, int]]) -> int:
    return sum(stop - start for start, stop in merged)


def _of_therapists(rows: Sequence[TreatmentRecord], code: str) -> list[tuple[int, int]]:
    family = family_base(code)
    clocks = (clock_of(row) for row in rows if row.role in THERAPISTS and family_base(row.code) == family)
    return _merged(clock for clock in clocks if clock)


def _merged(clocks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same time without overlaps, in order."""
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(clocks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return merged


def _outside(clock: tuple[int, int], taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """What of ``clock`` lies in none of ``taken``, which is merged."""
    at, end = clock
    left = []
    for start, stop in taken:
        if start < end and stop > at:
            if start > at:
                left.append((at, start))
            at = max(at, stop)
    if at < end:
        left.append((at, end))
    return left
