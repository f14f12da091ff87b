"""The unit limits of the codes of one day by the payer's table, with the lines that bill them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from scrubber.claims.amounts import whole_units
from scrubber.findings.finding import Evidence, NotChecked
from scrubber.ledger.snapshot import SentLine
from scrubber.rules.ncci.pairs_of_day import claims_of, no_table
from scrubber.rules.rule import RuleContext
from scrubber.rules.sent_before import sent_on_day
from scrubber.tables.mue import UnitLimit
from scrubber.tables.tableset import Tables
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
    names = day.profile.unit_limit_tables
    if not names:
        return True
    billed = tuple([(each.line.code, each.line.unit, each.line.units) for each in day.lines])
    found, stale = _exceeded(context.tables, names, billed, day.day)
    context.stale.update(stale)
    return found


@lru_cache(16_384)
def _exceeded(
    tables: Tables, names: tuple[str, ...], billed: tuple[tuple[str, str, str], ...], on: date
) -> tuple[bool, tuple[str, ...]]:
    """Of codes with SV103 and SV104, and the tables for which the day is beyond their edition; some 8 MB of days."""
    units: dict[str, int] = {}
    for code, unit, text in billed:
        units[code] = units.get(code, 0) + ((whole_units(text) or 0) if unit == "UN" else 0)
    found, beyond = False, []
    for name in names:
        limit_of = tables.unit_limits(name).limit
        for code, count in units.items():
            limit, why, stale = limit_of(code, on)
            if stale:
                beyond.append(name)
            if why or (limit is not None and 0 < limit.units < count):
                found = True
    return found, tuple(beyond)


def units_of(billed: BilledCode) -> int:
    """Units of a line; 0 where SV104 is no positive whole number of UN units."""
    return billed.line.whole_units or 0
