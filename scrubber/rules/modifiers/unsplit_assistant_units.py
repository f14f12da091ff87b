"""M205."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrubber.findings.finding import Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.assistant_share import AssistantShare, Part, assistant_shares
from scrubber.rules.modifiers.divided_line import can_divide, divide
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.assistants import REQUIRED_FROM
from scrubber.visits.discipline import ASSISTANT_MODIFIER_OF, MODIFIER_OF
from scrubber.visits.visit import Visit


@rule(
    code="M205",
    name="unsplit-assistant-units",
    scope=Visit,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.ASSISTANT_SHARE,
    effective=REQUIRED_FROM,
    examples=(
        Example(
            "13 minutes by the therapist, 23 by the assistant: one unit each",
            lines="SV1*HC:97110:GP*80*UN*2***1\nSV1*HC:97140:GP*76*UN*2***1",
            minutes=(("97110", "PTA", 23), ("97110", "PT", 13), ("97140", "PT", 30)),
            fixed="SV1*HC:97110:GP*40*UN*1***1\nSV1*HC:97110:GP:CQ*40*UN*1***1\nSV1*HC:97140:GP*76*UN*2***1",
        ),
        Example(
            "Two units left, 12 and 14 minutes: one with and one without",
            lines="SV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97110", "PT", 12), ("97110", "PTA", 14)),
            fixed="SV1*HC:97110:GP*40*UN*1***1\nSV1*HC:97110:GP:CQ*40*UN*1***1",
        ),
        Example(
            "A charge that does not divide: the rest of a cent stays on the first",
            lines="SV1*HC:97110:GP*100*UN*3***1",
            minutes=(("97110", "PT", 30), ("97110", "PTA", 15)),
            fixed="SV1*HC:97110:GP*66.67*UN*2***1\nSV1*HC:97110:GP:CQ*33.33*UN*1***1",
        ),
        Example(
            "No modifier place is free",
            lines="SV1*HC:97110:GP:KX:59:76*80*UN*2***1",
            minutes=(("97110", "PT", 15), ("97110", "PTA", 15)),
        ),
        Example(
            "CQ stands on all units although one is the therapist's: for a person",
            lines="SV1*HC:97110:GP:CQ*80*UN*2***1",
            minutes=(("97110", "PT", 15), ("97110", "PTA", 15)),
        ),
        Example(
            "Divided already",
            lines="SV1*HC:97110:GP*40*UN*1***1\nSV1*HC:97110:GP:CQ*40*UN*1***1",
            minutes=(("97110", "PT", 15), ("97110", "PTA", 15)),
            flagged=False,
        ),
        Example(
            "25 and 5 minutes: the therapist has ten minutes of the second unit",
            lines="SV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97110", "PT", 25), ("97110", "PTA", 5)),
            flagged=False,
        ),
        Example(
            "Before 2020 no assistant modifier was asked for",
            lines="SV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97110", "PT", 15), ("97110", "PTA", 15)),
            on=date(2019, 12, 31),
            flagged=False,
        ),
    ),
)
def unsplit_assistant_units(visit: Visit, context: RuleContext) -> Iterator[Finding]:
    """Only some units of a line are the assistant's: it has to be two lines, one with and one without CQ or CO.

    ## Why it matters

    CQ and CO speak for the whole line. One line for both is paid at the wrong rate, for the therapist's or for the
    assistant's units.

    ## Evidence and fix

    Minutes of therapist and assistant in the treatment records, unit by unit: whole quarter hours go to who furnished
    them, and the rules in force on the day decide the rest. The line is divided (SAFE) when the visit is signed, its
    records have a column for joint treatment, the answer is the only one, the line carries no CQ or CO yet, and nothing
    on it speaks of the line as a whole (2410, 2430, AMT, HCP, QTY, MEA, PS1, SV5). The first line keeps its control
    number and the therapist's units; the other follows directly, and together they charge the same to the cent.

    ## What it cannot check

    The same visits as M204.

    ## References

    - CY2022 PFS final rule, 86 FR 64996 and following (two units of one code left: one with and one without)
    - CMS Pub 100-04, chapter 5, section 20.1
    """
    for share in assistant_shares(visit):
        if share.divided is None:
            continue
        line = share.divided.billed.line
        modifier = ASSISTANT_MODIFIER_OF[visit.discipline]
        units, found = share.divided.units, share.found
        yield unsplit_assistant_units.finding(
            line.location("SV104"),
            f"Of {share.divided.billed.units} units of {line.code} the assistant furnished {units}"
            f" ({counted(found.therapist, 'minute')} by the therapist, {found.assistant} by the assistant).",
            f"Bill {counted(units, 'unit')} with {modifier} on a line of its own.",
            evidence=tuple(found.evidence),
            fix=_fix(share, share.divided, visit, modifier, context),
            severity=Severity.WARN if share.doubtful else None,
        )


def _fix(share: AssistantShare, part: Part, visit: Visit, modifier: str, context: RuleContext) -> Fix | None:
    claim, line = part.billed.claim, part.billed.line
    discipline_modifier = MODIFIER_OF[visit.discipline]
    if context.patient is None or discipline_modifier not in line.modifiers:
        return None
    edits = divide(claim, line, part.units, modifier, discipline_modifier, context.patient)
    if edits is None:
        return None
    safe = visit.signed and share.found.joint_known and share.certain and share.found.evidence
    level = FixLevel.SAFE if safe else FixLevel.UNSAFE
    if part.billed.by_assistant or not can_divide(claim, line):
        level = FixLevel.PERSON
    payment = Payment.RAISES if part.billed.by_assistant else Payment.LOWERS
    title = f"Divide {line.code}: {part.billed.units - part.units} without and {part.units} with {modifier}"
    return Fix(title, level, payment, edits, tuple(share.found.evidence))
