"""Clock times of recorded treatment: whether two services of a day were apart."""

from __future__ import annotations

from datetime import date

from scrubber.tables.therapy_codes import family_base
from scrubber.visits.minutes import clock_of
from scrubber.visits.patient import Patient


def intervals_apart(patient: Patient, day: date, one: str, other: str) -> bool | None:
    """Whether no recorded stretch of one code overlaps one of the other; touching ends do not overlap.

    None when either code has a row without start and stop, or no row at all.
    """
    first, second = (_stretches(patient, day, code) for code in (one, other))
    if not first or not second:
        return None
    return all(a_stop <= b_start or b_stop <= a_start for a_start, a_stop in first for b_start, b_stop in second)


def _stretches(patient: Patient, day: date, code: str) -> list[tuple[int, int]]:
    base = family_base(code)
    rows = [row for row in patient.rows_on.get(day, ()) if family_base(row.code) == base]
    clocks = [clock for row in rows if (clock := clock_of(row))]
    return clocks if len(clocks) == len(rows) else []
