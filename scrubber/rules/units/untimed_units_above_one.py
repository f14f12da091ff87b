"""U109."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scrubber.findings.finding import Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.rules.units.billing import Proposal, shared_out
from scrubber.visits.visit import BilledLine, Visit

SEVERAL_SITES = frozenset({"50", "LT", "RT"})
MEDICAID_FILING = frozenset({"MC", "TV"})


@rule(
    code="U109",
    name="untimed-units-above-one",
    scope=Visit,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.SEVERAL_OF_ONE | fact.SEVERAL_CLAIMS,
    examples=(
        Example(
            "Two units of an untimed modality, one session in the signed record",
            lines="SV1*HC:G0283:GP*40*UN*2***1",
            minutes=(("G0283", "PT", 20),),
            fixed="SV1*HC:G0283:GP*20*UN*1***1",
        ),
        Example(
            "The record has two sessions: for a person",
            lines="SV1*HC:97150:GP*60*UN*2***1",
            minutes=(("97150", "PT", 30), ("97150", "PT", 25)),
        ),
        Example("No record: the claim is held", lines="SV1*HC:97161:GP*220*UN*2***1"),
        Example("One unit is right: the boundary", lines="SV1*HC:97161:GP*110*UN*1***1", flagged=False),
        Example(
            "Both sides are told apart by LT and RT",
            lines="SV1*HC:97610:GP:LT*50*UN*1***1\nSV1*HC:97610:GP:RT*50*UN*1***1",
            filing="BL",
            flagged=False,
        ),
    ),
)
def untimed_units_above_one(visit: Visit, context: RuleContext) -> Iterator[Finding]:
    """More than one unit a day is billed of a code that counts sessions.

    ## Why it matters

    An untimed code is one unit however long it took. Front ends and unit edits refuse the line, often all of it.

    ## Evidence and fix

    All lines of the code, day and discipline count together, except those with 50, LT or RT. One line is lowered to
    one unit, its charge in proportion (SAFE), when the visit is signed and its record has one row of the code.
    Everything else is for a person. Speech codes under Medicaid, which some states time, are checked only where the
    payer profile gives U109 a severity of its own; a code that the profile times (`minutes-per-unit`) is not checked.

    ## What it cannot check

    Codes that are not in the therapy code table; how many sessions there were where no record says so.

    ## References

    - CMS Pub 100-04, chapter 5, section 20.2 part B (untimed codes: one unit for each day)
    """
    codes: dict[str, list[BilledLine]] = {}
    for billed in visit.lines:
        if _counts_sessions(billed, visit) and not SEVERAL_SITES.intersection(billed.line.modifiers):
            codes.setdefault(billed.line.code, []).append(billed)
    for code, lines in codes.items():
        units = sum(billed.units for billed in lines)
        if units <= 1:
            continue
        place = max(lines, key=lambda billed: billed.units)
        lowered = Proposal(tuple(shared_out([place], 1))) if len(lines) == 1 else None
        yield untimed_units_above_one.finding(
            place.line.location("SV104"),
            f"{code} is billed {units} units on {visit.date}; it is one unit a day, however long it takes.",
            "Bill 1 unit." if lowered else f"Bill 1 unit of {code} for the day.",
            evidence=visit.records_of(place),
            fix=_fix(visit, place, lowered) if lowered else None,
            related=tuple(dict.fromkeys(b.claim.ordinal for b in lines if b.claim is not place.claim)),
            charge_effect=Decimal(lowered.charge_effect) / 100 if lowered and place.line.cents is not None else None,
        )


def _counts_sessions(billed: BilledLine, visit: Visit) -> bool:
    if billed.therapy.unit_basis != "session" or billed.line.code in visit.profile.minutes_per_unit:
        return False
    profile = visit.profile
    medicaid = "medicaid" in (profile.name, profile.extends) or billed.claim.heading.filing in MEDICAID_FILING
    return not (medicaid and billed.therapy.family == "slp") or "U109" in profile.severity


def _fix(visit: Visit, billed: BilledLine, lowered: Proposal) -> Fix:
    sessions = visit.records_of(billed)
    one_session = visit.signed and len(sessions) == 1 and visit.record_signed(billed)
    level = FixLevel.PERSON
    if one_session and billed.claim.admits_change(lowered.charge_effect):
        level = FixLevel.SAFE
    title = f"Lower {billed.line.code} from {billed.units} to 1"
    return Fix(title, level, Payment.LOWERS, lowered.edits(), sessions)
