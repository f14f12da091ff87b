"""Patients read from made-up claims: what the fixes are tried on."""

from __future__ import annotations

from datetime import date
from typing import Any

from properties.clinic import Batch, Claim, Line, Person
from properties.scrubbing import context, report_of

from scrubber.claims.claim import Claim as ReadClaim
from scrubber.claims.index import index
from scrubber.outcome import Outcome
from scrubber.reports.schema import Claim as ReportedClaim
from scrubber.scrub import scrub
from scrubber.visits.gather import Gathering
from scrubber.visits.patient import Patient, PatientWork, read_patient
from scrubber.visits.records import TreatmentRecord, TreatmentRecords

DAY = date(2026, 3, 2)
PERSON = Person(1)


def billed(number: str, *lines: Line, person: Person = PERSON, **more: Any) -> Claim:
    """A claim whose total is the sum of its lines."""
    cents = sum(round(float(line.charge) * 100) for line in lines)
    return Claim(number, person, lines, f"{cents // 100}.{cents % 100:02d}")._replace(**more)


def row(claim: str, code: str, minutes: int, role: str = "PT", *, signed: bool = True) -> TreatmentRecord:
    """A treatment record row of the day, with a column for joint treatment."""
    return TreatmentRecord(
        note_id="N-1",
        claim_id=claim,
        member_id="",
        line_control="",
        service_date=DAY,
        discipline="PT",
        code=code,
        minutes=minutes,
        start=None,
        stop=None,
        role=role,
        together=False,
        mode="individual",
        clinician_id="",
        rendering_npi="",
        signed=signed,
        timed_total=None,
        treatment_total=None,
        pt_slp_to_date="",
        ot_to_date="",
        source_file="records.csv",
        line=2,
    )


def works_of(*claims: Claim, rows: tuple[TreatmentRecord, ...] = ()) -> list[PatientWork]:
    """The work of each patient."""
    return list(Gathering(index(Batch(claims).source()), TreatmentRecords(rows), frozenset()))


def patient_of(*claims: Claim, rows: tuple[TreatmentRecord, ...] = (), choice: str = "safe") -> Patient:
    """The only patient of the claims, as the rules see it."""
    (work,) = works_of(*claims, rows=rows)
    return read_patient(work, [ReadClaim(source) for source in work.claims], context(choice).settings)


def scrubbed(*claims: Claim, rows: tuple[TreatmentRecord, ...] = (), choice: str = "safe") -> Outcome:
    """The outcome of a file of the claims."""
    return scrub(Batch(claims).source(), TreatmentRecords(rows), context(choice))


def reported(*claims: Claim, rows: tuple[TreatmentRecord, ...] = (), choice: str = "safe") -> list[ReportedClaim]:
    """The claims of the report."""
    report = report_of(scrubbed(*claims, rows=rows, choice=choice), choice)
    return [claim for claim in report.claims if isinstance(claim, ReportedClaim)]
