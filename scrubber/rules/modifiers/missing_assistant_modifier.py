"""M204."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrubber.findings.finding import ClaimEdit, Finding, Fix, NotChecked
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.assistant_share import AssistantShare, assistant_shares
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.assistants import REQUIRED_FROM
from scrubber.visits.discipline import ASSISTANT_MODIFIER_OF, MODIFIER_OF
from scrubber.visits.minutes import CodeMinutes
from scrubber.visits.visit import BilledLine, Visit


@rule(
    code="M204",
    name="missing-assistant-modifier",
    scope=Visit,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.ASSISTANT_SHARE,
    effective=REQUIRED_FROM,
    examples=(
        Example(
            "The assistant furnished every minute",
            lines="SV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97110", "PTA", 30),),
            fixed="SV1*HC:97110:GP:CQ*80*UN*2***1",
        ),
        Example(
            "CO beside GO, before 59",
            lines="SV1*HC:97530:GO:59*45*UN*1***1",
            minutes=(("97530", "OTA", 15),),
            discipline="OT",
            taxonomy="225X00000X",
            fixed="SV1*HC:97530:GO:CO:59*45*UN*1***1",
        ),
        Example(
            "An untimed service, 5 of 40 minutes by the assistant: above 10 %",
            lines="SV1*HC:97150:GP*30*UN*1***1",
            minutes=(("97150", "PT", 35), ("97150", "PTA", 5)),
            fixed="SV1*HC:97150:GP:CQ*30*UN*1***1",
        ),
        Example(
            "An untimed service, 4 of 40 minutes: not above 10 %",
            lines="SV1*HC:97150:GP*30*UN*1***1",
            minutes=(("97150", "PT", 36), ("97150", "PTA", 4)),
            flagged=False,
        ),
        Example(
            "No modifier place is free",
            lines="SV1*HC:97110:GP:KX:59:76*80*UN*2***1",
            minutes=(("97110", "PTA", 30),),
        ),
        Example(
            "The records have no word on joint treatment: probable, not certain",
            lines="SV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97110", "PTA", 30),),
            joint_column=False,
        ),
        Example(
            "The therapist alone reaches eight minutes of the last unit",
            lines="SV1*HC:97110:GP*40*UN*1***1",
            minutes=(("97110", "PT", 8), ("97110", "PTA", 7)),
            flagged=False,
        ),
        Example(
            "Nobody reaches eight minutes alone and the assistant has more than 10 %",
            lines="SV1*HC:97110:GP*40*UN*1***1",
            minutes=(("97110", "PT", 7), ("97110", "PTA", 7)),
            fixed="SV1*HC:97110:GP:CQ*40*UN*1***1",
        ),
        Example(
            "Before 2020 no assistant modifier was asked for",
            lines="SV1*HC:97110:GP*80*UN*2***1",
            minutes=(("97110", "PTA", 30),),
            on=date(2019, 12, 31),
            flagged=False,
        ),
    ),
)
def missing_assistant_modifier(visit: Visit, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """A line that an assistant furnished, in whole or in a part that counts, lacks CQ or CO.

    ## Why it matters

    Medicare pays 85 % for what an assistant furnishes, and asks for CQ (physical therapy) or CO (occupational
    therapy) on it. Leaving it out is an overpayment that is taken back.

    ## Evidence and fix

    Minutes of PTA and OTA in the treatment records. An untimed service counts when the assistant's part is above 10
    %; of a timed code, whole quarter hours go to who furnished them and the rest is decided by the rules in force on
    the day (from 2022: none when the therapist alone reaches eight minutes of the last unit). The modifier is added
    behind GP or GO: SAFE when the visit is signed and its records have a column for joint treatment, UNSAFE
    otherwise. A line of which only some units are the assistant's is M205. Where both took part in a service and the
    record gives no minutes of one of them, nothing can be said: it is listed under "not checked".

    ## What it cannot check

    Assistants' minutes that the record gives to a therapist. Visits whose units are not settled: `not_checked`.
    Payers whose profile does not ask for CQ and CO.

    ## References

    - 42 U.S.C. 1395m(v); CY2020 PFS final rule, 84 FR 62702 to 62707; CY2022 PFS final rule, 86 FR 64996 and following
    - CMS Pub 100-04, chapter 5, section 20.1
    """
    for share in assistant_shares(visit):
        modifier = ASSISTANT_MODIFIER_OF[visit.discipline]
        found = share.found
        if share.unknown:
            yield missing_assistant_modifier.not_checked(
                f"the record gives no minutes of a part of {found.code}; the assistant's share is not known",
                *{billed.claim.ordinal for billed in share.unknown},
            )
        for billed in share.missing:
            yield missing_assistant_modifier.finding(
                billed.line.location("SV101", 2),  # the same place before and after M201 has added its modifier
                f"{billed.line.code} was furnished by an assistant ({_share(found)}) and lacks {modifier}.",
                f"Add {modifier} behind {MODIFIER_OF[visit.discipline]}.",
                evidence=tuple(found.evidence),
                fix=_fix(billed, share, visit, modifier),
                severity=Severity.WARN if share.doubtful else None,
            )


def _share(found: CodeMinutes) -> str:
    return f"{found.assistant} of {counted(found.total, 'minute')}" if found.total else "alone; no minutes are recorded"


def _fix(billed: BilledLine, share: AssistantShare, visit: Visit, modifier: str) -> Fix | None:
    discipline_modifier = MODIFIER_OF[visit.discipline]
    if discipline_modifier not in billed.line.modifiers:
        return None
    edit = billed.line.add_modifier(modifier, after=discipline_modifier)
    if edit is None:
        return None
    found = share.found
    safe = visit.signed and found.joint_known and share.certain and found.evidence
    level = FixLevel.SAFE if safe else FixLevel.UNSAFE
    edits = (ClaimEdit(billed.claim.ordinal, edit),)
    return Fix(f"Add {modifier} to {billed.line.code}", level, Payment.LOWERS, edits, tuple(found.evidence))
