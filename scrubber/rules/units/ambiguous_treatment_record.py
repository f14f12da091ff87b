"""U116."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.joining import named_by
from scrubber.visits.patient import Patient


@rule(
    code="U116",
    name="ambiguous-treatment-record",
    scope=Patient,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.DOUBTFUL_RECORD,
    examples=(
        Example(
            "Two claims of the day have the number that the record names",
            lines="SV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            again="number",
        ),
        Example("One claim has it", minutes=(("97110", "PT", 30),), flagged=False),
        Example(
            "A copy of the claim is no second claim: the copy is held for itself",
            minutes=(("97110", "PT", 30),),
            again="copy",
            flagged=False,
        ),
    ),
)
def ambiguous_treatment_record(patient: Patient, context: RuleContext) -> Iterator[Finding]:
    """A treatment record row fits two claims or two patients, or an unreadable one could speak for this claim.

    ## Why it matters

    Minutes put to the wrong claim would correct one visit by what happened in another. The scrubber never guesses: a
    row that fits more than one is used for none, and the claims it could mean are held.

    ## Evidence and fix

    Give the row its claim number, member id or line control number, or mend the unreadable row. A row that is there
    twice to the letter is counted once, with a warning. In the watched folder a records file that cannot be read at
    all, or a bad row that names nobody, holds every claim of the file.

    ## What it cannot check

    Rows that fit nothing; they are listed with the run, not with a claim.

    ## References

    - The format of treatment records, docs/treatment-records.md
    """
    claims = patient.claim_of
    for row, ordinals in patient.joined.ambiguous:
        first, *others = ordinals
        yield ambiguous_treatment_record.finding(
            claims[first].location(),
            f"Record {row.note_id} of {row.service_date} fits {len(ordinals)} claims; it is used for none of them.",
            "Give the record the line control number, or the claims numbers of their own.",
            evidence=(Evidence(f"record {row.note_id}", f"row {row.line} of the treatment records"),),
            related=tuple(others),
        )
    for row, ordinals in patient.work.ambiguous:
        for ordinal in ordinals:
            yield ambiguous_treatment_record.finding(
                claims[ordinal].location(),
                f"Record {row.note_id} of {row.service_date} fits claims of several patients; it is used for none.",
                "Give the record the claim number, so that it names one patient.",
                evidence=(Evidence(f"record {row.note_id}", f"row {row.line} of the treatment records"),),
            )
    for bad, ordinals in patient.work.bad_rows:
        for ordinal in ordinals:
            if claims[ordinal].is_void:
                continue
            if bad.line:
                message = (
                    f"Row {bad.line} of the treatment records could name this claim and cannot be read: {bad.message}."
                )
                action = "Correct the row and run again."
            else:
                message = f"Treatment records that could speak for this claim cannot be read. {bad.message}"
                action = "Have the records written again, and run again with them."
            yield ambiguous_treatment_record.finding(claims[ordinal].location(), message, action)
    for visit in patient.visits:
        for row in visit.assumed_joint:
            yield ambiguous_treatment_record.finding(
                visit.claims[0].location(),
                f"Record {row.note_id} has joint minutes of {row.code} without clock times; they are taken to be the"
                " therapist's as well.",
                "Give both rows their start and stop.",
                severity=Severity.WARN,
            )
        for row in visit.copied_rows:
            meant = [claim for claim in visit.claims if named_by(row, claim)]
            yield ambiguous_treatment_record.finding(
                meant[0].location(),
                f"Record {row.note_id} has the same row twice (row {row.line}); it is counted once.",
                "Remove the repeated row, or tell the two stretches apart by their clock times.",
                related=tuple(claim.ordinal for claim in meant[1:]),
                severity=Severity.WARN,
            )
