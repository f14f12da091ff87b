"""E505."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import ClaimEdit, Evidence, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.x12.span import Edit


@rule(
    code="E505",
    name="line-numbering",
    scope=Claim,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.MISNUMBERED,
    examples=(
        Example(
            "The first line is numbered 2",
            minutes=(("97110", "PT", 30),),
            replace=(("LX*1~", "LX*2~"),),
            fixed="SV1*HC:97110:GP*80*UN*2***1",
        ),
        Example("Numbered from 1", minutes=(("97110", "PT", 30),), flagged=False),
    ),
)
def line_numbering(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """The numbers of the service lines (LX01) do not run from 1 without a gap.

    ## Why it matters

    Answers of the payer name lines by these numbers; many front ends return a claim whose lines are not counted 1 to n.

    ## Evidence and fix

    The file itself: the lines are numbered in their order (SAFE). Where another payer's adjudication names lines by
    number (SVD06), a person renumbers.

    ## What it cannot check

    Claims with bundled lines (SVD06), whose numbers are left to a person.

    ## References

    - 005010X222A1, LX01: begins with 1 and counts by one within the claim
    """
    wrong = [line for line in claim.lines if line.lx.value(1) != str(line.ordinal)]
    if not wrong:
        return
    numbers = " ".join(line.lx.value(1) or "none" for line in claim.lines)
    evidence = (Evidence("LX01 of the service lines", numbers),)
    named = any(s.elements[0] == "SVD" and s.value(6) for line in claim.lines for s in line.segments)
    fix = None
    if not claim.is_void:
        edits = tuple(ClaimEdit(claim.ordinal, Edit(line.lx.span(1), str(line.ordinal))) for line in wrong
                      if len(line.lx.elements) > 1)  # fmt: skip
        level = FixLevel.PERSON if named or len(edits) < len(wrong) else FixLevel.SAFE
        fix = Fix("Number the service lines from 1", level, Payment.NEUTRAL, edits, evidence)
    yield line_numbering.finding(
        wrong[0].location("LX01"),
        f"The service lines are numbered {numbers[:60]}.",
        "Number them from 1, without a gap.",
        evidence=evidence,
        fix=fix,
    )
