"""E503."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.outline import File, Group, Interchange, Transaction
from scrubber.findings.finding import Finding, Location
from scrubber.findings.levels import Severity
from scrubber.rules.envelope import places
from scrubber.rules.rule import Example, RuleContext, rule


@rule(
    code="E503",
    name="control-number-mismatch",
    scope=File,
    severity=Severity.REJECT,
    since="0.1.0",
    examples=(
        Example("SE02 is not ST02", replace=(("SE*26*0001", "SE*26*0002"),)),
        Example("GE02 is not GS06", replace=(("GE*1*1~", "GE*1*2~"),)),
        Example("IEA02 is not ISA13", replace=(("IEA*1*000000101", "IEA*1*000000102"),)),
        Example("SE is missing", replace=(("SE*26*0001~\n", ""),)),
        Example("All agree", minutes=(("97110", "PT", 30),), flagged=False),
    ),
)
def control_number_mismatch(file: File, context: RuleContext) -> Iterator[Finding]:
    """The control number at the end of a transaction, group or interchange is not that of its beginning, or its end is
    missing.

    ## Why it matters

    Where beginning and end do not agree, two files may have run together or a part may be lost. The receiver rejects
    it.

    ## Evidence and fix

    Which number is right, and whether something is missing, cannot be told from the file: the part that is named is
    held whole, the rest goes on.

    ## What it cannot check

    Which of the two numbers was meant.

    ## References

    - X12 control segments: ISA13 and IEA02, GS06 and GE02, ST02 and SE02 are the same
    """
    for interchange in file.interchanges:
        yield from _of_interchange(interchange)
        for group in interchange.groups:
            yield from _of_group(group)
            for transaction in group.transactions:
                if transaction.is_professional:
                    yield from _of_transaction(transaction)


def _of_interchange(part: Interchange) -> Iterator[Finding]:
    where = places.of_interchange(part, "ISA13", part.control_start, part.segment)
    if part.fault:
        yield _held(where, f"Interchange {part.ordinal + 1} cannot be read: {part.fault}.")
        return
    if part.trailer is None:
        yield _held(where, f"Interchange {part.ordinal + 1} has no IEA before the next ISA.")
    elif not _agrees(part):
        where = places.of_interchange(part, "IEA02", part.trailer.count_end + 1, part.trailer.segment)
        yield _held(where, _told(part, "IEA02", "ISA13"))
    for byte, segment, name in part.strays:
        where = places.of_interchange(part, name, byte, segment)
        yield _held(where, f"{name} stands outside every group.")


def _of_group(part: Group) -> Iterator[Finding]:
    if part.trailer is None:
        where = places.of_group(part, "GS06", part.start, part.segment)
        yield _held(where, f"Group {part.ordinal + 1} has no GE.")
    elif not _agrees(part):
        where = places.of_group(part, "GE02", part.trailer.count_end + 1, part.trailer.segment)
        yield _held(where, _told(part, "GE02", "GS06"))
    for byte, segment, name in part.strays:
        yield _held(places.of_group(part, name, byte, segment), f"{name} stands outside every transaction.")


def _of_transaction(part: Transaction) -> Iterator[Finding]:
    if part.trailer is None:
        where = places.of_transaction(part, "ST02", part.start, part.segment)
        yield _held(where, f"Transaction {part.ordinal + 1} has no SE.")
    elif not _agrees(part):
        where = places.of_transaction(part, "SE02", part.trailer.count_end + 1, part.trailer.segment)
        yield _held(where, _told(part, "SE02", "ST02"))


def _agrees(part: Interchange | Group | Transaction) -> bool:
    """Beginning and end have the same control number, and have one at all."""
    return part.trailer is not None and part.trailer.control.strip() == part.control.strip() != ""


def _told(part: Interchange | Group | Transaction, end: str, beginning: str) -> str:
    if not part.control.strip():
        return f"{beginning} holds no control number."
    return f"{end} is not the control number of {beginning}."


def _held(where: Location, message: str) -> Finding:
    return control_number_mismatch.finding(
        where, message, "Have the billing system write this part again; compare it with what was meant to be sent."
    )
