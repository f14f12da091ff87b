"""N301."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Evidence, Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.ncci.pairs_of_day import pairs_of_day
from scrubber.rules.ncci.pairs_with_sent import pairs_with_sent
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.rules.sent_before import evidence_of
from scrubber.visits.patient import Patient


@rule(
    code="N301",
    name="pair-never-payable",
    scope=Patient,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.PAIR_UNKNOWN | fact.PAIR_NEVER | fact.LEDGER,
    examples=(
        Example(
            "Manual therapy and massage on one day",
            lines="SV1*HC:97140:GP*38*UN*1***1\nSV1*HC:97124:GP*30*UN*1***1",
            minutes=(("97140", "PT", 15), ("97124", "PT", 15)),
        ),
        Example(
            "59 does not help a pair that no modifier bypasses",
            lines="SV1*HC:97140:GP*38*UN*1***1\nSV1*HC:97124:GP:59*30*UN*1***1",
            minutes=(("97140", "PT", 15), ("97124", "PT", 15)),
        ),
        Example(
            "Manual therapy and exercise are no pair",
            lines="SV1*HC:97140:GP*38*UN*1***1\nSV1*HC:97110:GP*40*UN*1***1",
            minutes=(("97140", "PT", 15), ("97110", "PT", 15)),
            flagged=False,
        ),
    ),
)
def pair_never_payable(patient: Patient, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """Two codes of one day are an NCCI pair that no modifier bypasses (indicator 0).

    ## Why it matters

    Only the column 1 code is paid; the column 2 code is denied, and neither 59 nor an X modifier changes that.

    ## Evidence and fix

    The pair table in force on the date of service, looked up across all claims of the patient and payer that day, and
    across what earlier files sent where a ledger is given. Which of the two services stays is for a person. Between
    disciplines of one group the finding is a warning.

    ## What it cannot check

    Codes that the table does not cover, dates before its oldest edition, and payers without a table: `not_checked`.
    Services billed by other groups, or in files that no ledger knows.

    ## References

    - CMS NCCI practitioner PTP edits (the edition is named in the report)
    - NCCI Policy Manual, chapter I, section E, and chapter XI
    """
    for pair in pairs_of_day(patient, "N301", context):
        if isinstance(pair, NotChecked):
            yield pair
            continue
        if pair.edit.indicator != "0":
            continue
        one, two = pair.edit.column1, pair.edit.column2
        yield pair_never_payable.finding(
            pair.column2[0].line.location("SV101", 2),
            f"{two} is never paid beside {one} on one day; no modifier changes that.",
            f"Bill {one} or {two}, not both; {two} is the one that is denied.",
            evidence=(Evidence("NCCI pair table", f"{one} with {two}, indicator 0, on {pair.day}"),),
            related=pair.others,
            severity=pair.severity(),
        )
    for sent in pairs_with_sent(patient, context):
        if sent.edit.indicator == "0":
            one, two = sent.edit.column1, sent.edit.column2
            yield pair_never_payable.finding(
                sent.billed.line.location("SV101", 2),
                f"{two} is never paid beside {one} on one day, and an earlier file sent {sent.sent.code} for it; no"
                " modifier changes that.",
                f"Bill {one} or {two}, not both; {two} is the one that is denied.",
                evidence=(
                    Evidence("NCCI pair table", f"{one} with {two}, indicator 0, on {sent.day}"),
                    evidence_of(sent.sent),
                ),
                severity=sent.severity(),
            )
