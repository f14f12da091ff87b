"""C408."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from scrubber.claims.claim import Claim
from scrubber.claims.npi import is_npi
from scrubber.findings.finding import Evidence, Finding, Location
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.x12.segment import Segment

NPI = "XX"
ROLES = {
    "2310A": "referring provider",
    "2310B": "rendering provider",
    "2310C": "service facility",
    "2310D": "supervising provider",
    "2420A": "rendering provider of the line",
    "2420B": "purchased service provider of the line",
    "2420C": "service facility of the line",
    "2420D": "supervising provider of the line",
    "2420E": "ordering provider of the line",
    "2420F": "referring provider of the line",
}
"""Loops of a claim whose NM109 may be an NPI."""


@rule(
    code="C408",
    name="invalid-npi",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.BAD_NPI,
    examples=(
        Example("The rendering provider's", replace=(("XX*1999887726", "XX*1999887727"),)),
        Example("The referring provider's", replace=(("XX*1999887742", "XX*1999887724"),)),
        Example("The billing provider's", replace=(("XX*1999887718", "XX*199988771"),)),
        Example("All three are right", flagged=False),
        Example(
            "A number that does not claim to be an NPI",
            replace=(("FENWICK*AUGUST****XX*1999887742", "FENWICK*AUGUST"),),
            filing="CI",
            flagged=False,
        ),
    ),
)
def invalid_npi(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """An NPI of the claim has a wrong check digit.

    ## Why it matters

    Every payer checks the digit before anything else and returns the claim; mostly a digit was mistyped.

    ## Evidence and fix

    The tenth digit follows from the nine before it (Luhn, over 80840 and the number). What the number should be is
    looked up by a person. The billing provider's is checked for each of its claims, and those of the claim and of its
    lines where NM108 says that they are NPIs.

    ## What it cannot check

    Whether the number belongs to the provider named, and is enrolled with the payer.

    ## References

    - 45 CFR 162.406 (format of the National Provider Identifier, with its check digit)
    - CMS, Requirements for National Provider Identifier (NPI) and NPI Check Digit
    """
    billing = claim.heading.billing
    if billing.qualifier == NPI and not is_npi(billing.npi):
        # The billing provider stands above the claim: no segment number of the claim's own.
        where = msgspec.structs.replace(claim.location(), element="NM109", segment=None, byte=billing.byte)
        yield _finding(where, "billing provider", billing.npi)
    for segment, loop in claim.head():
        if _wrong(segment, loop):
            yield _finding(claim.located(segment, 9), ROLES[loop], segment.value(9))
    for line in claim.lines:
        for segment, loop in zip(line.segments, line.loops, strict=True):
            if _wrong(segment, loop):
                yield _finding(line.located(segment, 9), ROLES[loop], segment.value(9))


def _wrong(segment: Segment, loop: str) -> bool:
    return segment.id == "NM1" and loop in ROLES and segment.value(8) == NPI and not is_npi(segment.value(9))


def _finding(where: Location, role: str, npi: str) -> Finding:
    fault = f', "{npi}", is not valid: it is not ten digits with the right check digit' if npi else " is missing"
    return invalid_npi.finding(
        where,
        f"The NPI of the {role}{fault}.",
        "Look the number up and correct it.",
        evidence=(Evidence(f"NM109 of the {role}", npi or "empty"),),
    )
