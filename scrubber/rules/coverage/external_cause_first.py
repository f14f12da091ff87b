"""C423."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.coverage.diagnoses import FIRST, diagnoses
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule

CHAPTER_20 = ("V", "W", "X", "Y")


@rule(
    code="C423",
    name="external-cause-first",
    scope=Claim,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.EXTERNAL_CAUSE,
    examples=(
        Example("A fall as the first diagnosis", replace=(("ABK:M5450", "ABK:W1830XD"),)),
        Example(
            "A fall behind the injury",
            replace=(("ABK:M5450", "ABK:S83511D*ABF:W1830XD"),),
            flagged=False,
        ),
        Example("A status code (Z) may come first", replace=(("ABK:M5450", "ABK:Z96651"),), flagged=False),
    ),
)
def external_cause_first(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """The first diagnosis is an external cause: how an injury happened, not what is treated.

    ## Why it matters

    An external cause can never be the first-listed diagnosis; payers deny the claim by its first code. It happens when
    an accident form is copied into the claim.

    ## Evidence and fix

    The code behind ABK begins with V, W, X or Y (chapter 20 of ICD-10-CM). The order, and the pointers of the lines
    with it, are for a person to put right.

    ## What it cannot check

    Other codes that may not come first (manifestations, some Z codes): no table of ICD-10-CM is shipped.

    ## References

    - ICD-10-CM Official Guidelines for Coding and Reporting, section I.C.20.a.6
    """
    if not any(code.upper().startswith(CHAPTER_20) for code in claim.diagnoses):
        return
    for qualifier, code, segment, element in diagnoses(claim):
        if qualifier == FIRST and code.startswith(CHAPTER_20):
            yield external_cause_first.finding(
                claim.located(segment, element),
                f"The first diagnosis {code[:3]}.{code[3:]} is an external cause, which may not come first.",
                "Put the condition that is treated first, and the cause behind it.",
                evidence=(Evidence(f"HI{element:02d}", code),),
            )
