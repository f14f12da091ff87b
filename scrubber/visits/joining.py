"""Which claims a treatment record speaks for. A row that could mean two is said to be ambiguous, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from scrubber.claims.claim import Claim
from scrubber.visits.records import TreatmentRecord
from scrubber.visits.standing import payer_key

MANY_CLAIMS = 8
"""Claims of one patient from which on looking through all of them for every row costs more than an index."""


class Joined(NamedTuple):
    """Rows by claim ordinal; rows that fit several claims, with those; rows that fit none, with the reason."""

    rows: dict[int, list[TreatmentRecord]]
    ambiguous: list[tuple[TreatmentRecord, tuple[int, ...]]]
    unmatched: list[tuple[TreatmentRecord, str]]


class _Candidates:
    """Those of a patient's claims that a row could fit, in order: few of many, so that many claims stay linear."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self._claims = claims

    def of(self, row: TreatmentRecord) -> Sequence[Claim]:
        """Every claim of the row's number, or of its day where it names no number, and perhaps others."""
        if len(self._claims) < MANY_CLAIMS:
            return self._claims
        if row.claim_id:
            return self._by_number.get(row.claim_id, ())
        by_day, others = self._by_day
        mine = by_day.get(row.service_date, ())
        return [self._claims[place] for place in sorted({*mine, *others})]

    @cached_property
    def _by_number(self) -> dict[str, list[Claim]]:
        found: dict[str, list[Claim]] = {}
        for claim in self._claims:
            found.setdefault(claim.id, []).append(claim)
        return found

    @cached_property
    def _by_day(self) -> tuple[dict[date, list[int]], list[int]]:
        """Places of the claims by each day of service, and of those with a line of several days."""
        found: dict[date, list[int]] = {}
        others: list[int] = []
        for place, claim in enumerate(self._claims):
            periods = {line.period for line in claim.lines if line.period}
            for first, last in periods:
                if first == last:
                    found.setdefault(first, []).append(place)
            if any(first != last for first, last in periods):
                others.append(place)
        return found, others


def treated_on(claim: Claim, day: date) -> bool:
    """The claim has a service line whose period covers the day."""
    for line in claim.lines:
        period = line.period
        if period is not None and period[0] <= day <= period[1]:
            return True
    return False


def named_by(row: TreatmentRecord, claim: Claim) -> bool:
    """The row's claim number and member id, as far as it gives them, are the claim's."""
    if row.claim_id and row.claim_id != claim.id:
        return False
    return not row.member_id or row.member_id in (claim.heading.subscriber.id, claim.heading.patient.id)


def fitting(row: TreatmentRecord, claims: Sequence[Claim]) -> list[Claim]:
    """Claims that the row names and that have its day; its line control number chooses between them if it can."""
    found = [claim for claim in claims if named_by(row, claim) and treated_on(claim, row.service_date)]
    if row.line_control:
        chosen = [claim for claim in found if any(line.control == row.line_control for line in claim.lines)]
        return chosen or found
    return found


def _names(row: TreatmentRecord) -> tuple[str, str, date, str]:
    return row.claim_id, row.member_id, row.service_date, row.line_control


def join(rows: Sequence[TreatmentRecord], counted: Sequence[Claim], every: Sequence[Claim]) -> Joined:
    """Join rows to the claims of one patient. ``counted`` are those in pools, ``every`` also voids and copies.

    A row without a claim number speaks for all claims of the patient on its day. A row that names a claim number
    speaks for that claim; where the number stands on claims to different payers (or in another SBR01 place) it speaks
    for each.
    """
    joined = Joined({}, [], [])
    if not rows:
        return joined
    of_counted, of_every = _Candidates(counted), _Candidates(every)
    for _, alike in groupby(rows, _names):  # rows of one day of treatment stand together and name the same
        together = list(alike)
        row = together[0]
        found = fitting(row, of_counted.of(row))
        if not found:
            # What speaks for a void or a copy has its claim, which only does not count.
            if not fitting(row, of_every.of(row)):
                why = _why_unmatched(row, every)
                joined.unmatched.extend((each, why) for each in together)
        elif len(found) > 1 and row.claim_id and len({payer_key(claim) for claim in found}) < len(found):
            fits = tuple(claim.ordinal for claim in found)
            joined.ambiguous.extend((each, fits) for each in together)
        else:
            for claim in found:
                joined.rows.setdefault(claim.ordinal, []).extend(together)
    return joined


def _why_unmatched(row: TreatmentRecord, every: Sequence[Claim]) -> str:
    named = any(named_by(row, claim) for claim in every)
    return "no service line on its date" if named else "its claim is of another member"
