"""M208."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Finding
from scrubber.findings.levels import Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.therapy_lines import carried, therapy_lines
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.discipline import ASSISTANT_MODIFIERS

EVALUATIONS = frozenset({"97161", "97162", "97163", "97164", "97165", "97166", "97167", "97168"})
MONITORING_DEVICES = frozenset({"98976", "98977", "98978", "98984", "98985", "98986"})


@rule(
    code="M208",
    name="assistant-on-evaluation",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.EVALUATION_OR_DEVICE,
    examples=(
        Example("CQ on an evaluation", lines="SV1*HC:97161:GP:CQ*110*UN*1***1"),
        Example("CQ on the supply of a monitoring device", lines="SV1*HC:98977:GP:CQ*55*UN*1***1"),
        Example(
            "Minutes of an assistant on an evaluation",
            lines="SV1*HC:97161:GP*110*UN*1***1",
            minutes=(("97161", "PT", 30), ("97161", "PTA", 10)),
        ),
        Example(
            "The therapist evaluated",
            lines="SV1*HC:97161:GP*110*UN*1***1",
            minutes=(("97161", "PT", 40),),
            flagged=False,
        ),
        Example(
            "Setting the monitoring up can be the assistant's",
            lines="SV1*HC:98975:GP:CQ*20*UN*1***1",
            minutes=(("98975", "PTA", 20),),
            flagged=False,
        ),
    ),
)
def assistant_on_evaluation(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """CQ or CO stands on an evaluation or on a monitoring device, or an assistant has minutes there.

    ## Why it matters

    Evaluating and re-evaluating is the therapist's alone, and the supply of a device is nobody's service: the modifiers
    are not valid there. Recorded minutes of an assistant on an evaluation ask for a look before the payer takes one.

    ## Evidence and fix

    The line, or minutes of PTA or OTA in the treatment record of the day (a warning; time together with the therapist
    is the therapist's and does not count). What was done, and by whom, only a person can say.

    ## What it cannot check

    Who examined the patient: only the role in the record tells.

    ## References

    - CMS Pub 100-02, chapter 15, sections 220 and 230 (evaluation is furnished by a clinician, not by an assistant)
    - CMS Pub 100-04, chapter 5, section 20.1 (codes to which CQ and CO apply)
    """
    for line, _ in therapy_lines(claim, context):
        if line.code not in EVALUATIONS | MONITORING_DEVICES:
            continue
        kind = "an evaluation, which is the therapist's" if line.code in EVALUATIONS else "the supply of a device"
        there = next((m for m in line.modifiers if m in ASSISTANT_MODIFIERS), "")
        if there:
            yield assistant_on_evaluation.finding(
                line.modifier_location(there),
                f"{line.code} carries {there}; it is {kind}.",
                f"Find out who furnished it; {there} is not valid on it.",
                evidence=carried(line),
            )
            continue
        visit = context.patient.visit_of(claim, line) if context.patient else None
        found = visit.minutes.get(family_base(line.code)) if visit else None
        if found and found.assistant:
            yield assistant_on_evaluation.finding(
                line.location("SV101", 2),
                f"{line.code} has {counted(found.assistant, 'minute')} of an assistant; it is {kind}.",
                "Check the note: what the assistant did is not part of it.",
                evidence=tuple(found.evidence),
                severity=Severity.WARN,
            )
