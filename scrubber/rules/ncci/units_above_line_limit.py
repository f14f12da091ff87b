"""N305."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.ncci.limits_of_day import limits_of_day, units_of
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.patient import Patient

_BY_LINE = (("97110", 3, 1),)


@rule(
    code="N305",
    name="units-above-line-limit",
    scope=Patient,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.LIMIT,
    examples=(
        Example(
            "Four units on a line where three are allowed",
            lines="SV1*HC:97110:GP*160*UN*4***1",
            minutes=(("97110", "PT", 60),),
            unit_limits=_BY_LINE,
        ),
        Example(
            "Three units: the boundary",
            lines="SV1*HC:97110:GP*120*UN*3***1",
            minutes=(("97110", "PT", 45),),
            unit_limits=_BY_LINE,
            flagged=False,
        ),
        Example(
            "Each line is held against the limit by itself",
            lines="SV1*HC:97110:GP*120*UN*3***1\nSV1*HC:97110:GP:76*40*UN*1***1",
            minutes=(("97110", "PT", 60),),
            unit_limits=_BY_LINE,
            flagged=False,
        ),
    ),
)
def units_above_line_limit(patient: Patient, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """A line has more units than the payer takes on one line (a medically unlikely edit with adjudication indicator 1).

    ## Why it matters

    The whole line is denied, not only the units above the limit.

    ## Evidence and fix

    The table of unit limits in force on the date of service. A line edit looks at each line by itself, so units that
    the record supports may stand on a second line with a modifier such as 76 or 59: whether they may is for a person.
    No code of the table that travels with the scrubber has a line edit; tables of other payers may. Codes without a
    limit in the table are reported as not checked.

    ## What it cannot check

    Codes without a limit in the table: `not_checked`. Limits that CMS keeps confidential.

    ## References

    - NCCI Policy Manual, chapter I, section V (medically unlikely edits)
    - CMS practitioner MUE values (the edition is named in the report)
    """
    for found in limits_of_day(patient, "N305", context):
        if isinstance(found, NotChecked):
            yield found
            continue
        if not found.limit.by_line:
            continue
        code, most = found.limit.code, found.limit.units
        for billed in found.lines:
            units = units_of(billed)
            if units > most:
                yield units_above_line_limit.finding(
                    billed.line.location("SV104"),
                    f"{code} has {units} units on one line; the limit of a line is {most}.",
                    f"Bill at most {counted(most, 'unit')} of {code} on this line;"
                    " the payer denies the whole line otherwise.",
                    evidence=(found.evidence,),
                )
