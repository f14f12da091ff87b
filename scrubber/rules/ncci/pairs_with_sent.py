"""Pairs that a line of this file makes with a line of an earlier one, where a ledger is given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from scrubber.findings.levels import Severity
from scrubber.ledger.snapshot import SentLine
from scrubber.rules.ncci.pairs_of_day import STATUTORILY_EXCLUDED
from scrubber.rules.rule import RuleContext
from scrubber.rules.sent_before import same_provider, sent_on_day
from scrubber.settings.profile import Profile
from scrubber.tables.ptp import PairEdit
from scrubber.visits.patient import BilledCode, Patient


class SentPair(NamedTuple):
    """A pair in force: a line of this file, and the line that an earlier file sent for the day.

    ``same_provider``: one rendering provider, or one discipline of the group.
    """

    edit: PairEdit
    profile: Profile
    day: date
    billed: BilledCode
    sent: SentLine
    same_provider: bool

    def severity(self) -> Severity | None:
        """None (the rule's own) for one provider; a warning across disciplines of the group."""
        return None if self.same_provider else Severity.WARN

    def bypassed(self, modifiers: frozenset[str]) -> bool:
        """One of the modifiers stands where the payer counts it: on either line, or on that of column 2."""
        ours = not modifiers.isdisjoint(self.billed.line.modifiers)
        theirs = not modifiers.isdisjoint(self.sent.modifiers)
        if self.profile.pair_modifier == "either":
            return ours or theirs
        return ours if self.billed.line.code == self.edit.column2 else theirs


def pairs_with_sent(patient: Patient, context: RuleContext) -> Iterator[SentPair]:
    """Each line of the file with the lines that earlier files sent for its day, where the payer's tables, or pairs of
    its own, join the two codes. What a table cannot answer is passed over: what of the day itself it cannot, is said.
    """
    if context.ledger is None:
        return
    for day in patient.days:
        for sent in sent_on_day(day, patient, context):
            if STATUTORILY_EXCLUDED in sent.modifiers:
                continue
            for billed in day.lines:
                if STATUTORILY_EXCLUDED in billed.line.modifiers or billed.line.code == sent.code:
                    continue
                for edit in _edits(billed.line.code, sent.code, day.profile, day.day, context):
                    yield SentPair(
                        edit, day.profile, day.day, billed, sent, same_provider(billed, sent, context.ledger)
                    )


def _edits(one: str, other: str, profile: Profile, day: date, context: RuleContext) -> Iterator[PairEdit]:
    for name in profile.pair_tables:
        answer = context.tables.ptp(name).pair(one, other, day)
        if answer.stale:
            context.stale.add(name)
        if answer.edit is not None:
            yield answer.edit
    for first, second in profile.extra_pairs:
        if {first, second} == {one, other}:
            yield PairEdit(first, second, "1", "")
