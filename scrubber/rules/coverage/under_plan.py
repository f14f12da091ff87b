"""The lines of a claim that are given under a plan of care of physical, occupational or speech therapy."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.rules.rule import RuleContext
from scrubber.tables.therapy_codes import TherapyCode
from scrubber.visits.discipline import DISCIPLINE_OF, discipline_of_taxonomy


def lines_under_plan(claim: Claim, context: RuleContext) -> Iterator[tuple[ServiceLine, TherapyCode]]:
    """Always-therapy lines, and others with GP, GO or GN or rendered by a therapist, with their table entries."""
    for line in claim.lines:
        entry = context.tables.therapy.get(line.code) if line.is_hcpcs else None
        if entry is None or line.is_quality_data:
            continue
        if (
            entry.therapy_status == "always"
            or not DISCIPLINE_OF.keys().isdisjoint(line.modifiers)
            or discipline_of_taxonomy(claim.taxonomy(line))
        ):
            yield line, entry
