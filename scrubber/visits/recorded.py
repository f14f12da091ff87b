"""What discipline the treatment records give for a billed line, whatever its modifiers say."""

from __future__ import annotations

from dataclasses import dataclass

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import Evidence
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.minutes import UNCOUNTED
from scrubber.visits.patient import Patient
from scrubber.visits.records import TreatmentRecord
from scrubber.visits.standing import payer_key


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """The one discipline (PT, OT, SLP) under which the records of a line's claim and day have its code.

    ``rows`` are all rows of that discipline and day, ``named`` those of the code.
    """

    discipline: str
    patient: Patient
    claim: Claim
    rows: tuple[TreatmentRecord, ...]
    named: tuple[TreatmentRecord, ...]

    @property
    def row_signed(self) -> bool:
        """Every row of the code is signed, and none is an aide's or a student's."""
        return _signed(self.named)

    @property
    def signed(self) -> bool:
        """So is every row of the discipline and day, and nothing else keeps its visit unsigned, where there is one."""
        day, payer = self.named[0].service_date, payer_key(self.claim)
        return _signed(self.rows) and all(
            visit.signed
            for visit in self.patient.visits_on.get(day, ())
            if visit.discipline == self.discipline and any(payer_key(other) == payer for other in visit.claims)
        )

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The rows of the code, as evidence of the discipline."""
        return tuple(
            Evidence(
                f"{'record' if row.signed else 'unsigned record'} {row.note_id}", f"{row.code} as {row.discipline}"
            )
            for row in self.named
        )


def recorded_discipline(patient: Patient, claim: Claim, line: ServiceLine) -> Recorded | None:
    """None where no record names the code, or records of several disciplines do."""
    rows = [row for row in patient.joined.rows.get(claim.ordinal, ()) if row.service_date == line.date]
    named = tuple(row for row in rows if row.code and family_base(row.code) == family_base(line.code))
    disciplines = {row.discipline for row in named}
    if len(disciplines) != 1:
        return None
    discipline = disciplines.pop()
    return Recorded(discipline, patient, claim, tuple(row for row in rows if row.discipline == discipline), named)


def _signed(rows: tuple[TreatmentRecord, ...]) -> bool:
    return all(row.signed and row.role not in UNCOUNTED for row in rows)
