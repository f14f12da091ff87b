"""N304."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from scrubber.findings.finding import Finding, Location, NotChecked
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.rules.sent_before import sent_on_day
from scrubber.visits.patient import BilledCode, Patient, PayerDay

_ITS_EDITION = date(2024, 8, 1)
DISTINCT_SERVICE = frozenset({"59", "XE", "XP", "XS", "XU"})


@rule(
    code="N304",
    name="bypass-without-pair",
    scope=Patient,
    severity=Severity.NOTE,
    since="0.1.0",
    when=fact.DISTINCT_SERVICE,
    examples=(
        Example(
            "59 on exercise beside neuromuscular re-education, which are no pair",
            lines="SV1*HC:97112:GP*40*UN*1***1\nSV1*HC:97110:GP:59*40*UN*1***1",
            minutes=(("97112", "PT", 15), ("97110", "PT", 15)),
            on=_ITS_EDITION,
            whole_pair_table=True,
        ),
        Example(
            "59 on exercise beside a group, which are a pair",
            lines="SV1*HC:97150:GP*30*UN*1***1\nSV1*HC:97110:GP:59*40*UN*1***1",
            minutes=(("97150", "PT", 30), ("97110", "PT", 15)),
            on=_ITS_EDITION,
            whole_pair_table=True,
            flagged=False,
        ),
        Example(
            "The pair table is not complete: not checked",
            lines="SV1*HC:97112:GP*40*UN*1***1\nSV1*HC:97110:GP:59*40*UN*1***1",
            minutes=(("97112", "PT", 15), ("97110", "PT", 15)),
            flagged=False,
        ),
    ),
)
def bypass_without_pair(patient: Patient, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """59 or an X modifier stands on a line that no pair of codes concerns.

    ## Why it matters

    The modifier says something about the treatment that nobody asked, and a line that carries it needlessly draws
    reviews.

    ## Evidence and fix

    The pair tables of the payer, which must be complete and of the date of service: with anything less the line is
    reported as not checked, since the pair that the modifier is for may be one that the table does not have. A second
    line of the same code is left alone: there the modifier tells the two apart. Taking it off is for a person.

    ## What it cannot check

    Payers and dates without a complete table: there, no row does not mean no pair.

    ## References

    - NCCI Policy Manual, chapter I, section E (modifiers)
    - CMS NCCI practitioner PTP edits (the edition is named in the report)
    """
    for day in patient.days:
        sent = {line.code for line in sent_on_day(day, patient, context)}
        count = Counter(billed.line.code for billed in day.lines)
        count.update(sent)
        for billed in day.lines:
            modifier = next((m for m in billed.line.modifiers if m in DISTINCT_SERVICE), "")
            if not modifier or count[billed.line.code] > 1 or _concerned(billed.line.code, day, context, sent):
                continue
            why = _incomplete(day, context)
            if why:
                yield NotChecked("N304", why, (billed.claim.ordinal,))
            else:
                yield bypass_without_pair.finding(
                    _place(billed, modifier),
                    f"{billed.line.code} carries {modifier}, and no code pair of the day concerns it.",
                    f"Take {modifier} off unless the payer asks for it.",
                )


def _concerned(code: str, day: PayerDay, context: RuleContext, sent: set[str]) -> bool:
    """Some pair in force, of a table or of the payer's own, joins the code with another one of the day."""
    others = ({billed.line.code for billed in day.lines} | sent) - {code}
    if any(set(pair) - {code} <= others for pair in day.profile.extra_pairs if code in pair):
        return True
    for name in day.profile.pair_tables:
        table = context.tables.ptp(name)
        if any(table.pair(code, other, day.day).edit for other in others):
            return True
    return False


def _incomplete(day: PayerDay, context: RuleContext) -> str:
    """Why the tables do not know every pair of the day; empty when they do."""
    if not day.profile.pair_tables:
        return f"no NCCI table of payer profile {day.profile.name} for {day.day}"
    for name in day.profile.pair_tables:
        table = context.tables.ptp(name)
        if not table.knows_every_pair(day.day):
            return f"{name} {table.heading.edition} does not know every pair for {day.day}"
    return ""


def _place(billed: BilledCode, modifier: str) -> Location:
    return billed.line.location("SV101", billed.line.sv1.parts(1).index(modifier, 2) + 1)
