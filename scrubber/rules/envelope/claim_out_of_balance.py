"""E501."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.amounts import cents, number
from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule


@rule(
    code="E501",
    name="claim-out-of-balance",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.BAD_AMOUNT,
    examples=(
        Example("CLM02 is not the sum of the lines", replace=(("*80***11:B:1", "*90***11:B:1"),)),
        Example("A charge that is no amount", lines="SV1*HC:97110:GP*8O*UN*2***1"),
        Example("More than two decimals", lines="SV1*HC:97110:GP*80.005*UN*2***1"),
        Example("80 and 80.00 are the same", lines="SV1*HC:97110:GP*80.00*UN*2***1", flagged=False),
    ),
)
def claim_out_of_balance(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """The claim's total charge (CLM02) is not the sum of its line charges (SV102), or an amount cannot be read.

    ## Why it matters

    Front ends balance every professional claim and return those that do not add up.

    ## Evidence and fix

    Which of the amounts is wrong cannot be told from the claim: a person corrects it. When the scrubber itself lowers a
    line, it lowers CLM02 by the same amount.

    ## What it cannot check

    Which of the amounts is wrong.

    ## References

    - 005010X222A1, CLM02: the sum of all line charges; 277CA status 400 (claim is out of balance)
    """
    unreadable = False
    for line in claim.lines:
        if line.sv1.elements[0] != "SV1" or number(line.charge) is None:
            unreadable = True
            yield claim_out_of_balance.finding(
                line.location("SV102"),
                f"The charge of service line {line.ordinal} is no amount.",
                "Give the line a charge in dollars, such as 80 or 80.00.",
            )
        elif cents(line.charge) is None:
            unreadable = True
            yield claim_out_of_balance.finding(
                line.location("SV102"),
                f"The charge of service line {line.ordinal} has more than two decimals.",
                "Give the charge in dollars and whole cents.",
            )
    total = number(claim.charge)
    if total is None or claim.cents is None:
        yield claim_out_of_balance.finding(
            claim.location("CLM02"),
            "The claim's total charge is no amount in dollars and whole cents.",
            "Make CLM02 the sum of the line charges.",
        )
        return
    if unreadable:
        return
    amounts = [value for line in claim.lines if (value := number(line.charge)) is not None]
    if sum(amounts) != total:
        yield claim_out_of_balance.finding(
            claim.location("CLM02"),
            f"The claim's total charge is {claim.charge}; the charges of its lines add up to {sum(amounts)}.",
            "Correct the total or the line that is wrong.",
            evidence=(Evidence("SV102 of all service lines", f"add up to {sum(amounts)}"),),
        )
