"""M211."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrubber.claims.amounts import dollars
from scrubber.findings.finding import Evidence, Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.spent import Spent, spent
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import BUNDLED
from scrubber.visits.patient import Patient
from scrubber.visits.visit import BilledLine

ANSWERED = frozenset({"KX", "GA", "GX", "GY", "GZ"})
"""Modifiers by which a line says what it is above the threshold."""


@rule(
    code="M211",
    name="missing-threshold-modifier",
    scope=Patient,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.THRESHOLD,
    effective=date(2018, 1, 1),
    examples=(
        Example(
            "The record says that the threshold of 2026 is passed",
            minutes=(("97110", "PT", 30),),
            pt_slp_to_date="2480.01",
        ),
        Example(
            "Exactly the threshold, and this visit comes on top: a warning",
            minutes=(("97110", "PT", 30),),
            pt_slp_to_date="2480.00",
        ),
        Example(
            "Far below it",
            minutes=(("97110", "PT", 30),),
            pt_slp_to_date="1200.00",
            flagged=False,
        ),
        Example(
            "Above it, with KX",
            lines="SV1*HC:97110:GP:KX*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            pt_slp_to_date="2600.00",
            flagged=False,
        ),
        Example(
            "Occupational therapy has a threshold of its own",
            lines="SV1*HC:97110:GO*80*UN*2***1",
            taxonomy="225X00000X",
            discipline="OT",
            minutes=(("97110", "OT", 30),),
            pt_slp_to_date="2600.00",
            ot_to_date="100.00",
            flagged=False,
        ),
        Example(
            "A plan of Medicare Advantage has rules of its own",
            minutes=(("97110", "PT", 30),),
            pt_slp_to_date="2600.00",
            filing="16",
            flagged=False,
        ),
        Example("Nothing says how much of the year is spent: not checked", flagged=False),
    ),
)
def missing_threshold_modifier(patient: Patient, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """Medicare's therapy threshold of the year is passed, and the line carries neither KX nor a notice.

    ## Why it matters

    Above the threshold every line of physical and speech therapy, or of occupational therapy, is denied that does not
    say by KX that it is medically necessary. The patient owes nothing for it without a notice given before.

    ## Evidence and fix

    The amount to date in the treatment record (`pt_slp_to_date`, `ot_to_date`: what the payer's eligibility reply gave)
    of that day or the newest before it: REJECT when it alone is above the threshold. When it, or what the ledger knows
    if that is more, passes the threshold together with the Medicare estimate of this file: WARN. KX attests that the
    record justifies the care: only the clinician adds it, no correction does.

    ## What it cannot check

    What other providers billed, where the record has no amount: without one, and without an estimate above the
    threshold, the line is not checked. Years that the table does not have.

    ## References

    - 42 U.S.C. 1395l(g)(7) (KX threshold from 2018)
    - CMS Pub 100-04, chapter 5, section 10.3
    - CMS therapy services page (amounts by year)
    """
    unknown: dict[str, dict[int, None]] = {}
    for found in spent(patient, context):
        threshold, why = found.threshold, _why_unknown(found)
        for billed in found.visit.lines:
            if billed.line.code in BUNDLED or not ANSWERED.isdisjoint(billed.line.modifiers):
                continue
            if threshold is None or why:
                unknown.setdefault(why, {})[billed.claim.ordinal] = None
            else:
                yield from _judge(found, threshold, billed)
    for why, claims in unknown.items():
        yield missing_threshold_modifier.not_checked(why, *claims)


def _why_unknown(found: Spent) -> str:
    """Empty where the record tells the amount, or the charges of this file alone pass the threshold."""
    if found.threshold is None:
        return f"the therapy threshold of {found.visit.date.year} is not known"
    if found.figure is None and found.estimate <= found.threshold:
        return f"no record gives the amount of {found.visit.date.year} to date"
    return ""


def _judge(found: Spent, threshold: int, billed: BilledLine) -> Iterator[Finding]:
    if found.figure is not None and found.figure.cents > threshold:
        yield _finding(found, threshold, billed, f"the record alone gives {dollars(found.figure.cents)}", None)
    elif found.estimate > threshold:
        said = f"with this file it comes to about {dollars(found.estimate)} (estimate)"
        yield _finding(found, threshold, billed, said, Severity.WARN)


def _finding(found: Spent, threshold: int, billed: BilledLine, said: str, severity: Severity | None) -> Finding:
    most = dollars(threshold)
    evidence = (Evidence("therapy thresholds", f"{most} for {found.named} in {found.visit.date.year}"),)
    return missing_threshold_modifier.finding(
        billed.line.location("SV101"),
        f"{billed.line.code} has no KX; the threshold for {found.named} is {most}, and {said}.",
        "Have the clinician confirm that the record justifies it, and add KX; else give notice and bill GA.",
        evidence=(*evidence, *((found.figure.evidence,) if found.figure else ())),
        severity=severity,
    )
