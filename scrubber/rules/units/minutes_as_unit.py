"""U110."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import ClaimEdit, Evidence, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.rules.units.converted import Converted, converted_units
from scrubber.visits.visit import BilledLine, Visit


@rule(
    code="U110",
    name="minutes-as-unit",
    scope=Visit,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.IN_MINUTES,
    examples=(
        Example(
            "30 minutes instead of two units",
            lines="SV1*HC:97110:GP*80*MJ*30***1",
            minutes=(("97110", "PT", 30),),
            fixed="SV1*HC:97110:GP*80*UN*2***1",
        ),
        Example(
            "The line beside it is billed in units that agree",
            lines="SV1*HC:97112:GP*84*UN*2***1\nSV1*HC:97110:GP*40*MJ*23***1",
            minutes=(("97112", "PT", 24), ("97110", "PT", 23)),
            fixed="SV1*HC:97112:GP*84*UN*2***1\nSV1*HC:97110:GP*40*UN*1***1",
        ),
        Example(
            "No record: the minutes are the claim's own, and converted only when that is asked for",
            lines="SV1*HC:97110:GP*80*MJ*30***1",
        ),
        Example(
            "Seven minutes make no unit",
            lines="SV1*HC:97110:GP*80*MJ*7***1",
            minutes=(("97110", "PT", 7),),
        ),
        Example(
            "Eight minutes make one: the boundary",
            lines="SV1*HC:97110:GP*40*MJ*8***1",
            minutes=(("97110", "PT", 8),),
            fixed="SV1*HC:97110:GP*40*UN*1***1",
        ),
        Example("Units are billed in units", minutes=(("97110", "PT", 30),), flagged=False),
    ),
)
def minutes_as_unit(visit: Visit, context: RuleContext) -> Iterator[Finding]:
    """A therapy line counts minutes (SV103 MJ) where it must count units.

    ## Why it matters

    MJ is for anesthesia. A payer takes the number for units, or returns the claim.

    ## Evidence and fix

    SV103 becomes UN and SV104 the units that the visit's minutes make by the payer's rule; the charge stays. That is
    SAFE when signed records give the minutes of every timed code and the whole pool is in minutes, or what is billed
    in units agrees with them. Without records the number on the line is taken for the minutes: UNSAFE, as is a choice
    between equal leftovers, and any code with a clock of its own. For a person where no unit is left, where two lines
    of one code would have to share, or where the payer's rule is not known.

    ## What it cannot check

    What the minutes are minutes of, where no record gives them by code.

    ## References

    - 005010X222A1, SV103: UN for units, MJ for minutes
    - CMS Pub 100-04, chapter 5, section 20.2 (therapy is billed in units)
    """
    in_minutes = [billed for billed in visit.lines if billed.line.unit == "MJ"]
    if not in_minutes:
        return
    pool = converted_units(visit)
    for billed in in_minutes:
        converted = pool.get(id(billed)) if visit.pooled(billed.therapy) else _alone(billed, visit)
        line = billed.line
        known = converted is not None and converted.units > 0
        yield minutes_as_unit.finding(
            line.location("SV103"),
            f"{line.code} is billed in minutes (MJ {line.units}); therapy is billed in units.",
            f"Bill {counted(converted.units, 'unit')} (UN)."
            if converted and known
            else "Bill units (UN) by the minutes of the day.",
            evidence=(
                *(visit.evidence() if visit.pooled(billed.therapy) else visit.records_of(billed)),
                Evidence(f"SV103 and SV104 of service line {line.ordinal}", f"MJ {line.units}"),
            ),
            fix=_fix(billed, visit, converted) if converted and known else None,
            related=tuple(claim.ordinal for claim in visit.claims if claim is not billed.claim),
        )


def _alone(billed: BilledLine, visit: Visit) -> Converted | None:
    """Units of a line that is not in the pool: one of a session, or what its own clock gives; None for the rest."""
    same = [each for each in visit.lines if each.line.code == billed.line.code]
    if len(same) > 1:
        return None
    clock = visit.own_clock(billed.therapy)
    if clock is None:
        return Converted(1, FixLevel.SAFE) if billed.therapy.unit_basis == "session" else None
    found = visit.minutes.get(clock.base)
    if clock.monthly or found is None or found.unmeasured:
        return None
    return Converted(clock.units(found.total)[billed.line.code], FixLevel.UNSAFE)


def _fix(billed: BilledLine, visit: Visit, converted: Converted) -> Fix:
    line, claim = billed.line, billed.claim
    evidence = visit.records_of(billed)
    level = converted.level
    if level is FixLevel.SAFE and not (visit.signed and visit.record_signed(billed)):
        level = FixLevel.UNSAFE
    if not claim.admits_money_edits():
        level = FixLevel.PERSON
    edits = [line.set_unit("UN")]
    if line.units != str(converted.units):
        edits.append(line.set_units(converted.units))
    title = f"Bill {line.code} as UN {converted.units}"
    return Fix(title, level, Payment.NEUTRAL, tuple(ClaimEdit(claim.ordinal, edit) for edit in edits), evidence)
