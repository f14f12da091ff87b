"""U114."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.units import MIDPOINT
from scrubber.visits.visit import Visit

REDUCED = "52"


@rule(
    code="U114",
    name="reduced-services-on-timed-code",
    scope=Visit,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.REDUCED,
    examples=(
        Example(
            "Seven minutes, billed as a reduced service",
            lines="SV1*HC:97110:GP*80*UN*2***1\nSV1*HC:97140:GP:52*19*UN*1***1",
            minutes=(("97110", "PT", 33), ("97140", "PT", 7)),
        ),
        Example(
            "Eight minutes are a unit: the boundary",
            lines="SV1*HC:97110:GP*80*UN*2***1\nSV1*HC:97140:GP:52*19*UN*1***1",
            minutes=(("97110", "PT", 30), ("97140", "PT", 8)),
            flagged=False,
        ),
        Example(
            "An untimed service may be reduced",
            lines="SV1*HC:97161:GP:52*80*UN*1***1",
            minutes=(("97161", "PT", 7),),
            flagged=False,
        ),
    ),
)
def reduced_services_on_timed_code(visit: Visit, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """Modifier 52 marks a 15-minute code of which less than eight minutes were furnished.

    ## Why it matters

    A 15-minute unit begins at eight minutes. What was shorter is no reduced unit but none of its own, and 52 does not
    make it billable: its minutes count in the total of the day, and that decides.

    ## Evidence and fix

    The minutes come from the record or from notes in the claim. Whether the unit belongs to the line at all, and
    whether the modifier or the line goes, is for a person.

    ## What it cannot check

    Services reduced for another reason than time, which 52 is for: only recorded minutes tell.

    ## References

    - CMS Pub 100-04, chapter 5, section 20.2 (providers do not bill services of less than eight minutes)
    """
    minutes = visit.timed_minutes()
    for billed in visit.timed_lines():
        if REDUCED not in billed.line.modifiers:
            continue
        furnished = minutes.get(family_base(billed.line.code)) if minutes else visit.timed_total
        if furnished is None or (furnished >= MIDPOINT and not minutes):
            why = "no record and no note gives the minutes of the code with modifier 52"
            yield reduced_services_on_timed_code.not_checked(why, billed.claim.ordinal)
        elif furnished < MIDPOINT:
            yield reduced_services_on_timed_code.finding(
                billed.line.location("SV101"),
                f"{billed.line.code} has modifier 52 and {counted(furnished, 'minute')}; a unit begins at {MIDPOINT}.",
                "Count the minutes in the total of the day and bill the line without 52, or not at all.",
                evidence=visit.records_of(billed) or visit.total_evidence,
            )
