"""C403."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.therapy_lines import therapy_lines
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import BUNDLED


@rule(
    code="C403",
    name="bundled-code",
    scope=Claim,
    severity=Severity.NOTE,
    since="0.1.0",
    when=fact.BUNDLED,
    examples=(
        Example(
            "Hot packs to Medicare",
            lines="SV1*HC:97110:GP*80*UN*2***1\nSV1*HC:97010:GP*15*UN*1***1",
            minutes=(("97110", "PT", 30),),
        ),
        Example("A speech device evaluation that is bundled", lines="SV1*HC:92605:GN*60*UN*1***1",
                taxonomy="235Z00000X", discipline="SLP"),
        Example("A modality that is paid", lines="SV1*HC:97018:GP*15*UN*1***1", flagged=False),
        Example("Hot packs to another payer", lines="SV1*HC:97010:GP*15*UN*1***1", filing="CI", flagged=False),
    ),
)  # fmt: skip
def bundled_code(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """Medicare never pays for this code by itself: its payment is in other services.

    ## Why it matters

    Nothing is owed for the line, by Medicare or by the patient, and it must not be billed to the patient. Recorded for
    statistics it does no harm; counted on as income it does.

    ## Evidence and fix

    Status B of the physician fee schedule (97010, 97602, 92605, 92606, 92618). Nothing is changed.

    ## What it cannot check

    What plans of other payers bundle.

    ## References

    - CMS physician fee schedule, status B (bundled), the same from 2022 to 2026
    - CMS Pub 100-04, chapter 23, section 30.2.2 (status indicators)
    """
    if not claim.heading.is_medicare:
        return
    for line, _ in therapy_lines(claim, context):
        if line.code in BUNDLED:
            yield bundled_code.finding(
                line.location("SV101", 2),
                f"{line.code} is bundled: Medicare pays nothing for it by itself, and the patient owes nothing.",
                "Leave it for your statistics, or take it off; do not bill the patient.",
                evidence=(Evidence("physician fee schedule", f"{line.code} has status B"),),
            )
