"""Which fixes of a round are applied: those that the level allows, each whole or not at all, none in another's way."""

from __future__ import annotations

from collections.abc import Sequence

from scrubber.findings.finding import Finding
from scrubber.findings.levels import FixLevel, Payment
from scrubber.visits.patient import Patient
from scrubber.x12.span import Span

ALLOWED = {"none": None, "safe": FixLevel.SAFE, "unsafe": FixLevel.UNSAFE}


def choose(findings: Sequence[Finding], patient: Patient, level: str) -> list[Finding]:
    """Findings whose fix is applied now, in their order. ``level`` is none, safe or unsafe.

    A fix that raises payment needs more than its level: a payer profile that says so, and a signed visit. With the
    setting ``unsafe_by_profile`` every UNSAFE fix needs such a profile for each claim that it edits.
    """
    lowest = ALLOWED[level]
    if lowest is None:
        return []
    allowed = [f for f in findings if f.fix and f.fix.edits and f.fix.level >= lowest and _may_raise(f, patient)]
    if patient.settings.unsafe_by_profile:
        allowed = [f for f in allowed if f.fix and (f.fix.level >= FixLevel.SAFE or _profiles_apply_raises(f, patient))]
    return without_conflicts(allowed)


def _profiles_apply_raises(finding: Finding, patient: Patient) -> bool:
    edited = {edit.claim for edit in finding.fix.edits} if finding.fix else set()
    return all(patient.profile(patient.claim_of[claim]).apply_raises for claim in edited)


def without_conflicts(findings: Sequence[Finding]) -> list[Finding]:
    """Those whose edits do not meet the edits of an earlier one."""
    taken: dict[int, list[Span]] = {}
    chosen = []
    for finding in findings:
        edits = finding.fix.edits if finding.fix else ()
        if any(_meets(edit.edit.span, other) for edit in edits for other in taken.get(edit.claim, ())):
            continue
        chosen.append(finding)
        for edit in edits:
            taken.setdefault(edit.claim, []).append(edit.edit.span)
    return chosen


def _meets(one: Span, other: Span) -> bool:
    """Overlapping, or at the same place: which of two insertions comes first must not be left to chance."""
    return one.start == other.start or (one.start < other.end and other.start < one.end)


def _may_raise(finding: Finding, patient: Patient) -> bool:
    fix = finding.fix
    if fix is None or fix.payment is not Payment.RAISES:
        return True
    if finding.where.claim is None:
        raise ValueError("a fix belongs to a claim")
    return patient.profile(patient.claim_of[finding.where.claim]).apply_raises and fix.signed
