"""U106."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.visit import Visit


@rule(
    code="U106",
    name="no-treatment-record",
    scope=Visit,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.NO_MINUTES,
    examples=(
        Example("Timed units, and nothing says for how long"),
        Example("A record gives the minutes", minutes=(("97110", "PT", 30),), flagged=False),
        Example("Work hardening needs minutes too", lines="SV1*HC:97545:GP*180*UN*1***1"),
        Example("A service without timed units needs no minutes", lines="SV1*HC:97161:GP*110*UN*1***1", flagged=False),
    ),
)
def no_treatment_record(visit: Visit, context: RuleContext) -> Iterator[Finding]:
    """Timed units are billed and no treatment record, note or minutes unit says how long the treatment took.

    ## Why it matters

    Without minutes the unit rules cannot be checked; the report lists them as not checked, which is no pass. A payer
    that asks for the note will expect it to show timed and total treatment minutes.

    ## Evidence and fix

    There is nothing to correct from. Give the visit's record with `--records`. A profile may make this a reject
    (`missing-record = "reject"`).

    ## What it cannot check

    Whether a record exists that was not given to the program.

    ## References

    - CMS Pub 100-02, chapter 15, section 220.3 E (total timed minutes and total treatment minutes are documented)
    """
    for claim in visit.claims:
        silent = [billed for billed in visit.without_minutes if billed.claim is claim]
        if not silent:
            continue
        codes = ", ".join(dict.fromkeys(billed.line.code for billed in silent))
        yield no_treatment_record.finding(
            silent[0].line.location("SV104"),
            f"No treatment record and no note gives the minutes of {codes} on {visit.date}; its units are not checked.",
            "Give the treatment record of this visit, or check the units against the note by hand.",
            severity=Severity.REJECT if visit.profile.missing_record == "reject" else None,
        )
