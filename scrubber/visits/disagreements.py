"""Where the record of a visit and the claim itself give different minutes."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.noted import Noted, has_notes, noted_minutes, noted_total
from scrubber.visits.visit import Disagreement, Visit


def disagreements(visit: Visit) -> tuple[Disagreement, ...]:
    """Codes, and the total, for which a claim of the visit notes other minutes than the records give.

    To be asked before noted minutes are added to the visit: what stands in ``visit.minutes`` must be the records'.
    """
    uncovered = visit.uncovered
    covered = [claim for claim in visit.claims if claim not in uncovered and has_notes(claim)]
    return tuple(_of_claims(visit, covered)) if covered else ()  # most claims: there is nothing to compare


def _of_claims(visit: Visit, covered: list[Claim]) -> Iterator[Disagreement]:
    uncovered = visit.uncovered
    noted: dict[str, list[Noted]] = {}
    for claim in covered:
        for each in noted_minutes(visit, claim):
            noted.setdefault(family_base(each.billed.line.code), []).append(each)
    for family, said in noted.items():
        found = visit.minutes.get(family)
        if found is None or found.unmeasured or not found.evidence:
            continue
        minutes = [each.minutes(visit) for each in said]
        lines = [b for b in visit.clocked_lines() if b.claim not in uncovered and family_base(b.line.code) == family]
        whole = len(said) == len(lines) or not all(each.of_line for each in said)
        repeated = len(set(minutes)) == 1 and minutes[0] == found.total  # each line's note gives the whole code
        if not repeated and (sum(minutes) != found.total if whole else sum(minutes) > found.total):
            first = said[0]
            yield Disagreement(first.billed, first.billed.line.code, found.total, sum(minutes), first.source)
    for claim in covered:
        yield from _of_total(visit, claim)


def _of_total(visit: Visit, claim: Claim) -> Iterator[Disagreement]:
    total = noted_total(visit, claim)
    timed = visit.timed_lines()
    if total is None or not timed or len(visit.clocked_lines()) > len(timed):
        return
    recorded = visit.unit_minutes
    if recorded is not None and total.minutes not in (recorded, visit.timed_total):
        yield Disagreement(timed[0], "", recorded, total.minutes, total.evidence.source)
