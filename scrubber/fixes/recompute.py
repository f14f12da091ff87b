"""What follows from an edited claim: its total charge and the numbers of its lines."""

from __future__ import annotations

from scrubber.claims.amounts import written_like
from scrubber.claims.claim import Claim
from scrubber.x12.span import Edit


def follow_up(before: Claim, after: Claim) -> list[Edit]:
    """Edits of CLM02 and LX01 that the step from ``before`` to ``after`` asks for.

    CLM02 moves by as much as the lines moved: what was out of balance before stays so, and is somebody else's finding.
    Lines are numbered again only where a line came or went.
    """
    edits: list[Edit] = []
    moved = _sum(after) - _sum(before)
    if moved and after.cents is not None:
        edits.append(after.set_charge(written_like(after.cents + moved, after.charge)))
    if len(after.lines) != len(before.lines):
        edits.extend(
            Edit(line.lx.span(1), str(line.ordinal)) for line in after.lines if line.lx.value(1) != str(line.ordinal)
        )
    return edits


def _sum(claim: Claim) -> int:
    return sum(line.cents or 0 for line in claim.lines)
