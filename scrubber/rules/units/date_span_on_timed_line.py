"""U112."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.own_clock import MONTHLY


@rule(
    code="U112",
    name="date-span-on-timed-line",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.NO_DAY,
    examples=(
        Example(
            "Units of three days on one line",
            lines="SV1*HC:97110:GP*240*UN*6***1 | DTP*472*RD8*20260302-20260304",
        ),
        Example(
            "A span of one day is one day: the boundary",
            lines="SV1*HC:97110:GP*80*UN*2***1 | DTP*472*RD8*20260302-20260302",
            minutes=(("97110", "PT", 30),),
            flagged=False,
        ),
        Example(
            "Remote monitoring counts the month",
            lines="SV1*HC:98980:GP*50*UN*1***1 | DTP*472*RD8*20260302-20260331",
            flagged=False,
        ),
        Example(
            "An untimed code has no minutes of a day",
            lines="SV1*HC:97161:GP*110*UN*1***1 | DTP*472*RD8*20260302-20260303",
            flagged=False,
        ),
    ),
)
def date_span_on_timed_line(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A line of a timed code has several days of service.

    ## Why it matters

    Units are counted by the minutes of one day. A line that spans days can be checked against no note, and payers
    return it.

    ## Evidence and fix

    How the units belong to the days is not in the claim: a person bills one line for each day. Remote monitoring,
    which counts the calendar month, and online assessments, which count seven days, may span days.

    ## What it cannot check

    Which day each unit belongs to.

    ## References

    - CMS Pub 100-04, chapter 5, section 20.2 (minutes of one day are counted together)
    - 005010X222A1, DTP*472: D8 for one day, RD8 for a span
    """
    patient = context.patient
    for line in claim.lines:
        entry = context.tables.therapy.get(line.code) if line.is_hcpcs else None
        if entry is None or line.period is None or line.period[0] == line.period[1] or entry.family == MONTHLY:
            continue
        by_payer = patient.profile(claim, line.period[0]).minutes_per_unit if patient else {}
        if not entry.timed and line.code not in by_payer:
            continue
        first, last = line.period
        yield date_span_on_timed_line.finding(
            line.location("SV104"),
            f"{line.code} is billed for {first} to {last} on one line; units are counted day by day.",
            "Bill one line for each day, with the units of that day.",
            evidence=(Evidence(f"DTP*472 of service line {line.ordinal}", f"{first} to {last}"),),
        )
