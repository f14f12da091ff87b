"""U108."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.visit import Visit


@rule(
    code="U108",
    name="time-totals-disagree",
    scope=Visit,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.TOTALS_DISAGREE,
    examples=(
        Example(
            "40 timed minutes are documented, the codes have 30",
            minutes=(("97110", "PT", 30),),
            timed_total=40,
        ),
        Example(
            "Less treatment in all than timed minutes",
            minutes=(("97110", "PT", 30),),
            timed_total=30,
            treatment_total=29,
        ),
        Example(
            "As much treatment as timed minutes: the boundary",
            minutes=(("97110", "PT", 30),),
            timed_total=30,
            treatment_total=30,
            flagged=False,
        ),
        Example(
            "Group minutes are in the treatment total alone",
            lines="SV1*HC:97150:GP*30*UN*1***1\nSV1*HC:97110:GP:59*80*UN*2***1",
            minutes=(("97150", "PT", 25), ("97110", "PT", 30)),
            timed_total=30,
            treatment_total=55,
            flagged=False,
        ),
    ),
)
def time_totals_disagree(visit: Visit, context: RuleContext) -> Iterator[Finding]:
    """The documented total of timed minutes is not the sum of the timed minutes, or the total of treatment is below it.

    ## Why it matters

    Medicare wants both totals in the note and bases units on the timed one. A note that contradicts itself supports
    neither, and nothing may be corrected from it.

    ## Evidence and fix

    `timed_total` and `treatment_total` of the rows that speak for the whole visit, summed over the notes of the day and
    discipline, against the minutes by code. Joint time counts once. Group minutes count in the treatment total, never
    in the timed one; timed codes with a clock of their own may be in the timed total or not. The note has to be put
    right by whoever signed it.

    ## What it cannot check

    Records without totals of the visit; totals of notes that were not exported.

    ## References

    - CMS Pub 100-02, chapter 15, section 220.3 E (total timed code minutes and total treatment time)
    """
    totals = visit.totals
    if totals is None:
        return
    parts = []
    if totals.sum_differs:
        parts.append(f"the timed total is {totals.timed_total} minutes, the timed codes have {totals.summed}")
    if totals.treatment_below:
        timed = totals.summed if totals.timed_total is None else totals.timed_total
        parts.append(f"the treatment total is {totals.treatment_total} minutes, the timed minutes are {timed}")
    first, *others = visit.claims
    yield time_totals_disagree.finding(
        first.location(),
        f"The record of {visit.date} ({visit.discipline}) contradicts itself: {'; '.join(parts)}.",
        "Put the note and its record right before the units are relied on.",
        evidence=visit.total_evidence + (visit.treatment_evidence if totals.treatment_below else ()),
        related=tuple(claim.ordinal for claim in others),
    )
