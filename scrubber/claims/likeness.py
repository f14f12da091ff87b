"""When two claims or two service lines are the same: what they are compared by, within a file and across files."""

from __future__ import annotations

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine


def payer_key(claim: Claim) -> tuple[str, str]:
    """Payer (2010BB id, else name) and SBR01: a secondary claim never adds to the primary."""
    heading = claim.heading
    return (heading.payer.id or heading.payer.name, heading.sequence)


def claim_likeness(claim: Claim) -> tuple[object, ...]:
    """Payer, lines, dates and charges: claims of one patient with the same are one claim sent twice."""
    lines = tuple((line.code, line.modifiers, line.unit, line.units, line.charge, line.period) for line in claim.lines)
    return (*payer_key(claim), claim.charge, lines)


def line_likeness(claim: Claim, line: ServiceLine) -> tuple[object, ...]:
    """Code, date, modifiers in any order, drug and rendering provider: lines to one payer with the same repeat."""
    modifiers = tuple(sorted(line.modifiers))
    return (line.qualifier, line.code, _drug(line), modifiers, line.period, claim.rendering(line))


def _drug(line: ServiceLine) -> str:
    """The drug that a line names (LIN03), where its code does not say which."""
    return next((segment.value(3) for segment in line.segments if segment.id == "LIN"), "")
