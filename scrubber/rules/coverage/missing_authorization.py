"""C420."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.coverage.under_plan import lines_under_plan
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule

WANTED = (("authorization", "treatment"),)


@rule(
    code="C420",
    name="missing-authorization",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.AUTHORIZATION,
    examples=(
        Example("Treatment without a number, for a payer that wants one", filing="CI", profile=WANTED),
        Example(
            "The claim has the number",
            filing="CI",
            profile=WANTED,
            replace=(("HI*ABK:", "REF*G1*AUTH2026~\nHI*ABK:"), ("SE*26*", "SE*27*")),
            flagged=False,
        ),
        Example(
            "The line has it",
            lines="SV1*HC:97110:GP*80*UN*2***1 | REF*G1*AUTH2026",
            filing="CI",
            profile=WANTED,
            flagged=False,
        ),
        Example(
            "An evaluation comes before the authorization",
            lines="SV1*HC:97161:GP*110*UN*1***1",
            filing="CI",
            profile=WANTED,
            flagged=False,
        ),
        Example(
            "Unless the payer wants one for evaluations as well",
            lines="SV1*HC:97161:GP*110*UN*1***1",
            filing="CI",
            profile=(("authorization", "all"),),
        ),
        Example("A payer of which nothing is said", filing="CI", flagged=False),
    ),
)
def missing_authorization(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """The payer wants therapy to be authorized, and the claim gives no authorization number.

    ## Why it matters

    "Authorization absent" is among the most frequent denials of therapy, and an authorization after the fact is rarely
    given. Often the number is on file and only did not reach the claim.

    ## Evidence and fix

    `authorization` of the payer's profile: `treatment` (all therapy but evaluations) or `all`; no built-in profile asks
    for one. The number is REF*G1 of the claim, or of the line. A person enters it.

    ## What it cannot check

    Whether the number is right, still valid, and for as many visits; which plans of a payer want one.

    ## References

    - 005010X222A1, REF Prior Authorization (G1) in loops 2300 and 2400: required where a number was assigned
    - The payer's own policy, which the profile states
    - CARC 197 (precertification, authorization or notification absent)
    """
    wanted = context.patient.profile(claim).authorization if context.patient else "none"
    if wanted == "none":
        return
    if any(s.id == "REF" and s.value(1) == "G1" and s.value(2) for s, loop in claim.head() if loop == "2300"):
        return
    bare = [
        line
        for line, entry in lines_under_plan(claim, context)
        if (wanted == "all" or not _is_evaluation(entry.family, entry.code)) and not _authorized(line)
    ]
    if bare:
        codes = ", ".join(dict.fromkeys(line.code for line in bare))
        yield missing_authorization.finding(
            claim.location(),
            f"The claim gives no authorization number for {codes}, and this payer wants one.",
            "Enter the payer's authorization number (REF*G1), or ask for one before you send the claim.",
            evidence=(Evidence("payer profile", f'authorization = "{wanted}"'),),
        )


SPEECH_EVALUATIONS = frozenset({"92521", "92522", "92523", "92524", "92597", "92610"})


def _is_evaluation(family: str, code: str) -> bool:
    return family == "evaluation" or code in SPEECH_EVALUATIONS


def _authorized(line: ServiceLine) -> bool:
    return any(
        segment.id == "REF" and segment.value(1) == "G1" and segment.value(2) and loop == "2400"
        for segment, loop in zip(line.segments, line.loops, strict=True)
    )
