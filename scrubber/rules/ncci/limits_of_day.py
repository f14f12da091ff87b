"""The unit limits of the codes of one day by the payer's table, with the lines that bill them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from scrubber.findings.finding import Evidence, NotChecked
from scrubber.ledger.snapshot import SentLine
from scrubber.rules.ncci.pairs_of_day import claims_of, no_table
from scrubber.rules.rule import RuleContext
from scrubber.rules.sent_before import sent_on_day
from scrubber.tables.mue import UnitLimit
from scrubber.visits.patient import BilledCode, Patient, PayerDay


class LimitOfDay(NamedTuple):
    """A limit above 0 and the lines of its code: all that one patient was billed to one payer on the day, in file
    order. ``table`` names the table and its edition. ``sent`` are lines of the code that earlier files sent for the
    day.
    """

    limit: UnitLimit
    day: date
    lines: list[BilledCode]
    table: str
    sent: tuple[SentLine, ...] = ()

    @property
    def evidence(self) -> Evidence:
        """The limit as the table states it."""
        whole = "line" if self.limit.by_line else "day"
        states = f"{self.limit.code}: {self.limit.units} a {whole}, adjudication indicator {self.limit.adjudication}"
        return Evidence(f"unit limits {self.table}", states)


def limits_of_day(patient: Patient, rule_code: str, context: RuleContext) -> Iterator[LimitOfDay | NotChecked]:
    """Limits of every code billed on a day; what the table cannot answer as not checked.

    A limit of 0 is passed over: that a payer pays none of a code is for other rules to say.
    """
    for of_payer in patient.days:
        profile, day, lines = of_payer
        if not profile.unit_limit_tables:
            yield NotChecked(rule_code, no_table("table of unit limits", profile.name, day), claims_of(lines))
            continue
        sent = sent_on_day(of_payer, patient, context)
        by_code: dict[str, list[BilledCode]] = {}
        for billed in lines:
            by_code.setdefault(billed.line.code, []).append(billed)
        unchecked: dict[str, list[BilledCode]] = {}
        for name in profile.unit_limit_tables:
            table = context.tables.unit_limits(name)
            for code, billed_lines in by_code.items():
                limit, why, stale = table.limit(code, day)
                if stale:
                    context.stale.add(name)
                if why:
                    unchecked.setdefault(why, []).extend(billed_lines)
                elif limit is not None and limit.units:
                    where = f"{name}, {limit.edition or table.heading.edition}"
                    yield LimitOfDay(limit, day, billed_lines, where, tuple(s for s in sent if s.code == code))
        for why, without in unchecked.items():
            yield NotChecked(rule_code, why, claims_of(without))


def may_exceed(day: PayerDay, context: RuleContext) -> bool:
    """Whether a unit limit of a day is exceeded, or not known. Marks the same tables as ``limits_of_day``."""
    tables = day.profile.unit_limit_tables
    found = not tables
    units = 0
    for billed in day.lines:
        units += units_of(billed)
    for name in tables:
        limit_of = context.tables.unit_limits(name).limit
        for billed in day.lines:
            code = billed.line.code
            limit, why, stale = limit_of(code, day.day)
            if stale:
                context.stale.add(name)
            if why:
                found = True
            elif limit is not None and 0 < limit.units < units:
                found = found or limit.units < sum(units_of(each) for each in day.lines if each.line.code == code)
    return found


def units_of(billed: BilledCode) -> int:
    """Units of a line; 0 where SV104 is no positive whole number of UN units."""
    return billed.line.whole_units or 0
