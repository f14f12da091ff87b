"""How far a patient's therapy of the year is towards Medicare's threshold: what is recorded, and what we estimate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from scrubber.claims.amounts import dollars
from scrubber.findings.finding import Evidence
from scrubber.money.day import Billed, price_day
from scrubber.rules.rule import RuleContext
from scrubber.tables.tableset import FEE_SCHEDULES
from scrubber.visits.patient import Patient
from scrubber.visits.visit import BilledLine, Visit

(MEDICARE_FEES,) = FEE_SCHEDULES
BUCKETS = {"PT": ("PT", "SLP"), "SLP": ("PT", "SLP"), "OT": ("OT",)}
"""Discipline -> those that share its threshold."""
_MODIFIERS = {("PT", "SLP"): ("GP", "GN"), ("OT",): ("GO",)}


class Figure(NamedTuple):
    """The allowed amount of the year as a record gives it, in cents: what a payer's eligibility reply said."""

    note_id: str
    on: date
    cents: int

    @property
    def evidence(self) -> Evidence:
        """The record and its amount."""
        return Evidence(f"record {self.note_id}", f"{dollars(self.cents)} allowed in {self.on.year} up to {self.on}")


class Spent(NamedTuple):
    """What a bucket stands at on the day of a visit. Cents; ``threshold`` None where that of the year is not known.

    ``figure`` is the newest of the records up to the day. ``billed`` is what this file charges in the year up to the
    day: Medicare allows no more than the charge. ``estimate`` is the larger of figure and ledger, with the Medicare
    estimate of what this file bills added.
    """

    visit: Visit
    bucket: tuple[str, ...]
    threshold: int | None
    figure: Figure | None
    billed: int
    estimate: int

    @property
    def named(self) -> str:
        """The disciplines, in words."""
        return " and ".join(self.bucket)


def spent(patient: Patient, context: RuleContext, carrying: frozenset[str] = frozenset()) -> Iterator[Spent]:
    """Every visit that counts towards a threshold, with what its bucket stands at.

    With ``carrying`` only visits of which a line carries one of these modifiers.
    """
    years: dict[tuple[tuple[str, ...], int], list[Visit]] = {}
    for visit in patient.visits:
        if visit.profile.threshold_modifier and visit.discipline in BUCKETS:
            years.setdefault((BUCKETS[visit.discipline], visit.date.year), []).append(visit)
    figures = _figures(patient) if years else {}
    for (bucket, year), visits in years.items():
        if carrying and not any(_carries(visit, carrying) for visit in visits):
            continue
        known = [each for each in figures.get(bucket, ()) if each.on.year == year]
        known.sort(key=lambda f: (f.on, f.cents))
        yield from _year(bucket, visits, known, patient, context, carrying)


def _year(
    bucket: tuple[str, ...],
    visits: list[Visit],
    figures: list[Figure],
    patient: Patient,
    context: RuleContext,
    carrying: frozenset[str],
) -> Iterator[Spent]:
    """The visits of one bucket and year. ``figures`` are in the order of their days."""
    year = visits[0].date.year
    table = context.tables.thresholds.by_year.get(year)
    threshold = None if table is None else 100 * (table.ot if bucket == BUCKETS["OT"] else table.pt_slp)
    before = _ledger(visits[0], bucket, patient, context)
    billed = _charged(visits)
    estimated: dict[date, int] | None = None
    for visit in visits:
        if carrying and not _carries(visit, carrying):
            continue
        figure = next((each for each in reversed(figures) if each.on <= visit.date), None)
        start = max(figure.cents if figure else 0, before)
        estimate = start + billed[visit.date]
        if threshold is not None and estimate > threshold:  # charges in full pass it: what Medicare allows may not
            if estimated is None:
                estimated = _running(_allowed(patient, visits, context))
            estimate = start + estimated[visit.date]
        yield Spent(visit, bucket, threshold, figure, billed[visit.date], estimate)


def _carries(visit: Visit, modifiers: frozenset[str]) -> bool:
    return any(not modifiers.isdisjoint(billed.line.modifiers) for billed in visit.lines)


def _charged(visits: list[Visit]) -> dict[date, int]:
    """The charges in cents up to each day."""
    of_day: dict[date, int] = {}
    for visit in visits:
        charged = of_day.get(visit.date, 0)
        for billed in visit.lines:
            charged += max(0, billed.line.cents or 0)
        of_day[visit.date] = charged
    return _running(of_day)


def _running(of_day: dict[date, int]) -> dict[date, int]:
    """The sum up to each day."""
    if len(of_day) == 1:
        return of_day
    days = sorted(of_day)
    return dict(zip(days, accumulate(map(of_day.__getitem__, days)), strict=True))


def _figures(patient: Patient) -> dict[tuple[str, ...], list[Figure]]:
    found: dict[tuple[str, ...], list[Figure]] = {}
    for rows in patient.joined.rows.values():
        for row in rows:
            if not row.pt_slp_to_date and not row.ot_to_date:
                continue
            for bucket, amount in ((BUCKETS["PT"], row.pt_slp_to_date), (BUCKETS["OT"], row.ot_to_date)):
                if amount:
                    figure = Figure(row.note_id, row.service_date, int(Decimal(amount) * 100))
                    found.setdefault(bucket, []).append(figure)
    return found


def _allowed(patient: Patient, visits: list[Visit], context: RuleContext) -> dict[date, int]:
    """The Medicare estimate of the visits by day, never above what a line charges.

    Priced by day over all disciplines, since the reduction for several procedures goes across them.
    """
    days = {visit.date for visit in visits}
    lines: dict[date, list[tuple[Visit, BilledLine]]] = {}
    for visit in patient.visits:
        if visit.date in days and visit.profile.threshold_modifier:
            lines.setdefault(visit.date, []).extend((visit, billed) for billed in visit.lines)
    fees = context.tables.fee_schedule(MEDICARE_FEES)
    allowed = dict.fromkeys(map(id, patient.visits), 0)
    for day, of_day in lines.items():
        billed = [Billed(b.line.code, b.line.whole_units, b.by_assistant) for _, b in of_day]
        for (visit, b), amount in zip(of_day, price_day(billed, day, fees).amounts, strict=True):
            allowed[id(visit)] += min(amount or 0, max(0, b.line.cents or 0))
    found: dict[date, int] = {}
    for visit in visits:
        found[visit.date] = found.get(visit.date, 0) + allowed[id(visit)]
    return found


def _ledger(visit: Visit, bucket: tuple[str, ...], patient: Patient, context: RuleContext) -> int:
    if context.ledger is None:
        return 0
    fees = context.tables.fee_schedule(MEDICARE_FEES)
    claim = visit.lines[0].claim
    sent = context.ledger.year_to_date(claim, visit.date.year, _MODIFIERS[bucket], fees, without=patient.counted)
    return sent.cents
