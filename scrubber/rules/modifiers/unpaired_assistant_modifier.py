"""M207."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import ClaimEdit, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.therapy_lines import carried, therapy_lines
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import TherapyCode
from scrubber.visits.discipline import ASSISTANT_MODIFIER_OF, DISCIPLINE_OF, MODIFIER_OF
from scrubber.visits.recorded import Recorded, recorded_discipline

PARTNER = {ASSISTANT_MODIFIER_OF[discipline]: MODIFIER_OF[discipline] for discipline in ASSISTANT_MODIFIER_OF}
"""CQ goes with GP, CO with GO."""


@rule(
    code="M207",
    name="unpaired-assistant-modifier",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.UNPAIRED_ASSISTANT,
    examples=(
        Example(
            "CQ with GO, and the signed record says occupational therapy",
            lines="SV1*HC:97530:GO:CQ*45*UN*1***1",
            minutes=(("97530", "OTA", 15),),
            discipline="OT",
            taxonomy="225X00000X",
            fixed="SV1*HC:97530:GO:CO*45*UN*1***1",
        ),
        Example(
            "CQ with GO, and the signed record says physical therapy",
            lines="SV1*HC:97110:GO:CQ:59*40*UN*1***1",
            minutes=(("97110", "PTA", 15),),
            fixed="SV1*HC:97110:GP:CQ:59*40*UN*1***1",
        ),
        Example(
            "CQ alone",
            lines="SV1*HC:97110:CQ*40*UN*1***1",
            minutes=(("97110", "PTA", 15),),
            filing="CI",
            fixed="SV1*HC:97110:GP:CQ*40*UN*1***1",
        ),
        Example("CQ with GO, and no record", lines="SV1*HC:97530:GO:CQ*45*UN*1***1"),
        Example(
            "Speech-language pathology has no assistant modifier; to take it off raises payment",
            lines="SV1*HC:92507:GN:CQ*90*UN*1***1",
            taxonomy="235Z00000X",
        ),
        Example(
            "The same, asked for and with a signed record",
            lines="SV1*HC:92507:GN:CQ*90*UN*1***1",
            minutes=(("92507", "SLP", 40),),
            discipline="SLP",
            taxonomy="235Z00000X",
            fixed="SV1*HC:92507:GN*90*UN*1***1",
            level="unsafe",
        ),
        Example(
            "CQ and CO on one line: the one without its partner goes",
            lines="SV1*HC:97110:GP:CQ:CO*40*UN*1***1",
            minutes=(("97110", "PTA", 15),),
            fixed="SV1*HC:97110:GP:CQ*40*UN*1***1",
            level="unsafe",
        ),
        Example(
            "CQ with GP",
            lines="SV1*HC:97110:GP:CQ*40*UN*1***1",
            minutes=(("97110", "PTA", 15),),
            flagged=False,
        ),
    ),
)
def unpaired_assistant_modifier(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """CQ stands without GP, CO without GO, or either with GN.

    ## Why it matters

    The assistant modifiers are defined beside the modifier of their discipline. A line with one and not the other comes
    back as unprocessable.

    ## Evidence and fix

    The signed treatment record of this code and day says whose assistant it was: the missing modifier is added, or the
    wrong one exchanged (SAFE when the records of that discipline and day are signed). To take CQ or CO off is UNSAFE,
    since it raises payment. Without a record a person decides.

    ## What it cannot check

    Which of the two modifiers is the wrong one, where no signed record says so.

    ## References

    - 42 U.S.C. 1395m(v); CY2020 PFS final rule, 84 FR 62702 to 62707 (CQ beside GP, CO beside GO)
    - CMS Pub 100-04, chapter 5, section 20.1
    """
    for line, entry in therapy_lines(claim, context):
        disciplines = {m for m in line.modifiers if m in DISCIPLINE_OF}
        assistants = [m for m in dict.fromkeys(line.modifiers) if m in PARTNER]
        if len(disciplines) > 1:
            continue  # M202: which of them stays comes first
        lonely = [m for m in assistants if PARTNER[m] not in disciplines]
        if not lonely:
            continue
        beside = f"beside {disciplines.pop()}" if disciplines else "without a discipline modifier"
        yield unpaired_assistant_modifier.finding(
            line.modifier_location(lonely[0]),
            f"{line.code} carries {' and '.join(lonely)} {beside}; CQ goes with GP and CO with GO.",
            "Bill the pair of the discipline whose assistant treated.",
            evidence=carried(line),
            fix=_fix(claim, line, entry, assistants, lonely, context),
        )


def _fix(
    claim: Claim,
    line: ServiceLine,
    entry: TherapyCode,
    assistants: list[str],
    lonely: list[str],
    context: RuleContext,
) -> Fix | None:
    recorded = recorded_discipline(context.patient, claim, line) if context.patient else None
    speech = recorded.discipline == "SLP" if recorded else entry.disciplines == ("GN",)
    if speech or len(assistants) > len(lonely):
        return _taken_off(claim, line, lonely, recorded, kept=len(assistants) > len(lonely))
    if recorded is None or len(assistants) > 1:
        return None
    wanted, partner = ASSISTANT_MODIFIER_OF[recorded.discipline], MODIFIER_OF[recorded.discipline]
    new = [wanted if m in PARTNER else partner if m in DISCIPLINE_OF else m for m in line.modifiers]
    edit = line.set_modifiers(new if partner in new else [partner, *new])
    if edit is None:
        return None
    safe = recorded.signed and partner in entry.disciplines and entry.discipline in ("", partner)
    level = FixLevel.SAFE if safe else FixLevel.PERSON
    edits = (ClaimEdit(claim.ordinal, edit),)
    return Fix(f"Bill {line.code} with {partner} and {wanted}", level, Payment.NEUTRAL, edits, recorded.evidence)


def _taken_off(
    claim: Claim, line: ServiceLine, lonely: list[str], recorded: Recorded | None, *, kept: bool
) -> Fix | None:
    """The line without its unpaired modifiers. ``kept``: another assistant modifier stays, so the rate stays."""
    edit = line.set_modifiers([m for m in line.modifiers if m not in lonely])
    if edit is None:
        return None
    return Fix(
        f"Take {' and '.join(lonely)} off {line.code}",
        FixLevel.UNSAFE,
        Payment.NEUTRAL if kept else Payment.RAISES,
        (ClaimEdit(claim.ordinal, edit),),
        recorded.evidence if recorded else carried(line),
        recorded is not None and recorded.signed,
    )
