"""Minutes that the claim itself carries: line and claim notes, K3, an SV103 of MJ. Never signed evidence.

They speak for claims that no treatment record speaks for; for the others they are only compared with the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.claims.amounts import number
from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence
from scrubber.findings.wording import counted
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.minutes import UNCOUNTED
from scrubber.visits.notes import NotedMinutes, scan_minutes
from scrubber.visits.visit import BilledLine, Visit

MEDICARE_LIKE = "cms"
LINE_NOTE = "line note"
MINUTES_UNIT = "SV104 in minutes (MJ)"
MINUTES_OF_A_DAY = range(24 * 60 + 1)


class Noted(NamedTuple):
    """What the claim says of the code of one line; ``source`` says where, ``of_line`` whether of this line alone."""

    billed: BilledLine
    source: str
    of_line: bool
    said: list[NotedMinutes]

    def counted(self, visit: Visit) -> list[NotedMinutes]:
        """Those of a role that counts: no aide, no student, and no SLPA where Medicare's rules are followed."""
        uncounted = UNCOUNTED | {"SLPA"} if visit.profile.unit_rule == MEDICARE_LIKE else UNCOUNTED
        return [each for each in self.said if each.role not in uncounted]

    def minutes(self, visit: Visit) -> int:
        """Minutes that count."""
        return sum(each.minutes for each in self.counted(visit))


class NotedTotal(NamedTuple):
    """Timed minutes in all, as a note of the claim gives them."""

    minutes: int
    evidence: Evidence


def add_noted_minutes(visit: Visit, claim: Claim) -> None:
    """Add to the visit the minutes noted in a claim: the line's NTE, the claim's NTE, K3, an SV103 of MJ, in that
    order.

    A note of the claim counts once for a code, however many lines bill it. A total counts where the text gives no
    minutes by code and nothing else gives the visit minutes. Lines that nothing speaks for are listed in
    ``visit.without_minutes``.
    """
    noted = list(noted_minutes(visit, claim))
    for each in noted:
        found = visit.family(family_base(each.billed.line.code))
        for said in each.counted(visit):
            found.add(said.role, said.minutes)
            states = f"{counted(said.minutes, 'minute')} of {each.billed.line.code}"
            found.evidence.append(Evidence(f"{each.source}, service line {each.billed.line.ordinal}", states))
    told = {family_base(each.billed.line.code) for each in noted if not each.of_line}
    spoken_for = {id(each.billed) for each in noted}
    silent = [
        billed
        for billed in _clocked_lines(visit, claim)
        if id(billed) not in spoken_for and family_base(billed.line.code) not in told
    ]
    visit.minutes_added()
    total = noted_total(visit, claim) if silent and not visit.minutes and visit.timed_total is None else None
    if total is not None:
        visit.timed_total = total.minutes
        visit.total_evidence = (total.evidence,)
        silent = [billed for billed in silent if not visit.pooled(billed.therapy)]
    visit.without_minutes += silent


def has_notes(claim: Claim) -> bool:
    """Whether the claim can note minutes at all. Most do not; some that do not are taken for such that do."""
    text = claim.text
    return "NTE" in text or "K3" in text or "MJ" in text


def noted_minutes(visit: Visit, claim: Claim) -> Iterator[Noted]:
    """What a claim says of the minutes of its timed lines in this visit, the most trusted source of each line alone."""
    if not has_notes(claim):
        return
    told: set[str] = set()
    for billed in _clocked_lines(visit, claim):
        base = family_base(billed.line.code)
        said = _said(billed, claim, claim_speaks=base not in told and _on_one_day(claim, base))
        if said is not None:
            if not said.of_line:
                told.add(base)
            yield said


def _said(billed: BilledLine, claim: Claim, *, claim_speaks: bool) -> Noted | None:
    line = billed.line
    for kind, of_line, of_claim in (("NTE", LINE_NOTE, "claim note"), ("K3", "K3 note", "K3 note")):
        said = _of_code(line.code, line.notes(kind), line.code)
        if said:
            return Noted(billed, of_line, True, said)
        said = _of_code(line.code, claim.notes_of(kind)) if claim_speaks else []
        if said:
            return Noted(billed, of_claim, False, said)
    said = _of_minutes_unit(billed)
    return Noted(billed, MINUTES_UNIT, True, said) if said else None


def noted_total(visit: Visit, claim: Claim) -> NotedTotal | None:
    """The one total of timed minutes that the notes give; None where they give several, or where the claim bills more
    than this visit, or the visit stands on more than this claim, so that the total may be of something else.
    """
    if len(visit.claims) > 1 or len(visit.lines) < len(claim.lines) or "TOTAL" not in claim.text.upper():
        return None
    totals: dict[int, str] = {}
    for billed in visit.lines:
        for text in (*billed.line.notes("NTE"), *billed.line.notes("K3")):
            for minutes in _totals(text):
                totals.setdefault(minutes, f"note, service line {billed.line.ordinal}")
    for text in (*claim.notes_of("NTE"), *claim.notes_of("K3")):
        for minutes in _totals(text):
            totals.setdefault(minutes, "claim note")
    if len(totals) != 1:
        return None
    ((minutes, source),) = totals.items()
    return NotedTotal(minutes, Evidence(source, f"{counted(minutes, 'timed minute')} in all"))


def _clocked_lines(visit: Visit, claim: Claim) -> list[BilledLine]:
    """Lines of the claim whose units are counted by the minutes of the day."""
    return [billed for billed in visit.clocked_lines() if billed.claim is claim]


def _on_one_day(claim: Claim, base: str) -> bool:
    """A note of the claim names no day: it speaks for a code that the claim bills on one day only."""
    return len({line.period for line in claim.lines if family_base(line.code) == base}) == 1


def _totals(text: str) -> list[int]:
    return [each.minutes for each in scan_minutes(text) if each.total]


def _of_code(code: str, texts: list[str], line_code: str = "") -> list[NotedMinutes]:
    return [n for text in texts for n in scan_minutes(text, line_code) if not n.total and n.code == code]


def _of_minutes_unit(billed: BilledLine) -> list[NotedMinutes]:
    value = number(billed.line.units) if billed.line.unit == "MJ" else None
    if value is None or value not in MINUTES_OF_A_DAY:
        return []
    return [NotedMinutes(billed.line.code, int(value), "", False)]
