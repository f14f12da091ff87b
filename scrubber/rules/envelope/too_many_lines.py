"""E506."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule

MOST_LINES = 50
_LINES = [f"SV1*HC:97161:GP*110*UN*1***1 | DTP*472*D8*2026{1 + n // 17:02}{1 + n % 17:02}" for n in range(51)]


@rule(
    code="E506",
    name="too-many-lines",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.TOO_MANY_LINES,
    examples=(
        Example("51 lines", lines="\n".join(_LINES)),
        Example("50 lines: the boundary", lines="\n".join(_LINES[:50]), flagged=False),
    ),
)
def too_many_lines(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A claim has more than 50 service lines.

    ## Why it matters

    The guide allows 50; a front end returns the whole claim.

    ## Evidence and fix

    Splitting a claim makes new claims with numbers of their own: a person does it in the billing system.

    ## What it cannot check

    Lines that a payer counts otherwise than by LX.

    ## References

    - 005010X222A1, loop 2400: repeat 50
    """
    if len(claim.lines) > MOST_LINES:
        yield too_many_lines.finding(
            claim.lines[MOST_LINES].location("LX01"),
            f"The claim has {len(claim.lines)} service lines; {MOST_LINES} are allowed.",
            "Divide it into claims of at most 50 lines each.",
        )
