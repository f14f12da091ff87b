"""C421."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule

NEVER_COVERED = {
    "92630": "status I: Medicare takes 92507",
    "92633": "status I: Medicare takes 92507",
    "96110": "status N",
    "97037": "status N",
    "97169": "status N",
    "97170": "status N",
    "97171": "status N",
    "97172": "status N",
}
"""Code -> what the physician fee schedule says of it. 97014, which has a twin, is C402."""


@rule(
    code="C421",
    name="never-covered-code",
    scope=Claim,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.NEVER_COVERED,
    examples=(
        Example("Low-level laser to Medicare", lines="SV1*HC:97037:GP*40*UN*1***1"),
        Example("GY asks for the denial", lines="SV1*HC:97037:GP:GY*40*UN*1***1", flagged=False),
        Example("A covered code", flagged=False),
        Example("To another payer", lines="SV1*HC:97037:GP*40*UN*1***1", filing="CI", flagged=False),
        Example("A code with a twin is another finding", lines="SV1*HC:G0283:GP*40*UN*1***1", flagged=False),
    ),
)
def never_covered_code(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """Medicare covers this code for nobody, and the line does not say that the practice knows.

    ## Why it matters

    The line is denied. With GY the denial comes at once, is the patient's to pay, and can go to a second insurer;
    without it, it may be the practice's loss.

    ## Evidence and fix

    Status N (not covered) or I (not valid for Medicare) in the physician fee schedule, to traditional Medicare, without
    GY. Which code or modifier is right is for a person.

    ## What it cannot check

    Codes outside therapy; what Medicare Advantage plans add to the benefits of Medicare.

    ## References

    - CMS physician fee schedule, status N and I
    - CMS Pub 100-04, chapter 1, section 60 (non-covered charges; GY)
    """
    if not claim.heading.is_traditional_medicare:
        return
    for line in claim.lines:
        status = NEVER_COVERED.get(line.code)
        if status and line.is_hcpcs and "GY" not in line.modifiers:
            yield never_covered_code.finding(
                line.location("SV101", 2),
                f"{line.code} is never covered by Medicare ({status}).",
                "Bill the patient, add GY if a denial is wanted for another insurer, or bill the code that is covered.",
                evidence=(Evidence("physician fee schedule", f"{line.code}: {status}"),),
            )
