"""M210."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import ClaimEdit, Evidence, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule


@rule(
    code="M210",
    name="repeated-modifier",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.REPEATED_MODIFIER,
    examples=(
        Example(
            "GP twice",
            lines="SV1*HC:97110:GP:GP*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            fixed="SV1*HC:97110:GP*80*UN*2***1",
        ),
        Example(
            "What stands between keeps its order",
            lines="SV1*HC:97110:GP:KX:GP:59*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            fixed="SV1*HC:97110:GP:KX:59*80*UN*2***1",
        ),
        Example(
            "Four different ones",
            lines="SV1*HC:97110:GP:KX:59:76*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            flagged=False,
        ),
    ),
)
def repeated_modifier(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """The same modifier stands twice on a service line.

    ## Why it matters

    A repeated modifier says nothing more and takes one of four places; front ends return it as an invalid combination.

    ## Evidence and fix

    The line itself. The repetition is dropped (SAFE); the first stays where it is.

    ## What it cannot check

    Whether another modifier was meant by the second one.

    ## References

    - 005010X222A1, SV101-3 to SV101-6: up to four procedure modifiers, each said once
    """
    for line in claim.lines:
        again = next((n for n, m in enumerate(line.modifiers) if m in line.modifiers[:n]), None)
        if again is None or line.is_quality_data:
            continue
        modifier = line.modifiers[again]
        evidence = (Evidence(f"SV101 of service line {line.ordinal}", f"modifiers {' '.join(line.modifiers)}"),)
        fix = Fix(
            f"Drop the repeated {modifier}",
            FixLevel.SAFE,
            Payment.NEUTRAL,
            (ClaimEdit(claim.ordinal, line.drop_modifier(again)),),
            evidence,
        )
        yield repeated_modifier.finding(
            line.location("SV101", 3),
            f"{line.code or 'A line'} carries {modifier} twice.",
            f"Drop the second {modifier}.",
            evidence=evidence,
            fix=fix,
        )
