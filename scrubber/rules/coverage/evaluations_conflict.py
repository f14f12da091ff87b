"""C406."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.patient import BilledCode, Patient

DISCIPLINES = {
    "physical therapy": frozenset({"97161", "97162", "97163", "97164"}),
    "occupational therapy": frozenset({"97165", "97166", "97167", "97168"}),
}
"""Evaluations and the re-evaluation of each discipline."""


@rule(
    code="C406",
    name="evaluations-conflict",
    scope=Patient,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.TWO_EVALUATIONS | fact.SEVERAL_CLAIMS,
    examples=(
        Example(
            "Two levels of one evaluation",
            lines="SV1*HC:97161:GP*110*UN*1***1\nSV1*HC:97163:GP*110*UN*1***1",
        ),
        Example(
            "Evaluation and re-evaluation",
            lines="SV1*HC:97165:GO*110*UN*1***1\nSV1*HC:97168:GO*80*UN*1***1",
            taxonomy="225X00000X",
        ),
        Example(
            "One code twice, with 59: still two evaluations",
            lines="SV1*HC:97162:GP*110*UN*1***1\nSV1*HC:97162:GP:59*110*UN*1***1",
        ),
        Example(
            "Physical and occupational therapy evaluate on one day",
            lines="SV1*HC:97161:GP*110*UN*1***1\nSV1*HC:97165:GO*110*UN*1***1",
            flagged=False,
        ),
    ),
)
def evaluations_conflict(patient: Patient, context: RuleContext) -> Iterator[Finding]:
    """Two evaluations of one discipline are billed for one patient and day.

    ## Why it matters

    The levels of an evaluation exclude each other, and a re-evaluation on the day of the evaluation is part of it. Only
    one is paid.

    ## Evidence and fix

    The lines of the day, across the claims to one payer. Which of the two was done is for a person. A line that repeats
    another to the letter is C404.

    ## What it cannot check

    Evaluations that another provider billed on the day.

    ## References

    - CMS NCCI practitioner PTP edits (pairs of evaluations, indicator 0)
    - NCCI Policy Manual, chapter XI, section M
    """
    for day in patient.days:
        for discipline, codes in DISCIPLINES.items():
            found = [b for b in day.lines if b.line.code in codes and not _repeats(b, patient)]
            if len(found) < 2:
                continue
            last = found[-1]
            named = " and ".join(billed.line.code for billed in found)
            yield evaluations_conflict.finding(
                last.line.location("SV101", 2),
                f"{named} are billed for {day.day}: more than one {discipline} evaluation on a day.",
                "Bill the one that was done.",
                evidence=tuple(_evidence(billed, last) for billed in found[:-1]),
                related=tuple(dict.fromkeys(b.claim.ordinal for b in found if b.claim.ordinal != last.claim.ordinal)),
            )


def _repeats(billed: BilledCode, patient: Patient) -> bool:
    return (billed.claim.ordinal, billed.line.ordinal) in patient.repeats


def _evidence(billed: BilledCode, last: BilledCode) -> Evidence:
    place = billed.claim.source.place_from(last.claim.source)
    return Evidence(f"line {billed.line.ordinal} of {place}", billed.line.code)
