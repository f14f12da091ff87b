"""U115."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.own_clock import ADD_ON_OF
from scrubber.visits.visit import BilledLine, Visit


@rule(
    code="U115",
    name="unit-above-one-for-first-step",
    scope=Visit,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.SEVERAL_OF_ONE | fact.SEVERAL_CLAIMS,
    examples=(
        Example(
            "30 minutes of cognitive skills are the first step and one added, not two firsts",
            lines="SV1*HC:97129:GP*60*UN*2***1",
            minutes=(("97129", "PT", 30),),
        ),
        Example(
            "One first step, the rest added",
            lines="SV1*HC:97129:GP*30*UN*1***1\nSV1*HC:97130:GP*30*UN*1***1",
            minutes=(("97129", "PT", 30),),
            flagged=False,
        ),
        Example(
            "One unit is right: the boundary",
            lines="SV1*HC:90912:GP*60*UN*1***1",
            minutes=(("90912", "PT", 15),),
            flagged=False,
        ),
    ),
)
def unit_above_one_for_first_step(visit: Visit, context: RuleContext) -> Iterator[Finding]:
    """More than one unit is billed of a code that stands for the first step of a service.

    ## Why it matters

    Base code and add-on are one service: the base code is its beginning and comes once a day, what follows is the
    add-on. Payers deny the base units above one.

    ## Evidence and fix

    The units of all lines of the day and discipline count together. Units that belong on the add-on code are a change
    of code, which is for a person.

    ## What it cannot check

    Add-on codes outside the therapy code table.

    ## References

    - NCCI Policy Manual, chapter I, section V (unit limits follow code descriptors), and CPT's rules for add-on codes
    - CMS Pub 100-04, chapter 5, section 20.2
    """
    codes: dict[str, list[BilledLine]] = {}
    for billed in visit.lines:
        if billed.line.code in ADD_ON_OF:
            codes.setdefault(billed.line.code, []).append(billed)
    for code, lines in codes.items():
        units = sum(billed.units for billed in lines)
        if units <= 1:
            continue
        place = max(lines, key=lambda billed: billed.units)
        yield unit_above_one_for_first_step.finding(
            place.line.location("SV104"),
            f"{code} is billed {units} units on {visit.date}; it is the first step of its service and comes once.",
            f"Bill 1 unit of {code} and what follows as {ADD_ON_OF[code]}.",
            evidence=visit.records_of(place) or (Evidence("therapy code table", f"{ADD_ON_OF[code]} adds to {code}"),),
            related=tuple(dict.fromkeys(b.claim.ordinal for b in lines if b.claim is not place.claim)),
        )
