"""M213."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import ClaimEdit, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.therapy_lines import carried, therapy_lines
from scrubber.rules.rule import Example, RuleContext, rule

SEPARATE_EVALUATION = "25"
EVALUATIONS = frozenset(
    {
        "97161", "97162", "97163", "97164", "97165", "97166", "97167", "97168",
        "92521", "92522", "92523", "92524", "92597", "92607", "92608", "92610",
    }
)  # fmt: skip


@rule(
    code="M213",
    name="needless-evaluation-modifier",
    scope=Claim,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.EVALUATION_MODIFIER,
    examples=(
        Example("25 on an evaluation for Medicare", lines="SV1*HC:97161:GP:25*110*UN*1***1"),
        Example(
            "For another payer a note",
            lines="SV1*HC:97161:GP:25*110*UN*1***1",
            filing="CI",
        ),
        Example("An evaluation without it", lines="SV1*HC:97161:GP*110*UN*1***1", flagged=False),
        Example(
            "25 on something else is not this rule's",
            lines="SV1*HC:97110:GP:25*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            flagged=False,
        ),
    ),
)
def needless_evaluation_modifier(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """25 stands on a therapy evaluation.

    ## Why it matters

    25 is for the visits of physicians (evaluation and management). On a therapy evaluation it says nothing to Medicare,
    and it bypasses NCCI pairs that were meant to be looked at. Some other payers ask for it, so there it is a note.

    ## Evidence and fix

    The line itself. Whether the payer asked for it a person knows; the proposal is to drop it.

    ## What it cannot check

    Whether a physician's visit on the same day was significant and separate.

    ## References

    - NCCI Policy Manual, chapter I, section E (modifier 25 applies to evaluation and management services)
    - NCCI Policy Manual, chapter XI, section M (physical medicine and rehabilitation)
    """
    for line, _ in therapy_lines(claim, context):
        if line.code not in EVALUATIONS or SEPARATE_EVALUATION not in line.modifiers:
            continue
        edit = line.set_modifiers([m for m in line.modifiers if m != SEPARATE_EVALUATION])
        edits = () if edit is None else (ClaimEdit(claim.ordinal, edit),)
        title = f"Drop {SEPARATE_EVALUATION} from {line.code}"
        yield needless_evaluation_modifier.finding(
            line.modifier_location(SEPARATE_EVALUATION),
            f"{line.code} carries {SEPARATE_EVALUATION}, which a therapy evaluation does not need.",
            f"Drop {SEPARATE_EVALUATION}, unless this payer asks for it.",
            evidence=carried(line),
            fix=Fix(title, FixLevel.PERSON, Payment.NEUTRAL, edits, carried(line)),
            severity=None if claim.heading.is_medicare else Severity.NOTE,
        )
