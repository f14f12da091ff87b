"""M217."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.claims.heading import MEDICARE_ADVANTAGE_FILINGS
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.therapy_lines import carried
from scrubber.rules.rule import Example, RuleContext, rule

LIABILITY = ("GA", "GX", "GY", "GZ")

COVERED = frozenset({"always", "sometimes", "bundled"})
"""Status in the therapy code table of codes that Medicare covers."""

CONFLICTS = (
    ("GA", "GZ", "a notice was given, and none was"),
    ("GY", "GA", "excluded by law, and expected to be found not necessary"),
    ("GY", "GZ", "excluded by law, and expected to be found not necessary"),
    ("GX", "GA", "a voluntary notice, and a required one"),
    ("GX", "GZ", "a voluntary notice, and none where one was required"),
    ("KX", "GA", "medically necessary above the threshold, and expected not to be"),
    ("KX", "GY", "covered above the threshold, and excluded by law"),
    ("KX", "GZ", "medically necessary above the threshold, and expected not to be"),
)
"""Pairs of modifiers that say opposite things of one line, and what they say."""


@rule(
    code="M217",
    name="liability-modifiers-conflict",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.LIABILITY,
    examples=(
        Example("A notice was given and was not", lines="SV1*HC:97110:GP:GA:GZ*80*UN*2***1"),
        Example("Medically necessary, and expected not to be", lines="SV1*HC:97110:GP:KX:GA*80*UN*2***1"),
        Example("GX on a covered service", lines="SV1*HC:97110:GP:GX*80*UN*2***1"),
        Example("GX beside GY: a voluntary notice", lines="SV1*HC:97110:GP:GX:GY*80*UN*2***1", flagged=False),
        Example("A required notice", lines="SV1*HC:97110:GP:GA*80*UN*2***1", flagged=False),
        Example("Medicare Advantage has no such notices", lines="SV1*HC:97110:GP:GA*80*UN*2***1", filing="16"),
        Example("Another payer", lines="SV1*HC:97110:GP:GA:GZ*80*UN*2***1", filing="CI", flagged=False),
    ),
)
def liability_modifiers_conflict(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """The modifiers of a line say opposite things of who pays when Medicare does not.

    ## Why it matters

    Medicare returns such a line as unprocessable, or leaves the practice with the cost of what the patient had signed
    for. Medicare Advantage knows no advance notice of this kind: the plan decides before the service.

    ## Evidence and fix

    GA with GZ, GY with GA or GZ, GX with GA or GZ, KX with GA, GY or GZ; GX without GY on a code that Medicare covers;
    any of the four on a claim to Medicare Advantage (filing indicator 16). What was given to the patient, and when, is
    for a person to find out.

    ## What it cannot check

    Whether a notice was given at all, and whether it was the right one.

    ## References

    - CMS CR 6563 / MLN MM6563 (GX: not on covered charges, not with GA or GZ; with GY)
    - CMS Pub 100-04, chapter 30, section 50 (advance beneficiary notice; not for Medicare Advantage)
    - CMS Pub 100-04, chapter 5, section 10.3 (KX attests medical necessity; GA or GZ where it is not)
    """
    if not claim.heading.is_medicare:
        return
    for line in claim.lines:
        if not line.modifiers or set(line.modifiers).isdisjoint(LIABILITY):
            continue
        why = _why(claim, line, context)
        if why:
            first = next(modifier for modifier in line.modifiers if modifier in LIABILITY)
            yield liability_modifiers_conflict.finding(
                line.modifier_location(first),
                f"{line.code} carries {why}.",
                "Find out which notice the patient was given, and keep the modifier that says so.",
                evidence=carried(line),
            )


def _why(claim: Claim, line: ServiceLine, context: RuleContext) -> str:
    there = set(line.modifiers)
    if claim.heading.filing in MEDICARE_ADVANTAGE_FILINGS:
        found = " and ".join(modifier for modifier in line.modifiers if modifier in LIABILITY)
        return f"{found}, and a Medicare Advantage plan has no such notices"
    for one, other, says in CONFLICTS:
        if {one, other} <= there:
            return f"{one} and {other}: {says}"
    entry = context.tables.therapy.get(line.code)
    if "GX" in there and "GY" not in there and entry is not None and entry.therapy_status in COVERED:
        return "GX without GY: a voluntary notice for a service that Medicare covers"
    return ""
