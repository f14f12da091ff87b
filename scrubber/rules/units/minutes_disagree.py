"""U113."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.visit import Visit


@rule(
    code="U113",
    name="minutes-disagree",
    scope=Visit,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.MINUTES_DISAGREE,
    examples=(
        Example(
            "The record has 30 minutes, the note of the line 25",
            lines="SV1*HC:97110:GP*80*UN*2***1 | NTE*ADD*97110 25 MIN",
            minutes=(("97110", "PT", 30),),
        ),
        Example(
            "One minute apart is apart: the boundary",
            lines="SV1*HC:97110:GP*80*UN*2***1 | NTE*ADD*97110 29 MIN",
            minutes=(("97110", "PT", 30),),
        ),
        Example(
            "Both say the same",
            lines="SV1*HC:97110:GP*80*UN*2***1 | NTE*ADD*97110 30 MIN",
            minutes=(("97110", "PT", 30),),
            flagged=False,
        ),
        Example(
            "A 15-minute code is recorded as group treatment: it leaves the pool",
            minutes=(("97110", "PT", 30),),
            mode="group",
        ),
        Example(
            "97150 is group treatment",
            lines="SV1*HC:97150:GP*30*UN*1***1",
            minutes=(("97150", "PT", 30),),
            mode="group",
            flagged=False,
        ),
    ),
)
def minutes_disagree(visit: Visit, context: RuleContext) -> Iterator[Finding]:
    """The record and the claim tell the minutes differently.

    ## Why it matters

    The claim's own note goes to the payer with it. Where it gives other minutes than the record, one of them is wrong,
    and an auditor who has both believes neither.

    ## Evidence and fix

    Compared are the minutes of each code, and the timed total, in line and claim notes, in K3, and in an SV103 of MJ.
    Units are judged by the record, but nothing is corrected by itself in such a visit. A 15-minute code that is
    billed one-on-one and recorded as group treatment is named here as well: it leaves the pool of the day. Which of the
    two is right only a person knows.

    ## What it cannot check

    Claims without notes of minutes, and notes in a wording that is not read as minutes.

    ## References

    - CMS Pub 100-02, chapter 15, section 220.3 E (billing agrees with the minutes of the treatment note)
    - CMS Pub 100-02, chapter 15, section 230 (group treatment is not one-on-one time)
    """
    for each in visit.disagreements:
        line = each.billed.line
        noun, of = ("minute", f"of {each.code}") if each.code else ("timed minute", "in all")
        yield minutes_disagree.finding(
            line.location("SV104"),
            f"The record gives {counted(each.recorded, noun)} {of}, the claim {each.noted} ({each.source}).",
            "Compare both with the treatment note and correct the one that is wrong.",
            evidence=(
                *(visit.records_of(each.billed) if each.code else visit.evidence() or visit.total_evidence),
                Evidence(f"{each.source}, service line {line.ordinal}", f"{counted(each.noted, noun)} {of}"),
            ),
        )
    named: set[str] = set()
    for billed in visit.lines:
        base = family_base(billed.line.code)
        if base in named or base not in visit.grouped | visit.partly_grouped:
            continue
        named.add(base)
        how = "as group treatment" if base in visit.grouped else "in part as group treatment"
        yield minutes_disagree.finding(
            billed.line.location("SV101"),
            f"{billed.line.code} is a one-on-one code; the record has it {how}, and group minutes are not timed.",
            "Bill group treatment as 97150, or correct the record.",
            evidence=visit.records_of(billed),
        )
