"""Minutes that the claim itself carries, for claims that no treatment record speaks for. Never signed evidence."""

from __future__ import annotations

from scrubber.claims.amounts import number
from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.notes import NotedMinutes, scan_minutes
from scrubber.visits.visit import BilledLine, Visit


def add_noted_minutes(visit: Visit, claim: Claim) -> None:
    """Add to the visit the minutes noted in a claim: the line's NTE, the claim's NTE, K3, an SV103 of MJ, in that
    order.

    A note of the claim counts once for a code, however many lines bill it. Lines that nothing speaks for are listed in
    ``visit.without_minutes``.
    """
    told: set[str] = set()
    for billed in [each for each in visit.timed_lines() if each.claim is claim]:
        base = family_base(billed.line.code)
        noted = _of_line(billed, billed.line.notes("NTE"))
        source = "line note"
        if not noted and base not in told:
            noted = _of_claim(billed, claim.notes_of("NTE"))
            source = "claim note"
        if not noted:
            noted = _of_line(billed, billed.line.notes("K3")) or (
                _of_claim(billed, claim.notes_of("K3")) if base not in told else []
            )
            source = "K3 note"
        if not noted:
            noted = _of_minutes_unit(billed)
            source = "SV104 in minutes (MJ)"
        if not noted:
            if base not in told:
                visit.without_minutes.append(billed)
            continue
        if source != "line note":
            told.add(base)
        found = visit.family(base)
        for each in noted:
            if each.role in ("PTA", "OTA"):
                found.assistant += each.minutes
            else:
                found.therapist += each.minutes
            states = f"{each.minutes} minutes of {billed.line.code}"
            found.evidence.append(Evidence(f"{source}, service line {billed.line.ordinal}", states))


def _of_line(billed: BilledLine, texts: list[str]) -> list[NotedMinutes]:
    code = billed.line.code
    return [n for text in texts for n in scan_minutes(text, code) if not n.total and n.code == code]


def _of_claim(billed: BilledLine, texts: list[str]) -> list[NotedMinutes]:
    code = billed.line.code
    return [n for text in texts for n in scan_minutes(text, "") if not n.total and n.code == code]


def _of_minutes_unit(billed: BilledLine) -> list[NotedMinutes]:
    value = number(billed.line.units) if billed.line.unit == "MJ" else None
    if value is None or value < 0 or value != int(value) or value > 24 * 60:
        return []
    return [NotedMinutes(billed.line.code, int(value), "", False)]
