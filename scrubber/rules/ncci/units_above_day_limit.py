"""N306."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.ncci.limits_of_day import limits_of_day, units_of
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.rules.sent_before import evidence_of
from scrubber.tables.mue import BY_DAY_ABSOLUTE
from scrubber.visits.patient import Patient


@rule(
    code="N306",
    name="units-above-day-limit",
    scope=Patient,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.LIMIT | fact.LEDGER,
    examples=(
        Example(
            "Five units of a code that is taken four times a day",
            lines="SV1*HC:97112:GP*200*UN*5***1",
            minutes=(("97112", "PT", 75),),
        ),
        Example(
            "Two lines count together, whatever their modifiers",
            lines="SV1*HC:97112:GP*120*UN*3***1\nSV1*HC:97112:GP:59*80*UN*2***1",
            minutes=(("97112", "PT", 75),),
        ),
        Example(
            "Four units: the boundary",
            lines="SV1*HC:97112:GP*160*UN*4***1",
            minutes=(("97112", "PT", 60),),
            flagged=False,
        ),
        Example(
            "Two evaluations of one code",
            lines="SV1*HC:97161:GP*110*UN*1***1\nSV1*HC:97161:GP:76*110*UN*1***1",
            minutes=(("97161", "PT", 45),),
        ),
        Example(
            "A limit of 0 is no limit of units: the code is never paid, which is another finding",
            lines="SV1*HC:97010:GP*20*UN*1***1",
            minutes=(("97010", "PT", 10),),
            flagged=False,
        ),
    ),
)
def units_above_day_limit(patient: Patient, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """More units of a code on one day than the payer takes (a medically unlikely edit with adjudication indicator 2 or
    3).

    ## Why it matters

    Every line of the code that day is denied, not only the units above the limit. With indicator 2 the limit is policy
    and stands on appeal as well; with 3 it is clinical, and an appeal with records can be won.

    ## Evidence and fix

    The table of unit limits in force on the date of service. All lines of the code count together: with every
    modifier, of every discipline, over all claims of the patient and payer, and those that earlier files sent where a
    ledger is given. What to bill is for a person. Codes without
    a limit in the table are reported as not checked; a limit of 0 says that the code is never paid and is left to the
    rules on coverage.

    ## What it cannot check

    Codes without a limit in the table: `not_checked`. Units in files that no ledger knows. Limits that CMS keeps
    confidential.

    ## References

    - NCCI Policy Manual, chapter I, section V (medically unlikely edits)
    - CMS practitioner MUE values (the edition is named in the report)
    """
    for found in limits_of_day(patient, "N306", context):
        if isinstance(found, NotChecked):
            yield found
            continue
        earlier = sum(sent.units or 0 for sent in found.sent)
        units = sum(map(units_of, found.lines)) + earlier
        if found.limit.by_line or units <= found.limit.units:
            continue
        code, most = found.limit.code, found.limit.units
        last = found.lines[-1]
        others = dict.fromkeys(b.claim.ordinal for b in found.lines if b.claim is not last.claim)
        appeal = (
            "no appeal is won"
            if found.limit.adjudication == BY_DAY_ABSOLUTE
            else "with records for more, an appeal may be won"
        )
        yield units_above_day_limit.finding(
            last.line.location("SV104"),
            f"{code} is billed {units} units on {found.day}{_with(earlier)}; the limit of a day is {most}.",
            f"Bill at most {most} a day; the payer denies all {code} of the day otherwise ({appeal}).",
            evidence=(found.evidence, *map(evidence_of, found.sent)),
            related=tuple(others),
        )


def _with(earlier: int) -> str:
    return f", {earlier} of them sent with earlier files" if earlier else ""
