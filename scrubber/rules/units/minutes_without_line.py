"""U105."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.rules.units.supported import judge
from scrubber.visits.units import admissible_splits, units_supported
from scrubber.visits.visit import Visit


@rule(
    code="U105",
    name="minutes-without-line",
    scope=Visit,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.UNITS_UNKNOWN | fact.UNBILLED_MINUTES,
    examples=(
        Example(
            "97140 is in the record and on no line",
            minutes=(("97110", "PT", 30), ("97140", "PT", 15)),
        ),
        Example(
            "Eight minutes earn a unit beside 30 of another code: the boundary",
            minutes=(("97110", "PT", 30), ("97140", "PT", 8)),
        ),
        Example(
            "Seven minutes earn none",
            minutes=(("97110", "PT", 30), ("97140", "PT", 7)),
            flagged=False,
        ),
        Example(
            "The pool is billed in full: the unit of 97140 stands on 97110, which has the same right to it",
            lines="SV1*HC:97110:GP*40*UN*1***1",
            minutes=(("97110", "PT", 10), ("97140", "PT", 10)),
            flagged=False,
        ),
    ),
)
def minutes_without_line(visit: Visit, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """A timed service was recorded that no line of this file bills, and its minutes earn a unit.

    ## Why it matters

    Work that was done and documented is not asked for. It may also be billed on a claim that is not in this file.

    ## Evidence and fix

    The service is named only when every admissible allotment of the minutes gives it a unit and the visit is billed
    below its total; bundled codes never are. Adding a line is a person's decision.

    ## What it cannot check

    Claims of the same visit that are in another file. Bundled codes, which are never asked for.

    ## References

    - CMS Pub 100-04, chapter 5, section 20.2 (counting minutes for timed codes)
    """
    judged = judge(visit)
    if judged.unknown:
        yield minutes_without_line.not_checked(judged.unknown, *(claim.ordinal for claim in visit.claims))
        return
    minutes = visit.timed_minutes()
    billed = visit.billed_units()
    rules = ("cms", "ama") if judged.rule == "ask" else (judged.rule,)
    if not minutes or sum(billed.values()) >= min(units_supported(each, minutes) for each in rules):
        return
    splits = [split for each in rules for split in admissible_splits(each, minutes)]
    for code, found in visit.minutes.items():
        if code in billed or code not in minutes or context.tables.therapy[code].therapy_status == "bundled":
            continue
        least = min(split[code] for split in splits)
        if not least:
            continue
        yield minutes_without_line.finding(
            visit.lines[0].claim.location(),
            f"{counted(found.total, 'minute')} of {code} on {visit.date} earn {counted(least, 'unit')};"
            " no line of this file bills it.",
            f"Bill {code} if it is not on another claim already.",
            evidence=tuple(found.evidence),
            related=tuple(claim.ordinal for claim in visit.claims[1:]),
        )
