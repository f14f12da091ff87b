"""U104."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.visit import Visit


@rule(
    code="U104",
    name="units-without-minutes",
    scope=Visit,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.RECORD_SILENT | fact.UNMENTIONED,
    examples=(
        Example(
            "97140 is billed, the signed record knows 97110 alone",
            lines="SV1*HC:97110:GP*80*UN*2***1\nSV1*HC:97140:GP*38*UN*1***1",
            minutes=(("97110", "PT", 45),),
        ),
        Example(
            "An add-on is mentioned with its base code",
            lines="SV1*HC:97129:GP*30*UN*1***1\nSV1*HC:97130:GP*60*UN*2***1",
            minutes=(("97129", "PT", 45),),
            flagged=False,
        ),
        Example(
            "A record that gives only the timed total mentions no code",
            lines="SV1*HC:97110:GP*80*UN*2***1\nSV1*HC:97140:GP*38*UN*1***1",
            timed_total=45,
            flagged=False,
        ),
        Example(
            "An untimed service need not be in the record: the boundary",
            lines="SV1*HC:97110:GP*80*UN*2***1\nSV1*HC:97016:GP*15*UN*1***1",
            minutes=(("97110", "PT", 30),),
            flagged=False,
        ),
    ),
)
def units_without_minutes(visit: Visit, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """A timed service is billed that the signed records of its visit do not mention.

    ## Why it matters

    A payer that asks for the note finds nothing in it for this line and takes the whole line back, whatever the other
    minutes of the day are. Either the service was not furnished, or the record is not complete.

    ## Evidence and fix

    Codes are matched by family: a base code speaks for its add-on, 97014 for G0283. Nothing is said where a claim of
    the visit has no record row at all, where no row with a code is signed, or where the records give the timed total
    alone: that is reported as not checked. Whether the line or the record is wrong only a person knows.

    ## What it cannot check

    Claims without a record, and records that give totals alone. Services that were done and never written down look
    the same as services that were not done.

    ## References

    - CMS Pub 100-02, chapter 15, section 220.3 E (the treatment note identifies each service that is billed)
    """
    why = _why_not_checked(visit)
    if why:
        yield units_without_minutes.not_checked(why, *(claim.ordinal for claim in visit.claims))
    for billed in visit.unmentioned:
        yield units_without_minutes.finding(
            billed.line.location("SV101"),
            f"{billed.line.code} is billed; the signed records of {visit.date} do not mention it.",
            "Complete the record if the service was furnished, or take the line off the claim.",
            evidence=visit.record_evidence,
            related=tuple(claim.ordinal for claim in visit.claims if claim is not billed.claim),
        )


def _why_not_checked(visit: Visit) -> str:
    if not visit.clocked_lines():
        return ""
    if visit.uncovered:
        return "no treatment record speaks for a claim of the visit"
    if not visit.record_evidence:
        return "no record of the visit is signed"
    if not visit.recorded:
        return "the record gives only a total, and no codes"
    return ""
