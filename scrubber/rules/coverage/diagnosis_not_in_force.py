"""C422."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.coverage.diagnoses import diagnoses
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule

CATEGORIES = ("M54",)
DIVIDED = {"M545": (date(2021, 10, 1), ("M5450", "M5451", "M5459"))}
"""Code that was divided -> the first day on which it is no longer valid, and the codes in its place."""


@rule(
    code="C422",
    name="diagnosis-not-in-force",
    scope=Claim,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.DIVIDED_DIAGNOSIS,
    effective=date(2021, 10, 1),
    examples=(
        Example("Low back pain under its old code", replace=(("ABK:M5450", "ABK:M545"),)),
        Example(
            "The last day of the old code",
            replace=(("ABK:M5450", "ABK:M545"),),
            on=date(2021, 9, 30),
            filing="CI",
            flagged=False,
        ),
        Example(
            "A new code before its first day",
            on=date(2021, 9, 30),
            filing="CI",
        ),
        Example("The code of today", flagged=False),
    ),
)
def diagnosis_not_in_force(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A diagnosis code was not valid on the date of service.

    ## Why it matters

    Low back pain is the most frequent reason for physical therapy, and its code was divided: templates and referrals
    go on with the old one, and every line that points to it is denied.

    ## Evidence and fix

    M54.5 from 2021-10-01 on, and M54.50, M54.51 or M54.59 before, at any place of HI. Which of the three it is, is in
    the record and for a person.

    ## What it cannot check

    All other diagnosis codes: no table of ICD-10-CM is shipped.

    ## References

    - 45 CFR 162.1002 (the code set valid at the time of the service)
    - ICD-10-CM addenda of the fiscal year 2022 (M54.5 expanded to M54.50, M54.51 and M54.59)
    """
    if not any(code.upper().startswith(CATEGORIES) for code in claim.diagnoses):
        return
    first = claim.service_date()
    if first is None:
        return
    last = max(line.period[1] for line in claim.lines if line.period)
    for _, code, segment, element in diagnoses(claim):
        why, instead = _why(code, first, last)
        if why:
            yield diagnosis_not_in_force.finding(
                claim.located(segment, element),
                f"{_pointed(code)} {why}.",
                f"Enter the code that was valid on the date of service: {instead}.",
                evidence=(Evidence(f"HI{element:02d}", _pointed(code)),),
            )


def _why(code: str, first: date, last: date) -> tuple[str, str]:
    for old, (ended, new) in DIVIDED.items():
        if code == old and last >= ended:
            return f"is not valid for dates of service from {ended} on", ", ".join(map(_pointed, new))
        if code in new and first < ended:
            return f"is not valid for dates of service before {ended}", _pointed(old)
    return "", ""


def _pointed(code: str) -> str:
    return f"{code[:3]}.{code[3:]}"
