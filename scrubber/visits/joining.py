"""Which claims a treatment record speaks for. A row that could mean two is said to be ambiguous, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from scrubber.claims.claim import Claim
from scrubber.visits.records import TreatmentRecord
from scrubber.visits.standing import payer_key


class Joined(NamedTuple):
    """Rows by claim ordinal; rows that fit several claims, with those; rows that fit none, with the reason."""

    rows: dict[int, list[TreatmentRecord]]
    ambiguous: list[tuple[TreatmentRecord, tuple[int, ...]]]
    unmatched: list[tuple[TreatmentRecord, str]]


def treated_on(claim: Claim, day: date) -> bool:
    """The claim has a service line whose period covers the day."""
    return any(line.period and line.period[0] <= day <= line.period[1] for line in claim.lines)


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


def join(rows: Sequence[TreatmentRecord], counted: Sequence[Claim], every: Sequence[Claim]) -> Joined:
    """Join rows to the claims of one patient. ``counted`` are those in pools, ``every`` also voids and copies.

    A row without a claim number speaks for all claims of the patient on its day. A row that names a claim number
    speaks for that claim; where the number stands on claims to different payers (or in another SBR01 place) it speaks
    for each.
    """
    joined = Joined({}, [], [])
    for row in rows:
        found = fitting(row, counted)
        if not found:
            if not fitting(row, every):  # what speaks for a void or a copy has its claim, which only does not count
                joined.unmatched.append((row, _why_unmatched(row, every)))
        elif row.claim_id and len({payer_key(claim) for claim in found}) < len(found):
            joined.ambiguous.append((row, tuple(claim.ordinal for claim in found)))
        else:
            for claim in found:
                joined.rows.setdefault(claim.ordinal, []).append(row)
    return joined


def _why_unmatched(row: TreatmentRecord, every: Sequence[Claim]) -> str:
    named = any(named_by(row, claim) for claim in every)
    return "no service line on its date" if named else "its claim is of another member"
