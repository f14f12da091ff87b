"""The facts of one visit: its minutes, its records and its profile."""

from __future__ import annotations

from scrubber.rules.facts import fact
from scrubber.rules.modifiers.assistant_share import assistant_shares
from scrubber.rules.units.supported import judge
from scrubber.visits.visit import Visit

_ASSISTED = fact.ASSISTANT_MINUTES | fact.ASSISTANT_MODIFIER


def visit_facts(visit: Visit, of_claims: int) -> int:
    """Without those of its lines: they are among ``of_claims``, the facts of all claims of the patient."""
    facts = _units(visit) | _minutes(visit)
    profile = visit.profile
    if profile.minutes_per_unit:
        facts |= fact.OWN_CLOCK
    if profile.timed_units_per_day is not None:
        facts |= fact.DAY_LIMIT
    if profile.threshold_modifier:
        facts |= fact.THRESHOLD
    known = facts | of_claims
    if known & _ASSISTED and assistant_shares(visit):
        facts |= fact.ASSISTANT_SHARE
    if facts & fact.ASSISTANT_MINUTES and of_claims & fact.PRACTITIONER:
        facts |= fact.ASSISTED_PRACTITIONER
    return facts | _records(visit, may_be_clocked=bool(known & fact.OWN_CLOCK))


def _units(visit: Visit) -> int:
    rule, unknown, _, billed, _, splits, above, below, misplaced, unbilled = judge(visit)
    if unknown:
        return fact.UNITS_UNKNOWN
    facts = 0
    if unbilled or (not visit.timed_lines() and visit.timed_minutes()):
        facts = fact.UNBILLED_MINUTES
    if above:
        facts |= fact.UNITS_ABOVE
    if below:
        facts |= fact.UNITS_BELOW
    if misplaced:
        facts |= fact.UNITS_MISPLACED
    if billed and not splits and rule == "cms":
        facts |= fact.TOTAL_ONLY
    return facts


def _minutes(visit: Visit) -> int:
    facts = 0
    for found in visit.minutes.values():
        if found.assistant or "assistant" in found.unmeasured:
            facts = fact.ASSISTANT_MINUTES
    if visit.without_minutes:
        facts |= fact.NO_MINUTES
    if visit.totals is not None:
        facts |= fact.TOTALS_DISAGREE
    if visit.disagreements or visit.grouped or visit.partly_grouped:
        facts |= fact.MINUTES_DISAGREE
    return facts


def _records(visit: Visit, *, may_be_clocked: bool) -> int:
    facts = 0
    clock = visit.clock
    if visit.uncovered:
        facts = fact.RECORD_SILENT | fact.CLOCK
    elif not visit.record_evidence or not visit.recorded:
        facts = fact.RECORD_SILENT
    if visit.unmentioned:
        facts |= fact.UNMENTIONED
    if clock.overlaps or clock.elsewhere or clock.combined or clock.untimed or clock.unnamed:
        facts |= fact.CLOCK
    if not clock.stretches and (may_be_clocked or visit.timed_lines()):
        facts |= fact.CLOCK
    if visit.copied_rows or visit.assumed_joint:
        facts |= fact.DOUBTFUL_RECORD
    return facts
