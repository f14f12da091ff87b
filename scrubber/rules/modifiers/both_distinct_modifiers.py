"""M214."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.therapy_lines import carried, therapy_lines
from scrubber.rules.rule import Example, RuleContext, rule

DISTINCT = "59"
SUBSETS = frozenset({"XE", "XP", "XS", "XU"})


@rule(
    code="M214",
    name="both-distinct-modifiers",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.BOTH_DISTINCT,
    examples=(
        Example(
            "59 together with XE",
            lines="SV1*HC:97110:GP:59:XE*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
        ),
        Example(
            "59 alone",
            lines="SV1*HC:97110:GP:59*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            flagged=False,
        ),
        Example(
            "An X modifier alone",
            lines="SV1*HC:97110:GP:XE*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            flagged=False,
        ),
    ),
)
def both_distinct_modifiers(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A line carries 59 together with XE, XP, XS or XU.

    ## Why it matters

    The X modifiers are narrower forms of 59 and are used instead of it. Both on one line are an invalid combination.

    ## Evidence and fix

    The line itself. Which of the two the note supports is for a person.

    ## What it cannot check

    Which X modifier describes the case.

    ## References

    - CMS CR 8863, transmittal 1422 (XE, XP, XS and XU are used in place of 59)
    - NCCI Policy Manual, chapter I, section E
    """
    for line, _ in therapy_lines(claim, context):
        narrower = [m for m in dict.fromkeys(line.modifiers) if m in SUBSETS]
        if DISTINCT not in line.modifiers or not narrower:
            continue
        yield both_distinct_modifiers.finding(
            line.modifier_location(narrower[0]),
            f"{line.code} carries {DISTINCT} and {' and '.join(narrower)}; one excludes the other.",
            "Keep the one that the note supports.",
            evidence=carried(line),
        )
