"""C402."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import ClaimEdit, Evidence, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule


@rule(
    code="C402",
    name="code-not-for-payer",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.REPLACED_CODE,
    examples=(
        Example(
            "97014 to Medicare: G0283 on request",
            lines="SV1*HC:97014:GP*20*UN*1***1",
            minutes=(("97014", "PT", 15),),
            level="unsafe",
            fixed="SV1*HC:G0283:GP*20*UN*1***1",
        ),
        Example("97014 to Medicare, safe corrections only", lines="SV1*HC:97014:GP*20*UN*1***1"),
        Example("G0283 to Medicare", lines="SV1*HC:G0283:GP*20*UN*1***1", flagged=False),
        Example("97014 to a commercial payer", lines="SV1*HC:97014:GP*20*UN*1***1", filing="CI", flagged=False),
    ),
)
def code_not_for_payer(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A code is not valid for this payer, which takes another code for the same service.

    ## Why it matters

    The line is denied although the service is covered: the payer knows it under its other code.

    ## Evidence and fix

    `replaced-codes` of the payer's profile; for Medicare and its plans 97014, which has status I in the physician fee
    schedule, gives way to G0283. The code is exchanged at the same units and charge: UNSAFE, and since Medicare pays
    for the one and not for the other it raises payment, which needs a signed record and a profile that allows it.

    ## What it cannot check

    What other payers take that no profile says; commercial payers are divided on these two codes.

    ## References

    - CMS physician fee schedule: status I of 97014 (Medicare uses another code)
    - CMS Pub 100-04, chapter 5, section 20 (G0283 on the therapy code list)
    """
    if not context.patient:
        return
    for line in claim.lines:
        replaced = context.patient.profile(claim, line.date).replaced_codes
        wanted = replaced.get(line.code) if line.is_hcpcs else None
        if wanted is None or wanted == line.code:
            continue
        evidence = (Evidence("payer profile", f"{wanted} in place of {line.code}"),)
        edits = (ClaimEdit(claim.ordinal, line.set_code(wanted)),)
        visit = context.patient.visit_of(claim, line)
        signed = visit is not None and visit.signed
        title = f"Bill {wanted} in place of {line.code}"
        yield code_not_for_payer.finding(
            line.location("SV101", 2),
            f"{line.code} is not valid for this payer; it takes {wanted} for this service.",
            f"Bill {wanted}.",
            evidence=evidence,
            fix=Fix(title, FixLevel.UNSAFE, Payment.NEUTRAL, edits, evidence, signed),
        )
