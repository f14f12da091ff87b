"""C412."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrubber.claims.claim import Claim
from scrubber.claims.dates import day
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import Evidence, Finding, Location
from scrubber.findings.levels import Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule

ORIGINAL = "1"


@rule(
    code="C412",
    name="impossible-date",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.BAD_DATE,
    examples=(
        Example("A service that is still to come (today is 2026-11-22)", on=date(2026, 11, 23)),
        Example("A service of today", on=date(2026, 11, 22), flagged=False),
        Example("Before the patient was born", replace=(("DMG*D8*19500203", "DMG*D8*20260303"),)),
        Example("On the day of birth", replace=(("DMG*D8*19500203", "DMG*D8*20260302"),), flagged=False),
        Example(
            "After the patient was discharged",
            replace=(("HI*ABK:", "DTP*096*D8*20260301~\nHI*ABK:"), ("SE*26*", "SE*27*")),
        ),
        Example(
            "On the day of the discharge",
            replace=(("HI*ABK:", "DTP*096*D8*20260302~\nHI*ABK:"), ("SE*26*", "SE*27*")),
            flagged=False,
        ),
        Example("Past Medicare's year: a warning", on=date(2025, 11, 21)),
        Example("The last day of the year", on=date(2025, 11, 22), flagged=False),
        Example("A payer whose limit is not known", on=date(2024, 11, 21), filing="CI", flagged=False),
    ),
)
def impossible_date(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A date of service cannot be right, or is past the time in which the payer takes claims.

    ## Why it matters

    A service that is still to come, or before birth or after the discharge, is returned at the door. One that is past
    the filing limit is denied, and the patient may not be billed for it.

    ## Evidence and fix

    The days of each line against the date of the run, the patient's birth date (DMG) and the claim's discharge date
    (DTP*096): REJECT. Against `filing-limit-days` of the payer's profile, for original claims: WARN, since the payer
    counts from its own receipt and knows exceptions. Medicare's limit is one calendar year, here 365 days. The dates
    are for a person to correct.

    ## What it cannot check

    Whether the service took place on that day: that is for the record to say (U104, U106). Filing limits that no
    profile has.

    ## References

    - 42 CFR 424.44 (one calendar year after the date of service; exceptions)
    - 32 CFR 199.7(d) (TRICARE: one year)
    - 005010X222A1, DTP Service Date (472), DTP Discharge Date (096)
    """
    born = day(claim.heading.patient.birth)
    discharged = _discharged(claim)
    for line in claim.lines:
        if line.period is None:
            continue
        first, last = line.period
        if last > context.today:
            yield _finding(line, f"{last} is after today, {context.today}", "today", str(context.today))
        elif born and first < born:
            yield _finding(line, f"{first} is before the patient's birth, {born}", "DMG02 of the patient", str(born))
        elif discharged and last > discharged:
            yield _finding(line, f"{last} is after the discharge, {discharged}", "DTP*096", str(discharged))
    yield from _late(claim, context)


def _late(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """Once for the claim, at its earliest service."""
    if claim.frequency != ORIGINAL or not context.patient:
        return
    line, first = None, date.max
    for each in claim.lines:
        if each.period and (line is None or each.period[0] < first):
            line, first = each, each.period[0]
    if line is None:
        return
    limit = context.patient.profile(claim, first).filing_limit_days
    if limit is not None and (context.today - first).days > limit:
        yield _finding(
            line,
            f"{first} is {(context.today - first).days} days ago, past this payer's limit of {counted(limit, 'day')}",
            "payer profile",
            f"filing-limit-days = {limit}",
            severity=Severity.WARN,
        )


def _discharged(claim: Claim) -> date | None:
    for segment, loop in claim.head():
        if loop == "2300" and segment.id == "DTP" and segment.value(1) == "096":
            return day(segment.value(3))
    return None


def _finding(line: ServiceLine, why: str, source: str, states: str, severity: Severity | None = None) -> Finding:
    late = severity is Severity.WARN
    return impossible_date.finding(
        _date_of(line),
        f"{line.code}: the date of service {why}.",
        "Send it at once, and say why it is late." if late else "Correct the date, or take the line off.",
        evidence=(Evidence(source, states),),
        severity=severity,
    )


def _date_of(line: ServiceLine) -> Location:
    dated = next(s for s in line.segments if s.id == "DTP" and s.value(1) == "472")
    return line.located(dated, 3)
