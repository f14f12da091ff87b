"""C407."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.coverage.under_plan import lines_under_plan
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.x12.segment import Segment

DN = "NM1*DN*1*FENWICK*AUGUST****XX*1999887742~\n"


@rule(
    code="C407",
    name="missing-certifying-provider",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.NO_REFERRING,
    effective=date(2012, 10, 1),
    examples=(
        Example("No referring provider", replace=((DN, ""), ("SE*26*", "SE*25*"))),
        Example(
            "A referring provider without an NPI",
            replace=(("FENWICK*AUGUST****XX*1999887742", "FENWICK*AUGUST"),),
        ),
        Example(
            "An ordering provider is not the one who certifies",
            replace=(("NM1*DN*1*FENWICK", "NM1*P3*1*FENWICK"),),
        ),
        Example("One is there", flagged=False),
        Example(
            "The line has its own",
            lines="SV1*HC:97110:GP*80*UN*2***1 | NM1*DN*1*FENWICK*AGNES****XX*1999887742",
            replace=((DN, ""), ("SE*27*", "SE*26*")),
            flagged=False,
        ),
        Example("Another payer", replace=((DN, ""), ("SE*26*", "SE*25*")), filing="CI", flagged=False),
    ),
)
def missing_certifying_provider(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A therapy claim does not name the provider who certified the plan of care.

    ## Why it matters

    Medicare Part B returns an outpatient therapy claim without name and NPI of the certifying physician or
    practitioner: the plan of care must be certified, and this is where the claim says by whom.

    ## Evidence and fix

    No NM1*DN with an NPI in loop 2310A, and none in loop 2420F of a line given under a plan of care, for a payer whose
    profile says `referring-provider` (Medicare Part B). A person enters who certified the plan.

    ## What it cannot check

    Whether that provider signed, and in time (30 days, and again after 90).

    ## References

    - CMS Pub 100-04, chapter 5, section 20 (certifying physician or practitioner as referring provider; CR 8005)
    - 005010X222A1, loops 2310A and 2420F (Referring Provider Name, DN)
    """
    if not context.patient or not context.patient.profile(claim).referring_provider:
        return
    if any(_names(segment, loop, "2310A") for segment, loop in claim.head()):
        return
    bare = [line for line, _ in lines_under_plan(claim, context) if not _has_own(line.segments, line.loops)]
    if bare and (first := claim.service_date()) and first >= date(2012, 10, 1):
        whose = "any line" if len(bare) == len(claim.lines) else ", ".join(line.code for line in bare)
        yield missing_certifying_provider.finding(
            claim.location(),
            f"The claim names no referring provider with an NPI for {whose}: nobody has certified the plan of care.",
            "Enter name and NPI of the physician or practitioner who certified the plan of care (NM1*DN).",
            evidence=(Evidence("loops 2310A and 2420F", "no NM1*DN with an NPI"),),
        )


def _has_own(segments: list[Segment], loops: Sequence[str]) -> bool:
    return any(_names(segment, loop, "2420F") for segment, loop in zip(segments, loops, strict=True))


def _names(segment: Segment, loop: str, wanted: str) -> bool:
    is_referring = loop == wanted and segment.id == "NM1" and segment.value(1) == "DN"
    return is_referring and segment.value(8) == "XX" and bool(segment.value(9))
