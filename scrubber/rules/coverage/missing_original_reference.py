"""C413."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import REPLACEMENT, VOID, Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule

_KINDS = {REPLACEMENT: "a replacement", VOID: "a void"}


@rule(
    code="C413",
    name="missing-original-reference",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.CORRECTION,
    voids=True,
    examples=(
        Example("A replacement without the payer's claim number", replace=(("11:B:1", "11:B:7"),)),
        Example("A void without it", replace=(("11:B:1", "11:B:8"),)),
        Example(
            "A void with it",
            replace=(
                ("11:B:1", "11:B:8"),
                ("HI*ABK:M545", "REF*F8*ICN20261~\nHI*ABK:M545"),
                ("SE*26*", "SE*27*"),
            ),
            flagged=False,
        ),
        Example("An original claim needs none", flagged=False),
    ),
)
def missing_original_reference(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A replacement or void does not name the claim that it is about.

    ## Why it matters

    The payer finds the earlier claim by the number it gave it. Without that the replacement is returned, or taken for a
    second bill.

    ## Evidence and fix

    CLM05-3 is 7 or 8 and the claim has no REF*F8. The payer's claim number stands on the remittance: a person enters
    it.

    ## What it cannot check

    Whether the number is that of the right claim.

    ## References

    - 005010X222A1, REF Payer Claim Control Number (F8): required when CLM05-3 is 7 or 8
    """
    kind = _KINDS.get(claim.frequency)
    if kind is None or claim.original_reference:
        return
    yield missing_original_reference.finding(
        claim.location("CLM05"),
        f"The claim is {kind} (frequency {claim.frequency}) and does not give the payer's number of the original.",
        "Enter the payer's claim number from the remittance as REF*F8.",
        evidence=(Evidence("CLM05", f"frequency {claim.frequency}"),),
    )
