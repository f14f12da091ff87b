"""M201."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import ClaimEdit, Evidence, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.discipline import DISCIPLINE_OF, MODIFIER_OF
from scrubber.visits.visit import BilledLine, Visit


@rule(
    code="M201",
    name="missing-discipline-modifier",
    scope=Visit,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.NO_DISCIPLINE,
    examples=(
        Example(
            "The signed record says physical therapy",
            lines="SV1*HC:97110*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            fixed="SV1*HC:97110:GP*80*UN*2***1",
        ),
        Example(
            "The modifier takes the first place",
            lines="SV1*HC:97140:59*38*UN*1***1",
            minutes=(("97140", "OT", 15),),
            discipline="OT",
            taxonomy="225X00000X",
            fixed="SV1*HC:97140:GO:59*38*UN*1***1",
        ),
        Example(
            "The code itself belongs to one discipline",
            lines="SV1*HC:97161*110*UN*1***1",
            fixed="SV1*HC:97161:GP*110*UN*1***1",
        ),
        Example("Only the therapist's taxonomy tells the discipline", lines="SV1*HC:97110*80*UN*2***1"),
        Example(
            "No modifier place is free",
            lines="SV1*HC:97110:59:KX:76:77*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
        ),
        Example("GP is there", minutes=(("97110", "PT", 30),), flagged=False),
        Example(
            "A commercial payer without a profile of its own",
            lines="SV1*HC:97110*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            filing="CI",
            flagged=False,
        ),
    ),
)
def missing_discipline_modifier(visit: Visit, context: RuleContext) -> Iterator[Finding]:
    """A therapy line lacks the modifier of its plan of care: GP, GO or GN.

    ## Why it matters

    Medicare, and payers that follow it, return an always-therapy line without its discipline modifier as unprocessable,
    whoever bills it. Sometimes-therapy codes need it when a therapist furnished them.

    ## Evidence and fix

    The modifier is added in the first place: SAFE when a signed record gives the discipline of this code, or when the
    code belongs to one discipline only (97161 to 97164, 97165 to 97168, 92521 to 92524, 92597, 92607). By the
    rendering provider's taxonomy, or by an unsigned record, it is UNSAFE. Where nothing tells, or all four places are
    taken, it is for a person.

    ## What it cannot check

    Codes outside the therapy code table. A sometimes-therapy line of a physician: it needs a modifier only under a
    plan of care, which the claim does not show.

    ## References

    - CMS Pub 100-04, chapter 5, section 20.1 (discipline-specific outpatient therapy modifiers)
    - CMS annual therapy code list (always and sometimes therapy)
    """
    if not visit.profile.discipline_modifiers:
        return
    for billed in visit.lines:
        if any(modifier in DISCIPLINE_OF for modifier in billed.line.modifiers) or not _wanted(billed):
            continue
        wanted = MODIFIER_OF.get(billed.told.discipline)
        missing = wanted or "GP, GO or GN"
        action = (
            f"Add {wanted} in the first modifier place."
            if wanted
            else "Find out under which plan of care it was given."
        )
        yield missing_discipline_modifier.finding(
            billed.line.location("SV101", 3 if billed.line.modifiers else 2),
            f"{billed.line.code} is billed without its discipline modifier {missing}.",
            action,
            evidence=_evidence(billed, visit),
            fix=_fix(billed, visit, wanted),
        )


def _wanted(billed: BilledLine) -> bool:
    """Always-therapy codes (evaluations of one discipline are), and others that a therapist rendered."""
    return billed.therapy.therapy_status == "always" or billed.told.by in ("record", "taxonomy")


def _fix(billed: BilledLine, visit: Visit, wanted: str | None) -> Fix | None:
    edit = billed.line.add_modifier(wanted) if wanted else None
    if edit is None:
        return None
    evidence = _evidence(billed, visit)
    safe = billed.told.by == "code" or (billed.told.by == "record" and visit.record_signed(billed))
    level = FixLevel.SAFE if safe and evidence else FixLevel.UNSAFE
    edits = (ClaimEdit(billed.claim.ordinal, edit),)
    return Fix(f"Add {wanted} to {billed.line.code}", level, Payment.NEUTRAL, edits, evidence)


def _evidence(billed: BilledLine, visit: Visit) -> tuple[Evidence, ...]:
    code, discipline = billed.line.code, billed.told.discipline
    if billed.told.by == "code":
        return (Evidence("therapy code table", f"{code} belongs to {discipline} alone"),)
    if billed.told.by == "record":
        return visit.records_of(billed)
    if billed.told.by == "taxonomy":
        return (Evidence("rendering provider's taxonomy", billed.claim.taxonomy(billed.line)),)
    if billed.told.by == "visit":
        return (Evidence("the other services of the day", discipline),)
    return ()
