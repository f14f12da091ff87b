"""M215."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.therapy_lines import carried, therapy_lines
from scrubber.rules.rule import Example, RuleContext, rule

_WELL_FORMED = re.compile("[0-9A-Z]{2}")


@rule(
    code="M215",
    name="unknown-modifier",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.UNKNOWN_MODIFIER,
    examples=(
        Example(
            "One character",
            lines="SV1*HC:97110:GP:5*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
        ),
        Example(
            "Small letters",
            lines="SV1*HC:97110:GP:kx*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
        ),
        Example(
            "Well formed and in no list: a warning",
            lines="SV1*HC:97110:GP:ZQ*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
        ),
        Example(
            "Modifiers of either list",
            lines="SV1*HC:97110:GP:59:KX:96*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            flagged=False,
        ),
    ),
)
def unknown_modifier(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A modifier is malformed, or in no list of modifiers.

    ## Why it matters

    A modifier has two characters, digits or capital letters. Anything else is returned by the front end; one that the
    payer does not know is denied as an invalid modifier.

    ## Evidence and fix

    The line, and the list of CPT and HCPCS modifiers that travels with the program. The list is not complete (states
    and payers have modifiers of their own), so a well formed modifier that is missing there is a warning. What was
    meant only a person knows.

    ## What it cannot check

    Modifiers of single states and payers: they are unknown, not wrong. Whether a known modifier fits the code.

    ## References

    - 005010X222A1, SV101-3 to SV101-6: two characters
    - CPT, appendix A, and the CMS alpha-numeric HCPCS file (the lists of modifiers)
    """
    for line, _ in therapy_lines(claim, context):
        for modifier in dict.fromkeys(line.modifiers):
            malformed = _WELL_FORMED.fullmatch(modifier) is None
            if not malformed and modifier in context.tables.modifiers:
                continue
            what = "is no modifier: it has to be two digits or capital letters" if malformed else "is in no list"
            yield unknown_modifier.finding(
                line.modifier_location(modifier),
                f'The modifier "{modifier}" of {line.code} {what}.',
                "Correct it, or drop it." if malformed else "Check whether this payer knows it.",
                evidence=carried(line),
                severity=None if malformed else Severity.WARN,
            )
