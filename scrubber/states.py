"""Claims as the report shows them: service lines before and after, and the visits they were rebuilt from."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import lru_cache

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.outcome import CodeState, LineState, VisitState
from scrubber.rules.units.supported import Judgement, judge
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.assistants import assistant_units
from scrubber.visits.patient import Patient
from scrubber.visits.units import Split
from scrubber.visits.visit import Visit
from scrubber.x12.draft import Draft


def lines_as_read(claim: Claim) -> tuple[LineState, ...]:
    """The service lines of a claim as its source has them."""
    return tuple([_state(line, None) for line in claim.lines])


def lines_unchanged(claim: Claim) -> tuple[tuple[LineState, ...], tuple[LineState, ...]]:
    """The service lines of a claim that was not edited, as read and as written."""
    read = lines_as_read(claim)
    return read, tuple([_written(line) for line in read])


def _written(line: LineState) -> LineState:
    """A line that stays as it was read: it comes from itself."""
    return LineState(
        line.line, line.code, line.modifiers, line.units, line.charge, line.date, line.control, line.line
    )  # fmt: skip


def lines_as_written(claim: Claim, draft: Draft, original: Claim) -> tuple[LineState, ...]:
    """The service lines of a corrected or proposed claim, each with LX01 of the line that it comes from."""
    places = {line.start: line.lx.value(1) for line in original.lines}
    starts = sorted(places)
    found = []
    for line in claim.lines:
        offset = draft.source_offset(line.start)
        if draft.is_new(line.start):
            offset -= 1  # a new line was put behind the one it comes from, where the next begins
        before = bisect_right(starts, offset)
        found.append(_state(line, places[starts[before - 1]] if before else None))
    return tuple(found)


@lru_cache(maxsize=1024)
def _days(period: tuple[date, date]) -> str:
    """ISO 8601: one day, or the first and the last."""
    first, last = period
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"


def _state(line: ServiceLine, from_line: str | None) -> LineState:
    on = line.period
    shown = None if on is None else _days(on)
    return LineState(
        line.lx.value(1), line.code, line.modifiers, line.units, line.charge, shown, line.control or None, from_line
    )


class VisitStates:
    """The visits of one patient for the report, each made once, however many claims take part in it."""

    def __init__(self, patient: Patient) -> None:
        made = [_visit_state(visit) for visit in patient.visits]
        if len(patient.claims) == 1:  # then every visit is that claim's
            self._of = {patient.claims[0].ordinal: tuple(made)}
            return
        found: dict[int, list[VisitState]] = {}
        for visit, state in zip(patient.visits, made, strict=True):
            for ordinal in {billed.claim.ordinal for billed in visit.lines}:
                found.setdefault(ordinal, []).append(state)
        self._of = {ordinal: tuple(states) for ordinal, states in found.items()}

    def of(self, ordinal: int) -> tuple[VisitState, ...]:
        """The visits that a claim takes part in."""
        return self._of.get(ordinal, ())


def _visit_state(visit: Visit) -> VisitState:
    judged = judge(visit)
    known = bool(judged.splits) or (not judged.unknown and bool(visit.timed_lines()))
    return VisitState(
        visit.date.isoformat(),
        visit.discipline,
        visit.profile.unit_rule,
        visit.signed,
        judged.minutes or visit.unit_minutes,
        judged.supported if known else None,
        tuple(_codes(visit, judged)),
    )


def _codes(visit: Visit, judged: Judgement) -> list[CodeState]:
    split = _nearest(visit, judged)
    states = []
    billed: dict[str, int] = {}
    for each in visit.lines:
        billed[each.line.code] = billed.get(each.line.code, 0) + each.units
    timed_codes = {each.line.code for each in visit.timed_lines()}
    families = {family_base(code) for code in billed}
    recorded = [code for code in visit.minutes if code not in families]
    timed_codes.update(visit.pool_codes.intersection(recorded))
    for code in (*billed, *recorded):
        family = family_base(code)
        timed = code in timed_codes
        found = visit.minutes.get(family)
        if found is not None and found.unmeasured:
            found = None
        units = str(billed.get(code, 0))
        supported = split.get(family) if split is not None and timed else None
        assistant = None
        if found is not None and supported is not None and visit.profile.assistant_modifiers:
            # Without an assistant the answer is no unit, whatever the day.
            shared = found.assistant and assistant_units(supported, found.therapist, found.assistant, visit.date)[0]
            assistant = shared or 0
        states.append(
            CodeState(
                code,
                timed,
                found.therapist if found else None,
                found.assistant if found else None,
                units,
                supported,
                assistant,
            )
        )
    return states


def _nearest(visit: Visit, judged: Judgement) -> Split | None:
    """The admissible split that differs least from what is billed."""
    if len(judged.splits) < 2:
        return judged.splits[0] if judged.splits else None
    billed = visit.billed_units()
    return min(judged.splits, key=lambda split: sum(abs(units - billed.get(code, 0)) for code, units in split.items()))
