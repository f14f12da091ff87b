"""Dividing a service line: the therapist's units stay on it, the assistant's follow on a line of their own."""

from __future__ import annotations

from scrubber.claims.amounts import written_like
from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import ClaimEdit
from scrubber.visits.inputs import CONTROL_KEPT
from scrubber.visits.notes import scan_minutes
from scrubber.visits.patient import Patient
from scrubber.x12.span import Edit, Span

NOT_DIVIDED = ("2410", "2430", "AMT", "HCP", "QTY", "MEA", "PS1", "SV5")
"""Loops and segments that state something of the line as a whole; a line with one of them is not divided."""

NOTES = {"NTE": 2, "K3": 1}
"""Segments of free text, with the element that it stands in."""


def can_divide(claim: Claim, line: ServiceLine) -> bool:
    """Whether the number of lines of this claim may change, and nothing on the line stands in the way."""
    return claim.admits_money_edits(claim.cents) and not line.has(*NOT_DIVIDED)


def divide(
    claim: Claim, line: ServiceLine, assistant_units: int, modifier: str, after: str, patient: Patient
) -> tuple[ClaimEdit, ...] | None:
    """Edits that leave the therapist's units on the line and put the assistant's behind it, with ``modifier``.

    A modifier that is there already moves to the new line. Charges divide by the price of a unit, the rest of a cent
    stays on the first. None where no modifier place is free or an amount has no exact cents.
    """
    units, cents = line.whole_units, line.cents
    if units is None or cents is None:
        return None
    there = modifier in line.modifiers
    procedure = line.sv1.value(1) if there else line.procedure_with(modifier, after)
    if procedure is None:
        return None
    theirs = cents // units * assistant_units
    edits = [line.set_units(units - assistant_units), line.set_charge(cents - theirs)]
    if there:
        edits.append(line.drop_modifier(line.modifiers.index(modifier)))
    sv1 = list(line.sv1.elements)
    sv1[1], sv1[2], sv1[4] = procedure, written_like(theirs, line.charge), str(assistant_units)
    edits.append(Edit(Span(line.end, line.end), _loop(claim, line, sv1, patient)))
    return tuple(ClaimEdit(claim.ordinal, edit) for edit in edits)


def _loop(claim: Claim, line: ServiceLine, sv1: list[str], patient: Patient) -> str:
    """The text of the new line's loop: the old one's, but for its number, SV1, control number and noted minutes."""
    element = claim.source.delimiters.element
    starts = [segment.at for segment in line.segments]
    texts = []
    for segment, start, end in zip(line.segments, starts, [*starts[1:], line.end], strict=True):
        raw = claim.text[start - claim.source.start : end - claim.source.start]
        own = element.join(segment.elements)
        behind = raw[len(own) :]
        name = segment.elements[0]
        if name == "LX":
            own = element.join(("LX", str(line.ordinal + 1)))
        elif segment is line.sv1:
            own = element.join(sv1)
        elif name == "REF" and segment.value(1) == "6R":
            own = element.join(("REF", "6R", new_control(line, patient)))
        elif name in NOTES and scan_minutes(segment.value(NOTES[name]), line.code):
            continue
        texts.append(own + behind)
    return "".join(texts)


def new_control(line: ServiceLine, patient: Patient) -> str:
    """The first 27 characters of the old control number and "-2", "-3" ... until the file has no such number."""
    kept = line.control[:CONTROL_KEPT]
    lines = [each for claim in patient.claims for each in claim.lines]
    taken = {each.control for each in lines}.union(patient.work.suffixed_controls)
    # Lines that begin alike would be given the same number in one round: each starts behind those before it.
    number = 2 + sum(1 for each in lines[: lines.index(line)] if each.control[:CONTROL_KEPT] == kept)
    while f"{kept}-{number}" in taken:
        number += 1
    return f"{kept}-{number}"
