"""C425."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.claims.dates import day
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule

CAUSES = {"AA": "an automobile accident", "OA": "another accident"}
AUTO = "AA"


def _by(cause: str, *accident: str) -> tuple[tuple[str, str], ...]:
    """The specimen claim with a cause in CLM11 and segments of its own before HI."""
    more = tuple(f"{segment}~\n" for segment in accident)
    return (
        ("11:B:1*Y*A*Y*Y", f"11:B:1*Y*A*Y*Y**{cause}"),
        *((("HI*ABK:", "".join(more) + "HI*ABK:"), ("SE*26*", f"SE*{26 + len(more)}*")) if more else ()),
    )


@rule(
    code="C425",
    name="missing-accident-date",
    scope=Claim,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.ACCIDENT,
    examples=(
        Example("An automobile accident without its date", filing="AM", replace=_by("AA:::NE")),
        Example("Without its state", filing="AM", replace=_by("AA", "DTP*439*D8*20260115")),
        Example("With both", filing="AM", replace=_by("AA:::NE", "DTP*439*D8*20260115"), flagged=False),
        Example("After the service", filing="AM", replace=_by("AA:::NE", "DTP*439*D8*20260303")),
        Example("On the day of the service", filing="AM", replace=_by("AA:::NE", "DTP*439*D8*20260302"), flagged=False),
        Example("No accident", filing="CI", flagged=False),
    ),
)
def missing_accident_date(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """The claim says that an accident is the cause, and does not say when (or in which state) it was.

    ## Why it matters

    Automobile and liability insurers find their case by the date of the accident; other payers ask whether someone else
    has to pay. Either way the claim waits, and mostly past its filing limit.

    ## Evidence and fix

    CLM11 says AA or OA, and there is no DTP*439; or it is after the first service; or AA stands without a state
    (CLM11-4). A person enters them.

    ## What it cannot check

    Employment (EM), where a date is due only when an accident was the cause; whether an accident was the cause at all.

    ## References

    - 005010X222A1, DTP Date - Accident (439): required where CLM11 has AA or OA; CLM11-4: required where it has AA
    """
    if not claim.clm.value(11):
        return
    causes = [claim.clm.value(11, part) for part in (1, 2, 3)]
    cause = next((each for each in causes if each in CAUSES), "")
    if not cause:
        return
    dated = [s for s, loop in claim.head() if loop == "2300" and s.id == "DTP" and s.value(1) == "439"]
    wrong = []
    if not dated:
        wrong.append("there is no date of it")
    elif (on := day(dated[0].value(3))) and (first := claim.service_date()) and first < on:
        wrong.append(f"it is dated {on}, after the service of {first}")
    if AUTO in causes and not claim.clm.value(11, 4):
        wrong.append("the state is not named")
    if wrong:
        yield missing_accident_date.finding(
            claim.location("CLM11"),
            f"The claim is for {CAUSES[cause]}, and {' and '.join(wrong)}.",
            "Enter the date of the accident (DTP*439), and the state of an automobile accident.",
            evidence=(Evidence("CLM11", claim.clm.value(11)),),
        )
