"""The lines of a claim that the modifier rules are about."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import Evidence
from scrubber.rules.rule import RuleContext
from scrubber.tables.therapy_codes import TherapyCode


def therapy_lines(claim: Claim, context: RuleContext) -> Iterator[tuple[ServiceLine, TherapyCode]]:
    """Lines whose code is in the therapy code table, with its entry there."""
    for line in claim.lines:
        entry = context.tables.therapy.get(line.code) if line.is_hcpcs else None
        if entry is not None:
            yield line, entry


def carried(line: ServiceLine) -> tuple[Evidence, ...]:
    """What the line itself says, as evidence."""
    return (Evidence(f"SV101 of service line {line.ordinal}", f"{line.code} with {' '.join(line.modifiers)}"),)
