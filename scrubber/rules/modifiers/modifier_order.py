"""M209."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import ClaimEdit, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.therapy_lines import carried, therapy_lines
from scrubber.rules.rule import Example, RuleContext, rule

ORDER = (
    ("GP", "GO", "GN"),
    ("CQ", "CO"),
    ("59", "XE", "XP", "XS", "XU"),
    ("KX",),
    ("95", "93", "GT"),
    ("LT", "RT", "50"),
    ("GA", "GX", "GY", "GZ"),
)
_RANK = {modifier: rank for rank, together in enumerate(ORDER) for modifier in together}


@rule(
    code="M209",
    name="modifier-order",
    scope=Claim,
    severity=Severity.NOTE,
    since="0.1.0",
    when=fact.DISORDERED,
    examples=(
        Example(
            "KX before GP",
            lines="SV1*HC:97110:KX:GP*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            fixed="SV1*HC:97110:GP:KX*80*UN*2***1",
            profile=(("modifier-order", True),),
        ),
        Example(
            "Others keep their order behind",
            lines="SV1*HC:97110:76:59:22:GP*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            fixed="SV1*HC:97110:GP:59:76:22*80*UN*2***1",
            profile=(("modifier-order", True),),
        ),
        Example(
            "In order",
            lines="SV1*HC:97110:GP:59:KX:LT*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            profile=(("modifier-order", True),),
            flagged=False,
        ),
        Example(
            "A payer that does not ask for an order",
            lines="SV1*HC:97110:KX:GP*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            flagged=False,
        ),
    ),
)
def modifier_order(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """The modifiers do not stand in the order that this payer reads them in.

    ## Why it matters

    Some payers and contractors look for the discipline in the first place and for the assistant in the second. For most
    the order has no effect, so this is checked only where the payer's profile says `modifier-order = true`.

    ## Evidence and fix

    The line itself. The order is GP, GO or GN; CQ or CO; 59 or an X modifier; KX; 95, 93 or GT; LT, RT or 50; GA, GX,
    GY or GZ; then the rest as found. The modifiers are put in this order (SAFE); none is added or dropped.

    ## What it cannot check

    Orders that a payer wants otherwise; it runs only where a profile asks for it.

    ## References

    - CMS Pub 100-04, chapter 5, section 20.1 (therapy modifiers; the order is a habit of contractors, not a rule)
    - 005010X222A1, SV101-3 to SV101-6
    """
    patient = context.patient
    if patient is None:
        return
    for line, _ in therapy_lines(claim, context):
        if not patient.profile(claim, line.date).modifier_order:
            continue
        wanted = sorted(line.modifiers, key=lambda modifier: _RANK.get(modifier, len(ORDER)))
        edit = line.set_modifiers(wanted)
        if wanted == list(line.modifiers) or edit is None:
            continue
        first = next(old for old, new in zip(line.modifiers, wanted, strict=True) if old != new)
        edits = (ClaimEdit(claim.ordinal, edit),)
        yield modifier_order.finding(
            line.modifier_location(first),
            f"{line.code} carries {' '.join(line.modifiers)}; this payer wants {' '.join(wanted)}.",
            "Put them in this order.",
            evidence=carried(line),
            fix=Fix(f"Order the modifiers of {line.code}", FixLevel.SAFE, Payment.NEUTRAL, edits, carried(line)),
        )
