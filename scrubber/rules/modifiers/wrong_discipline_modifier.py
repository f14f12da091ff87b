"""M203."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import ClaimEdit, Evidence, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.therapy_lines import carried, therapy_lines
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import TherapyCode
from scrubber.visits.discipline import DISCIPLINE_OF, MODIFIER_OF
from scrubber.visits.recorded import Recorded, recorded_discipline


@rule(
    code="M203",
    name="wrong-discipline-modifier",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.AGAINST_TABLE | fact.OTHER_RECORD,
    examples=(
        Example(
            "The signed record says occupational therapy",
            lines="SV1*HC:97530:GP*45*UN*1***1",
            minutes=(("97530", "OT", 15),),
            discipline="OT",
            taxonomy="225X00000X",
            fixed="SV1*HC:97530:GO*45*UN*1***1",
        ),
        Example(
            "A physical therapy evaluation with GO, and a signed record of it",
            lines="SV1*HC:97161:GO*110*UN*1***1",
            minutes=(("97161", "PT", 40),),
            fixed="SV1*HC:97161:GP*110*UN*1***1",
        ),
        Example("A physical therapy evaluation with GO, and no record", lines="SV1*HC:97161:GO*110*UN*1***1"),
        Example(
            "The record is not signed",
            lines="SV1*HC:97530:GP*45*UN*1***1",
            minutes=(("97530", "OT", 15),),
            discipline="OT",
            taxonomy="225X00000X",
            signed=False,
        ),
        Example(
            "The table knows the code for physical and occupational therapy: a warning",
            lines="SV1*HC:97110:GN*80*UN*2***1",
            taxonomy="235Z00000X",
        ),
        Example("The record agrees", minutes=(("97110", "PT", 30),), flagged=False),
        Example(
            "Two disciplines accept the code, and nothing says which it was",
            lines="SV1*HC:97110:GO*80*UN*2***1",
            taxonomy="225X00000X",
            flagged=False,
        ),
    ),
)
def wrong_discipline_modifier(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """The discipline modifier is not that of the code, or not that of the record.

    ## Why it matters

    GP, GO and GN say under whose plan of care a service was given, and to which yearly threshold it counts. The wrong
    one puts its minutes into the wrong visit, and a code of one discipline with another's modifier is returned.

    ## Evidence and fix

    A code that belongs to one discipline alone (97161 to 97164, 97165 to 97168, 92521 to 92524, 92597, 92607), or the
    treatment record of this code and day. The modifier is exchanged: SAFE when the records of that discipline and day
    are signed, otherwise for a person. Where only the code table speaks against it, the finding is a warning: payers
    accept more than the table lists.

    ## What it cannot check

    Codes that several disciplines bill, where no record names one.

    ## References

    - CMS Pub 100-04, chapter 5, section 20.1 (discipline-specific outpatient therapy modifiers)
    - CMS annual therapy code list (disciplines of a code)
    """
    for line, entry in therapy_lines(claim, context):
        there = {m for m in line.modifiers if m in DISCIPLINE_OF}
        if len(there) != 1:
            continue
        modifier = there.pop()
        recorded = recorded_discipline(context.patient, claim, line) if context.patient else None
        by_record = MODIFIER_OF[recorded.discipline] if recorded else ""
        wanted = entry.discipline or by_record
        if wanted and wanted != modifier:
            by = "belongs to" if entry.discipline else "is recorded as"
            yield wrong_discipline_modifier.finding(
                line.modifier_location(modifier),
                f"{line.code} {by} {DISCIPLINE_OF[wanted]} and carries {modifier}.",
                f"Replace {modifier} by {wanted}, unless the record is wrong.",
                evidence=recorded.evidence if recorded else _by_table(entry),
                fix=_fix(claim, line, entry, recorded, modifier, wanted),
            )
        elif entry.disciplines and modifier not in entry.disciplines:
            yield wrong_discipline_modifier.finding(
                line.modifier_location(modifier),
                f"{line.code} carries {modifier}; the code table knows it with {' or '.join(entry.disciplines)}.",
                "Check under which plan of care it was given.",
                evidence=carried(line),
                severity=Severity.WARN,
            )


def _by_table(entry: TherapyCode) -> tuple[Evidence, ...]:
    return (Evidence("therapy code table", f"{entry.code} belongs to {DISCIPLINE_OF[entry.discipline]} alone"),)


def _fix(
    claim: Claim, line: ServiceLine, entry: TherapyCode, recorded: Recorded | None, modifier: str, wanted: str
) -> Fix | None:
    edit = line.set_modifiers([wanted if m == modifier else m for m in line.modifiers])
    if edit is None:
        return None
    agreed = recorded is not None and MODIFIER_OF[recorded.discipline] == wanted and wanted in entry.disciplines
    level = FixLevel.SAFE if recorded and recorded.signed and agreed else FixLevel.PERSON
    evidence = recorded.evidence if recorded else _by_table(entry)
    title = f"Replace {modifier} by {wanted} on {line.code}"
    return Fix(title, level, Payment.NEUTRAL, (ClaimEdit(claim.ordinal, edit),), evidence)
