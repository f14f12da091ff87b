"""M216."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.visit import Visit

PRACTITIONERS = ("20", "363A", "363L", "364S", "213E", "152W")
"""Beginnings of taxonomy codes: physicians (20), physician assistants, nurse practitioners, clinical nurse specialists,
podiatrists and optometrists (NUCC code set)."""


@rule(
    code="M216",
    name="assistant-incident-to",
    scope=Visit,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.ASSISTED_PRACTITIONER,
    examples=(
        Example(
            "An assistant treated, a physician renders",
            lines="SV1*HC:97110:GP:CQ*80*UN*2***1",
            minutes=(("97110", "PTA", 30),),
            taxonomy="207Q00000X",
        ),
        Example(
            "A therapist treated incident to the physician",
            minutes=(("97110", "PT", 30),),
            taxonomy="207Q00000X",
            flagged=False,
        ),
        Example(
            "An assistant treated under a therapist",
            lines="SV1*HC:97110:GP:CQ*80*UN*2***1",
            minutes=(("97110", "PTA", 30),),
            flagged=False,
        ),
        Example(
            "Not Medicare",
            lines="SV1*HC:97110:GP:CQ*80*UN*2***1",
            minutes=(("97110", "PTA", 30),),
            taxonomy="207Q00000X",
            filing="CI",
            flagged=False,
        ),
    ),
)
def assistant_incident_to(visit: Visit, context: RuleContext) -> Iterator[Finding]:
    """An assistant's minutes are billed under a physician or practitioner.

    ## Why it matters

    Therapy incident to a physician's services must be furnished by somebody who meets the qualifications of a
    therapist. An assistant works under a therapist only, so Medicare owes nothing for it there.

    ## Evidence and fix

    Minutes of PTA or OTA in the treatment record, and the taxonomy code of the rendering provider. Time together with a
    therapist is the therapist's. A person finds out under whom it can be billed, if at all.

    ## What it cannot check

    Physicians who bill therapists' services under another taxonomy code.

    ## References

    - 42 CFR 410.60(a)(3)(iii) and 410.59(a)(3)(iii)
    - CMS Pub 100-02, chapter 15, section 230.5
    """
    for billed in visit.lines:
        claim, line = billed.claim, billed.line
        found = visit.minutes.get(family_base(line.code))
        taxonomy = claim.taxonomy(line)
        if not found or not found.assistant or not claim.heading.is_medicare or not taxonomy.startswith(PRACTITIONERS):
            continue
        yield assistant_incident_to.finding(
            line.location("SV101", 2),
            f"{line.code} has {counted(found.assistant, 'minute')} of an assistant"
            " and is billed under a physician's taxonomy.",
            "Bill it under the therapist who supervised, if there was one; otherwise it is not billable.",
            evidence=(*found.evidence, Evidence("rendering provider's taxonomy", taxonomy)),
        )
