"""M212."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrubber.claims.amounts import dollars
from scrubber.findings.finding import Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.spent import spent
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.patient import Patient

KX = "KX"
WELL_BELOW_PERCENT = 80
"""Of the threshold. Nearer to it, claims of other providers that are on their way make KX a fair precaution."""

WITH_KX = "SV1*HC:97110:GP:KX*80*UN*2***1"


@rule(
    code="M212",
    name="early-threshold-modifier",
    scope=Patient,
    severity=Severity.NOTE,
    since="0.1.0",
    when=fact.KX,
    effective=date(2018, 1, 1),
    examples=(
        Example("KX at a quarter of it", lines=WITH_KX, minutes=(("97110", "PT", 30),), pt_slp_to_date="600.00"),
        Example(
            "One cent below four fifths, this claim included",
            lines=WITH_KX,
            minutes=(("97110", "PT", 30),),
            pt_slp_to_date="1903.99",
        ),
        Example(
            "Four fifths: the boundary",
            lines=WITH_KX,
            minutes=(("97110", "PT", 30),),
            pt_slp_to_date="1904.00",
            flagged=False,
        ),
        Example("No KX", minutes=(("97110", "PT", 30),), pt_slp_to_date="600.00", flagged=False),
        Example("Nothing says how much of the year is spent: not checked", lines=WITH_KX, flagged=False),
    ),
)
def early_threshold_modifier(patient: Patient, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """KX is on a line although the patient's therapy of the year is well below Medicare's threshold.

    ## Why it matters

    KX on every claim attests what nobody has looked at: contractors look for that pattern.

    ## Evidence and fix

    The amount to date in the treatment record, with all that this file charges up to the day, is below four fifths of
    the threshold. Nothing is changed: whether to leave KX out is the clinician's to say.

    ## What it cannot check

    Claims that other providers have not sent yet; without an amount in the record it is not checked.

    ## References

    - CMS Pub 100-04, chapter 5, section 10.3 (KX only where the threshold is met or passed)
    """
    unknown: dict[str, dict[int, None]] = {}
    for found in spent(patient, context, frozenset({KX})):
        carrying = [billed for billed in found.visit.lines if KX in billed.line.modifiers]
        if found.threshold is None or found.figure is None:
            year = found.visit.date.year
            amount = f"the therapy threshold of {year} is not known" if found.threshold is None else (
                f"no record gives the amount of {year} to date")  # fmt: skip
            unknown.setdefault(amount, {}).update(dict.fromkeys(billed.claim.ordinal for billed in carrying))
            continue
        total = found.figure.cents + found.billed
        if 100 * total >= WELL_BELOW_PERCENT * found.threshold:
            continue
        for billed in carrying:
            yield early_threshold_modifier.finding(
                billed.line.modifier_location(KX),
                f"{billed.line.code} carries KX at {dollars(total)},"
                f" well below the threshold of {dollars(found.threshold)} for {found.named}.",
                "Leave KX out until the threshold is near.",
                evidence=(found.figure.evidence,),
            )
    for why, claims in unknown.items():
        yield early_threshold_modifier.not_checked(why, *claims)
