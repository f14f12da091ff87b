"""The pairs of codes of one day that the payer's NCCI table joins, with the lines that meet in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

from scrubber.findings.finding import NotChecked
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import RuleContext
from scrubber.settings.profile import Profile
from scrubber.tables.ptp import PairEdit
from scrubber.tables.tableset import Tables
from scrubber.visits.patient import BilledCode, Patient, PayerDay

STATUTORILY_EXCLUDED = "GY"


class PairOfDay(NamedTuple):
    """A pair in force: its edit, and the lines of column 1 and column 2 that meet on the day.

    ``same_provider``: two of the lines have one rendering provider, or one discipline of the group.
    """

    edit: PairEdit
    profile: Profile
    day: date
    column1: list[BilledCode]
    column2: list[BilledCode]

    @property
    def same_provider(self) -> bool:
        """NCCI looks at one provider, and at one specialty of a group: here one NPI, or one discipline."""
        return any(
            one.claim.rendering(one.line) == other.claim.rendering(other.line) or one.discipline == other.discipline
            for one in self.column1
            for other in self.column2
        )

    def severity(self) -> Severity | None:
        """None (the rule's own) for one provider; a warning across disciplines of the group."""
        return None if self.same_provider else Severity.WARN

    def bypassed(self, modifiers: frozenset[str]) -> bool:
        """Every meeting of a column 1 line with a column 2 line carries one of the modifiers where the payer counts it:
        on either line, or on column 2.
        """
        either = self.profile.pair_modifier == "either"

        def carries(billed: BilledCode) -> bool:
            return not modifiers.isdisjoint(billed.line.modifiers)

        return all((either and carries(one)) or carries(two) for one, two in product(self.column1, self.column2))

    @property
    def others(self) -> tuple[int, ...]:
        """Claims of the pair other than that of the first column 2 line."""
        place = self.column2[0].claim.ordinal
        ordinals = dict.fromkeys(b.claim.ordinal for b in (*self.column1, *self.column2))
        return tuple(ordinal for ordinal in ordinals if ordinal != place)


def pairs_of_day(
    patient: Patient, rule_code: str, context: RuleContext, modifiers: frozenset[str] | None = None
) -> Iterator[PairOfDay | NotChecked]:
    """All pairs in force over the claims of one patient, payer and day; what the table cannot answer as not checked.

    With ``modifiers`` only days of which a line carries one of them.
    """
    for profile, day, lines in patient.days:
        by_code: dict[str, list[BilledCode]] = {}
        for billed in lines:
            if STATUTORILY_EXCLUDED not in billed.line.modifiers:
                by_code.setdefault(billed.line.code, []).append(billed)
        if len(by_code) < 2:
            continue
        if modifiers is not None and all(modifiers.isdisjoint(billed.line.modifiers) for billed in lines):
            continue
        claims = claims_of(lines)
        if not profile.pair_tables:
            yield NotChecked(rule_code, no_table("NCCI table", profile.name, day), claims)
            continue
        unchecked: dict[str, None] = {}
        for name in profile.pair_tables:
            table = context.tables.ptp(name)
            codes = list(by_code)
            for n, one in enumerate(codes):
                for other in codes[n + 1 :]:
                    answer = table.pair(one, other, day)
                    if answer.stale:
                        context.stale.add(name)
                    if answer.unchecked:
                        unchecked[answer.unchecked] = None
                    elif answer.edit is not None:
                        edit = answer.edit
                        yield PairOfDay(edit, profile, day, by_code[edit.column1], by_code[edit.column2])
        for why in unchecked:
            yield NotChecked(rule_code, why, claims)


def claims_of(lines: Sequence[BilledCode]) -> tuple[int, ...]:
    """The claims of some lines, each once."""
    first = lines[0].claim
    for billed in lines:
        if billed.claim is not first:
            return tuple(dict.fromkeys(billed.claim.ordinal for billed in lines))
    return (first.ordinal,)


@lru_cache(4096)
def no_table(table: str, profile: str, day: date) -> str:
    """Why nothing is checked of a day."""
    return f"no {table} of payer profile {profile} for {day}"


def pair_facts(day: PayerDay, context: RuleContext) -> int:
    """Which pairs ``pairs_of_day`` tells of on a day. Marks the same tables as stale."""
    codes = {billed.line.code: None for billed in day.lines if STATUTORILY_EXCLUDED not in billed.line.modifiers}
    if len(codes) < 2:
        return 0
    if not day.profile.pair_tables:
        return fact.PAIR_UNKNOWN
    facts = 0
    for name in day.profile.pair_tables:
        found, stale = _met(context.tables, name, tuple(codes), day.day)
        if stale:
            context.stale.add(name)
        facts |= found
    return facts


@lru_cache(16_384)
def _met(tables: Tables, name: str, codes: tuple[str, ...], day: date) -> tuple[int, bool]:
    """What a table says of the codes of a day, and whether the day is beyond it; some 5 MB of days."""
    facts, stale = 0, False
    table = tables.ptp(name)
    for one, other in combinations(codes, 2):
        answer = table.pair(one, other, day)
        stale = stale or answer.stale
        if answer.unchecked:
            facts |= fact.PAIR_UNKNOWN
        elif answer.edit is not None:
            facts |= fact.PAIR_NEVER if answer.edit.indicator == "0" else fact.PAIR_MODIFIER
    return facts, stale


def extra_pairs(patient: Patient) -> Iterator[PairOfDay]:
    """Pairs that the payer's profile keeps although no table has them, in the lines of one payer and day."""
    for profile, day, lines in patient.days:
        for one, two in profile.extra_pairs:
            first = [billed for billed in lines if billed.line.code == one]
            second = [billed for billed in lines if billed.line.code == two]
            if first and second:
                yield PairOfDay(PairEdit(one, two, "1", ""), profile, day, first, second)
