"""M206."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import ClaimEdit, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.assistant_share import assistant_shares
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.assistants import REQUIRED_FROM
from scrubber.visits.discipline import ASSISTANT_MODIFIER_OF
from scrubber.visits.visit import BilledLine, Visit


@rule(
    code="M206",
    name="unsupported-assistant-modifier",
    scope=Visit,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.ASSISTANT_SHARE,
    effective=REQUIRED_FROM,
    examples=(
        Example(
            "The therapist furnished every minute",
            lines="SV1*HC:97110:GP:CQ*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            fixed="SV1*HC:97110:GP*80*UN*2***1",
            level="unsafe",
        ),
        Example(
            "Nothing that raises payment is done unless it is asked for",
            lines="SV1*HC:97110:GP:CQ*80*UN*2***1",
            minutes=(("97110", "PT", 30),),
            fixed="SV1*HC:97110:GP:CQ*80*UN*2***1",
        ),
        Example(
            "The therapist alone reaches eight minutes of the only unit",
            lines="SV1*HC:97110:GP:CQ*40*UN*1***1",
            minutes=(("97110", "PT", 10), ("97110", "PTA", 10)),
            fixed="SV1*HC:97110:GP*40*UN*1***1",
            level="unsafe",
        ),
        Example(
            "The assistant has more than 10 % and the therapist less than eight minutes",
            lines="SV1*HC:97110:GP:CQ*40*UN*1***1",
            minutes=(("97110", "PT", 7), ("97110", "PTA", 7)),
            flagged=False,
        ),
    ),
)
def unsupported_assistant_modifier(visit: Visit, context: RuleContext) -> Iterator[Finding]:
    """CQ or CO stands on a line that the therapist furnished, as the minutes have it.

    ## Why it matters

    The payer pays 85 % for a service that it owes in full.

    ## Evidence and fix

    Minutes of therapist and assistant in the treatment records. Taking the modifier off raises payment, so the fix is
    UNSAFE: it is applied only with `--fix unsafe`, only where the payer profile says `apply-raises = true`, and only
    when signed records speak for the whole visit. Where one unit is left on each of two codes and the therapist has
    eight minutes of both, a modifier on one of them is accepted.

    ## What it cannot check

    Visits without a record: a modifier may be right that nothing supports.

    ## References

    - CY2022 PFS final rule, 86 FR 64996 and following
    - CMS Pub 100-04, chapter 5, section 20.1
    """
    for share in assistant_shares(visit):
        modifier = ASSISTANT_MODIFIER_OF[visit.discipline]
        for billed in share.needless:
            there = next(m for m in billed.line.modifiers if m in ASSISTANT_MODIFIER_OF.values())
            found = share.found
            yield unsupported_assistant_modifier.finding(
                billed.line.location("SV101", 3),
                f"{billed.line.code} carries {there}; by the minutes it is the therapist's"
                f" ({counted(found.therapist, 'minute')} by the therapist, {found.assistant} by the assistant).",
                f"Check who treated, and take {there} off if it was the therapist.",
                evidence=tuple(found.evidence),
                fix=_fix(billed, visit, there) if there == modifier else None,
            )


def _fix(billed: BilledLine, visit: Visit, modifier: str) -> Fix:
    evidence = visit.records_of(billed)
    edit = billed.line.drop_modifier(billed.line.modifiers.index(modifier))
    edits = (ClaimEdit(billed.claim.ordinal, edit),)
    return Fix(
        f"Take {modifier} off {billed.line.code}", FixLevel.UNSAFE, Payment.RAISES, edits, evidence, visit.signed
    )
