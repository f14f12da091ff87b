"""N303."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from scrubber.findings.finding import Evidence, Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.ncci.pairs_of_day import extra_pairs, pairs_of_day
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.intervals import intervals_apart
from scrubber.visits.patient import Patient

_GROUP_AND_EXERCISE = "SV1*HC:97150:GP*30*UN*1***1\nSV1*HC:97110:GP:59*40*UN*1***1"
_MINUTES = (("97150", "PT", 30), ("97110", "PT", 15))


@rule(
    code="N303",
    name="bypass-without-evidence",
    scope=Patient,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.NCCI_MODIFIER,
    examples=(
        Example(
            "59, although exercise was recorded within the time of the group",
            lines=_GROUP_AND_EXERCISE,
            minutes=_MINUTES,
            times=("10:00-10:30", "10:15-10:30"),
        ),
        Example(
            "The times touch and do not overlap: the boundary",
            lines=_GROUP_AND_EXERCISE,
            minutes=_MINUTES,
            times=("10:00-10:30", "10:30-10:45"),
            flagged=False,
        ),
        Example("No times are recorded: not checked", lines=_GROUP_AND_EXERCISE, minutes=_MINUTES, flagged=False),
    ),
)
def bypass_without_evidence(patient: Patient, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """An NCCI modifier such as 59 bypasses a pair of codes, but the recorded times of the two overlap.

    ## Why it matters

    For timed therapy codes the modifier says that the two services were given in different stretches of time. A record
    that shows them at the same time contradicts the claim, and the payment is taken back when somebody reads it.

    ## Evidence and fix

    Start and stop of every recorded stretch of both codes that day. Touching ends do not overlap, and where the quarter
    hours of the clock lie does not matter. Without clock times the pair is reported as not checked. Taking the modifier
    off, or putting the record right, is for a person.

    ## What it cannot check

    Records without start and stop times: nothing then speaks against the modifier.

    ## References

    - NCCI Policy Manual, chapter I, section E (modifiers) and chapter XI, section M (different intervals)
    - CMS NCCI practitioner PTP edits (the edition is named in the report)
    """
    modifiers = context.tables.ncci_modifiers
    for pair in chain(pairs_of_day(patient, "N303", context, modifiers), extra_pairs(patient)):
        if isinstance(pair, NotChecked):
            yield pair
            continue
        if pair.edit.indicator != "1" or not pair.bypassed(modifiers):
            continue
        one, two = pair.edit.column1, pair.edit.column2
        apart = intervals_apart(patient, pair.day, one, two)
        first = pair.column2[0]
        if apart is None:
            why = f"no clock times of {one} and {two} on {pair.day} to compare"
            yield NotChecked("N303", why, (first.claim.ordinal, *pair.others))
        elif not apart:
            yield bypass_without_evidence.finding(
                first.line.location("SV101", 2),
                f"{one} and {two} are billed as separate services, but their recorded times overlap.",
                "Compare with the note: take the modifier off, or put the times of the record right.",
                evidence=(Evidence("treatment records", f"overlapping times of {one} and {two} on {pair.day}"),),
                related=pair.others,
            )
