"""U117."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrubber.findings.finding import Evidence, Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.settings.profile import Profile
from scrubber.tables.therapy_codes import TherapyCode
from scrubber.visits.own_clock import MONTHLY
from scrubber.visits.patient import Patient
from scrubber.visits.standing import payer_key
from scrubber.visits.visit import BilledLine, Visit

FOUR = (("timed-units-per-day", 4),)
FIVE_UNITS = "SV1*HC:97110:GP*120*UN*3***1\nSV1*HC:97140:GP*80*UN*2***1"


@rule(
    code="U117",
    name="units-above-payer-day-limit",
    scope=Patient,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.DAY_LIMIT,
    examples=(
        Example(
            "Five timed units where the payer takes four",
            lines=FIVE_UNITS,
            minutes=(("97110", "PT", 45), ("97140", "PT", 30)),
            profile=FOUR,
        ),
        Example(
            "Four: the boundary",
            lines="SV1*HC:97110:GP*80*UN*2***1\nSV1*HC:97140:GP*80*UN*2***1",
            minutes=(("97110", "PT", 30), ("97140", "PT", 30)),
            profile=FOUR,
            flagged=False,
        ),
        Example(
            "An untimed code does not count",
            lines="SV1*HC:97110:GP*160*UN*4***1\nSV1*HC:97012:GP*20*UN*1***1",
            minutes=(("97110", "PT", 60),),
            profile=FOUR,
            flagged=False,
        ),
        Example(
            "All disciplines count together",
            lines="SV1*HC:97110:GP*120*UN*3***1\nSV1*HC:97535:GO*80*UN*2***1",
            profile=FOUR,
        ),
        Example("No limit is known of this payer", lines=FIVE_UNITS, flagged=False),
    ),
)
def units_above_payer_day_limit(patient: Patient, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """More timed units on one day than the payer's profile allows.

    ## Why it matters

    Many payers pay for an hour of timed treatment a day, whatever the record supports, and deny the rest.

    ## Evidence and fix

    `timed-units-per-day` of the payer's profile; no built-in profile has one. Units of all timed codes count together,
    of every discipline and over all claims of the patient and payer on that day; codes that are counted by the month
    do not. Which units to give up is for a person.

    ## What it cannot check

    A limit that nobody entered; units of claims that are neither in the file nor in the ledger. A line without whole
    units stands aside (U110, U111), and unless the others are above the limit already, the day is not checked.

    ## References

    - The payer's own policy, which the profile states (for example BCBS and Medicaid plans that pay four units a day)
    """
    if not any(visit.profile.timed_units_per_day for visit in patient.visits):
        return
    days: dict[tuple[object, ...], list[Visit]] = {}
    for visit in patient.visits:
        days.setdefault((*payer_key(visit.lines[0].claim), visit.date), []).append(visit)
    for visits in days.values():
        most = visits[0].profile.timed_units_per_day
        if most is not None:
            lines = [billed for visit in visits for billed in visit.lines if _is_timed(visit.profile, billed.therapy)]
            if lines:
                yield from _judge(lines, most, visits[0].date, _sent(visits[0], patient, context))


def _is_timed(profile: Profile, therapy: TherapyCode) -> bool:
    return (therapy.timed or therapy.code in profile.minutes_per_unit) and therapy.family != MONTHLY


def _sent(visit: Visit, patient: Patient, context: RuleContext) -> int:
    """Timed units of the day that earlier files billed."""
    if context.ledger is None:
        return 0
    codes = context.tables.therapy
    return sum(
        line.units or 0
        for line in context.ledger.lines_of(visit.lines[0].claim, visit.date, without=patient.counted)
        if line.code in codes and _is_timed(visit.profile, codes[line.code])
    )


def _judge(lines: list[BilledLine], most: int, day: date, sent: int) -> Iterator[Finding | NotChecked]:
    units = sent + sum(billed.units for billed in lines)
    claims = tuple(dict.fromkeys(billed.claim.ordinal for billed in lines))
    if units > most:
        last = max(lines, key=lambda billed: (billed.claim.ordinal, billed.line.ordinal))
        earlier = f", {sent} of them in earlier files" if sent else ""
        yield units_above_payer_day_limit.finding(
            last.line.location("SV104"),
            f"{units} timed units are billed on {day}{earlier}; this payer takes {most} a day.",
            f"Bill at most {counted(most, 'timed unit')} a day.",
            evidence=(Evidence("payer profile", f"timed-units-per-day = {most}"),),
            related=tuple(each for each in claims if each != last.claim.ordinal),
        )
    elif any(not billed.units for billed in lines):
        why = f"a timed line of {day} has no whole number of units"
        yield units_above_payer_day_limit.not_checked(why, *claims)
