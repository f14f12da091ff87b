"""Timed codes with a clock of their own: what their minutes support, set against what is billed, code by code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.findings.finding import Evidence
from scrubber.findings.wording import counted
from scrubber.rules.rule import RuleContext
from scrubber.rules.units.billing import Proposal, shared_out
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.own_clock import OwnClock, month_minutes
from scrubber.visits.patient import Patient
from scrubber.visits.standing import payer_key
from scrubber.visits.visit import BilledLine, Visit


class ClockedCode(NamedTuple):
    """One code of a family. ``lines`` are those of the code, or of its family where the code itself is not billed.

    ``minutes`` are those of the family; ``unknown`` says why nothing could be judged, and is empty otherwise.
    """

    claims: tuple[int, ...]
    unknown: str = ""
    rule: str = ""
    code: str = ""
    lines: tuple[BilledLine, ...] = ()
    minutes: int = 0
    billed: int = 0
    supported: int = 0
    evidence: tuple[Evidence, ...] = ()

    def sentence(self) -> str:
        """What is billed and what the minutes support, in words."""
        billed = "not billed" if not self.billed else f"billed {counted(self.billed, 'unit')}"
        return f"{self.code} is {billed}; {counted(self.minutes, 'minute')} of its service support {self.supported}."

    def proposal(self) -> Proposal:
        """The lines of the code as they would be with the supported units."""
        return Proposal(tuple(shared_out(list(self.lines), self.supported)))


def clocked_codes(visit: Visit, context: RuleContext) -> Iterator[ClockedCode]:
    """Codes of the visit that count their own minutes. Those of a calendar month come with its first visit."""
    families: dict[str, OwnClock] = {}
    for billed in visit.lines:
        clock = visit.own_clock(billed.therapy)
        if clock is not None:
            families[family_base(billed.line.code)] = clock
    for family, clock in families.items():
        visits = _of_month(visit, family, context.patient) if clock.monthly else [visit]
        if visits[0] is visit:
            yield from _family(visit, family, clock, visits, context)


def _family(
    visit: Visit, family: str, clock: OwnClock, visits: list[Visit], context: RuleContext
) -> Iterator[ClockedCode]:
    lines = [b for each in visits for b in each.lines if family_base(b.line.code) == family]
    claims = tuple(dict.fromkeys(billed.claim.ordinal for billed in lines))
    counted = _counted(visit, family, clock, lines, context)
    if isinstance(counted, str):
        yield ClockedCode(claims, counted)
        return
    minutes, evidence = counted
    for code, supported in clock.units(minutes).items():
        mine = tuple(billed for billed in lines if billed.line.code == code)
        yield ClockedCode(
            claims,
            rule=visit.profile.unit_rule,
            code=code,
            lines=mine or tuple(lines),
            minutes=minutes,
            billed=sum(billed.units for billed in mine),
            supported=supported,
            evidence=evidence,
        )


def _counted(
    visit: Visit, family: str, clock: OwnClock, lines: list[BilledLine], context: RuleContext
) -> tuple[int, tuple[Evidence, ...]] | str:
    """Minutes of a family and what gives them, or why they are not known."""
    codes = ", ".join(dict.fromkeys(billed.line.code for billed in lines))
    if any(billed.line.unit == "MJ" for billed in lines):
        return f"{codes}: a line is billed in minutes (MJ)"
    if any(not billed.units for billed in lines):
        return f"{codes}: a line has no whole number of units"
    if clock.monthly:
        rows = context.patient.work.rows if context.patient else ()
        claims = list({billed.claim.ordinal: billed.claim for billed in lines}.values())
        month = month_minutes(rows, claims, family, visit.discipline, visit.date)
        if month is None or not month.measured:
            return f"no record gives the minutes of {codes} in the month"
        return month.minutes, month.evidence
    found = visit.minutes.get(family)
    if found is None or found.unmeasured or any(billed in visit.without_minutes for billed in lines):
        return f"no record and no note gives the minutes of {codes}"
    return found.total, tuple(found.evidence)


def _of_month(visit: Visit, family: str, patient: Patient | None) -> list[Visit]:
    """Visits of the same payer, discipline and month that bill the family."""
    if patient is None:
        return [visit]
    key = (payer_key(visit.lines[0].claim), visit.discipline, visit.date.year, visit.date.month)
    return [
        each
        for each in patient.visits
        if (payer_key(each.lines[0].claim), each.discipline, each.date.year, each.date.month) == key
        and any(family_base(billed.line.code) == family for billed in each.lines)
    ]
