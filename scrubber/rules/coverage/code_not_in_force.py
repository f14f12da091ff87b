"""C401."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.therapy_lines import therapy_lines
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import SUCCESSORS, TherapyCode


@rule(
    code="C401",
    name="code-not-in-force",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.DATED_CODE,
    examples=(
        Example("A code that ended with 2016", lines="SV1*HC:97001:GP*110*UN*1***1"),
        Example("A code that begins with 2026", lines="SV1*HC:98979:GP*30*UN*1***1", on=date(2025, 12, 31)),
        Example("Its first day", lines="SV1*HC:98979:GP*30*UN*1***1", on=date(2026, 1, 1), flagged=False),
        Example("A code long in force", flagged=False),
    ),
)
def code_not_in_force(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A code did not exist on the date of service: it had ended, or not yet begun.

    ## Why it matters

    The code set of the date of service counts, for every payer under HIPAA: the line is returned or denied as invalid.
    A template that still has last year's codes does it to every claim.

    ## Evidence and fix

    The therapy code table has the first and the last day of each code; of several days each must be in force. The
    message names the codes that took the place of an ended one. Which of them was done is for a person.

    ## What it cannot check

    Codes that are not in the therapy code table.

    ## References

    - 45 CFR 162.1000 and 162.1002 (the code set valid at the time of the service)
    - CMS annual therapy code list and HCPCS/CPT updates (CR 9698 for 97161 to 97168 in place of 97001 to 97004)
    """
    for line, entry in therapy_lines(claim, context):
        if line.period is None or (entry.effective_from is None and entry.effective_to is None):
            continue
        wrong = next((day for day in line.period if not entry.in_force(day)), None)
        if wrong is None:
            continue
        successors = SUCCESSORS.get(line.code, ())
        instead = f" It was replaced by {', '.join(successors)}." if successors else ""
        yield code_not_in_force.finding(
            line.location("SV101", 2),
            f"{line.code} {_state(entry, wrong)}; the date of service is {wrong}.{instead}",
            "Bill the code that was in force on that day for what was done, or correct the date.",
            evidence=(Evidence("therapy code table", f"{line.code} {_state(entry, wrong)}"),),
        )


def _state(entry: TherapyCode, on: date) -> str:
    if entry.effective_to is not None and on > entry.effective_to:
        return f"ended on {entry.effective_to}"
    return f"begins on {entry.effective_from}"
