"""U103."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import Finding, Fix, NotChecked
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.impact import Impact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.rules.units.billing import Proposal, for_a_person, propose
from scrubber.rules.units.supported import RULE_NAMES, Judgement, judge
from scrubber.visits.units import Split
from scrubber.visits.visit import Visit


@rule(
    code="U103",
    name="units-on-wrong-code",
    scope=Visit,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.UNITS_UNKNOWN | fact.UNITS_MISPLACED | fact.TOTAL_ONLY | fact.UNMENTIONED,
    examples=(
        Example(
            "The unit belongs to the longer service: it is moved when that is asked for",
            lines="SV1*HC:97110:GP*40*UN*1***1\nSV1*HC:97140:GP*76*UN*2***1",
            minutes=(("97110", "PT", 30), ("97140", "PT", 15)),
            fixed="SV1*HC:97110:GP*80*UN*2***1\nSV1*HC:97140:GP*38*UN*1***1",
            level="unsafe",
        ),
        Example(
            "To the longer service, which is worth less: moved from the signed record",
            lines="SV1*HC:97530:GP*90*UN*2***1\nSV1*HC:97140:GP*40*UN*1***1",
            minutes=(("97530", "PT", 15), ("97140", "PT", 30)),
            fixed="SV1*HC:97530:GP*45*UN*1***1\nSV1*HC:97140:GP*80*UN*2***1",
        ),
        Example(
            "Not signed: nothing is moved by itself",
            lines="SV1*HC:97530:GP*90*UN*2***1\nSV1*HC:97140:GP*40*UN*1***1",
            minutes=(("97530", "PT", 15), ("97140", "PT", 30)),
            signed=False,
        ),
        Example(
            "It would charge more: the claim is held",
            lines="SV1*HC:97110:GP*40*UN*1***1\nSV1*HC:97140:GP*76*UN*2***1",
            minutes=(("97110", "PT", 30), ("97140", "PT", 15)),
        ),
        Example(
            "A line would be left without a unit: for a person",
            lines="SV1*HC:97110:GP*40*UN*1***1\nSV1*HC:97140:GP*38*UN*1***1",
            minutes=(("97110", "PT", 25), ("97140", "PT", 7)),
            level="unsafe",
        ),
        Example(
            "Equal leftovers: either code may have the third unit",
            lines="SV1*HC:97110:GP*40*UN*1***1\nSV1*HC:97140:GP*76*UN*2***1",
            minutes=(("97110", "PT", 20), ("97140", "PT", 20)),
            flagged=False,
        ),
        Example(
            "One minute more and the choice is gone: the boundary",
            lines="SV1*HC:97110:GP*40*UN*1***1\nSV1*HC:97140:GP*76*UN*2***1",
            minutes=(("97110", "PT", 21), ("97140", "PT", 20)),
        ),
        Example(
            "A record that gives only the total says nothing of codes",
            lines="SV1*HC:97110:GP*40*UN*1***1\nSV1*HC:97140:GP*76*UN*2***1",
            timed_total=45,
            flagged=False,
        ),
    ),
)
def units_on_wrong_code(visit: Visit, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """The timed units of the visit are right in all, but stand on other codes than the minutes of each code give.

    ## Why it matters

    Every code has its whole quarter hours first, and what is left goes to the longest leftovers. A unit on another
    code is a service that was not furnished for that long: the note does not support it, and the codes are not paid
    the same.

    ## Evidence and fix

    The minutes by code come from the treatment records, or from notes in the claim; never from a total alone. Where
    equal leftovers leave a choice, what is billed is accepted if it is one of the answers. The fix moves the fewest
    units, each line at its own price a unit. It is SAFE when signed records speak for the whole visit, exactly one
    split is right, the payer's fee table covers both codes, and neither the charge nor the Medicare estimate rises;
    else UNSAFE. It is for a person where a line would keep no unit or a code that is not billed would get one. Only
    claims and records of this file are seen. Where codes are counted one by one (midpoint rules), U101 and U102 speak
    of each.

    ## What it cannot check

    The same visits as U101, and records that give only a total. Which of several admissible splits the clinician
    meant: any of them is accepted.

    ## References

    - CMS Pub 100-04, chapter 5, section 20.2 part C (examples 1 to 5: how units go to codes)
    - CMS National Physician Fee Schedule Relative Value Files (what a unit of each code is worth)
    """
    judged = judge(visit)
    why = judged.unknown
    if not why and len(visit.billed_units()) > 1 and not visit.timed_minutes():
        why = "the record gives only a total, and no minutes by code"
    if not why and visit.unmentioned:
        why = "the records do not mention a timed line (U104)"
    if why:
        yield units_on_wrong_code.not_checked(why, *(claim.ordinal for claim in visit.claims))
        return
    if not judged.misplaced:
        return
    chosen = _least_change(visit, judged)
    place = _place(visit, chosen[1] if chosen else None)
    effect = chosen[1].charge_effect if chosen else None
    yield units_on_wrong_code.finding(
        place.location("SV104"),
        _message(visit, judged, chosen[0] if chosen else None),
        _action(visit, chosen),
        evidence=visit.evidence(),
        fix=_fix(visit, judged, context, *chosen) if chosen else None,
        related=tuple(claim.ordinal for claim in visit.claims if claim.ordinal != place.claim),
        severity=Severity.WARN if judged.rule == "ask" else None,
        charge_effect=None if effect is None else Decimal(effect) / 100,
    )


def _place(visit: Visit, proposal: Proposal | None) -> ServiceLine:
    """The first line that loses a unit, if one does."""
    losing = [new.billed for new in proposal.lines if new.units < new.billed.units] if proposal else []
    return (losing or visit.timed_lines())[0].line


def _least_change(visit: Visit, judged: Judgement) -> tuple[Split, Proposal] | None:
    """The admissible split that moves the fewest units: first those that leave every line a unit and give none to a
    code that is not billed, then the highest charge, then file order. None where the rule is not known.
    """
    billed = visit.billed_units()

    def change(option: tuple[Split, Proposal]) -> tuple[bool, int, int]:
        split, proposal = option
        by_hand = proposal.falls_to_zero or bool(_unbilled(visit, split))
        lost = Counter(billed) - Counter(split)
        return by_hand, lost.total(), -proposal.charge_effect

    splits = [dict.fromkeys(billed, 0) | split for split in judged.splits]
    return min(((split, propose(visit, split)) for split in splits), key=change, default=None)


def _unbilled(visit: Visit, split: Split) -> list[str]:
    billed = visit.billed_units()
    return [code for code, units in split.items() if units and code not in billed]


def _fix(visit: Visit, judged: Judgement, context: RuleContext, split: Split, proposal: Proposal) -> Fix | None:
    if _unbilled(visit, split):
        return None
    level = FixLevel.SAFE if _settled(visit, judged, context, proposal) else FixLevel.UNSAFE
    if for_a_person(proposal, visit):
        level = FixLevel.PERSON
    changes = "; ".join(f"{b.line.code} from {b.units} to {units}" for b, units, _ in proposal.lines)
    title = f"Move units: {changes}"
    return Fix(title, level, _payment(proposal), proposal.edits(), visit.evidence(), visit.signed)


def _settled(visit: Visit, judged: Judgement, context: RuleContext, proposal: Proposal) -> bool:
    """Signed records leave one answer, and a fee table shows that it asks for no more."""
    splits = {tuple(sorted((code, units) for code, units in split.items() if units)) for split in judged.splits}
    if not visit.signed or len(splits) > 1 or not proposal.certain or context.patient is None:
        return False
    if _payment(proposal) is Payment.RAISES:
        return False
    estimate = Impact(context.patient, context).of_edits(proposal.edits())
    return estimate is not None and estimate.cents <= 0


def _payment(proposal: Proposal) -> Payment:
    """Fewer units with CQ or CO raise the payment as a higher charge does."""
    assisted = sum(new.units - new.billed.units for new in proposal.lines if new.billed.by_assistant)
    if proposal.charge_effect > 0 or assisted < 0:
        return Payment.RAISES
    return Payment.LOWERS if proposal.charge_effect < 0 else Payment.NEUTRAL


def _message(visit: Visit, judged: Judgement, split: Split | None) -> str:
    minutes = visit.timed_minutes()
    billed = visit.billed_units()
    codes = list(dict.fromkeys([*billed, *minutes]))
    told = ", ".join(f"{counted(minutes.get(code, 0), 'minute')} of {code}" for code in codes)
    source = "the signed record gives" if visit.signed else "what was found gives"
    supported = ""
    if split is not None:
        supported = f"; by {RULE_NAMES[judged.rule]} that is {_in_units(split)}"
    return f"The lines bill {_in_units(billed)}; {source} {told}{supported}."


def _in_units(split: Split) -> str:
    return ", ".join(f"{counted(units, 'unit')} of {code}" for code, units in split.items())


def _action(visit: Visit, chosen: tuple[Split, Proposal] | None) -> str:
    if chosen is None:
        return "Find out by which rule this payer counts units, set it in the payer's profile, and bill accordingly."
    split, proposal = chosen
    parts = [
        f"Bill {counted(units, 'unit')} of {b.line.code}."
        if units
        else f"Take {b.line.code} off the claim: no unit is left for it."
        for b, units, _ in proposal.lines
    ]
    parts += [
        f"{code} is not billed; its minutes make {counted(split[code], 'unit')}." for code in _unbilled(visit, split)
    ]
    return " ".join(parts)
