"""C424."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.therapy_lines import therapy_lines
from scrubber.rules.rule import Example, RuleContext, rule

CHIROPRACTORS = "111N"
"""Beginning of a chiropractor's taxonomy codes (NUCC)."""

BY_CHIROPRACTOR = "111N00000X"


@rule(
    code="C424",
    name="chiropractor-therapy",
    scope=Claim,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.ODD_TAXONOMY,
    examples=(
        Example("Exercise by a chiropractor, to Medicare", taxonomy=BY_CHIROPRACTOR),
        Example(
            "GY says that the practice knows",
            lines="SV1*HC:97110:GP:GY*80*UN*2***1",
            taxonomy=BY_CHIROPRACTOR,
            flagged=False,
        ),
        Example("By a physical therapist", flagged=False),
        Example("Another payer", taxonomy=BY_CHIROPRACTOR, filing="CI", flagged=False),
    ),
)
def chiropractor_therapy(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """Therapy that a chiropractor furnished goes to Medicare as if it were covered.

    ## Why it matters

    Of a chiropractor's services Medicare pays manual manipulation of the spine and nothing else: by law every therapy
    line is denied. With GY, and GP on always-therapy codes, the denial is the patient's to pay or goes on to another
    insurer.

    ## Evidence and fix

    The taxonomy code of who rendered the line is a chiropractor's, the code is one of therapy, the payer is traditional
    Medicare, and GY is not there. Whether to bill at all is for a person.

    ## What it cannot check

    Chiropractors who bill under another taxonomy; what plans of Medicare Advantage add.

    ## References

    - 42 CFR 410.21(b) (manual manipulation of the spine only)
    - CMS Pub 100-02, chapter 15, sections 30.5 and 240
    - NGS Medicare on chiropractors who bill for therapy (GP and GY)
    """
    if not claim.heading.is_traditional_medicare:
        return
    for line, _ in therapy_lines(claim, context):
        if claim.taxonomy(line).startswith(CHIROPRACTORS) and "GY" not in line.modifiers:
            yield chiropractor_therapy.finding(
                line.location("SV101"),
                f"{line.code} was rendered by a chiropractor; Medicare does not cover it.",
                "Bill the patient; for a denial add GY, with GP on always-therapy codes.",
                evidence=(Evidence("rendering provider's taxonomy", claim.taxonomy(line)),),
            )
