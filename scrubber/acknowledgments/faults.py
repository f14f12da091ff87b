"""What the 999 speaks of: faults of the file as it was received, of its segments and of its envelopes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from scrubber.claims.outline import File, Group, Interchange, Transaction
from scrubber.conform.compiled.placing import data_element
from scrubber.conform.compiled.whole_file import PlacedFault, judge_file
from scrubber.findings.finding import Finding, Location
from scrubber.findings.levels import Severity

ELEMENTS_WRONG = "8"
"""IK304 of a segment whose numbering is wrong, or that could not be judged."""
OF_INTERCHANGE = {"E509": "025", "E511": "027"}
"""TA105 of rejects of an interchange that its outline does not show."""


class SyntaxFault(NamedTuple):
    """One fault of a received transaction against the guide.

    ``segment`` is its number in the file (1 is the first), ``segment_id`` its identifier, ``loop`` the guide's loop or
    empty. ``code`` is IK304 where ``element`` is None, else IK403. ``element`` and ``component`` count from 1;
    ``data_element`` is the number in the X12 data element dictionary, or empty. ``claim_id`` is the CLM01 it stands in.
    """

    segment: int
    segment_id: str
    loop: str
    code: str
    element: int | None = None
    component: int | None = None
    data_element: str = ""
    claim_id: str = ""


class PartFault(NamedTuple):
    """A fault of an envelope: ``code`` is a TA105, an AK905 or an IK502, by what it is a fault of."""

    part: Interchange | Group | Transaction
    code: str


class Faults(NamedTuple):
    """All faults of a file."""

    segments: tuple[SyntaxFault, ...]
    parts: tuple[PartFault, ...]


def received_faults(file: File, envelope: Collection[Finding]) -> Faults:
    """The faults of a file as it was received, by the guide without any payer's overlay.

    ``envelope`` are the findings of its envelopes. Raises TableError when there is no map.
    """
    segments: list[SyntaxFault] = []
    parts = [*_of_interchanges(file, envelope), *_of_groups(file)]
    for judged in judge_file(file):
        transaction = judged.transaction
        parts += [PartFault(transaction, each.fault.code) for each in judged.faults if each.fault.kind == "transaction"]
        if not transaction.control.strip():
            parts.append(PartFault(transaction, "7"))
        found = [_of_segment(file, transaction, each) for each in judged.faults if each.fault.kind != "transaction"]
        if not any(fault.segment_id == "HL" for fault in found):
            found += _of_hierarchy(transaction, envelope)
        segments += found
    return Faults(tuple(segments), tuple(parts))


def _of_segment(file: File, transaction: Transaction, placed: PlacedFault) -> SyntaxFault:
    fault = placed.fault
    number = transaction.segment + max(fault.segment_index, 0)
    claim_id = "" if placed.claim is None else file.claims[placed.claim].claim_id
    if fault.kind != "element" or fault.element is None:
        return SyntaxFault(number, fault.segment_id, placed.loop, fault.code or ELEMENTS_WRONG, claim_id=claim_id)
    return SyntaxFault(
        number, fault.segment_id, placed.loop, fault.code, fault.element, fault.component,
        data_element(fault.segment_id, fault.element, fault.component), claim_id,
    )  # fmt: skip


def _of_hierarchy(transaction: Transaction, envelope: Collection[Finding]) -> Iterator[SyntaxFault]:
    """E504, where the walk over the levels does not show it: a claim under no subscriber, say."""
    for finding in envelope:
        if finding.rule == "E504" and _is_of(finding.where, transaction) and finding.where.segment is not None:
            yield SyntaxFault(finding.where.segment, "HL", "", ELEMENTS_WRONG)


def _is_of(where: Location, transaction: Transaction) -> bool:
    group = transaction.group
    place = (group.interchange.ordinal + 1, group.ordinal + 1, transaction.ordinal + 1)
    return (where.interchange, where.group, where.transaction) == place


def _of_interchanges(file: File, envelope: Collection[Finding]) -> Iterator[PartFault]:
    """TA105: 001 and 018 the control number, 021 the count of groups, 023 no end, 024 what stands outside groups, 025 a
    number that came before, 027 the component separator."""
    for part in file.interchanges:
        if part.trailer is None:
            yield PartFault(part, "023")
        else:
            if not part.control.strip():
                yield PartFault(part, "018")
            elif part.trailer.control.strip() != part.control.strip():
                yield PartFault(part, "001")
            if not part.trailer.counts(len(part.groups)):
                yield PartFault(part, "021")
        if part.strays:
            yield PartFault(part, "024")
        for finding in envelope:
            where = finding.where
            of_part = where.group is None and where.interchange == part.ordinal + 1
            if of_part and finding.severity is Severity.REJECT and finding.rule in OF_INTERCHANGE:
                yield PartFault(part, OF_INTERCHANGE[finding.rule])


def _of_groups(file: File) -> Iterator[PartFault]:
    """AK905: 3 no end, also where something stands in its place, 4 and 6 the control number, 5 the count of sets."""
    for group in (group for interchange in file.interchanges for group in interchange.groups):
        if group.trailer is None or group.strays:
            yield PartFault(group, "3")
        if group.trailer is None:
            continue
        if not group.control.strip():
            yield PartFault(group, "6")
        elif group.trailer.control.strip() != group.control.strip():
            yield PartFault(group, "4")
        if not group.trailer.counts(len(group.transactions)):
            yield PartFault(group, "5")
