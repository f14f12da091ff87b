"""U101."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scrubber.findings.finding import Finding, Fix, NotChecked
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.rules.units.billing import Proposal, for_a_person, propose
from scrubber.rules.units.clocked import ClockedCode, clocked_codes
from scrubber.rules.units.supported import Judgement, judge
from scrubber.visits.units import Split
from scrubber.visits.visit import Visit


@rule(
    code="U101",
    name="units-above-minutes",
    scope=Visit,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.UNITS_UNKNOWN | fact.UNITS_ABOVE | fact.OWN_CLOCK,
    examples=(
        Example(
            "30 minutes make two units, three are billed",
            lines="SV1*HC:97110:GP*120*UN*3***1",
            minutes=(("97110", "PT", 30),),
            fixed="SV1*HC:97110:GP*80*UN*2***1",
        ),
        Example(
            "24 and 23 minutes pool to three units; the longer service keeps two",
            lines="SV1*HC:97112:GP*84*UN*2***1\nSV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97112", "PT", 24), ("97110", "PT", 23)),
            fixed="SV1*HC:97112:GP*84*UN*2***1\nSV1*HC:97110:GP*40*UN*1***1",
        ),
        Example(
            "A line would fall to no unit: the claim is held",
            lines="SV1*HC:97110:GP*80*UN*2***1\nSV1*HC:97035:GP*20*UN*1***1",
            minutes=(("97110", "PT", 25), ("97035", "PT", 7)),
        ),
        Example(
            "The record is not signed: nothing is lowered by itself",
            lines="SV1*HC:97110:GP*120*UN*3***1",
            minutes=(("97110", "PT", 30),),
            signed=False,
        ),
        Example(
            "33 and 7 minutes pool to three units, as billed",
            lines="SV1*HC:97110:GP*80*UN*2***1\nSV1*HC:97140:GP*38*UN*1***1",
            minutes=(("97110", "PT", 33), ("97140", "PT", 7)),
            flagged=False,
        ),
        Example(
            "23 minutes are two units: the boundary",
            lines="SV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97110", "PT", 23),),
            flagged=False,
        ),
        Example(
            "22 minutes are one unit: just below the boundary",
            lines="SV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97110", "PT", 22),),
            fixed="SV1*HC:97110:GP*40*UN*1***1",
        ),
        Example(
            "Work hardening counts its own time, two hours and then by the hour: 150 minutes are its first unit alone",
            lines="SV1*HC:97545:GP*180*UN*1***1\nSV1*HC:97546:GP*90*UN*1***1",
            minutes=(("97545", "PT", 150),),
        ),
    ),
)
def units_above_minutes(visit: Visit, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """More units of timed codes are billed than the minutes of the visit support.

    ## Why it matters

    Payers recoup units that the documented minutes do not support, and a pattern of them is what audits look for.
    Medicare counts all timed minutes of one discipline and day together (the 8-minute rule); payers that follow the
    midpoint rule count each code by itself. Which one is used comes from the payer profile.

    ## Evidence and fix

    The minutes come from the treatment records, or from notes in the claim where no record speaks for it. Units and
    charge are lowered (SAFE) when signed records give the minutes of every timed code, all lines stand in one claim of
    one rendering provider, exactly one admissible answer asks for no more than was billed of each code, and no line
    falls to no unit. The charge keeps its price a unit, rounded down to the cent. Everything else is for a person, and
    the claim is held. Where a profile leaves the rule open (ask), both rules are computed and the finding is a warning.

    Timed codes with a clock of their own (work hardening, caregiver training, tests and speech codes by the hour,
    remote monitoring by the month) are compared code by code, and never lowered without a person.

    ## What it cannot check

    Visits of which nothing gives the minutes of a timed line, or whose lines have no whole units: `not_checked`.
    Whether the minutes in a record are true. Units of other files, unless the ledger knows them. Where the payer's
    rule is only `ask`, it warns at what both rules find too many.

    ## References

    - CMS Pub 100-04, chapter 5, section 20.2 (parts B and C: timed codes, counting minutes for timed codes)
    - CMS Pub 100-02, chapter 15, section 220.3 E (what the treatment note must document)
    """
    for code in clocked_codes(visit, context):
        if code.unknown:
            yield units_above_minutes.not_checked(code.unknown, *code.claims)
        elif code.billed > code.supported:
            yield _on_own_clock(code)
    judged = judge(visit)
    if judged.unknown:
        yield units_above_minutes.not_checked(judged.unknown, *(claim.ordinal for claim in visit.claims))
        return
    if not judged.above:
        return
    proposal = _lowered(visit, judged)
    fix = _fix(visit, proposal)
    place = (proposal.lines[0].billed if proposal and proposal.lines else judged.above[0]).line
    effect = proposal.charge_effect if proposal else None
    yield units_above_minutes.finding(
        place.location("SV104"),
        judged.sentence(visit, judged.above),
        _action(proposal, judged),
        evidence=visit.evidence() or visit.total_evidence,
        fix=fix,
        related=tuple(c.ordinal for c in visit.claims if c.ordinal != place.claim),
        severity=Severity.WARN if judged.rule == "ask" else None,
        charge_effect=None if effect is None else Decimal(effect) / 100,
    )


def _on_own_clock(code: ClockedCode) -> Finding:
    proposal = code.proposal()
    place = code.lines[-1].line
    title = f"Lower units of {code.code}"
    fix = Fix(title, FixLevel.PERSON, Payment.LOWERS, proposal.edits(), code.evidence) if code.rule != "ask" else None
    return units_above_minutes.finding(
        place.location("SV104"),
        code.sentence(),
        f"Bill {counted(code.supported, 'unit')} of {code.code}."
        if code.supported
        else f"Take {code.code} off the claim.",
        evidence=code.evidence,
        fix=fix,
        related=tuple(ordinal for ordinal in code.claims if ordinal != place.claim),
        severity=None if fix else Severity.WARN,
        charge_effect=Decimal(proposal.charge_effect) / 100,
    )


def _lowered(visit: Visit, judged: Judgement) -> Proposal | None:
    """The least lowering to an admissible split within what is billed; not certain where there were several."""
    billed = visit.billed_units()
    splits = [dict.fromkeys(billed, 0) | split for split in judged.splits]  # a code without minutes keeps no unit
    fitting = [s for s in splits if all(units <= billed.get(code, 0) for code, units in s.items())]
    if not fitting:
        return None
    best = max((propose(visit, split) for split in fitting), key=lambda proposal: proposal.charge_effect)
    return best if len(_different(fitting)) == 1 else best._replace(certain=False)


def _different(splits: list[Split]) -> set[tuple[tuple[str, int], ...]]:
    return {tuple(sorted(split.items())) for split in splits}


def _fix(visit: Visit, proposal: Proposal | None) -> Fix | None:
    if proposal is None:
        return None
    level = FixLevel.SAFE
    if not proposal.certain or not visit.signed:
        level = FixLevel.UNSAFE
    if for_a_person(proposal, visit):
        level = FixLevel.PERSON
    if any(units > billed.units for billed, units, _ in proposal.lines):  # from a base code to its add-on
        level = FixLevel.PERSON
    if proposal.charge_effect > 0:  # fewer units of a negative charge
        level = FixLevel.PERSON
    payment = Payment.RAISES if proposal.charge_effect > 0 else Payment.LOWERS
    changes = "; ".join(f"{b.line.code} from {b.units} to {units}" for b, units, _ in proposal.lines)
    return Fix(f"Lower units: {changes}", level, payment, proposal.edits(), visit.evidence())


def _action(proposal: Proposal | None, judged: Judgement) -> str:
    if judged.rule == "ask":
        return "Find out by which rule this payer counts units, set it in the payer's profile, and bill accordingly."
    if proposal is None:
        return "Compare the bill with the treatment note: no allotment of these minutes fits the codes as billed."
    parts = [
        f"Bill {counted(units, 'unit')} of {b.line.code}."
        if units
        else f"Take {b.line.code} off the claim: no unit is left for it."
        for b, units, _ in proposal.lines
    ]
    return " ".join(parts)
