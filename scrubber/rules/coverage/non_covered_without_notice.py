"""C419."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule

NEEDLING = frozenset({"20560", "20561"})
NOTICES = frozenset({"GA", "GY", "GZ"})


@rule(
    code="C419",
    name="non-covered-without-notice",
    scope=Claim,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.NEEDLING,
    examples=(
        Example("Dry needling to Medicare", lines="SV1*HC:20560:GP*40*UN*1***1"),
        Example("A notice was given", lines="SV1*HC:20560:GP:GA*40*UN*1***1", flagged=False),
        Example("GX alone says nothing of why", lines="SV1*HC:20561:GP:GX*40*UN*1***1"),
        Example("To another payer", lines="SV1*HC:20560:GP*40*UN*1***1", filing="CI", flagged=False),
    ),
)
def non_covered_without_notice(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """Dry needling goes to Medicare without a modifier that says who pays when Medicare does not.

    ## Why it matters

    Medicare covers needling for chronic low back pain alone, within its decision on acupuncture, and not by therapists.
    Without GA, GY or GZ the denial leaves the cost with the practice.

    ## Evidence and fix

    20560 or 20561 to traditional Medicare without GA, GY or GZ. What the patient was told is for a person.

    ## What it cannot check

    Whether the service is the covered one; other services that Medicare does not cover (C421).

    ## References

    - CMS National Coverage Determination 30.3.3 (acupuncture for chronic low back pain, from 2020-01-21)
    - CMS Pub 100-04, chapter 30, section 50 (advance beneficiary notice)
    """
    if not claim.heading.is_traditional_medicare:
        return
    for line in claim.lines:
        if line.is_hcpcs and line.code in NEEDLING and NOTICES.isdisjoint(line.modifiers):
            yield non_covered_without_notice.finding(
                line.location("SV101", 2),
                f"{line.code} is not covered by Medicare as therapy, and the line says nothing of a notice.",
                "Add GA, GZ or GY as the patient was told, or do not bill Medicare.",
                evidence=(Evidence("National Coverage Determination 30.3.3", "chronic low back pain only"),),
            )
