"""C414."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.amounts import number
from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule


@rule(
    code="C414",
    name="zero-charge",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.NO_CHARGE | fact.BAD_AMOUNT,
    examples=(
        Example("A line at nothing", lines="SV1*HC:97110:GP*0*UN*2***1\nSV1*HC:97140:GP*38*UN*1***1"),
        Example("A claim of nothing", lines="SV1*HC:97110:GP*0.00*UN*2***1"),
        Example(
            "A quality code at nothing or at a cent",
            lines="SV1*HC:97161:GP*110*UN*1***1\nSV1*HC:G8427*0.00*UN*1***1\nSV1*HC:1101F*0.01*UN*1***1",
            flagged=False,
        ),
        Example("A cent is a charge", lines="SV1*HC:97161:GP*0.01*UN*1***1", flagged=False),
    ),
)
def zero_charge(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A claim or a line that is to be paid has no charge.

    ## Why it matters

    Nothing is paid for what nothing is charged, and most front ends return the claim. It is the mark of a missing fee.

    ## Evidence and fix

    SV102 and CLM02. Codes that only report quality (category II, G8000 to G9999) are charged nothing or a cent and are
    exempt, here and from the rules on units, modifiers and pairs. The fee is entered by a person.

    ## What it cannot check

    Whether a charge that is not zero is right.

    ## References

    - 005010X222A1, SV102 and CLM02: the amounts charged
    - CMS Merit-based Incentive Payment System, claims-based reporting (quality-data codes at 0.00 or 0.01)
    """
    free = [line for line in claim.lines if not line.is_quality_data and _nothing(line.charge)]
    for line in free:
        yield zero_charge.finding(
            line.location("SV102"),
            f"{line.code or 'The line'} is billed without a charge.",
            "Enter the fee, or take the line off the claim.",
            evidence=(Evidence(f"SV102 of service line {line.ordinal}", line.charge or "empty"),),
        )
    # A sum that is not nothing, or not to be read, is E501's to say.
    to_be_paid = not claim.lines or any(not line.is_quality_data for line in claim.lines)
    if not free and to_be_paid and _nothing(claim.charge) and _adds_up_to_nothing(claim):
        yield zero_charge.finding(
            claim.location("CLM02"),
            "The claim has no charge.",
            "Enter the total of its lines.",
            evidence=(Evidence("CLM02", claim.charge or "empty"),),
        )


def _nothing(charge: str) -> bool:
    return not charge or number(charge) == 0


def _adds_up_to_nothing(claim: Claim) -> bool:
    amounts = [number(line.charge) for line in claim.lines]
    return None not in amounts and sum(amount for amount in amounts if amount) == 0
