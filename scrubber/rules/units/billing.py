"""From an admissible split of units to edits of the billed lines: what U101 and U102 propose."""

from __future__ import annotations

from typing import NamedTuple

from scrubber.findings.finding import ClaimEdit
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.assistants import assistant_units
from scrubber.visits.units import Split
from scrubber.visits.visit import BilledLine, Visit


class NewUnits(NamedTuple):
    """New units and charge (cents) of one billed line; None where its charge as read has no whole cents."""

    billed: BilledLine
    units: int
    cents: int | None


class Proposal(NamedTuple):
    """New units of the lines that change; ``certain`` is False where part of it is one choice among several."""

    lines: tuple[NewUnits, ...]
    certain: bool = True

    @property
    def falls_to_zero(self) -> bool:
        """A line would keep no unit, or nothing of its charge: that is for a person."""
        return any(line.units == 0 or (line.cents == 0 and line.billed.line.cents != 0) for line in self.lines)

    @property
    def charge_effect(self) -> int:
        """Change of the charge in cents."""
        return sum((line.cents or 0) - (line.billed.line.cents or 0) for line in self.lines)

    def edits(self) -> tuple[ClaimEdit, ...]:
        """Edits of SV104 and SV102; a line without a unit left is taken out."""
        edits = []
        for billed, units, cents in self.lines:
            claim, line = billed.claim, billed.line
            if units == 0:
                edits.append(ClaimEdit(claim.ordinal, claim.drop_line(line)))
                continue
            edits.append(ClaimEdit(claim.ordinal, line.set_units(units)))
            if cents is not None:
                edits.append(ClaimEdit(claim.ordinal, line.set_charge(cents)))
        return tuple(edits)


def for_a_person(proposal: Proposal, visit: Visit) -> bool:
    """Whether its edits are nobody's but a person's, whatever the records say."""
    claim, *others = visit.claims
    renderers = {billed.claim.rendering(billed.line) for billed in visit.timed_lines()}
    admitted = claim.admits_change(proposal.charge_effect)
    return proposal.falls_to_zero or bool(others) or len(renderers) > 1 or not admitted


def by_code(family: str, units: int, visit: Visit) -> dict[str, int]:
    """Units of a family over its codes that are billed: the base code has one, its add-on the rest."""
    codes = {b.line.code for b in visit.timed_lines() if family_base(b.line.code) == family}
    if len(codes) < 2:
        return dict.fromkeys(codes, units)
    (add_on,) = codes - {family}
    return {family: min(units, 1), add_on: max(units - 1, 0)}


def propose(visit: Visit, split: Split) -> Proposal:
    """Lines that change when the visit's units become ``split``, the last line of a code first."""
    changed: list[NewUnits] = []
    certain = True
    for family, units in split.items():
        for code, wanted in by_code(family, units, visit).items():
            lines = [billed for billed in visit.timed_lines() if billed.line.code == code]
            kinds = [[b for b in lines if not b.by_assistant], [b for b in lines if b.by_assistant]]
            if all(kinds) and family in visit.minutes:
                found = visit.minutes[family]
                options = assistant_units(wanted, found.therapist, found.assistant, visit.date)
                billed_with = sum(b.units for b in kinds[1])
                billed_without = sum(b.units for b in kinds[0])
                fitting = [o for o in options if o <= billed_with and wanted - o <= billed_without]
                certain &= len(fitting) == 1
                with_it = fitting[0] if fitting else min(billed_with, wanted)
                changed += shared_out(kinds[1], with_it) + shared_out(kinds[0], wanted - with_it)
            else:
                changed += shared_out(lines, wanted)
    order = {id(billed): n for n, billed in enumerate(visit.lines)}
    return Proposal(tuple(sorted(changed, key=lambda new: order[id(new.billed)])), certain)


def shared_out(lines: list[BilledLine], wanted: int) -> list[NewUnits]:
    """New units for the lines of one code so that they add up to ``wanted``, changing the last lines only."""
    if not lines:
        return []
    difference = wanted - sum(billed.units for billed in lines)
    changed = []
    for billed in reversed(lines):
        if difference == 0:
            break
        units = max(0, billed.units + difference)
        difference -= units - billed.units
        old = billed.line.cents
        # Rounded down to the cent: a safe fix never asks for a fraction more than the units it leaves.
        new = old * units // billed.units if old is not None and billed.units else old
        changed.append(NewUnits(billed, units, new))
    return changed
