"""Timed codes that are not in the 15-minute pool: each counts its own minutes, by a unit of its own length.

A unit counts from the minute past its middle, an add-on from the middle of its own step behind the whole base unit:
97545 from 61 minutes, 97546 from 151; 97550 from 16, 97551 from 38; 96112 from 31, 96113 from 76; 92626 from 31, 92627
from 68. Remote monitoring (98979 to 98981) is counted by the calendar month, and only full units count.

Source: the time rule of CPT (a unit is attained when the mid-point is passed); CY2026 PFS for remote monitoring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence
from scrubber.tables.tableset import load_tables
from scrubber.tables.therapy_codes import ADD_ON_BASES, TherapyCode, family_base
from scrubber.visits.joining import named_by
from scrubber.visits.minutes import ASSISTANTS, THERAPISTS, clock_of, evidence_of, minutes_of
from scrubber.visits.records import TreatmentRecord

ADD_ON_OF = {base: add_on for add_on, base in ADD_ON_BASES.items()}
MONTHLY = "rtm"
"""Family, in the therapy code table, of the codes that count the minutes of a calendar month."""


class OwnClock(NamedTuple):
    """Minutes of a unit of a family's base code, and of its add-on (empty and 0 where it has none).

    ``monthly``: the minutes are those of the calendar month, and only full units count.
    """

    base: str
    minutes: int
    add_on: str = ""
    add_on_minutes: int = 0
    monthly: bool = False

    def units(self, minutes: int) -> dict[str, int]:
        """Units of base and add-on code that this many minutes make."""
        if not self.add_on:
            units = self._steps(minutes, self.minutes)
            return {self.base: min(units, 1) if self.monthly else units}
        if minutes < self._threshold(self.minutes):
            return {self.base: 0, self.add_on: 0}
        return {self.base: 1, self.add_on: self._steps(minutes - self.minutes, self.add_on_minutes)}

    def _threshold(self, step: int) -> int:
        return step if self.monthly else step // 2 + 1

    def _steps(self, minutes: int, step: int) -> int:
        return max(0, (minutes - self._threshold(step)) // step + 1)


def own_clock(therapy: TherapyCode, payer_minutes: Mapping[str, int]) -> OwnClock | None:
    """The clock of a code's family by the table, or as its payer times it; None for untimed and bundled codes."""
    if therapy.code in payer_minutes:
        return OwnClock(therapy.code, payer_minutes[therapy.code])
    if therapy.minutes_per_unit is None or therapy.therapy_status == "bundled":
        return None
    codes = load_tables().therapy
    base = codes[family_base(therapy.code)]
    add_on = ADD_ON_OF.get(base.code, "")
    return OwnClock(
        base.code,
        base.minutes_per_unit or therapy.minutes_per_unit,
        add_on,
        (codes[add_on].minutes_per_unit or 0) if add_on else 0,
        base.family == MONTHLY,
    )


class MonthMinutes(NamedTuple):
    """Minutes of one family in a calendar month; ``measured`` is False where a row does not say how many."""

    minutes: int
    measured: bool
    evidence: tuple[Evidence, ...]


def month_minutes(
    rows: Sequence[TreatmentRecord], claims: Sequence[Claim], family: str, discipline: str, day: date
) -> MonthMinutes | None:
    """What the rows that name one of the claims say of a family in the month of ``day``; None when they say nothing."""
    mine = [
        row
        for row in rows
        if row.code
        and family_base(row.code) == family
        and row.discipline == discipline
        and (row.service_date.year, row.service_date.month) == (day.year, day.month)
        and row.role in THERAPISTS | ASSISTANTS
        and any(named_by(row, claim) for claim in claims)
    ]
    if not mine:
        return None
    return MonthMinutes(
        sum(minutes_of(row) for row in mine),
        all(row.minutes is not None or clock_of(row) is not None for row in mine),
        tuple(evidence_of(row, minutes_of(row)) for row in mine),
    )
