"""M202."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import ClaimEdit, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.therapy_lines import carried, therapy_lines
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import TherapyCode
from scrubber.visits.discipline import DISCIPLINE_OF, MODIFIER_OF
from scrubber.visits.recorded import recorded_discipline


@rule(
    code="M202",
    name="conflicting-discipline-modifiers",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.SEVERAL_DISCIPLINES,
    examples=(
        Example(
            "The signed record says physical therapy",
            lines="SV1*HC:97110:GP:GO*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            fixed="SV1*HC:97110:GP*80*UN*2***1",
        ),
        Example(
            "What does not name a discipline stays where it is",
            lines="SV1*HC:97530:GP:KX:GO*45*UN*1***1",
            minutes=(("97530", "OT", 15),),
            discipline="OT",
            taxonomy="225X00000X",
            fixed="SV1*HC:97530:KX:GO*45*UN*1***1",
        ),
        Example("Nothing says which", lines="SV1*HC:97110:GP:GO*80*UN*2***1"),
        Example(
            "The record is not signed",
            lines="SV1*HC:97110:GP:GO*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            signed=False,
        ),
        Example(
            "The record says a third one",
            lines="SV1*HC:97535:GP:GO*45*UN*1***1",
            minutes=(("97535", "SLP", 15),),
            discipline="SLP",
        ),
        Example("One of them", minutes=(("97110", "PT", 30),), flagged=False),
    ),
)
def conflicting_discipline_modifiers(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A line carries two of GP, GO and GN.

    ## Why it matters

    A service belongs to one plan of care. With two disciplines on it the line is returned, and its minutes cannot be
    counted for either.

    ## Evidence and fix

    The signed treatment record of this code and day says under which discipline it was given: the others are dropped
    (SAFE). Without a signed record, or where it names a discipline that the line does not carry, a person decides.

    ## What it cannot check

    Which of the two is right, where no signed record says so.

    ## References

    - CMS Pub 100-04, chapter 5, section 20.1 (one discipline-specific modifier for each therapy service)
    """
    for line, entry in therapy_lines(claim, context):
        there = list(dict.fromkeys(m for m in line.modifiers if m in DISCIPLINE_OF))
        if len(there) < 2:
            continue
        yield conflicting_discipline_modifiers.finding(
            line.modifier_location(there[1]),
            f"{line.code} carries {' and '.join(there)}; a service is given under one discipline.",
            "Keep the modifier of the discipline under whose plan of care it was given.",
            evidence=carried(line),
            fix=_fix(claim, line, entry, context),
        )


def _fix(claim: Claim, line: ServiceLine, entry: TherapyCode, context: RuleContext) -> Fix | None:
    recorded = recorded_discipline(context.patient, claim, line) if context.patient else None
    if recorded is None:
        return None
    kept = MODIFIER_OF[recorded.discipline]
    edit = line.set_modifiers([m for m in line.modifiers if m == kept or m not in DISCIPLINE_OF])
    if kept not in line.modifiers or edit is None:
        return None
    safe = recorded.row_signed and entry.discipline in ("", kept)
    level = FixLevel.SAFE if safe else FixLevel.PERSON
    edits = (ClaimEdit(claim.ordinal, edit),)
    return Fix(f"Keep {kept} alone on {line.code}", level, Payment.NEUTRAL, edits, recorded.evidence)
