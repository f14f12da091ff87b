"""Whether the totals that a day's notes document fit the minutes that they give by code."""

from __future__ import annotations

from scrubber.tables.tableset import load_tables
from scrubber.visits.visit import TotalsDisagreement, Visit


def totals_disagreement(visit: Visit) -> TotalsDisagreement | None:
    """Documented totals against minutes by code, summed over the notes of the day; None where they fit.

    Group minutes are no timed minutes. Timed codes with a clock of their own may be in the documented timed total or
    not: either sum fits. To be asked before noted minutes are added to the visit.
    """
    if visit.timed_total is None and visit.treatment_total is None:  # most visits: nothing is documented
        return None
    by_code = visit.timed_minutes()
    summed = sum(by_code.values()) if by_code else None
    total = visit.timed_total
    if total is not None and summed is not None and total != summed and total == summed + _on_own_clock(visit):
        summed = total
    found = TotalsDisagreement(total, summed, visit.treatment_total)
    return found if found.sum_differs or found.treatment_below else None


def _on_own_clock(visit: Visit) -> int:
    therapy = load_tables().therapy
    return sum(
        found.total
        for code, found in visit.minutes.items()
        if code not in visit.pool_codes and code not in visit.grouped and code in therapy and therapy[code].timed
    )
