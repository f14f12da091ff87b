"""E512."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from scrubber.claims.amounts import number
from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.x12.segment import Segment

ADJUSTED = range(3, 19, 3)
"""The elements of CAS that hold amounts: CAS03, CAS06 up to CAS18."""
_LINE = "SV1*HC:97110:GP*80*UN*2***1 | SVD*60054*50*HC:97110:GP**2 | CAS*CO*45*{adjusted} | DTP*573*D8*20260401"
_OTHER = "SBR*P*18*******CI~\n{paid}OI***Y***Y~\nNM1*IL*1*AMES*OLGA****MI*W1~\nNM1*PR*2*PLAN B*****PI*60054~\nLX*1~"
_SECONDARY = ("SBR*P*18*******MB", "SBR*S*18***47****MB")


@dataclass(slots=True)
class _Answer:
    """What another payer paid and adjusted of one thing, in dollars; ``paid`` is None where that is not said or is no
    amount, ``segment`` is the one that says it.
    """

    paid: Decimal | None = None
    adjusted: Decimal = Decimal(0)
    readable: bool = True
    segment: Segment | None = None

    def adjust(self, segment: Segment) -> None:
        """Take in one CAS."""
        for element in ADJUSTED:
            text = segment.value(element)
            amount = number(text)
            if amount is not None:
                self.adjusted += amount
            elif text:
                self.readable = False


@dataclass(slots=True)
class _Payer(_Answer):
    """The answer to the whole claim, with those to its lines by their ordinals. ``unclear``: which line or payer an
    answer is of cannot be told.
    """

    id: str = ""
    lines: dict[int, list[_Answer]] = field(default_factory=dict)
    unclear: bool = False


@rule(
    code="E512",
    name="adjudication-out-of-balance",
    scope=Claim,
    severity=Severity.WARN,
    since="0.1.0",
    examples=(
        Example(
            "Paid and adjusted make 75.00 of 80.00",
            lines=_LINE.format(adjusted=25),
            replace=(("LX*1~", _OTHER.format(paid="")), _SECONDARY, ("SE*29", "SE*33")),
        ),
        Example(
            "The line balances, the total paid does not",
            lines=_LINE.format(adjusted=30),
            replace=(("LX*1~", _OTHER.format(paid="AMT*D*45~\n")), _SECONDARY, ("SE*29", "SE*34")),
        ),
        Example(
            "Paid and adjusted make the charge",
            lines=_LINE.format(adjusted=30),
            replace=(("LX*1~", _OTHER.format(paid="AMT*D*50~\n")), _SECONDARY, ("SE*29", "SE*34")),
            flagged=False,
        ),
    ),
)
def adjudication_out_of_balance(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """What another payer paid and adjusted (2320, 2430) does not add up to what was billed.

    ## Why it matters

    The next payer works from the first one's answer. Where paid and adjusted amounts do not make the charge, it cannot
    tell what is left, and many front ends return the claim.

    ## Evidence and fix

    The claim itself, payer by payer. For a line: SVD02 and the amounts of its CAS make SV102. For the claim: AMT*D, the
    CAS of 2320 and those of all lines make CLM02; this is looked at where the lines are in balance. Which amount is
    wrong, the remittance says: a person corrects it.

    ## What it cannot check

    Whether the amounts are those of the remittance. Bundled lines (SVD06), a line that a payer answered several times,
    payers with the same identifier, voided claims, and the total of a payer that does not say what it paid, or says
    nothing else.

    ## References

    - 005010X222A1, balancing of coordination of benefits: for each payer SVD02 is SV102 less the CAS of the line, and
      AMT*D of 2320 is the sum of SVD02 less the CAS of 2320
    - 277CA status 400 (claim is out of balance)
    """
    if claim.is_void or "2320" not in claim.loops:
        return
    for payer in _payers(claim):
        if payer.unclear:
            continue
        wrong = list(_lines_out_of_balance(claim, payer))
        yield from wrong or _total_out_of_balance(claim, payer)


def _lines_out_of_balance(claim: Claim, payer: _Payer) -> Iterator[Finding]:
    for line in claim.lines:
        answers = payer.lines.get(line.ordinal, [])
        charge = number(line.charge)
        if len(answers) != 1 or charge is None or not _are_told(answers):
            continue
        (answer,) = answers
        made = (answer.paid or Decimal(0)) + answer.adjusted
        if made != charge and answer.segment is not None:
            yield adjudication_out_of_balance.finding(
                line.located(answer.segment, 2),
                f"Another payer's answer to service line {line.ordinal} makes {made} (paid {answer.paid}, adjusted"
                f" {answer.adjusted}); the line is charged {line.charge}.",
                "Compare SVD and CAS of the line with the remittance.",
                evidence=(Evidence("SVD02 and CAS of the line", f"make {made}"),),
            )


def _total_out_of_balance(claim: Claim, payer: _Payer) -> Iterator[Finding]:
    answers = [answer for each in payer.lines.values() for answer in each]
    total = number(claim.charge)
    if payer.paid is None or payer.segment is None or total is None or not _are_told([payer, *answers]):
        return
    if not answers and not payer.adjusted:  # what was paid alone, without the rest of the remittance
        return
    adjusted = payer.adjusted + sum(answer.adjusted for answer in answers)
    made = payer.paid + adjusted
    if made != total:
        yield adjudication_out_of_balance.finding(
            claim.located(payer.segment, 2),
            f"Another payer paid {payer.paid} and adjusted {adjusted}, together {made}; the claim is charged"
            f" {claim.charge}.",
            "Compare AMT*D, SVD and CAS of this payer with the remittance.",
            evidence=(Evidence("AMT*D and all CAS of this payer", f"make {made}"),),
        )


def _are_told(answers: Iterable[_Answer]) -> bool:
    """All amounts can be read, and each answer says what was paid."""
    return all(answer.readable and answer.paid is not None for answer in answers)


def _payers(claim: Claim) -> list[_Payer]:
    """The other payers in order, with their answers; answers under an identifier that none has are left out."""
    payers: list[_Payer] = []
    for segment, loop in claim.head():
        name = segment.elements[0]
        if loop == "2320" and name == "SBR":
            payers.append(_Payer())
        elif payers and loop == "2320" and name == "CAS":
            payers[-1].adjust(segment)
        elif payers and loop == "2320" and name == "AMT" and segment.value(1) == "D":
            payers[-1].paid, payers[-1].segment = number(segment.value(2)), segment
        elif payers and loop == "2330B" and name == "NM1":
            payers[-1].id = segment.value(9)
    by_id: dict[str, _Payer] = {}
    for payer in payers:
        other = by_id.setdefault(payer.id, payer)
        if payer.id and other is not payer:
            other.unclear = payer.unclear = True
    for line in claim.lines:
        _read_line(line, by_id)
    return payers


def _read_line(line: ServiceLine, by_id: dict[str, _Payer]) -> None:
    """Take in the answers (2430) to one line."""
    answer: _Answer | None = None
    for segment, loop in zip(line.segments, line.loops, strict=True):
        if loop != "2430":
            continue
        if segment.elements[0] == "SVD":
            payer = by_id.get(segment.value(1))
            answer = None
            if payer is not None:
                answer = _Answer(number(segment.value(2)), segment=segment)
                payer.lines.setdefault(line.ordinal, []).append(answer)
                payer.unclear |= bool(segment.value(6))
        elif segment.elements[0] == "CAS" and answer is not None:
            answer.adjust(segment)
