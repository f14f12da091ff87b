"""U102."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claims.amounts import dollars
from scrubber.findings.finding import Finding, Fix, NotChecked
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.rules.units.billing import Proposal, propose
from scrubber.rules.units.clocked import ClockedCode, clocked_codes
from scrubber.rules.units.supported import Judgement, judge
from scrubber.tables.therapy_codes import ADD_ON_BASES
from scrubber.visits.visit import Visit


@rule(
    code="U102",
    name="units-below-minutes",
    scope=Visit,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.UNITS_UNKNOWN | fact.UNITS_BELOW | fact.OWN_CLOCK,
    examples=(
        Example(
            "45 minutes make three units, two are billed",
            lines="SV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97110", "PT", 45),),
            fixed="SV1*HC:97110:GP*120*UN*3***1",
            level="unsafe",
        ),
        Example(
            "Nothing is raised unless it is asked for",
            lines="SV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97110", "PT", 45),),
            fixed="SV1*HC:97110:GP*80*UN*2***1",
        ),
        Example(
            "37 minutes are two units: the boundary",
            lines="SV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97110", "PT", 37),),
            flagged=False,
        ),
        Example(
            "38 minutes are three units",
            lines="SV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97110", "PT", 38),),
            fixed="SV1*HC:97110:GP*80*UN*2***1",
        ),
        Example(
            "Caregiver training has its second step from 38 minutes in all",
            lines="SV1*HC:97550:GP*60*UN*1***1\nSV1*HC:97551:GP*30*UN*1***1",
            minutes=(("97550", "PT", 53),),
            fixed="SV1*HC:97550:GP*60*UN*1***1\nSV1*HC:97551:GP*30*UN*1***1",
        ),
    ),
)
def units_below_minutes(visit: Visit, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """Fewer units of timed codes are billed than the minutes of the visit support.

    ## Why it matters

    Billing fewer units than were furnished is no violation, but it is income lost for work done. The finding says how
    much, at the line's own price a unit.

    ## Evidence and fix

    The minutes come from the treatment records, or from notes in the claim. Raising units raises the amount asked
    for, so the fix is UNSAFE: it is applied only with `--fix unsafe`, only where the payer profile says `apply-raises
    = true`, and only when signed records speak for the whole visit. A unit that would go to a code that is not billed
    at all, or to one that therapist and assistant share over several lines, is for a person. So are all units of codes
    with a clock of their own, which are compared code by code.

    ## What it cannot check

    The same visits as U101. Whether the minutes that were not billed were payable.

    ## References

    - CMS Pub 100-04, chapter 5, section 20.2 (counting minutes for timed codes)
    """
    for code in clocked_codes(visit, context):
        if code.unknown:
            yield units_below_minutes.not_checked(code.unknown, *code.claims)
        elif code.billed < code.supported:
            yield _on_own_clock(code)
    judged = judge(visit)
    if judged.unknown:
        yield units_below_minutes.not_checked(judged.unknown, *(claim.ordinal for claim in visit.claims))
        return
    if not judged.below:
        return
    proposal = _raised(visit, judged)
    place = (proposal.lines[0].billed if proposal else judged.below[0]).line
    effect = proposal.charge_effect if proposal else None
    worth = f" At the price billed that is ${dollars(effect)} not asked for." if effect else ""
    yield units_below_minutes.finding(
        place.location("SV104"),
        judged.sentence(visit, judged.below) + worth,
        _action(proposal),
        evidence=visit.evidence() or visit.total_evidence,
        fix=_fix(visit, proposal),
        related=tuple(c.ordinal for c in visit.claims if c.ordinal != place.claim),
        charge_effect=None if effect is None else Decimal(effect) / 100,
    )


def _on_own_clock(code: ClockedCode) -> Finding:
    place = code.lines[0].line
    return units_below_minutes.finding(
        place.location("SV104"),
        code.sentence(),
        f"{counted(code.supported, 'unit')} of {code.code} may be billed.",
        evidence=code.evidence,
        related=tuple(ordinal for ordinal in code.claims if ordinal != place.claim),
    )


def _raised(visit: Visit, judged: Judgement) -> Proposal | None:
    """The raise to an admissible split that keeps every billed unit; the highest charge of several, then file order."""
    billed = visit.billed_units()
    fitting = [
        split
        for split in judged.splits
        if all(units >= billed.get(code, 0) for code, units in split.items())
        and all(code in billed for code, units in split.items() if units)
    ]
    proposals = [p for p in (propose(visit, split) for split in fitting) if p.lines]
    return max(proposals, key=lambda p: p.charge_effect, default=None)


def _fix(visit: Visit, proposal: Proposal | None) -> Fix | None:
    if proposal is None:
        return None
    level = FixLevel.UNSAFE
    codes = {line.billed.line.code for line in proposal.lines}
    lines_of = [b for b in visit.timed_lines() if b.line.code in codes]
    shared = len({(b.line.code, b.by_assistant) for b in lines_of}) > len(codes)
    # What is above one of a base code belongs to its add-on, which is not billed.
    first_step = any(line.billed.line.code in ADD_ON_BASES.values() for line in proposal.lines)
    if shared or first_step or not all(line.billed.claim.admits_money_edits() for line in proposal.lines):
        level = FixLevel.PERSON
    changes = "; ".join(f"{b.line.code} from {b.units} to {units}" for b, units, _ in proposal.lines)
    return Fix(f"Raise units: {changes}", level, Payment.RAISES, proposal.edits(), visit.evidence(), visit.signed)


def _action(proposal: Proposal | None) -> str:
    if proposal is None:
        return "Compare the bill with the treatment note; more units may be billed."
    return " ".join(f"{counted(units, 'unit')} of {b.line.code} may be billed." for b, units, _ in proposal.lines)
