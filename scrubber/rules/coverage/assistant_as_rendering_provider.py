"""C416."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding, Location
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.x12.segment import Segment

NOT_RENDERING = {
    "2252": "a physical therapist assistant",
    "224Z": "an occupational therapy assistant",
    "2355": "a speech-language or audiology assistant",
    "390200000X": "a student",
    "374": "an aide",
    "376K": "an aide",
}
"""Beginnings of taxonomy codes (NUCC code set) -> who that is."""


@rule(
    code="C416",
    name="assistant-as-rendering-provider",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.ODD_TAXONOMY,
    examples=(
        Example("A physical therapist assistant, to Medicare", taxonomy="225200000X"),
        Example("An occupational therapy assistant, to TRICARE", taxonomy="224Z00000X", filing="CH"),
        Example("A student", taxonomy="390200000X"),
        Example("A therapist", taxonomy="225100000X", flagged=False),
        Example("Another payer may enrol assistants", taxonomy="225200000X", filing="CI", flagged=False),
    ),
)
def assistant_as_rendering_provider(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """The rendering provider is an assistant, a student or an aide.

    ## Why it matters

    Medicare and TRICARE enrol therapists; what an assistant furnishes is billed under the therapist who supervised,
    with CQ or CO. Students and aides are not paid for at all.

    ## Evidence and fix

    The taxonomy code of the rendering provider, of the claim or of the line. Who supervised is for a person to enter.

    ## What it cannot check

    Clinicians whose taxonomy code in the file is not their own.

    ## References

    - CMS Pub 100-02, chapter 15, sections 230.1, 230.2 and 230.4 (services of assistants are the therapist's to bill)
    - APTA 2020 and the HNFS page on assistants (TRICARE: billed under the therapist's NPI)
    - Health Care Provider Taxonomy code set (NUCC)
    """
    if not (claim.heading.is_medicare or claim.heading.is_tricare):
        return
    for segment, loop in claim.head():
        if loop == "2310B" and (who := _who(segment)):
            yield _finding(claim.located(segment, 3), who, segment.value(3))
    if not claim.rendering_npi:
        taxonomy = claim.heading.billing.taxonomy
        unsaid = [line for line in claim.lines if not line.rendering_npi]
        if (who := _of_code(taxonomy)) and (unsaid or not claim.lines):
            yield _finding(claim.location(), who, taxonomy)
    for line in claim.lines:
        for segment, loop in zip(line.segments, line.loops, strict=True):
            if loop == "2420A" and (who := _who(segment)):
                yield _finding(line.located(segment, 3), who, segment.value(3))


def _who(segment: Segment) -> str:
    return _of_code(segment.value(3)) if segment.id == "PRV" else ""


def _of_code(taxonomy: str) -> str:
    return next((who for beginning, who in NOT_RENDERING.items() if taxonomy.startswith(beginning)), "")


def _finding(where: Location, who: str, taxonomy: str) -> Finding:
    return assistant_as_rendering_provider.finding(
        where,
        f"The rendering provider is {who} by its taxonomy code {taxonomy}; this payer does not accept that.",
        "Bill under the therapist who supervised.",
        evidence=(Evidence("rendering provider's taxonomy", taxonomy),),
    )
