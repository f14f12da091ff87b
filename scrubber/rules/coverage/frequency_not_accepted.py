"""C418."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import REPLACEMENT, VOID, Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule

_KINDS = {REPLACEMENT: "replacement", VOID: "void"}
_ORIGINAL = ("HI*ABK:M545", "REF*F8*ICN20261~\nHI*ABK:M545")


@rule(
    code="C418",
    name="frequency-not-accepted",
    scope=Claim,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.CORRECTION,
    voids=True,
    examples=(
        Example("A replacement to Medicare", replace=(("11:B:1", "11:B:7"), _ORIGINAL, ("SE*26*", "SE*27*"))),
        Example("A void to Medicare", replace=(("11:B:1", "11:B:8"), _ORIGINAL, ("SE*26*", "SE*27*"))),
        Example("An original claim", flagged=False),
        Example(
            "A replacement to a payer that takes it",
            replace=(("11:B:1", "11:B:7"), _ORIGINAL, ("SE*26*", "SE*27*")),
            filing="CI",
            flagged=False,
        ),
    ),
)
def frequency_not_accepted(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A replacement or void goes to a payer that takes neither.

    ## Why it matters

    Medicare Part B contractors return a professional claim of frequency 7 or 8, or deny it as a duplicate. What was
    wrong is put right by a reopening, or by an appeal.

    ## Evidence and fix

    CLM05-3, and `corrected-claims = false` in the payer's profile (Medicare Part B). Which way to go is for a person.

    ## What it cannot check

    Whether the earlier claim was returned, so that it may simply be sent again as an original.

    ## References

    - CMS Pub 100-04, chapter 34, section 10 (reopenings of claims)
    - 005010X222A1, CLM05-3 (claim frequency code)
    """
    kind = _KINDS.get(claim.frequency)
    if kind is None or not context.patient or context.patient.profile(claim).corrected_claims:
        return
    yield frequency_not_accepted.finding(
        claim.location("CLM05"),
        f"The claim is a {kind} (frequency {claim.frequency}), which this payer does not take.",
        "Ask for a reopening, or send it as an original claim if the earlier one was returned unprocessed.",
        evidence=(Evidence("CLM05", f"frequency {claim.frequency}"),),
    )
